"""The letters of an event, each in the language of its reader, with what her calendar needs.

A letter is of use for a while and not kept longer: none outlives the name and address of whom it is for.
"""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from kumppani.events.calendars import CANCEL, PUBLISH, calendar_of
from kumppani.events.entries import absolute, entry_of, organiser_of, where_of
from kumppani.events.models import Event, Registration, Status
from kumppani.events.queries import moment_of
from kumppani.mailing.models import Letter
from kumppani.mailing.sending import write_letter


def confirm_address(registration: Registration, *, at: datetime) -> None:
    """The first letter to somebody without an account: nothing is settled before she presses the button."""
    with override(registration.language):
        said = _said(registration) | {"until": moment(registration.confirm_by)}
        subject = _("Confirm your registration: %(event)s") % said
        if registration.status == Status.REGISTERED:
            body = _(
                "Somebody registered this address for:\n\n%(event)s\n%(when)s\n%(where)s\n\n"
                "A place is held for you until %(until)s. Open this page and press Confirm:\n%(link)s\n\n"
                "If it was not you, do nothing. The address is then deleted."
            )
        else:
            body = _(
                "Somebody registered this address for:\n\n%(event)s\n%(when)s\n%(where)s\n\n"
                "All places are taken. To keep your place on the waiting list, open this page and press Confirm "
                "before %(until)s:\n%(link)s\n\n"
                "If it was not you, do nothing. The address is then deleted."
            )
        _write(registration, subject, body % said, at=at, until=registration.confirm_by)


def registered_already(registration: Registration, *, at: datetime) -> None:
    """Said to the address alone: whoever types another's address on the page learns nothing."""
    with override(registration.language):
        said = _said(registration)
        subject = _("You have registered already: %(event)s") % said
        body = _(
            "This address is registered for %(event)s already. On this page you see how it stands, change it, "
            "or cancel:\n%(link)s"
        )
        _write(registration, subject, body % said, at=at)


def has_place(registration: Registration, *, at: datetime) -> None:
    with override(registration.language):
        said = _said(registration)
        subject = _("You are registered: %(event)s") % said
        body = _(
            "You have a place:\n\n%(event)s\n%(when)s\n%(where)s\n%(organiser)s\n\n"
            "If you cannot come, cancel here so that somebody else gets the place. Here you also change your "
            "answers:\n%(link)s"
        )
        _write(registration, subject, body % said, at=at, calendar=PUBLISH)


def is_waiting(registration: Registration, *, at: datetime) -> None:
    with override(registration.language):
        said = _said(registration)
        subject = _("You are on the waiting list: %(event)s") % said
        body = _(
            "All places are taken:\n\n%(event)s\n%(when)s\n\n"
            "When your turn comes we write to you, and you have a stated time to take the place. "
            "On this page you see where you stand, or leave the list:\n%(link)s"
        )
        _write(registration, subject, body % said, at=at)


def place_offered(registration: Registration, *, at: datetime) -> None:
    with override(registration.language):
        said = _said(registration) | {"until": moment(registration.offer_ends_at)}
        subject = _("There is a place for you: %(event)s") % said
        body = _(
            "A place has become free:\n\n%(event)s\n%(when)s\n\n"
            "It is yours if you take it before %(until)s. After that it goes to the next:\n%(link)s"
        )
        _write(registration, subject, body % said, at=at, until=registration.offer_ends_at)


def offer_ran_out(registration: Registration, *, at: datetime) -> None:
    with override(registration.language):
        said = _said(registration) | {"page": absolute(reverse("event", args=[registration.event_id]))}
        subject = _("The place went to the next: %(event)s") % said
        body = _(
            "You did not take the place in time, so it was offered to the next, and your registration has ended. "
            "You can register again:\n%(page)s"
        )
        _write(registration, subject, body % said, at=at)


def cancelled(registration: Registration, *, at: datetime, had_place: bool) -> None:
    with override(registration.language):
        said = _said(registration)
        subject = _("You have cancelled: %(event)s") % said
        body = _("Your registration has ended, and your name and answers are deleted. Thank you for telling.")
        _write(registration, subject, body, at=at, calendar=CANCEL if had_place else "")


def event_changed(registration: Registration, *, at: datetime) -> None:
    with override(registration.language):
        said = _said(registration)
        subject = _("Changed: %(event)s") % said
        body = _(
            "The time or the place has changed. This holds now:\n\n%(event)s\n%(when)s\n%(where)s\n\n"
            "If you cannot come, cancel here:\n%(link)s"
        )
        _write(registration, subject, body % said, at=at, calendar=PUBLISH if registration.is_coming else "", late=True)


def event_called_off(registration: Registration, *, at: datetime) -> None:
    because = registration.event.cancelled_because
    with override(registration.language):
        said = _said(registration) | {"because": because}
        subject = _("Called off: %(event)s") % said
        body = _("This is called off:\n\n%(event)s\n%(when)s\n\n%(because)s\n\nYou need to do nothing.") % said
        _write(registration, subject, body, at=at, calendar=CANCEL if registration.is_coming else "", late=True)


def reminder(registration: Registration, *, at: datetime) -> None:
    with override(registration.language):
        said = _said(registration)
        subject = _("Soon: %(event)s") % said
        body = _(
            "You are registered:\n\n%(event)s\n%(when)s\n%(where)s\n\n"
            "If you cannot come after all, cancel here so that somebody else gets the place:\n%(link)s"
        )
        until = registration.event.ends_at
        _write(registration, subject, body % said, at=at, calendar=PUBLISH, until=until, late=True)


def materials_added(registration: Registration, *, at: datetime) -> None:
    with override(registration.language):
        said = _said(registration)
        subject = _("Materials: %(event)s") % said
        body = _("What was shown is on your page now, until your registration is deleted on %(day)s:\n%(link)s") % (
            said | {"day": date_format(registration.forget_on, "DATE_FORMAT")}
        )
        _write(registration, subject, body, at=at, late=True)


def moment(at: datetime | None) -> str:
    """A moment as people say it, in Helsinki."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""


def when_of(event: Event) -> str:
    """From when to when; of one day the day is said once."""
    begins, ends = timezone.localtime(event.begins_at), timezone.localtime(event.ends_at)
    end = date_format(ends, "TIME_FORMAT" if begins.date() == ends.date() else "DATETIME_FORMAT")
    return _("%(begins)s – %(ends)s (Finnish time)") % {"begins": moment(event.begins_at), "ends": end}


def _said(registration: Registration) -> dict[str, str]:
    event = registration.event
    return {
        "event": str(event),
        "when": when_of(event),
        "where": where_of(event, registered=registration.is_coming),
        "organiser": organiser_of(event),
        "link": absolute(reverse("registration", args=[registration.token])),
    }


def _write(
    registration: Registration,
    subject: str,
    body: str,
    *,
    at: datetime,
    calendar: str = "",
    until: datetime | None = None,
    late: bool = False,
) -> Letter:
    """``late``: one of many letters, which the site sends within a minute."""
    link = absolute(reverse("registration", args=[registration.token]))
    entry = entry_of(registration.event, registered=registration.is_coming, note=link)
    return write_letter(
        to=registration.email,
        subject=" ".join(subject.split())[:200],
        body=body.strip() + "\n",
        language=registration.language,
        at=at,
        of_use_until=until or moment_of(registration.forget_on),
        at_once=not late,
        calendar=calendar_of([entry], method=calendar) if calendar else "",
        calendar_method=calendar,
    )
