"""A role holds for the programme, an area or a region, and the reform of 2026 takes nothing away and gives nothing.

Until 2025 Häme joined Kanta-Häme and Päijät-Häme; from 2026 the one belongs to Inland, the other to Southeast Finland.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kumppani.accounts.actions import end_grant, grant_role
from kumppani.accounts.models import Grant, Person
from kumppani.accounts.permissions import ADMIT, NotPermitted, holds, regions_with, roles_to_give
from kumppani.accounts.queries import people_seen_by
from kumppani.accounts.roles import Role
from kumppani.regions.models import Area, Region
from kumppani.regions.queries import areas_to_choose, place_code, place_of
from tests.kumppani.conftest import MakePerson

BEFORE, AFTER = date(2025, 12, 31), date(2026, 1, 1)
NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


def area(grouping: str, code: str) -> Area:
    return Area.objects.get(grouping=grouping, code=code)


def region(code: str) -> Region:
    return Region.objects.get(code=code)


def coordinating(person: Person, place: Area | Region | None, role: Role = Role.COORDINATOR) -> Person:
    where = {"area": place} if isinstance(place, Area) else {"region": place}
    scope = "programme" if place is None else "area" if isinstance(place, Area) else "region"
    Grant.objects.create(person=person, role=role, scope_kind=scope, valid_from=date(2025, 1, 1), **where)
    return person


def test_who_coordinates_an_area_coordinates_each_of_its_regions_and_no_other(somebody: MakePerson):
    person = coordinating(somebody(), area("fifteen", "hame"))

    held = {leaf.pk for leaf in Region.objects.all() if holds(person, ADMIT, on=BEFORE, region=leaf)}

    assert held == {"kanta_hame", "paijat_hame"}
    assert not holds(person, ADMIT, on=BEFORE)


def test_when_an_area_is_split_its_coordinator_keeps_both_halves_and_gets_neither_new_area(somebody: MakePerson):
    person = coordinating(somebody(), area("fifteen", "hame"))

    for day in (BEFORE, AFTER):
        assert regions_with(person, ADMIT, on=day) == {"kanta_hame", "paijat_hame"}
    assert not holds(person, ADMIT, on=AFTER, region=area("ten", "sisa_suomi"))
    assert not holds(person, ADMIT, on=AFTER, region=area("ten", "kaakkois_suomi"))


def test_two_grants_together_cover_an_area_that_joins_their_regions(somebody: MakePerson):
    person = coordinating(coordinating(somebody(), region("kainuu")), region("pohjois_pohjanmaa"))

    assert holds(person, ADMIT, on=AFTER, region=area("ten", "pohjois_suomi"))


def test_areas_to_choose_are_those_of_the_division_in_force(db: None):
    before = {(each.grouping_id, each.code) for each in areas_to_choose(BEFORE)}
    after = {(each.grouping_id, each.code) for each in areas_to_choose(AFTER)}

    assert ("fifteen", "hame") in before
    assert ("ten", "kaakkois_suomi") in after
    assert {grouping for grouping, _code in before} == {"fifteen"}
    assert {grouping for grouping, _code in after} == {"ten"}
    assert ("ten", "lappi") not in after, "a single region is chosen as a region"


@pytest.mark.parametrize("wrong", ["area-0", "area-x", "region-atlantis"])
def test_a_place_that_is_not_there_is_an_error(wrong: str, db: None):
    with pytest.raises(LookupError):
        place_of(wrong)


def test_a_place_is_read_from_its_code(db: None):
    for place in (area("ten", "lappi"), region("lappi")):
        assert place_of(place_code(place)) == place
    assert place_of("programme") is None


def test_a_coordinator_gives_the_role_of_a_coordinator_within_her_area_and_ends_it(somebody: MakePerson):
    giver, receiver = coordinating(somebody(), area("ten", "ita_suomi")), somebody()

    given = grant_role(person=receiver, role=Role.COORDINATOR, place=region("etela_savo"), until=None, by=giver, at=NOW)
    end_grant(grant=given, by=giver, at=NOW)

    assert roles_to_give(giver, on=AFTER) == (Role.COORDINATOR,)
    assert not holds(receiver, ADMIT, on=date(2026, 6, 16), region=region("etela_savo"))


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.COORDINATOR, "kainuu"),
        (Role.COORDINATOR, None),
        (Role.APPROVER, "etela_savo"),
        (Role.ADMINISTRATOR, "etela_savo"),
    ],
)
def test_a_coordinator_gives_nothing_else_and_nothing_elsewhere(role: Role, place: str | None, somebody: MakePerson):
    giver, receiver = coordinating(somebody(), area("ten", "ita_suomi")), somebody()

    with pytest.raises(NotPermitted):
        grant_role(
            person=receiver, role=role, place=None if place is None else region(place), until=None, by=giver, at=NOW
        )

    assert not receiver.grants.exists()


def test_a_coordinator_of_a_region_does_not_end_a_role_for_the_programme(somebody: MakePerson):
    giver, national = coordinating(somebody(), region("lappi")), somebody(Role.COORDINATOR)

    with pytest.raises(NotPermitted):
        end_grant(grant=national.grants.get(), by=giver, at=NOW)


def test_people_are_seen_by_those_who_coordinate_where_they_work(somebody: MakePerson):
    near, far, nowhere = somebody(), somebody(), somebody()
    for person, code in ((near, "kainuu"), (far, "lappi")):
        person.region = region(code)
        person.save()
    local, national = coordinating(somebody(), area("ten", "pohjois_suomi")), somebody(Role.COORDINATOR)

    assert set(people_seen_by(local, on=AFTER)) == {near}
    assert {near, far, nowhere} <= set(people_seen_by(national, on=AFTER))
    assert not people_seen_by(nowhere, on=AFTER)


def test_a_grant_names_an_area_or_a_region_and_never_both(somebody: MakePerson):
    grant = coordinating(somebody(), area("ten", "ita_suomi")).grants.get()

    assert (grant.place_name(), grant.place) == ("Eastern Finland", area("ten", "ita_suomi"))
