"""What an organisation says of itself, and what it says in a need or an offer: from a form to an action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kumppani.network.models import Facet
from kumppani.regions.models import Region

FACETS = {Facet.THEME: "themes", Facet.TARGET_GROUP: "target_groups", Facet.LANGUAGE: "languages"}
"""The name under which each facet is written here."""


@dataclass(frozen=True)
class Profile:
    name: str
    text: str
    language: str
    kind: str
    home: Region
    regions: tuple[Region, ...]
    themes: tuple[str, ...]
    target_groups: tuple[str, ...]
    languages: tuple[str, ...]
    website: str
    contact_email: str


@dataclass(frozen=True)
class Wording:
    title: str
    text: str
    language: str
    regions: tuple[Region, ...]
    themes: tuple[str, ...]
    target_groups: tuple[str, ...]
    languages: tuple[str, ...]
    valid_to: date
