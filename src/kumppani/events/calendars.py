"""Events as an iCalendar file (RFC 5545), for a calendar program or beside a letter. No database.

Moments are written in UTC: the same moment in every zone, with no table of summer times that a program could misread.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, vCalAddress
from icalendar import Event as CalendarEvent

from kumppani.projects.calendars import printable

PUBLISH, CANCEL = "PUBLISH", "CANCEL"


@dataclass(frozen=True)
class Entry:
    uid: str
    sequence: int
    begins_at: datetime
    ends_at: datetime
    title: str
    text: str
    where: str
    address: str
    """Of its page."""
    changed_at: datetime
    organiser: str
    sender: str
    """The address letters of the site come from."""
    cancelled: bool = False
    alarm: timedelta | None = None
    """So long before it begins the reader's calendar tells her."""


def calendar_of(entries: Iterable[Entry], *, name: str = "", method: str = PUBLISH) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Kumppani//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", printable(name))
    for entry in entries:
        calendar.add_component(_event(entry, cancelled=entry.cancelled or method == CANCEL))
    return calendar.to_ical().decode()


def _event(entry: Entry, *, cancelled: bool) -> CalendarEvent:
    event = CalendarEvent()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("dtstart", entry.begins_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", printable(entry.title))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if entry.text:
        event.add("description", printable(entry.text))
    if entry.where:
        event.add("location", printable(entry.where))
    event.add("url", entry.address)
    organiser = vCalAddress(f"mailto:{entry.sender}")
    organiser.params["CN"] = printable(entry.organiser).replace('"', "'")
    event["organizer"] = organiser
    if entry.alarm is not None and not cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -entry.alarm)
        alarm.add("description", printable(entry.title))
        event.add_component(alarm)
    return event
