"""Who has a place, and who is next: the one piece of code that gives places, always under the lock of the event.

Never are more places taken and offered than there are. Whoever waits is offered a place in the order of the numbers,
as far as her group has one; an offer runs out, and then the place goes on.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from kumppani.events.actions import letters
from kumppani.events.models import Event, Registration, Status
from kumppani.events.queries import free_for

AN_OFFER_HOLDS = timedelta(days=2)


def locked(event: Event) -> Event:
    """The event as it is now, changed by nobody else until the transaction ends."""
    return Event.objects.select_for_update(of=("self",)).select_related("organisation", "home").get(pk=event.pk)


def settle(event: Event, *, at: datetime) -> None:
    """Let what has run out go, and offer free places to those who wait. The event is locked."""
    _forget_unconfirmed(event, at)
    _end_offers(event, at)
    event.held_seats.filter(released=False, until__lt=timezone.localdate(at)).update(released=True)
    if event.is_published and at < event.begins_at:
        _offer(event, at)


def _forget_unconfirmed(event: Event, at: datetime) -> None:
    """Whoever did not confirm her address in time has not registered: nothing of it is kept."""
    never = Q(status__in=(Status.REGISTERED, Status.WAITING), confirmed_at=None, confirm_by__lte=at)
    event.registrations.filter(never).delete()


def _end_offers(event: Event, at: datetime) -> None:
    for registration in event.registrations.filter(status=Status.OFFERED, offer_ends_at__lte=at).order_by("number"):
        if event.is_published:
            letters.offer_ran_out(registration, at=at)
        end(registration, Status.EXPIRED, at=at)


def _offer(event: Event, at: datetime) -> None:
    seats = list(event.held_seats.all())
    held = {one.pk for one in seats if not one.released}
    waiting = event.registrations.in_line()
    if not waiting.exists():
        return
    free = free_for(event, seats)
    for registration in waiting:
        group = registration.seats_id if registration.seats_id in held else None
        room = free[group]
        if room is not None and room <= 0:
            continue
        registration.status = Status.OFFERED
        registration.offer_ends_at = at + min(AN_OFFER_HOLDS, (event.begins_at - at) / 2)
        registration.save(update_fields=["status", "offer_ends_at"])
        registration.event = event
        letters.place_offered(registration, at=at)
        free = free_for(event, seats)


def has_room(event: Event, seats_id: int | None) -> bool:
    """Is there a place for somebody of this group, whom nobody waits before?"""
    seats = list(event.held_seats.all())
    free = free_for(event, seats)
    room = free[seats_id if seats_id in free else None]
    return room is None or room > 0


def end(registration: Registration, status: Status, *, at: datetime) -> None:
    """End a registration, and forget whose it was: nothing more is sent to her. The row is counted."""
    registration.status, registration.offer_ends_at = status, None
    forget(registration, at=at)
    registration.save(update_fields=["status", "offer_ends_at", *FORGOTTEN])


FORGOTTEN = ("name", "email", "person", "forgotten_at")


def forget(registration: Registration, *, at: datetime) -> None:
    """Take out what is personal; the caller saves it."""
    registration.name = registration.email = ""
    registration.person, registration.forgotten_at = None, at
    registration.answers.all().delete()
