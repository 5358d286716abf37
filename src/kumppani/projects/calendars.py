"""Tasks as an iCalendar file (RFC 5545), an entry of a whole day for each. No database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LONGEST_LINE = 75
"""Octets, without the end of the line."""


@dataclass(frozen=True)
class Entry:
    uid: str
    day: date
    title: str
    text: str
    address: str
    changed_at: datetime


def calendar_of(name: str, entries: Iterable[Entry]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kumppani//Tasks//EN", f"X-WR-CALNAME:{_escaped(name)}"]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{entry.uid}",
            f"DTSTAMP:{entry.changed_at:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{_written(entry.day)}",
            *_end_of(entry.day),
            f"SUMMARY:{_escaped(entry.title)}",
            f"DESCRIPTION:{_escaped(entry.text)}",
            f"URL:{entry.address}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _written(day: date) -> str:
    return day.isoformat().replace("-", "")


def _end_of(day: date) -> list[str]:
    """The day after; without one an entry is of its day alone, as on the last day that there is."""
    return [f"DTEND;VALUE=DATE:{_written(day + timedelta(days=1))}"] if day < date.max else []


def _escaped(text: str) -> str:
    for letter, said in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(letter, said)
    return "".join(letter for letter in text if letter.isprintable())


def _folded(line: str) -> Iterator[str]:
    """Break a long line between letters, never inside one: a letter may be of several octets."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > LONGEST_LINE:
            yield piece
            piece = " "
        piece += letter
    yield piece
