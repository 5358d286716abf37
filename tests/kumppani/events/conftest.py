"""Events of the tests, arranged by the site's own actions, and those who register for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.events.actions.arranging import publish_event, write_event
from kumppani.events.actions.registering import confirm, register
from kumppani.events.models import Event, HeldSeats, Registration
from kumppani.events.plans import Entry, Plan, Words
from kumppani.regions.models import Region
from tests.kumppani.conftest import MakePerson
from tests.kumppani.network.conftest import confirmed, coordinator, regional, waiting  # noqa: F401 (fixtures)

MakeEvent = Callable[..., Event]
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
IN_TWO_WEEKS = NOW + timedelta(days=14)
_numbers = count(1)


def region(code: str) -> Region:
    return Region.objects.get(code=code)


def plan(**other: Any) -> Plan:
    """A webinar of the programme with three places."""
    usual = Plan(
        kind="webinar",
        organisation=None,
        home=region("nationwide"),
        regions=(region("uusimaa"),),
        begins_at=IN_TWO_WEEKS,
        ends_at=IN_TWO_WEEKS + timedelta(hours=2),
        words={"en": Words("How to begin (invented)", "For everybody who begins.", "We talk, and you ask.")},
        online_link="https://meeting.example/secret-room",
        themes=("education",),
        languages=("en",),
        capacity=3,
    )
    return replace(usual, **other)


@pytest.fixture
def arranger(somebody: MakePerson) -> Person:
    return somebody(Role.COORDINATOR)


@pytest.fixture
def drafted(arranger: Person) -> MakeEvent:
    def make(*, by: Person | None = None, at: datetime = NOW, **said: Any) -> Event:
        return write_event(plan=plan(**said), by=by or arranger, at=at)

    return make


@pytest.fixture
def published(drafted: MakeEvent, arranger: Person) -> MakeEvent:
    """Write and publish an event."""

    def make(*, at: datetime = NOW, by: Person | None = None, **said: Any) -> Event:
        event = drafted(at=at, by=by, **said)
        publish_event(event=event, by=by or arranger, at=at)
        event.refresh_from_db()
        return event

    return make


def entry(**other: Any) -> Entry:
    number = next(_numbers)
    usual = Entry(name=f"Visitor {number}", email=f"visitor{number}@example.org", language="en")
    return replace(usual, **other)


def registered(
    event: Event, *, at: datetime = NOW, sure: bool = True, seats: HeldSeats | None = None, **said: Any
) -> Registration:
    """Somebody without an account registers and, when she is sure, presses Confirm in the letter."""
    made = register(event=event, entry=entry(seats=seats, **said), person=None, at=at)
    if sure:
        confirm(registration=made, at=at)
        made.refresh_from_db()
    return made


def as_it_is(registration: Registration) -> Registration:
    return Registration.objects.select_related("event").get(pk=registration.pk)
