"""Register, confirm, take an offered place, change, cancel: with an account or by the link in a letter alone.

An address that was typed is nobody's until the letter to it was answered. What the page says does not depend on
whether the address is known: only the letter tells that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Person
from kumppani.events.actions import letters
from kumppani.events.actions.seats import end, has_room, locked, settle
from kumppani.events.faults import NoSuchLink, NotNow
from kumppani.events.models import SALT, Answer, Event, Registration, Status
from kumppani.events.plans import Entry
from kumppani.history.recording import record

TIME_TO_CONFIRM = timedelta(days=1)


@transaction.atomic
def register(*, event: Event, entry: Entry, person: Person | None, at: datetime) -> Registration:
    """Give a place, or the next number of the waiting list. The address of a person who has signed in is known."""
    event = locked(event)
    if not event.is_open_at(at):
        raise NotNow(_("Registration is not open now."))
    settle(event, at=at)
    email = person.email if person is not None else entry.email
    known = event.registrations.active().filter(email__iexact=email).select_related("event").first()
    if known is not None:
        _tell_again(known, at=at)
        return known
    registration = Registration.objects.create(
        event=event,
        number=event.next_number,
        person=person,
        name=entry.name,
        email=email.lower(),
        language=entry.language,
        seats=entry.seats,
        status=Status.REGISTERED if has_room(event, entry.seats.pk if entry.seats else None) else Status.WAITING,
        made_at=at,
        confirmed_at=at if person is not None else None,
        confirm_by=None if person is not None else min(at + TIME_TO_CONFIRM, event.begins_at),
        forget_on=event.forget_on,
    )
    event.next_number += 1
    event.save(update_fields=["next_number"])
    _write_answers(registration, entry.answers)
    record(gettext_noop("registered for an event"), about=registration, by=None, at=at)
    if person is None:
        letters.confirm_address(registration, at=at)
    else:
        _tell_settled(registration, at=at)
    return registration


@transaction.atomic
def confirm(*, registration: Registration, at: datetime) -> None:
    """She who reads the address says it is hers. A second press changes nothing."""
    event, registration = _locked_with(registration, at)
    if registration.confirmed_at is not None:
        return
    if event.is_cancelled or at >= event.ends_at:
        raise NotNow(_("The event is over or called off."))
    registration.confirmed_at, registration.confirm_by = at, None
    registration.save(update_fields=["confirmed_at", "confirm_by"])
    if registration.status == Status.REGISTERED:
        letters.has_place(registration, at=at)
    settle(event, at=at)


@transaction.atomic
def accept_offer(*, registration: Registration, at: datetime) -> None:
    event, registration = _locked_with(registration, at)
    if registration.status == Status.REGISTERED:
        return
    if registration.status != Status.OFFERED or not event.is_published or at >= event.begins_at:
        raise NotNow(_("No place is offered to you now."))
    registration.status, registration.offer_ends_at = Status.REGISTERED, None
    registration.save(update_fields=["status", "offer_ends_at"])
    record(gettext_noop("took an offered place"), about=registration, by=None, at=at)
    letters.has_place(registration, at=at)


@transaction.atomic
def change(*, registration: Registration, name: str, language: str, answers: Mapping[int, str], at: datetime) -> None:
    event, registration = _locked_with(registration, at)
    if at >= event.ends_at:
        raise NotNow(_("The event is over."))
    registration.name, registration.language = name, language
    registration.save(update_fields=["name", "language"])
    registration.answers.all().delete()
    _write_answers(registration, answers)


@transaction.atomic
def cancel(*, registration: Registration, at: datetime) -> None:
    """Give the place back. Name, address and answers are deleted at once; somebody else is offered the place."""
    event, registration = _locked_with(registration, at)
    if at >= event.begins_at:
        raise NotNow(_("The event has begun already."))
    if registration.confirmed_at is not None and event.is_published:
        letters.cancelled(registration, at=at, had_place=registration.is_coming)
    end(registration, Status.CANCELLED, at=at)
    record(gettext_noop("registration cancelled"), about=registration, by=None, at=at)
    settle(event, at=at)


def registration_of(token: str) -> Registration:
    """The registration behind a link."""
    try:
        code = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        raise NoSuchLink from None
    found = Registration.objects.filter(code=code).select_related("event__organisation", "event__home", "seats")
    registration = found.prefetch_related("event__texts", "event__labels", "event__regions", "answers").first()
    if registration is None or (registration.forgotten_at is not None and registration.is_active):
        raise NoSuchLink
    return registration


def _locked_with(registration: Registration, at: datetime) -> tuple[Event, Registration]:
    """The event and the registration as they are now, after what has run out has gone."""
    event = locked(registration.event)
    settle(event, at=at)
    found = event.registrations.active().filter(pk=registration.pk, forgotten_at=None).select_related("seats").first()
    if found is None:
        raise NotNow(_("This registration has ended. You can register again as long as registration is open."))
    found.event = event
    return event, found


def _tell_again(registration: Registration, *, at: datetime) -> None:
    if registration.confirmed_at is None:
        letters.confirm_address(registration, at=at)
    else:
        letters.registered_already(registration, at=at)


def _tell_settled(registration: Registration, *, at: datetime) -> None:
    if registration.status == Status.REGISTERED:
        letters.has_place(registration, at=at)
    else:
        letters.is_waiting(registration, at=at)


def _write_answers(registration: Registration, answers: Mapping[int, str]) -> None:
    """Only what the event asks; each with the day on which it goes."""
    questions = registration.event.questions.all()
    Answer.objects.bulk_create(
        Answer(
            registration=registration,
            question=question,
            text=answers[question.pk].strip()[:500],
            forget_on=question.forget_on,
        )
        for question in questions
        if answers.get(question.pk, "").strip()
    )
