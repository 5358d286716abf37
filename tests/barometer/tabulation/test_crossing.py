"""The kernel, on columns as they come: several slabs, wide codes, one column alone."""

from __future__ import annotations

import numpy as np
import pytest

from barometer.tabulation.crossing import MOST_WEIGHTS, SLAB, Axis, cross


def axis(chance: np.random.Generator, respondents: int, least: int, size: int) -> Axis:
    values = chance.integers(least, least + size, respondents).astype(np.int16)
    return Axis(values, least, np.eye(size, dtype=np.bool_))


def by_hand(down: Axis, across: Axis, weights: np.ndarray) -> np.ndarray:
    table = np.zeros((down.size, across.size))
    np.add.at(table, (down.values - down.least, across.values - across.least), weights)
    return table


@pytest.mark.parametrize("different", [0, 3, MOST_WEIGHTS + 5])
def test_more_respondents_than_a_slab_holds_are_counted_and_weighed_exactly(different: int) -> None:
    chance = np.random.default_rng(different)
    respondents = SLAB + 77
    down = [axis(chance, respondents, -3, size) for size in (9, 12, 300)]
    across = [axis(chance, respondents, -1, size) for size in (5, 70)]
    weights = chance.integers(1, different + 1, respondents) / 8 if different else None

    counts, sums = cross(down, across, respondents, weights)

    ones = np.ones(respondents)
    assert np.array_equal(counts, np.block([[by_hand(d, a, ones) for a in across] for d in down]))
    if weights is None:
        assert sums is None
    else:
        assert np.array_equal(sums, np.block([[by_hand(d, a, weights) for a in across] for d in down]))


def test_a_weight_that_comes_late_is_not_taken_for_another() -> None:
    respondents = 10_000
    weights = np.ones(respondents)
    weights[-1] = 2.5
    column = Axis(np.zeros(respondents, np.int16), 0, np.ones((1, 1), np.bool_))

    counts, sums = cross([column], [column], respondents, weights)

    assert counts.tolist() == [[respondents]]
    assert sums is not None and sums.tolist() == [[respondents + 1.5]]


def test_nobody_at_all_makes_a_table_of_noughts() -> None:
    column = Axis(np.zeros(0, np.int16), 0, np.eye(2, dtype=np.bool_))

    counts, sums = cross([column], [column], 0, np.zeros(0))

    assert counts.tolist() == [[0, 0], [0, 0]]
    assert sums is not None and sums.tolist() == [[0.0, 0.0], [0.0, 0.0]]
