"""One who reruns the protection: what he finds on tables small enough to try them all."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.disclosure.puzzle import Demand, Pattern
from benchmarks.reruns import Counts, agreeing, protection, rerun_on, with_groups_of
from tests.barometer.disclosure.worlds import all_tables

NOTHING = np.zeros((2, 3), np.bool_)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 4), min_size=6, max_size=6), st.lists(st.booleans(), min_size=6, max_size=6))
def test_every_table_that_agrees_is_found_once(numbers: list[int], marks: list[bool]) -> None:
    counts = np.array(numbers).reshape(2, 3)
    withheld = np.array(marks).reshape(2, 3) & (counts > 0)

    found = agreeing(counts, Pattern(withheld, NOTHING, 0.0))

    expected = [table.tolist() for table in all_tables(counts, withheld, np.ones_like(counts))]
    assert found is not None
    assert sorted(table.tolist() for table in found) == sorted(expected)


def small_and_cheapest(counts: Counts) -> Pattern | None:
    """Withhold each small count with the least of its group and of its answer, as a suppressor by true counts would."""
    small = (counts > 0) & (counts < 5)
    if not small.any():
        return Pattern(small, np.zeros_like(small), 0.0)
    row, column = np.argwhere(small)[0]
    other = int(np.argsort(counts[row] + 1000 * (np.arange(counts.shape[1]) == column))[0])
    beside = int(np.argsort(counts[:, column] + 1000 * (np.arange(len(counts)) == row))[0])
    marks = small.copy()
    marks[np.ix_([row, beside], [column, other])] = True
    return Pattern(marks, np.zeros_like(small), 0.0)


def tables(many: int) -> list[Counts]:
    chance = np.random.default_rng(3)
    return [np.array([chance.multinomial(size, (0.6, 0.25, 0.15)) for size in (60, 40, 26)]).T for _ in range(many)]


def test_a_choice_by_true_counts_tells_small_counts_and_ours_hardly_any() -> None:
    chance = np.random.default_rng(4)

    by_counts, _ = rerun_on(tables(60), small_and_cheapest, 5, chance)
    ours, _ = rerun_on(tables(60), protection(Demand(5, colluders=2)), 5, chance)

    assert by_counts.small > 20
    assert by_counts.share > 0.5
    assert ours.small > 20
    assert ours.exact == 0
    assert ours.share <= 0.05
    assert ours.impossible == 0


def test_groups_are_merged_until_each_is_large_enough() -> None:
    counts = np.array([[4, 30, 2, 9], [1, 20, 3, 8]])

    assert with_groups_of(counts, 10).sum(axis=0).tolist() == [50, 17, 10]
