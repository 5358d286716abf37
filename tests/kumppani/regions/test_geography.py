"""The region tree as the migration loads it. The groupings are those of docs/explanation: fifteen, ten, seven, nine."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from kumppani.regions.models import Area, Grouping, Region

pytestmark = pytest.mark.django_db


def leaves_of(grouping: str) -> dict[str, frozenset[str]]:
    areas = Area.objects.filter(grouping=grouping).prefetch_related("regions")
    return {area.code: frozenset(region.code for region in area.regions.all()) for area in areas}


def test_the_leaves_are_eighteen_mainland_regions_aland_and_the_whole_country():
    kinds = list(Region.objects.values_list("kind", flat=True))

    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"mainland": 18, "aland": 1, "nationwide": 1}


def test_the_groupings_have_the_number_of_areas_they_are_named_for():
    sizes = {grouping.code: grouping.areas.count() for grouping in Grouping.objects.all()}

    assert sizes == {"fifteen": 15, "ten": 10, "seven": 7, "nine": 9}


@pytest.mark.parametrize("grouping", ["fifteen", "ten", "seven", "nine"])
def test_every_mainland_region_is_in_exactly_one_area_of_each_grouping(grouping: str):
    placed = [leaf for leaves in leaves_of(grouping).values() for leaf in leaves]

    assert sorted(set(placed) - {"ahvenanmaa"}) == sorted(
        Region.objects.filter(kind="mainland").values_list("code", flat=True)
    )
    assert len(placed) == len(set(placed))


def test_the_nine_areas_are_the_finest_that_fifteen_and_ten_both_add_up_to():
    mainland = set(Region.objects.filter(kind="mainland").values_list("code", flat=True))
    joined = {leaf: {leaf} for leaf in mainland}
    for leaves in [*leaves_of("fifteen").values(), *leaves_of("ten").values()]:
        together = set().union(*(joined[leaf] for leaf in leaves & mainland))
        for leaf in together:
            joined[leaf] = together

    assert {frozenset(part) for part in joined.values()} == set(leaves_of("nine").values())


def test_the_seven_nest_in_the_fifteen_and_not_in_the_ten():
    def nests(coarse: str, fine: str) -> bool:
        return all(any(part <= whole for whole in leaves_of(coarse).values()) for part in leaves_of(fine).values())

    assert nests("seven", "fifteen")
    assert not nests("seven", "ten")


@pytest.mark.parametrize(("day", "codes"), [("2025-12-31", {"fifteen", "nine"}), ("2026-01-01", {"ten", "nine"})])
def test_the_fifteen_end_and_the_ten_begin_with_2026(day: str, codes: set[str]):
    in_force = Grouping.objects.in_force(date.fromisoformat(day))

    assert set(in_force.values_list("code", flat=True)) == codes


def test_a_region_is_named_in_the_language_of_the_page():
    with override("sv"):
        assert str(Region.objects.get(code="uusimaa")) == "Nyland"
