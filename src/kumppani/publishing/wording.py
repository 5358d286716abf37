"""What a text says, and what it is described with: from a form to an action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kumppani.regions.models import Region


@dataclass(frozen=True)
class Wording:
    title: str
    lead: str = ""
    body: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """Where an item belongs and what it is about."""

    home: Region
    regions: tuple[Region, ...]
    themes: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    place: str = ""
    started_on: date | None = None
    review_on: date | None = None
