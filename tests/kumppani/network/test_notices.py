"""Needs and offers, what fits them, and letters that show no address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core import mail, signing
from django.utils import timezone

from kumppani.accounts.permissions import NotPermitted
from kumppani.network.actions import letters, notices
from kumppani.network.faults import NotNow
from kumppani.network.matching import Described, Fit, Reason, fit_of
from kumppani.network.queries import matches_for, visible_notices
from tests.kumppani.conftest import MakePerson
from tests.kumppani.network.conftest import MakeNotice, MakeOrganisation, admin_of, join, regions, wording

pytestmark = pytest.mark.django_db
SITE = "https://site.example/"
LINK = re.compile(r"https://site\.example/\w+/network/letters/([^/\s]+)/")


def describe(themes: str = "", places: str = "", groups: str = "", languages: str = "") -> Described:
    return Described(*(frozenset(said.split()) for said in (themes, places, groups, languages)))


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        (describe("work", "lappi"), describe("work", "lappi"), (7, "themes regions")),
        (describe("work home", "lappi oulu"), describe("home work", "oulu lappi"), (11, "themes regions")),
        (describe("work", "lappi", "men", "fi sv"), describe("work", "nationwide", "men", "sv fi"),
         (11, "themes regions target_groups languages")),
        (describe("work", "lappi", "men"), describe("home", "lappi", "men"), (5, "regions target_groups")),
        (describe("work", "lappi"), describe("work", "oulu"), None),
        (describe("work", "lappi", "", "fi"), describe("home", "lappi", "", "fi"), None),
    ],
)  # fmt: skip
def test_a_need_and_an_offer_fit_by_what_they_share(one: Described, other: Described, fit: tuple[int, str] | None):
    for found in (fit_of(one, other), fit_of(other, one)):
        told = found and (found.score, " ".join(reason.what for reason in found.reasons))
        assert told == fit


def test_a_fit_names_what_both_share():
    found = fit_of(describe("work home", "nationwide"), describe("home", "lappi oulu"))

    assert found == Fit(7, (Reason("themes", ("home",)), Reason("regions", ("lappi", "oulu"))))


def test_the_best_offers_for_a_need_come_first_with_reasons(
    confirmed: MakeOrganisation, waiting: MakeOrganisation, noticed: MakeNotice
):
    need = noticed(confirmed(), "need")
    good = noticed(confirmed(), "offer", title="Good")
    better = noticed(confirmed(), "offer", title="Better", languages=("fi", "ar"), themes=("education", "housing"))
    noticed(confirmed(), "offer", title="Elsewhere", regions=regions("lappi"))
    noticed(confirmed(), "need", title="Also a need")
    noticed(need.organisation, "offer", title="Our own")
    noticed(waiting(), "offer", title="Not confirmed")
    closed = noticed(confirmed(), "offer", title="Closed")
    notices.close_notice(notice=closed, by=admin_of(closed.organisation), at=timezone.now())
    notices.edit_notice(
        notice=need,
        wording=wording(languages=("fi", "ar"), target_groups=()),
        by=admin_of(need.organisation),
        at=timezone.now(),
    )

    found = matches_for(need, on=timezone.localdate())

    assert [(match.notice, match.score) for match in found] == [(better, 9), (good, 8)]
    assert found[1].reasons == (
        ("themes", ("education and language skills",)), ("regions", ("Uusimaa",)), ("languages", ("Finnish",))
    )  # fmt: skip


def test_members_write_close_and_reopen_and_others_do_not(
    confirmed: MakeOrganisation, somebody: MakePerson, noticed: MakeNotice
):
    organisation, member, at = confirmed(), somebody(), timezone.now()
    join(organisation, member)
    written = notices.write_notice(organisation=organisation, kind="offer", wording=wording(), by=member, at=at)

    with pytest.raises(NotPermitted):
        notices.close_notice(notice=written, by=somebody(), at=at)
    notices.close_notice(notice=written, by=member, at=at)
    hidden = written in visible_notices(somebody(), on=at.date())
    still = written in visible_notices(member, on=at.date())
    notices.reopen_notice(notice=written, by=member, at=at)

    assert (hidden, still, written in visible_notices(somebody(), on=at.date())) == (False, True, True)


def test_a_last_day_that_has_passed_is_refused(confirmed: MakeOrganisation, noticed: MakeNotice):
    with pytest.raises(NotNow, match="The last day has passed"):
        noticed(confirmed(), valid_to=date(2020, 1, 1))


def test_letters_go_both_ways_and_show_no_address(
    confirmed: MakeOrganisation, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    organisation, writer, at = confirmed(contact_email="secret@association.example"), somebody(), timezone.now()
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        letters.write_to_organisation(
            organisation=organisation, subject="A\nroom", words="May we come?", site=SITE, by=writer, at=at
        )
    to_organisation = mail.outbox[-1]
    token = LINK.findall(to_organisation.body)[0]
    with django_capture_on_commit_callbacks(execute=True):
        letters.answer_letter(token=token, words="You are welcome.", site=SITE, by=None, at=at)
    to_person = mail.outbox[-1]
    back = LINK.findall(to_person.body)[0]
    with django_capture_on_commit_callbacks(execute=True):
        letters.answer_letter(token=back, words="Thank you.", site=SITE, by=writer, at=at)

    assert [letter.to for letter in mail.outbox] == [
        ["secret@association.example"], [writer.email], ["secret@association.example"]
    ]  # fmt: skip
    assert to_organisation.subject == f"{writer.name} writes: A room"
    assert "May we come?" in to_organisation.body
    assert "You are welcome." in to_person.body
    assert [writer.email in letter.message().as_string() for letter in mail.outbox] == [False, True, False]
    assert "secret@" not in to_person.message().as_string()


def test_only_the_person_herself_answers_by_her_link(confirmed: MakeOrganisation, somebody: MakePerson):
    contact = letters.write_to_organisation(
        organisation=confirmed(), subject="A room", words="?", site=SITE, by=somebody(), at=timezone.now()
    )
    token = letters.link_for(contact, by_organisation=False).rstrip("/").rpartition("/")[2]

    for person in (None, somebody()):
        with pytest.raises(NotPermitted):
            letters.answer_letter(token=token, words="?", site=SITE, by=person, at=timezone.now())


def test_a_link_of_other_hands_or_of_long_ago_is_none(
    confirmed: MakeOrganisation, somebody: MakePerson, monkeypatch: pytest.MonkeyPatch
):
    contact = letters.write_to_organisation(
        organisation=confirmed(), subject="A room", words="?", site=SITE, by=somebody(), at=timezone.now()
    )
    token = letters.link_for(contact, by_organisation=True).rstrip("/").rpartition("/")[2]

    with pytest.raises(signing.BadSignature):
        letters.answering_of(token + "x")
    monkeypatch.setattr(letters, "LINK_HOLDS", timedelta(seconds=-1))
    with pytest.raises(letters.LinkTooOld):
        letters.answering_of(token)


def test_ten_letters_a_day_and_no_more(confirmed: MakeOrganisation, somebody: MakePerson):
    writer, at = somebody(), timezone.now()
    said = {"subject": "A room", "words": "?", "site": SITE, "by": writer}
    for _ in range(5):
        letters.write_to_organisation(organisation=confirmed(), at=at, **said)
    last = confirmed()
    for _ in range(5):
        letters.write_to_organisation(organisation=last, at=at, **said)

    with pytest.raises(NotNow, match="Ten letters"):
        letters.write_to_organisation(organisation=last, at=at, **said)
    letters.write_to_organisation(organisation=last, at=at + timedelta(days=1, seconds=1), **said)


def test_nobody_writes_to_an_organisation_that_is_not_confirmed(waiting: MakeOrganisation, somebody: MakePerson):
    with pytest.raises(NotNow):
        letters.write_to_organisation(
            organisation=waiting(), subject="?", words="?", site=SITE, by=somebody(), at=timezone.now()
        )
