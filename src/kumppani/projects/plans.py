"""What people say of a workspace and of a task, as the actions take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kumppani.accounts.models import Person
from kumppani.network.models import Organisation
from kumppani.regions.models import Region

LONGEST_CHECKLIST = 50


@dataclass(frozen=True)
class Plan:
    """What a workspace says of itself."""

    name: str
    summary: str
    goal: str
    language: str
    is_open: bool
    free_to_join: bool
    regions: tuple[Region, ...] = ()
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Details:
    """What a person says of a task."""

    title: str
    text: str = ""
    organisation: Organisation | None = None
    assignees: tuple[Person, ...] = ()
    labels: tuple[str, ...] = ()
    starts_on: date | None = None
    due_on: date | None = None
    repeat_every: int | None = None
    repeat_unit: str = ""
    reminders: tuple[int, ...] = ()
    shared_with_guests: bool = False
    checklist: tuple[str, ...] = ()
    """Of a new task only; later each point is added and ticked by itself."""
