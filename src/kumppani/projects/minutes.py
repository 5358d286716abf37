"""Minutes to tasks: which lines are tasks, who is named in them, and by which day. No database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

LINE = re.compile(r"^\s*(?:[-*]\s*\[\s?\]|(?:[-*]\s*)?(?:tehtävä|uppgift|task)\s*:)\s*(?P<said>\S.*)$", re.IGNORECASE)
ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b")
DOTTED = re.compile(r"\b(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:\s?(?P<year>\d{4}))?(?!\d)")
LEFT_OVER = re.compile(
    r" ?[(\[]? ?(?:\b(?:by|senast|due|viimeistään)\b)? ?[:,]? ?\x00 ?(?:\bmennessä\b)? ?[)\]]?", re.IGNORECASE
)
"""What is said around a day. It expects single spaces: a pattern that repeats them takes for ever over many."""
MOST = 50
"""So many are shown to be confirmed at a time."""


@dataclass(frozen=True)
class Proposed:
    title: str
    people: tuple[int, ...]
    due_on: date | None


def proposed_in(text: str, people: Iterable[tuple[int, str]], *, on: date) -> list[Proposed]:
    """The tasks of the minutes, in their order, and one more than may be made at most, so that it shows.

    ``people``: who takes part, by number and name.
    """
    known = list(people)
    return [_read(said, known, on) for said in islice(_lines_in(text), MOST + 1)]


def number_in(text: str) -> int:
    """How many tasks there are in the minutes, without reading them."""
    return sum(1 for _said in _lines_in(text))


def _lines_in(text: str) -> Iterator[str]:
    """What is said in each line that is a task, with single spaces."""
    return (" ".join(found["said"].split()) for line in text.splitlines() if (found := LINE.match(line)))


def _read(said: str, people: list[tuple[int, str]], on: date) -> Proposed:
    due_on, rest = _day_in(said, on)
    return Proposed(rest, tuple(number for number, name in people if _names(said, name, people)), due_on)


def _day_in(said: str, on: date) -> tuple[date | None, str]:
    """The first day that there is in the line, and the line without it."""
    for pattern in (ISO, DOTTED):
        for found in pattern.finditer(said):
            day = _day(found, on)
            if day is not None:
                marked = said[: found.start()] + "\x00" + said[found.end() :]
                return day, LEFT_OVER.sub(" ", marked).strip(" ,;–-") or said
    return None, said


def _day(found: re.Match[str], on: date) -> date | None:
    """A day without a year is the next one that comes."""
    month, day = int(found["month"]), int(found["day"])
    years = [int(found["year"])] if found["year"] else range(on.year, on.year + 5)
    for year in years:
        try:
            read = date(year, month, day)
        except ValueError:
            continue
        if found["year"] or read >= on:
            return read
    return None


def _names(said: str, name: str, people: list[tuple[int, str]]) -> bool:
    """The whole name, or a first name that only one of them has; a Finnish ending may follow."""
    if _stands(said, name):
        return True
    first = name.split()[0] if name.split() else ""
    alone = sum(1 for _number, other in people if other.split()[:1] == [first]) == 1
    return len(first) > 1 and alone and _stands(said, first)


def _stands(said: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?:n|lle|lla|lta|s)?(?!\w)", said, re.IGNORECASE) is not None
