"""Respondents who pool their own rows: what each of them costs, and where nothing is lost."""

from __future__ import annotations

import pytest

from barometer.attack import Findings, Kind, attack
from barometer.attack.accounts import account
from barometer.published import Part, PublishedTables
from tests.barometer.attack.building import release_of, rows_of, single, withhold

YES_NO = {"y": Part.ANSWER, "n": Part.ANSWER}


def cycle(north: int, south: int, rest: int = 15) -> PublishedTables:
    """Four withheld cells: north and south, yes and no; a third region is printed.

    ::

              north  south  east
        yes   [c]    [c]    15
        no    [c]    [c]    15
    """
    rows = rows_of(
        (north, {"q": "y", "g": "north"}), (30 - north, {"q": "n", "g": "north"}), (south, {"q": "y", "g": "south"}),
        (30 - south, {"q": "n", "g": "south"}), (rest, {"q": "y", "g": "east"}), (rest, {"q": "n", "g": "east"}),
    )  # fmt: skip
    crossed = single(rows, "q", YES_NO, by="g")
    hidden = withhold(crossed, *((code, region) for code in "yn" for region in ("north", "south")))
    return release_of(single(rows, "q", YES_NO), hidden, respondents=len(rows))


def spans(findings: Findings) -> set[int | None]:
    return {confined.span_for_colluders for confined in findings.withheld}


@pytest.mark.parametrize(("colluders", "left"), [(1, 7), (2, 6), (3, 5), (4, 4)])
def test_the_first_colluder_in_a_withheld_cell_costs_nothing_and_each_further_one_a_person(
    colluders: int, left: int
) -> None:
    """Nine said yes in north and south: one to eight of them in the north. Two in one cell leave two to eight."""
    findings = attack([cycle(4, 5)], complete=True, colluders=colluders)

    assert {confined.span for confined in findings.withheld} == {7}
    assert spans(findings) == {left}


def test_a_span_of_just_k_does_not_stand_against_two_colluders() -> None:
    """Seven said yes in north and south: a span of five, and of four once two of them know each other."""
    release = cycle(4, 3)
    assert attack([release], colluders=0).is_clean
    assert attack([release], colluders=1).is_clean

    findings = attack([release], colluders=2)

    assert {finding.kind for finding in findings} == {Kind.COLLUDERS}
    assert {finding.span for finding in findings} == {4}
    assert "2 of the colluders are counted in q/g under “y”" in account(findings.found[0], "en")


def test_with_room_for_everybody_colluders_find_nothing() -> None:
    findings = attack([cycle(6, 8)], colluders=2)

    assert findings.is_clean
    assert findings.colluders == 2
    assert all((span or 0) >= 5 for span in spans(findings))


def test_there_are_never_k_colluders() -> None:
    assert attack([cycle(6, 8)], k=3, colluders=7).colluders == 2


def test_a_policy_may_name_its_colluders() -> None:
    rows = rows_of((40, {"q": "y"}), (40, {"q": "n"}))
    release = release_of(single(rows, "q", YES_NO), respondents=80, policy={"k": 5, "m": 20, "colluders": 3})

    assert attack([release]).colluders == 3


@pytest.mark.parametrize(
    ("others", "colluders", "is_found"), [(2, 0, False), (2, 2, True), (3, 2, False), (3, 3, True)]
)
def test_colluders_who_alone_answered_otherwise_know_what_all_the_others_answered(
    others: int, colluders: int, is_found: bool
) -> None:
    rows = rows_of((30, {"q": "y"}), (others, {"q": "n"}))

    findings = attack([release_of(single(rows, "q", YES_NO), respondents=30 + others)], k=4, colluders=colluders)

    assert bool(findings.of_kind(Kind.ALL_BUT_COLLUDERS)) == is_found
