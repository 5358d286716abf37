"""When a happening fits what somebody follows: all facets have to, and of a facet one code. No database but areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from kumppani.design.numbers import row_number
from kumppani.following.kinds import KINDS, REGIONS
from kumppani.regions.models import Area

EVERYWHERE = "nationwide"
AREA = "area:"

Codes = Mapping[str, Set[str]]


def fits(wanted: Codes, kind: str, told: Codes) -> bool:
    """Say whether what was told fits. Nothing wanted fits nothing: nobody follows everything by mistake."""
    if not wanted:
        return False
    return all(kind in codes if facet == KINDS else _meets(facet, codes, told) for facet, codes in wanted.items())


def _meets(facet: str, codes: Set[str], told: Codes) -> bool:
    here = told.get(facet, frozenset())
    if facet == REGIONS and codes and EVERYWHERE in here:
        return True
    return not codes.isdisjoint(here)


def spread(wanted: Iterable[Codes]) -> list[dict[str, set[str]]]:
    """Put for every area the regions it joins, those it had while it was in force."""
    asked = [{facet: set(codes) for facet, codes in each.items()} for each in wanted]
    keys = numbers_of_areas(code for each in asked for code in each.get(REGIONS, ()))
    leaves = {f"{AREA}{area.pk}": area.codes for area in Area.objects.filter(pk__in=keys).prefetch_related("regions")}
    for each in asked:
        if REGIONS in each:
            each[REGIONS] = {leaf for code in each[REGIONS] for leaf in leaves.get(code, {code})}
    return asked


def numbers_of_areas(codes: Iterable[str]) -> set[int]:
    """The numbers in codes such as ``area:7``; other codes, and what cannot be a number, are passed over."""
    numbers = (row_number(code.removeprefix(AREA)) for code in codes if code.startswith(AREA))
    return {number for number in numbers if number is not None}
