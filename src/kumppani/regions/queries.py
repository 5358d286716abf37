"""Areas to choose from, and a place as one word in a form."""

from __future__ import annotations

from datetime import date

from kumppani.regions.models import Area, Grouping, Region


def areas_to_choose(on: date) -> list[Area]:
    """Give the areas of the divisions that were set for a time and hold on this day, if they join several regions."""
    areas = Area.objects.filter(grouping__in=_divisions(on)).select_related("grouping").prefetch_related("regions")
    return [area for area in areas if len(area.codes) > 1]


def place_code(place: Area | Region) -> str:
    """Name a place in a form: `place_of` reads it again."""
    return f"area-{place.pk}" if isinstance(place, Area) else f"region-{place.pk}"


def place_of(code: str) -> Area | Region | None:
    """Give the place of a code; None for the whole programme. Raises LookupError for one that is not there."""
    kind, _dash, key = code.partition("-")
    try:
        if kind == "area":
            return Area.objects.prefetch_related("regions").get(pk=key)
        return Region.objects.get(pk=key) if kind == "region" else None
    except (Area.DoesNotExist, Region.DoesNotExist, ValueError):
        raise LookupError(code) from None


def _divisions(on: date) -> list[str]:
    dated = Grouping.objects.in_force(on).exclude(valid_from=None, valid_to=None)
    return list(dated.values_list("pk", flat=True))
