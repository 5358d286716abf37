"""Who knows which cells and which nets of a table are small: against every table that agrees with what is published."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from barometer.disclosure.knowing import Marked, Net, confined, nets_leave_open
from barometer.disclosure.linear import Equations
from barometer.disclosure.network import Interval, Whole

K = 5
NET = [0, 1]
"""The first two answers are a net."""


def nets_stay_open(table: Sequence[Sequence[int]], k: int = K) -> bool:
    """Ask it of a table of which every cell carries a mark, and so the net does."""
    counts = np.array(table)
    marked = np.ones_like(counts, np.bool_)
    return nets_leave_open(counts, marked, marked, [Net(NET, marked[0])], k)


def test_a_small_net_of_two_marked_answers_rules_out_that_one_of_them_is_four() -> None:
    assert not nets_stay_open([[1, 9, 9], [2, 9, 9], [9, 9, 9]])


def test_a_net_that_is_not_small_says_nothing_new_where_one_of_its_answers_is_not() -> None:
    assert nets_stay_open([[1, 9, 9], [6, 9, 9], [9, 9, 9]])


def test_nets_that_are_not_small_rule_values_out_where_all_their_answers_are_small() -> None:
    """Ten are in the nets of both groups, and five at least in each: so the other answers of the first make up seven.

    Both of those are small, so none of them is 1 or 2.
    """
    assert not nets_stay_open([[2, 3], [3, 2], [3, 7], [4, 1]])


@pytest.mark.parametrize(("most", "left"), [(9.0, {}), (3.0, {0: Interval(1, 3)})])
def test_a_small_cell_is_named_where_equations_leave_less_than_all_its_values(
    most: float, left: dict[int, Interval]
) -> None:
    equations = Equations()
    cell, large = equations.variable(0.0, most), equations.variable(0.0)
    equations.equal({cell: 1.0, large: 1.0}, 30.0)

    assert confined(equations, [Marked({cell: 1.0}, 0.0, 2), Marked({large: 1.0}, 0.0, 28)], K) == left
    assert (equations.lows, equations.highs[0]) == ([0.0, 0.0], most)


def tables_like(counts: Whole) -> Whole:
    """Give every table of two groups with the same sums and nobody missing from a cell."""
    first = np.array([*product(*(range(1, total) for total in counts.sum(axis=1)))])
    first = first[first.sum(axis=1) == counts[:, 0].sum()]
    tables: Whole = np.stack([first, counts.sum(axis=1) - first], axis=2)
    return tables


def is_told(counts: Whole, k: int, *, by_nets: bool) -> bool:
    """Ask whether some value of a small cell or net is in no table in which the same ones are small."""
    worlds = np.concatenate([counts[None], tables_like(counts)])
    if by_nets:
        worlds = np.concatenate([worlds, worlds[:, NET].sum(axis=1, keepdims=True)], axis=1)
    small = worlds[0] < k
    fitting = worlds[((worlds < k) == small).all(axis=(1, 2))]
    return any(set(fitting[:, row, group].tolist()) != set(range(1, k)) for row, group in np.argwhere(small))


@settings(deadline=None)
@given(st.lists(st.integers(1, 4), min_size=8, max_size=8))
def test_nets_stay_open_exactly_where_every_value_is_in_some_table(cells: list[int]) -> None:
    counts, k = np.array(cells).reshape(4, 2), 3
    assume(not is_told(counts, k, by_nets=False))

    assert nets_stay_open(counts.tolist(), k) != is_told(counts, k, by_nets=True)
