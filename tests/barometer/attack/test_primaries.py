"""Who knows which withheld cells are the small ones: every value below k has to stay possible."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.attack import Kind, attack, read_primary
from barometer.attack.accounts import account
from tests.barometer.attack.building import release_of, rows_of, single
from tests.barometer.attack.enumeration import facts_hold, small_survey, withheld_counts
from tests.barometer.attack.test_colluding import YES_NO, cycle

NORTH = {"q/g": {("y", "north")}}


def test_a_cell_known_to_be_small_beside_large_ones_keeps_all_its_values() -> None:
    """Three said yes in the north and twenty in the south: one to four of the 23 in the north are all possible."""
    findings = attack([cycle(3, 20)], primary=NORTH)

    assert findings.is_clean
    assert "not_tried_knowing_the_small" not in {step.rule for step in findings.not_tried}


def test_a_small_cell_whose_partner_must_be_large_loses_values() -> None:
    """Nine said yes in both: the south holds at least five of them, so the north four at most. Eight: at most three."""
    assert attack([cycle(4, 5)], primary=NORTH).is_clean

    (found,) = attack([cycle(3, 5)], primary=NORTH)

    assert (found.kind, found.low, found.high) == (Kind.PRIMARY, 1, 3)
    assert {step.rule for step in found.steps} >= {"others_are_at_least_k"}
    assert account(found, "en").startswith("Who knows which cells are small confines a withheld count to 1 to 3")
    assert attack([cycle(3, 5)]).is_clean


def test_cells_called_small_that_cannot_be_are_a_contradiction() -> None:
    findings = attack([cycle(4, 20)], primary={"q/g": {("y", "north"), ("y", "south")}})

    assert [finding.kind for finding in findings] == [Kind.CONTRADICTION]


def test_small_cells_are_those_of_one_wave() -> None:
    rows = rows_of((40, {"q": "y"}), (40, {"q": "n"}))
    waves = [release_of(single(rows, "q", YES_NO), respondents=80, wave=wave) for wave in ("w1", "w2")]

    with pytest.raises(ValueError, match="one wave at a time"):
        attack(waves, primary={})


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_is_left_of_a_small_cell_is_what_the_worlds_show(seed: int) -> None:
    """Against every world that has the small cells below k = 3 and the other withheld ones from 3 up."""
    k, survey = 3, small_survey(seed)
    small = {place for place, count in survey.truth.items() if count < k}
    primary: dict[str, set[tuple[str, str]]] = {}
    for table, category, group in small:
        primary.setdefault(table, set()).add((category, group))

    found = attack([survey.release], k=k, m=1, primary=primary).of_kind(Kind.PRIMARY)

    told = {(f.cell.table, f.cell.category, f.cell.group): (f.low, f.high) for f in found}
    for place, counts in withheld_counts(survey, facts_hold(survey, small, k)).items():
        if place in small:
            low, high = told.get(place, (1, k - 1))
            assert low <= min(counts) <= max(counts) <= high


@pytest.mark.parametrize("plain", [[], {"q": "y"}, {"q": [["y"]]}, {"q": [["y", 1]]}])
def test_a_file_of_small_cells_is_a_list_of_pairs_by_table(plain: object) -> None:
    with pytest.raises(ValueError, match=r"expected|codes"):
        read_primary(plain)


def test_a_file_of_small_cells_is_read() -> None:
    assert read_primary({"q/g": [["y", "north"]]}) == {"q/g": {("y", "north")}}
