"""Tasks as an iCalendar file (RFC 5545), an entry of a whole day for each. No database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event


@dataclass(frozen=True)
class Entry:
    uid: str
    day: date
    title: str
    text: str
    address: str
    changed_at: datetime


def calendar_of(name: str, entries: Iterable[Entry]) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Kumppani//Tasks//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", printable(name))
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", entry.changed_at.astimezone(UTC))
        event.add("dtstart", entry.day)
        if entry.day < date.max:  # without an end it is of its day alone
            event.add("dtend", entry.day + timedelta(days=1))
        event.add("summary", printable(entry.title))
        event.add("description", printable(entry.text))
        event.add("url", entry.address)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical().decode()


def printable(text: str) -> str:
    """Without signs that no calendar takes, such as one that ends a line of another kind."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(letter for letter in line if letter.isprintable()) for line in lines)
