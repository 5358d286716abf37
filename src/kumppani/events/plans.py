"""What an organiser says of an event, and what somebody says who registers: from a form to an action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kumppani.events.models import HeldSeats
from kumppani.network.models import Organisation
from kumppani.regions.models import Region


@dataclass(frozen=True)
class Words:
    title: str
    lead: str = ""
    text: str = ""


@dataclass(frozen=True)
class Plan:
    kind: str
    organisation: Organisation | None
    home: Region
    """Of an event without an organisation: whose coordinators take care of it."""
    regions: tuple[Region, ...]
    begins_at: datetime
    ends_at: datetime
    words: Mapping[str, Words]
    """By language."""
    place: str = ""
    online_link: str = ""
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    takes_registrations: bool = True
    capacity: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    keep_days: int = 30


@dataclass(frozen=True)
class Asked:
    """A question, as the organiser plans it."""

    about: str
    keep_days: int
    words: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Held:
    name: str
    places: int
    until: date


@dataclass(frozen=True)
class Entry:
    """Who registers, and what she answered, by the number of the question."""

    name: str
    email: str
    language: str
    answers: Mapping[int, str] = field(default_factory=dict)
    seats: HeldSeats | None = None
