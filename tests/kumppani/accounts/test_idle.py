"""Accounts that nobody uses: two letters, then removal; nothing is left without anybody, and signing in ends it all.

A letter tells somebody something when it leaves, so the tests say which letters leave and when.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoCaptureOnCommitCallbacks

from kumppani.accounts.actions import NotNow
from kumppani.accounts.idle import idle_people, idle_seen_by, look_after_idle_accounts
from kumppani.accounts.models import Grant, Person
from kumppani.accounts.own import leave
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.mailing.models import Letter
from kumppani.mailing.retention import forget_old_letters
from kumppani.mailing.sending import MOST_FAILURES
from kumppani.regions.models import Region
from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db
SEEN = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
TWO_YEARS = datetime(2028, 1, 15, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def idle(somebody: MakePerson) -> Person:
    person = somebody()
    Person.objects.filter(pk=person.pk).update(last_login=SEEN, joined_at=SEEN)
    person.refresh_from_db()
    return person


def letters_leave(at: datetime) -> None:
    Letter.objects.filter(sent_at=None).update(sent_at=at, to="", subject="", body="")


def they_stay(at: datetime) -> None:
    """The mail server is away."""


def they_are_given_up(at: datetime) -> None:
    Letter.objects.filter(sent_at=None).update(failures=MOST_FAILURES, failure="SMTPRecipientsRefused")


Mail = Callable[[datetime], None]


def nights(first: datetime, last: datetime, mail: Mail = letters_leave) -> list[tuple[date, int, int]]:
    """Run every night from one day to another; tell each on which a letter was written or somebody removed."""
    told, at = [], first
    while at <= last:
        newest = newest_letter()
        removed = look_after_idle_accounts(at)
        written = Letter.objects.filter(pk__gt=newest).count()
        mail(at)
        forget_old_letters(at)
        if removed or written:
            told.append((at.date(), written, removed))
        at += DAY
    return told


def newest_letter() -> int:
    return Letter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def test_letters_come_30_and_7_days_before_the_removal(idle: Person):
    told = nights(TWO_YEARS - 40 * DAY, TWO_YEARS + 5 * DAY)

    first, second, removal = told
    assert (first[1:], second[1:], removal[1:]) == ((1, 0), (1, 0), (0, 1))
    assert (removal[0] - first[0], removal[0] - second[0]) == (30 * DAY, 7 * DAY)
    assert abs(removal[0] - TWO_YEARS.date()) <= DAY
    idle.refresh_from_db()
    assert (idle.name, idle.is_active) == ("–", False)
    assert "removed: nobody signed in for 24 months" in Line.objects.values_list("what", flat=True)


def test_who_signs_in_is_asked_anew_two_years_later(idle: Person):
    nights(TWO_YEARS - 40 * DAY, TWO_YEARS - 2 * DAY)
    Person.objects.filter(pk=idle.pk).update(last_login=TWO_YEARS - DAY)

    assert nights(TWO_YEARS, TWO_YEARS + 60 * DAY) == []
    again = TWO_YEARS + 730 * DAY
    assert [row[1:] for row in nights(again - 40 * DAY, again + 5 * DAY)] == [(1, 0), (1, 0), (0, 1)]


def test_who_never_signed_in_is_counted_from_the_day_she_joined(somebody: MakePerson):
    Person.objects.filter(pk=somebody().pk).update(joined_at=SEEN)

    assert idle_people(TWO_YEARS.date()).count() == 1
    assert idle_people(TWO_YEARS.date() - 40 * DAY).count() == 0


def test_the_only_coordinator_of_a_region_is_told_to_hand_over_and_not_removed(idle: Person, somebody: MakePerson):
    kainuu = Region.objects.get(code="kainuu")
    Grant.objects.create(person=idle, role="coordinator", scope_kind="region", region=kainuu, valid_from=SEEN.date())

    words: list[str] = []

    def read(at: datetime) -> None:
        words.extend(Letter.objects.filter(sent_at=None).values_list("body", flat=True))
        letters_leave(at)

    told = nights(TWO_YEARS - 40 * DAY, TWO_YEARS + 20 * DAY, mail=read)

    assert [row[1:] for row in told] == [(1, 0), (1, 0)]
    assert all("You are the only coordinator of Kainuu." in body for body in words)
    other = somebody()
    Grant.objects.create(person=other, role="coordinator", scope_kind="region", region=kainuu, valid_from=SEEN.date())
    Person.objects.filter(pk=other.pk).update(joined_at=TWO_YEARS)
    assert look_after_idle_accounts(TWO_YEARS + 21 * DAY) == 1


def test_who_was_kept_for_long_is_told_once_more_before_the_removal(idle: Person, somebody: MakePerson):
    kainuu = Region.objects.get(code="kainuu")
    role = {"role": "coordinator", "scope_kind": "region", "region": kainuu, "valid_from": SEEN.date()}
    Grant.objects.create(person=idle, **role)
    kept = nights(TWO_YEARS - 40 * DAY, TWO_YEARS + 90 * DAY)
    other = somebody()
    Grant.objects.create(person=other, **role)
    Person.objects.filter(pk=other.pk).update(joined_at=TWO_YEARS)

    first = TWO_YEARS + 91 * DAY
    freed = nights(first, first + 20 * DAY)

    assert [row[1:] for row in kept] == [(1, 0), (1, 0)]  # while she is kept she is left alone
    assert freed == [(first.date(), 1, 0), ((first + 7 * DAY).date(), 0, 1)]


def test_the_last_administrator_of_the_programme_stays(idle: Person):
    Grant.objects.create(person=idle, role="administrator", valid_from=SEEN.date())

    nights(TWO_YEARS - 40 * DAY, TWO_YEARS + 10 * DAY)

    idle.refresh_from_db()
    assert idle.is_active
    with pytest.raises(NotNow):
        leave(person=idle, at=TWO_YEARS)


def test_those_who_let_people_join_see_who_is_idle(
    idle: Person, somebody: MakePerson, signed_in: Callable[[Person], Client]
):
    coordinator = somebody(Role.COORDINATOR)
    today = TWO_YEARS.date()

    assert list(idle_seen_by(coordinator, on=today)) == [idle]
    Person.objects.filter(pk=idle.pk).update(joined_at=SEEN - 1000 * DAY, last_login=SEEN - 1000 * DAY)
    page = signed_in(coordinator).get("/en/people/idle/").content.decode()
    assert idle.name in page
    assert "1 account is idle" in signed_in(coordinator).get("/en/workplace/").content.decode()


@pytest.mark.parametrize("mail", [they_stay, they_are_given_up])
def test_nobody_is_removed_whose_letters_never_leave(mail: Mail, idle: Person):
    told = nights(TWO_YEARS - 40 * DAY, TWO_YEARS + 90 * DAY, mail=mail)

    idle.refresh_from_db()
    assert idle.is_active
    assert sum(removed for _day, _letters, removed in told) == 0
    assert not Line.objects.filter(what="told that the account is idle").exists()
    assert Letter.objects.count() == 1
    assert sum(letters for _day, letters, _removed in told) <= 5


def test_a_notice_counts_from_the_day_its_letter_left(idle: Person):
    began = TWO_YEARS - 29 * DAY
    written = nights(began, began + 20 * DAY, mail=they_stay)
    letters_leave(began + 20 * DAY)

    assert [row[1:] for row in written] == [(1, 0)]
    second, removal = nights(began + 21 * DAY, began + 60 * DAY)
    assert (second, removal) == (
        ((began + 43 * DAY).date(), 1, 0),
        ((began + 50 * DAY).date(), 0, 1),
    )
    about = Line.objects.filter(what="told that the account is idle").order_by("at")
    assert [line.at for line in about] == [began + 20 * DAY, began + 43 * DAY]


def test_the_last_letter_too_counts_from_the_day_it_left(idle: Person):
    began = TWO_YEARS - 29 * DAY
    nights(began, began + 22 * DAY)
    nights(began + 23 * DAY, began + 28 * DAY, mail=they_stay)
    letters_leave(began + 28 * DAY)

    assert nights(began + 29 * DAY, began + 60 * DAY) == [((began + 35 * DAY).date(), 0, 1)]


@pytest.mark.parametrize(("mail", "on", "named"), [(they_stay, 30, 30), (letters_leave, 23, 7)])
def test_a_letter_is_of_use_until_the_day_it_names(mail: Mail, on: int, named: int, idle: Person):
    """The first one that could not leave is written anew on the 30th day; the last one is written on the 23rd."""
    began = TWO_YEARS - 29 * DAY
    nights(began, began + (on - 1) * DAY, mail=mail)
    nights(began + on * DAY, began + on * DAY, mail=they_stay)

    letter = Letter.objects.get(sent_at=None)
    assert (letter.written_at, letter.of_use_until) == (began + on * DAY, began + (on + named) * DAY)


def test_a_letter_that_was_given_up_or_is_gone_is_written_anew(idle: Person):
    began = TWO_YEARS - 29 * DAY
    nights(began, began, mail=they_are_given_up)
    month = began + 30 * DAY
    assert nights(began + DAY, month, mail=they_stay) == [(month.date(), 1, 0)]
    assert nights(month + DAY, month + 2 * DAY, mail=they_stay) == []
    Letter.objects.all().delete()

    assert nights(month + 3 * DAY, month + 3 * DAY) == [((month + 3 * DAY).date(), 1, 0)]


def test_those_who_see_her_learn_that_the_letter_does_not_arrive(
    idle: Person, somebody: MakePerson, signed_in: Callable[[Person], Client]
):
    now = timezone.now()
    Person.objects.filter(pk=idle.pk).update(last_login=now - 800 * DAY)
    nights(now, now, mail=they_are_given_up)

    page = signed_in(somebody(Role.COORDINATOR)).get("/en/people/idle/").content.decode()
    assert "our letter does not arrive" in page


def test_a_letter_written_before_she_signed_in_tells_nothing_of_the_time_after(idle: Person):
    began = TWO_YEARS - 29 * DAY
    nights(began, began, mail=they_stay)
    Person.objects.filter(pk=idle.pk).update(last_login=began + DAY)
    letters_leave(began + 2 * DAY)
    nights(began + 3 * DAY, began + 4 * DAY)

    idle.refresh_from_db()
    assert (idle.idle_letter, idle.idle_told_at) == (None, None)
    again = began + DAY + 730 * DAY
    assert [row[1:] for row in nights(again - 40 * DAY, again + 5 * DAY)] == [(1, 0), (1, 0), (0, 1)]


def test_the_mail_server_s_yes_is_the_moment_she_was_told(
    idle: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    now = timezone.now()  # the moment of sending is the server's own
    Person.objects.filter(pk=idle.pk).update(last_login=now - 800 * DAY)
    with django_capture_on_commit_callbacks(execute=True):
        look_after_idle_accounts(now)
    idle.refresh_from_db()
    letter = idle.idle_letter
    assert letter is not None and letter.sent_at is not None and idle.idle_told_at is None
    look_after_idle_accounts(now + DAY)

    idle.refresh_from_db()
    assert (idle.idle_letter, idle.idle_told_at) == (None, letter.sent_at)


def test_who_leaves_by_herself_is_not_counted_any_more(idle: Person):
    nights(TWO_YEARS, TWO_YEARS, mail=they_stay)
    idle.refresh_from_db()
    assert idle.idle_letter is not None
    leave(person=idle, at=TWO_YEARS + DAY)

    idle.refresh_from_db()
    assert (idle.idle_letter, idle.idle_told_at, idle.idle_told_again_at) == (None, None, None)


MAILS = st.sampled_from([letters_leave, they_stay, they_are_given_up])
NIGHTS = st.tuples(st.integers(min_value=1, max_value=40), st.integers(min_value=0, max_value=23), MAILS)


class WhateverTheNights(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(NIGHTS, min_size=1, max_size=14))
    def test_nobody_is_removed_before_30_and_7_days_after_her_letters_left(
        self, steps: list[tuple[int, int, Mail]]
    ) -> None:
        """A command that runs at any nights, and mail that works or not, remove nobody not told twice in good time."""
        person = Person.objects.create_person(email="idle@example.org", name="Idle", language="en")
        Person.objects.filter(pk=person.pk).update(last_login=SEEN)
        at, left = TWO_YEARS - 60 * DAY, []
        for days, hours, mail in steps:
            at += days * DAY
            if look_after_idle_accounts(at):
                assert len(left) >= 2
                assert days_between(left[0], at) >= 30 and 7 <= days_between(left[-1], at) <= 30
                assert at >= TWO_YEARS - DAY
                return
            assert Letter.objects.filter(sent_at=None).count() <= 1
            mail(at + timedelta(hours=hours))
            forget_old_letters(at)
            left += Letter.objects.exclude(sent_at=None).exclude(sent_at__in=left).values_list("sent_at", flat=True)


def days_between(earlier: datetime, later: datetime) -> int:
    return (timezone.localdate(later) - timezone.localdate(earlier)).days
