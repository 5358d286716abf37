"""Accounts that nobody uses: two letters, then removal; nothing is left without anybody, and signing in ends it all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kumppani.accounts.actions import NotNow
from kumppani.accounts.idle import idle_people, idle_seen_by, look_after_idle_accounts
from kumppani.accounts.models import Grant, Person
from kumppani.accounts.own import leave
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.mailing.models import Letter
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


def nights(first: datetime, last: datetime) -> list[tuple[date, int, int]]:
    """Run every night from one day to another; tell each on which a letter was written or somebody removed."""
    told, at = [], first
    while at <= last:
        before = Letter.objects.count()
        removed = look_after_idle_accounts(at)
        if removed or Letter.objects.count() > before:
            told.append((at.date(), Letter.objects.count() - before, removed))
        at += DAY
    return told


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

    told = nights(TWO_YEARS - 40 * DAY, TWO_YEARS + 30 * DAY)

    assert [row[1:] for row in told] == [(1, 0), (1, 0)]
    assert "You are the only coordinator of Kainuu." in Letter.objects.last().body  # type: ignore[union-attr]
    other = somebody()
    Grant.objects.create(person=other, role="coordinator", scope_kind="region", region=kainuu, valid_from=SEEN.date())
    Person.objects.filter(pk=other.pk).update(joined_at=TWO_YEARS)
    assert look_after_idle_accounts(TWO_YEARS + 31 * DAY) == 1


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


class WhateverTheNights(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(min_value=1, max_value=40), min_size=1, max_size=12))
    def test_nobody_is_removed_before_30_and_7_days_after_her_letters(self, steps: list[int]) -> None:
        """A command that runs at any nights removes nobody who was not told twice in good time."""
        person = Person.objects.create_person(email="idle@example.org", name="Idle", language="en")
        Person.objects.filter(pk=person.pk).update(last_login=SEEN)
        at, letters = TWO_YEARS - 60 * DAY, []
        for step in steps:
            at += step * DAY
            before = Letter.objects.count()
            if look_after_idle_accounts(at):
                assert len(letters) == 2
                assert at - letters[0] >= 30 * DAY and at - letters[1] >= 7 * DAY
                assert at >= TWO_YEARS - DAY
                return
            letters += [at] * (Letter.objects.count() - before)
