"""What calendars are told of an event. The online link goes in only where the reader is registered."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from kumppani.events.calendars import Entry
from kumppani.events.models import Event

ALARM = timedelta(hours=1)


def absolute(path: str) -> str:
    """The address of a page for a letter or a calendar, which has no page it stands on."""
    return urljoin(settings.SITE_ADDRESS, path)


def entry_of(event: Event, *, registered: bool = False, note: str = "") -> Entry:
    """In the language in force. ``note`` stands below the lead, such as where to cancel."""
    said = event.text_said
    lead = said.lead if said else ""
    return Entry(
        uid=uid_of(event),
        sequence=event.sequence,
        begins_at=event.begins_at,
        ends_at=event.ends_at,
        title=str(event),
        text="\n\n".join(part for part in (lead, note) if part),
        where=where_of(event, registered=registered),
        address=absolute(reverse("event", args=[event.pk])),
        changed_at=event.changed_at,
        organiser=organiser_of(event),
        sender=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        cancelled=event.is_cancelled,
        alarm=ALARM if registered else None,
    )


def uid_of(event: Event) -> str:
    return f"{event.uid}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}"


def where_of(event: Event, *, registered: bool) -> str:
    """The place in words; online only those who are registered are told the address."""
    online = event.online_link if registered else _("Online")
    return ", ".join(part for part in (event.place, online if event.is_online else "") if part)


def organiser_of(event: Event) -> str:
    return event.organisation.name if event.organisation else str(_("The programme"))
