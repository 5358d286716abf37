"""Places held for a group: for nobody else until the end of a day, and in the order of the numbers within the group."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.events.actions.arranging import hold_seats
from kumppani.events.actions.looking_after import look_after_events
from kumppani.events.actions.registering import cancel
from kumppani.events.models import Status
from kumppani.events.plans import Held
from tests.kumppani.events.conftest import NOW, MakeEvent, as_it_is, registered

pytestmark = pytest.mark.django_db


def test_a_held_place_passes_by_those_of_no_group_until_its_day_is_over(published: MakeEvent, arranger: Person):
    event, last_day = published(capacity=2), timezone.localdate(NOW) + timedelta(days=5)
    hold_seats(event=event, held=[Held("Kainuu", 1, last_day)], by=arranger, at=NOW)
    kainuu = event.held_seats.get()

    anybody, waits = registered(event), registered(event)
    first, second = registered(event, seats=kainuu), registered(event, seats=kainuu)
    assert [one.status for one in (anybody, waits, first, second)] == ["registered", "waiting", "registered", "waiting"]

    cancel(registration=first, at=NOW)
    assert (as_it_is(waits).status, as_it_is(second).status) == (Status.WAITING, Status.OFFERED)

    cancel(registration=second, at=NOW)
    look_after_events(at=NOW + timedelta(days=5))
    assert as_it_is(waits).status == Status.WAITING
    look_after_events(at=NOW + timedelta(days=6))
    assert as_it_is(waits).status == Status.OFFERED
