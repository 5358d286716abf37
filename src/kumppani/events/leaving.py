"""What events keep of a person with an account, and what ends when she leaves: her registrations."""

from __future__ import annotations

from datetime import datetime

from kumppani.accounts.models import Person
from kumppani.events.actions.seats import end, locked, settle
from kumppani.events.models import Registration, RegistrationQuerySet, Status


def kept_of(person: Person) -> dict[str, object]:
    found = _of(person).select_related("event").prefetch_related("answers__question", "event__texts")
    return {
        "registrations": [
            {
                "event": str(registration.event),
                "begins": registration.event.begins_at.isoformat(),
                "status": registration.status,
                "name": registration.name,
                "attended": registration.attended,
                "answers": {str(answer.question): answer.text for answer in registration.answers.all()},
                "forgotten_on": registration.forget_on.isoformat(),
            }
            for registration in found
        ]
    }


def part(person: Person, at: datetime) -> None:
    """Her places go to those who wait; nothing of her is left in what is over."""
    for registration in _of(person).select_related("event").order_by("event", "number"):
        event = locked(registration.event)
        had_place_in_the_past = registration.is_coming and at >= event.begins_at
        ended = registration.status if had_place_in_the_past or not registration.is_active else Status.CANCELLED
        end(registration, Status(ended), at=at)
        settle(event, at=at)


def _of(person: Person) -> RegistrationQuerySet:
    by_person = Registration.objects.filter(person=person)
    return (by_person | Registration.objects.filter(email__iexact=person.email)).filter(forgotten_at=None)
