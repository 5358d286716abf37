"""What is done by the clock: places go on when a time has run out, reminders are written, and names are forgotten."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kumppani.events.actions import letters
from kumppani.events.actions.seats import FORGOTTEN, forget, locked, settle
from kumppani.events.models import Answer, Event, Registration
from kumppani.events.queries import events_with_something_due, to_remind

HOUR_OF_REMINDERS = 8


def look_after_events(*, at: datetime) -> int:
    """Give on places whose time has run out, and write the reminders that are due; give how much there was to do."""
    numbers = events_with_something_due(at=at)
    for number in numbers:
        _settle(number, at=at)
    return len(numbers) + remind(at=at)


@transaction.atomic
def _settle(number: int, *, at: datetime) -> None:
    settle(locked(Event(pk=number)), at=at)


def remind(*, at: datetime) -> int:
    """Write on the day before, from the morning on, each once; who registered since this morning has read it today."""
    if timezone.localtime(at).hour < HOUR_OF_REMINDERS:
        return 0
    return sum(_remind(number, at=at) for number in to_remind(at=at))


@transaction.atomic
def _remind(number: int, *, at: datetime) -> int:
    event = Event.objects.filter(registrations=number).get()
    event = locked(event)
    registration = event.registrations.coming().filter(pk=number, reminded_at=None).first()
    if registration is None or not event.is_published:
        return 0
    registration.event, registration.reminded_at = event, at
    registration.save(update_fields=["reminded_at"])
    if registration.confirmed_at is not None and timezone.localdate(registration.confirmed_at) < timezone.localdate(at):
        letters.reminder(registration, at=at)
        return 1
    return 0


def forget_what_is_over(at: datetime) -> int:
    """Delete answers whose day has come, and names and addresses whose day has come. Rows stay, to be counted."""
    today = timezone.localdate(at)
    gone = Answer.objects.filter(forget_on__lte=today).delete()[0]
    over = Registration.objects.filter(forget_on__lte=today, forgotten_at=None)
    for registration in over.iterator():
        forget(registration, at=at)
        registration.save(update_fields=FORGOTTEN)
        gone += 1
    return gone
