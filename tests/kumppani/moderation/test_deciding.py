"""From a report to a decision, an appeal and its decision: who may, who is told what, and what is kept how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.own import everything_about
from kumppani.accounts.permissions import NotPermitted
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.mailing.models import Letter
from kumppani.moderation import actions
from kumppani.moderation.faults import NotNow
from kumppani.moderation.models import Case, Outcome, Report
from kumppani.moderation.permissions import may_decide
from kumppani.moderation.queries import numbers_by_year, people_who_decide, queue_of
from kumppani.network.actions.notices import edit_notice
from kumppani.network.models import Membership, Notice, Organisation, State
from kumppani.network.moderated import ORGANISATION
from tests.kumppani.conftest import MakePerson
from tests.kumppani.moderation.conftest import MakeRegional, MakeReport, address, appeal, decide, decide_appeal
from tests.kumppani.network.conftest import MakeNotice, MakeOrganisation, admin_of, join, wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def uusimaa(regional: MakeRegional) -> Person:
    return regional("uusimaa")


def letters() -> list[tuple[str, str]]:
    return [(letter.to, letter.subject) for letter in Letter.objects.order_by("pk")]


def test_reports_of_one_thing_meet_in_one_case_that_is_due_in_a_week(
    notice: Notice, reported: MakeReport, somebody: MakePerson, uusimaa: Person
):
    one, other = reported(by=somebody()), reported()

    case = one.case
    assert (case, case.title, case.words) == (other.case, "A need that hurts", "A need that hurts\n\nWords that hurt.")
    assert case.due_on == timezone.localdate() + timedelta(days=7)
    assert letters() == [(uusimaa.email, "A report waits for a decision")]
    assert "hurt" not in Letter.objects.get().body
    assert Line.objects.filter(what="reported").count() == 1


def test_a_person_reports_a_thing_once(reported: MakeReport, somebody: MakePerson):
    person = somebody()
    reported(by=person)

    with pytest.raises(NotNow, match="already"):
        reported(by=person)


def test_what_is_decided_on_is_what_was_reported(notice: Notice, reported: MakeReport):
    case = reported().case
    edit_notice(
        notice=notice,
        wording=wording(text="As if nothing had been."),
        by=admin_of(notice.organisation),
        at=timezone.now(),
    )

    case.refresh_from_db()
    assert "Words that hurt." in case.words


def test_hiding_tells_the_author_the_rule_and_the_reason_in_her_language_and_not_who_reported(
    notice: Notice, reported: MakeReport, somebody: MakePerson, uusimaa: Person
):
    author, reporter = admin_of(notice.organisation), somebody()
    author.language = "sv"
    author.save()
    made = reported(by=reporter)
    Letter.objects.all().delete()

    decide(made.case, uusimaa, outcome=Outcome.WARNED)

    to_author = Letter.objects.get(to=author.email)
    assert to_author.language == "sv"
    assert "It calls people names." in to_author.body
    assert f"https://site.example/moderation-decision/{made.case.pk}" in to_author.body
    assert (
        reporter.name not in to_author.body
        and reporter.email not in to_author.body
        and "It hurts." not in to_author.body
    )
    to_reporter = Letter.objects.get(to=reporter.email)
    assert "It has been hidden." in to_reporter.body
    assert author.name not in to_reporter.body and author.email not in to_reporter.body
    assert [line.what for line in Line.objects.filter(by=uusimaa)] == ["report decided: hidden"]


def test_what_is_left_tells_the_reporter_alone(reported: MakeReport, somebody: MakePerson, uusimaa: Person):
    reporter = somebody()
    made = reported(by=reporter)
    Letter.objects.all().delete()

    case = decide(made.case, uusimaa, outcome=Outcome.LEFT)

    assert [to for to, _subject in letters()] == [reporter.email]
    assert not case.hidden


def test_a_reporter_without_an_account_is_told_once_her_address_is_confirmed(reported: MakeReport, uusimaa: Person):
    one, other = reported(email="One@example.org"), reported(email="other@example.org")
    confirm = Letter.objects.get(to="one@example.org")
    link = confirm.body.split("confirm-report/")[1].split()[0]
    actions.confirm_report(actions.report_of(link) or one, at=timezone.now())
    Letter.objects.all().delete()

    decide(one.case, uusimaa)

    assert ("one@example.org", "What came of your report") in letters()
    assert "other@example.org" not in [to for to, _subject in letters()]
    other.refresh_from_db()
    actions.confirm_report(other, at=timezone.now())
    actions.confirm_report(other, at=timezone.now())
    assert [to for to, _subject in letters()].count("other@example.org") == 1
    assert actions.report_of(link[:-2]) is None


@pytest.mark.parametrize("who", ["stranger", "elsewhere", "member", "gone", "author"])
def test_who_may_not_decide(
    who: str, notice: Notice, reported: MakeReport, somebody: MakePerson, regional: MakeRegional
):
    """Others, coordinators of other regions, and those of the region whose own or whose organisation's it is."""
    here = regional("uusimaa")
    person = {"stranger": somebody(), "elsewhere": regional("lappi")}.get(who, here)
    if who == "member":
        join(notice.organisation, here)
    if who == "gone":
        join(notice.organisation, here)
        edit_notice(notice=notice, wording=wording(), by=here, at=timezone.now())
        Membership.objects.filter(person=here).delete()
    if who == "author":
        person = admin_of(notice.organisation)
        Grant.objects.create(person=person, role=Role.ADMINISTRATOR, valid_from=timezone.localdate())

    with pytest.raises(NotPermitted):
        decide(reported().case, person)


def test_of_two_who_decide_the_second_is_told(reported: MakeReport, uusimaa: Person, regional: MakeRegional):
    case = reported().case
    decide(case, uusimaa)

    with pytest.raises(NotNow, match="already"):
        decide(case, regional("uusimaa"), outcome=Outcome.LEFT)


def test_nobody_decides_on_the_appeal_against_her_own_decision(
    notice: Notice, reported: MakeReport, uusimaa: Person, regional: MakeRegional
):
    case = appeal(decide(reported().case, uusimaa), admin_of(notice.organisation))

    with pytest.raises(NotPermitted, match="Another person"):
        decide_appeal(case, uusimaa, overturn=False)
    assert decide_appeal(case, regional("uusimaa"), overturn=False).hidden
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(appeal_decided_by=uusimaa)


def test_where_one_moderates_alone_the_appeal_goes_to_the_programme(
    notice: Notice, reported: MakeReport, uusimaa: Person, regional: MakeRegional, coordinator: Person
):
    today = timezone.localdate()
    case = reported().case
    assert people_who_decide(case, on=today) == [uusimaa]

    case = appeal(decide(case, uusimaa), admin_of(notice.organisation))

    assert people_who_decide(case, on=today) == [coordinator]
    assert (coordinator.email, "An appeal waits for a decision") in letters()
    other = regional("uusimaa")
    assert people_who_decide(case, on=today) == [other]


@pytest.mark.parametrize("overturn", [True, False])
def test_both_outcomes_of_an_appeal_are_told_with_the_reason(
    overturn: bool,
    notice: Notice,
    reported: MakeReport,
    uusimaa: Person,
    regional: MakeRegional,
    somebody: MakePerson,
):
    author, reporter = admin_of(notice.organisation), somebody()
    case = appeal(decide(reported(by=reporter).case, uusimaa), author)
    Letter.objects.all().delete()

    case = decide_appeal(case, regional("uusimaa"), overturn=overturn)

    assert case.hidden is not overturn
    assert "Read again." in Letter.objects.get(to=author.email).body
    assert Letter.objects.filter(to=reporter.email).exists() is overturn
    with pytest.raises(NotNow):
        appeal(case, author)


def test_an_appeal_is_made_within_fourteen_days_by_who_answers_for_it(
    notice: Notice, reported: MakeReport, uusimaa: Person, somebody: MakePerson
):
    author, at = admin_of(notice.organisation), timezone.now()
    case = decide(reported().case, uusimaa, at=at)

    with pytest.raises(NotPermitted):
        appeal(case, somebody())
    with pytest.raises(NotNow, match="over"):
        appeal(case, author, at=at + timedelta(days=15))
    assert appeal(case, author, at=at + timedelta(days=14)).appeal_waits


def test_a_moderator_shows_it_again_and_it_can_be_reported_anew(notice: Notice, reported: MakeReport, uusimaa: Person):
    case = decide(reported().case, uusimaa)

    case = actions.show_again(case=case, because="I misread it.", by=uusimaa, address=address, at=timezone.now())

    assert (case.hidden, case.because, case.shown_again_because) == (False, "It calls people names.", "I misread it.")
    assert "I misread it." in Letter.objects.filter(to=admin_of(notice.organisation).email).last().body  # type: ignore[union-attr]
    assert reported().case != case


def test_the_queue_is_of_ones_regions_and_begins_with_what_is_overdue(
    reported: MakeReport,
    confirmed: MakeOrganisation,
    noticed: MakeNotice,
    regional: MakeRegional,
    coordinator: Person,
):
    now, today = timezone.now(), timezone.localdate()
    fresh = reported().case
    old = reported(noticed(confirmed()), at=now - timedelta(days=9)).case
    from kumppani.regions.models import Region

    far = reported(noticed(confirmed(home=Region.objects.get(code="lappi")))).case

    assert list(queue_of(regional("uusimaa"), on=today)) == [old, fresh]
    assert list(queue_of(coordinator, on=today)) == [old, fresh, far]
    assert [case.is_overdue(today) for case in (old, fresh)] == [True, False]


def test_what_has_been_kept_long_enough_is_erased_once(
    notice: Notice, reported: MakeReport, uusimaa: Person, confirmed: MakeOrganisation
):
    now = timezone.now()
    other = confirmed(text="Hidden words")
    case = decide(reported(email="somebody@example.org").case, uusimaa)
    profile = decide(reported(other, kind=ORGANISATION).case, uusimaa)
    waits = reported(confirmed(), kind=ORGANISATION).case

    assert actions.forget_old_cases(at=now + timedelta(days=89)) == {"cases": 0, "erased": 0, "addresses": 1}
    after = now + timedelta(days=92)
    assert actions.forget_old_cases(at=after) == {"cases": 2, "erased": 2, "addresses": 0}
    assert actions.forget_old_cases(at=after) == {"cases": 0, "erased": 0, "addresses": 0}

    assert not Notice.objects.filter(pk=notice.pk).exists()
    other.refresh_from_db()
    assert (other.text, other.state) == ("–", State.ARCHIVED)
    for kept in (case, profile):
        kept.refresh_from_db()
        assert (kept.title, kept.words, kept.because, kept.outcome) == ("–", "", "", "hidden")
    assert list(Report.objects.values_list("case", flat=True)) == [waits.pk]
    assert not Line.objects.filter(about_name__contains="A need that hurts").exists()
    assert Line.objects.filter(what="report decided: hidden").count() == 2


@pytest.mark.parametrize("other", ["open", "decided later", "with an appeal that waits"])
def test_what_another_case_still_needs_is_not_erased(
    other: str, reported: MakeReport, notice: Notice, uusimaa: Person, regional: MakeRegional
):
    now = timezone.now()
    first = reported(at=now).case
    decide(first, uusimaa, at=now)
    second = reported(at=now + timedelta(days=80)).case
    assert second != first
    if other != "open":
        decide(second, uusimaa, at=now + timedelta(days=81))
    if other == "with an appeal that waits":
        appeal(second, admin_of(notice.organisation), at=now + timedelta(days=82))
    after = now + timedelta(days=400 if other == "with an appeal that waits" else 92)

    actions.forget_old_cases(at=after)
    assert Notice.objects.get(pk=notice.pk).text == notice.text

    if other == "with an appeal that waits":
        decide_appeal(second, regional("uusimaa"), overturn=False, at=after)
    elif other == "open":
        decide(second, uusimaa, at=after)
    actions.forget_old_cases(at=after + timedelta(days=100))
    assert not Notice.objects.filter(pk=notice.pk).exists()


def test_everybody_may_know_yearly_numbers_but_no_small_ones(
    reported: MakeReport, confirmed: MakeOrganisation, uusimaa: Person
):
    cases = [reported(confirmed(), kind=ORGANISATION).case for _ in range(6)]
    for case in cases[:5]:
        decide(case, uusimaa)
    decide(cases[5], uusimaa, outcome=Outcome.LEFT)

    (year,) = numbers_by_year()

    assert (year.reported, year.hidden, year.appealed, year.overturned) == (6, 5, None, None)


def test_a_case_cannot_be_hidden_without_a_decision(reported: MakeReport):
    case = reported().case

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(hidden=True)


def test_the_administrator_of_the_programme_decides_everywhere(
    reported: MakeReport, somebody: MakePerson, organisation: Organisation
):
    assert may_decide(somebody(Role.ADMINISTRATOR), reported().case, on=timezone.localdate())


def test_the_history_tells_no_reporter(
    reported: MakeReport, somebody: MakePerson, django_capture_on_commit_callbacks: Callable[..., object]
):
    reporter = somebody()
    reported(by=reporter)

    assert not Line.objects.filter(by=reporter).exists()


def test_her_own_reports_and_appeals_are_told_to_whoever_asks_for_all_that_is_kept(
    notice: Notice, reported: MakeReport, somebody: MakePerson, uusimaa: Person
):
    reporter, author = somebody(), admin_of(notice.organisation)
    appeal(decide(reported(by=reporter).case, uusimaa), author)

    assert "It hurts." in str(everything_about(reporter)["reports"])
    assert "It was meant well." in str(everything_about(author)["appeals"])
    assert "It hurts." not in str(everything_about(author))
