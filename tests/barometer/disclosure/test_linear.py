"""Bounds under equations, with respondents who know where they sit, against every table that fits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.disclosure.linear import Equations

ROWS, COLUMNS = 2, 3
TABLES = st.lists(st.integers(1, 4), min_size=ROWS * COLUMNS, max_size=ROWS * COLUMNS)


def equations_of(table: np.ndarray) -> Equations:
    """A table of which every sum is known, and that nobody's cell is empty."""
    equations = Equations()
    cells = [equations.variable(1.0) for _ in range(table.size)]
    at = np.array(cells).reshape(table.shape)
    for line, total in [*zip(at, table.sum(axis=1), strict=True), *zip(at.T, table.sum(axis=0), strict=True)]:
        equations.equal({int(cell): 1.0 for cell in line}, float(total))
    return equations


def worlds_of(table: np.ndarray) -> Iterator[tuple[int, ...]]:
    """Every table with the same sums whose cells hold somebody."""
    tops = [range(1, int(top) + 1) for top in table.sum(axis=0) - 1]
    for first in product(*tops):
        if sum(first) == table[0].sum():
            yield (*first, *(table.sum(axis=0) - first).tolist())


@settings(max_examples=150, deadline=None)
@given(TABLES, st.integers(0, ROWS * COLUMNS - 1), st.integers(1, 3), st.integers(1, 4))
def test_no_placing_of_respondents_leaves_less_than_those_who_sit_together(
    counts: list[int], cell: int, sitting: int, span: int
) -> None:
    table = np.array(counts).reshape(ROWS, COLUMNS)
    worlds = np.array(list(worlds_of(table)))
    equations = equations_of(table)
    equations.interval(cell)
    together = []
    for placing in combinations_with_replacement(range(table.size), sitting):
        seats = np.bincount(placing, minlength=table.size)
        fitting = worlds[(worlds >= seats).all(axis=1)]
        if len(fitting) and len(set(placing)) == 1:
            together.append(int(np.ptp(fitting[:, cell])))

    assert equations.spans_whoever_sits(cell, range(table.size), sitting, span=span) == all(
        left >= span for left in together
    )


@settings(max_examples=150, deadline=None)
@given(TABLES, st.integers(0, ROWS * COLUMNS - 1), st.integers(2, 3))
def test_those_who_sit_apart_tell_no_more_where_every_seat_has_room_for_all_of_them(
    counts: list[int], cell: int, sitting: int
) -> None:
    worlds = np.array(list(worlds_of(np.array(counts).reshape(ROWS, COLUMNS))))
    spans: dict[bool, list[int]] = {True: [], False: []}
    for placing in combinations_with_replacement(range(len(counts)), sitting):
        fitting = worlds[(worlds >= np.bincount(placing, minlength=len(counts))).all(axis=1)]
        if not len(fitting) and len(set(placing)) == 1:
            return
        if len(fitting):
            spans[len(set(placing)) == 1].append(int(np.ptp(fitting[:, cell])))

    assert min(spans[True]) <= min(spans[False])


def test_asking_leaves_the_bounds_as_they_were() -> None:
    equations = equations_of(np.array([[2, 3, 1], [1, 2, 4]]))
    before = [equations.interval(cell) for cell in range(6)]

    equations.spans_whoever_sits(0, range(6), 2, span=2)

    assert [equations.interval(cell) for cell in range(6)] == before
