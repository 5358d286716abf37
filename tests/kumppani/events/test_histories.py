"""Random histories of registering, cancelling, offers that run out and a clock that moves, against a slow model.

The model knows nothing of the database: it is a list of people, looked through from the beginning after every step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.events.actions import registering
from kumppani.events.actions.arranging import edit_event, hold_seats, plan_of, publish_event, write_event
from kumppani.events.actions.looking_after import look_after_events
from kumppani.events.faults import NotNow
from kumppani.events.models import Event, HeldSeats, Registration
from kumppani.events.plans import Held
from tests.kumppani.conftest import MakePerson
from tests.kumppani.events.conftest import IN_TWO_WEEKS, NOW, entry, plan

pytestmark = pytest.mark.django_db


@dataclass
class Somebody:
    number: int
    group: str
    status: str
    sure: bool
    until: datetime | None
    """Until when she has to confirm, or to take the offer."""


@dataclass
class Model:
    """What is promised, said as simply as can be."""

    capacity: int
    held: dict[str, tuple[int, date]]
    people: list[Somebody] = field(default_factory=list)
    registered_so_far: int = 0

    def taken(self, group: str | None = None) -> int:
        return sum(one.status in ("registered", "offered") and group in (None, one.group) for one in self.people)

    def free(self, group: str, at: datetime) -> int:
        """Places that are neither taken nor still held for another group."""
        today = timezone.localdate(at)
        for_others = sum(
            max(0, places - self.taken(name))
            for name, (places, until) in self.held.items()
            if until >= today and name != group
        )
        return self.capacity - self.taken() - for_others

    def settle(self, at: datetime) -> None:
        self.people = [one for one in self.people if one.sure or one.until is None or one.until > at]
        for one in self.people:
            if one.status == "offered" and one.until is not None and one.until <= at:
                one.status, one.until = "expired", None
        while at < IN_TWO_WEEKS:
            fitting = [
                one
                for one in sorted(self.people, key=lambda one: one.number)
                if one.status == "waiting" and one.sure and self.free(one.group, at) > 0
            ]
            if not fitting:
                break
            fitting[0].status = "offered"
            fitting[0].until = at + min(timedelta(days=2), (IN_TWO_WEEKS - at) / 2)

    def register(self, group: str, at: datetime) -> None:
        if at >= IN_TWO_WEEKS:
            return
        self.settle(at)
        self.registered_so_far += 1
        status = "registered" if self.free(group, at) > 0 else "waiting"
        until = min(at + timedelta(days=1), IN_TWO_WEEKS)
        self.people.append(Somebody(self.registered_so_far, group, status, False, until))

    def find(self, number: int) -> Somebody | None:
        active = ("registered", "offered", "waiting")
        return next((one for one in self.people if one.number == number and one.status in active), None)

    def confirm(self, number: int, at: datetime) -> None:
        self.settle(at)
        one = self.find(number)
        if one is not None and not one.sure and at < IN_TWO_WEEKS + timedelta(hours=2):
            one.sure, one.until = True, None
            self.settle(at)

    def accept(self, number: int, at: datetime) -> None:
        self.settle(at)
        one = self.find(number)
        if one is not None and one.status == "offered" and at < IN_TWO_WEEKS:
            one.status, one.until = "registered", None

    def cancel(self, number: int, at: datetime) -> None:
        self.settle(at)
        one = self.find(number)
        if one is not None and at < IN_TWO_WEEKS:
            one.status, one.until = "cancelled", None
            self.settle(at)

    def make_room(self, more: int, at: datetime) -> None:
        self.capacity += more
        self.settle(at)

    def standing(self) -> list[tuple[int, str, bool]]:
        return [(one.number, one.status, one.sure) for one in sorted(self.people, key=lambda one: one.number)]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["register"] * 6 + ["confirm"] * 5 + ["accept"] * 4 + ["cancel"] * 3 + ["look", "room"]),
        st.integers(0, 11),
        st.integers(0, 3),
        st.sampled_from([0] * 9 + [1, 5, 23, 24, 48, 49]),
    ),
    min_size=10,
    max_size=30,
)
GROUPS = ("", "Kainuu", "Lappi")


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(steps=STEPS, capacity=st.integers(1, 4), held=st.booleans())
def test_every_history_ends_as_the_simple_model_says(
    steps: list[tuple[str, int, int, int]], capacity: int, held: bool, arranging: Person
):
    event = write_event(plan=plan(capacity=capacity), by=arranging, at=NOW)
    publish_event(event=event, by=arranging, at=NOW)
    last_day = timezone.localdate(NOW) + timedelta(days=5)
    model = Model(capacity, {"Kainuu": (1, last_day)} if held else {})
    if held:
        hold_seats(event=event, held=[Held("Kainuu", 1, last_day)], by=arranging, at=NOW)
    at = NOW
    full = [(what, number, number, 0) for number in range(capacity + 2) for what in ("register", "confirm")]
    for what, which, group, hours in [*full, *steps]:  # the house is full and two wait, before anything else happens
        at += timedelta(hours=hours)
        do(event, model, what, which, GROUPS[group % 3], at, arranging)
        look_after_events(at=at)
        model.settle(at)

        assert standing(event) == model.standing()
        assert taken(event) <= model.capacity
    Event.objects.filter(pk=event.pk).delete()


@pytest.fixture
def arranging(somebody: MakePerson) -> Person:
    return somebody(Role.COORDINATOR)


def do(event: Event, model: Model, what: str, which: int, group: str, at: datetime, by: Person) -> None:
    seats = HeldSeats.objects.filter(event=event, name=group).first()
    said = group if seats is not None else ""
    number = which % max(1, model.registered_so_far) + 1
    try:
        if what == "register":
            model.register(said, at)
            registering.register(event=event, entry=entry(seats=seats), person=None, at=at)
        elif what == "room":
            model.make_room(1, at)
            event.refresh_from_db()
            wider = plan(capacity=model.capacity)
            assert wider.begins_at == plan_of(event).begins_at
            edit_event(event=event, plan=wider, version=event.version, by=by, at=at)
        elif what != "look":
            registration = Registration.objects.filter(event=event, number=number).first()
            if registration is None:
                return
            getattr(model, what)(number, at)
            deeds = {
                "confirm": registering.confirm,
                "accept": registering.accept_offer,
                "cancel": registering.cancel,
            }
            deeds[what](registration=registration, at=at)
    except NotNow:
        pass  # refused in a sentence; that nothing changed is compared


def standing(event: Event) -> list[tuple[int, str, bool]]:
    rows = event.registrations.order_by("number")
    return [(row.number, str(row.status), row.confirmed_at is not None) for row in rows]


def taken(event: Event) -> int:
    return event.registrations.filter(status__in=("registered", "offered")).count()
