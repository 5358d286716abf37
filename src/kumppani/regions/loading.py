"""Read `geography.yaml` into the tables. Used by the migration that creates them, so it takes the model classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

GEOGRAPHY = Path(__file__).with_name("geography.yaml")
LANGUAGES = ("fi", "sv", "en", "ar")


def load_geography(*, region: Any, grouping: Any, area: Any) -> None:
    """Write every leaf, grouping and area; rows that are there already are brought up to date."""
    geography = yaml.safe_load(GEOGRAPHY.read_text(encoding="utf-8"))
    for order, leaf in enumerate(geography["leaves"]):
        values = {"kind": leaf.get("kind", "mainland"), "names": _names(leaf), "order": order}
        region.objects.update_or_create(code=leaf["code"], defaults=values)
    for entry in geography["groupings"]:
        values = {
            "names": entry["names"],
            "notes": entry.get("notes", {}),
            "valid_from": entry.get("valid_from"),
            "valid_to": entry.get("valid_to"),
        }
        row, _created = grouping.objects.update_or_create(code=entry["code"], defaults=values)
        for order, part in enumerate(entry["areas"]):
            values = {"names": _names(part), "order": order}
            joined, _created = area.objects.update_or_create(grouping=row, code=part["code"], defaults=values)
            joined.regions.set(region.objects.filter(code__in=part["leaves"]))


def _names(entry: dict[str, str]) -> dict[str, str]:
    return {language: entry[language] for language in LANGUAGES}
