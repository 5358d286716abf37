"""Exact bounds of withheld cells, against every table that could have been."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.disclosure.network import Interval, Network, filled
from tests.barometer.disclosure.worlds import all_tables, interval_by_enumeration


@st.composite
def networks(draw: st.DrawFn) -> Network:
    rows, columns = draw(st.integers(2, 3)), draw(st.integers(2, 3))
    counts = np.array(
        draw(st.lists(st.lists(st.integers(0, 4), min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    )
    marks = draw(st.lists(st.lists(st.booleans(), min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    zero_possible = draw(st.booleans())
    least = np.zeros_like(counts) if zero_possible else np.ones_like(counts)
    return Network(counts, np.array(marks) & (counts >= least), least)


@settings(max_examples=80)
@given(networks())
def test_the_bounds_of_a_withheld_cell_are_those_of_all_possible_tables(network: Network) -> None:
    for row, column in np.argwhere(network.withheld).tolist():
        expected = interval_by_enumeration(network.counts, network.withheld, network.least, (row, column))

        assert network.interval(row, column) == expected


@settings(max_examples=60)
@given(networks(), st.integers(1, 8))
def test_a_search_that_stops_early_never_claims_more_than_there_is(network: Network, enough: int) -> None:
    for row, column in np.argwhere(network.withheld).tolist():
        whole, early = network.interval(row, column), network.interval(row, column, enough=enough)

        assert whole.low <= early.low <= early.high <= whole.high
        assert early.span >= min(enough, whole.span)


@settings(max_examples=60)
@given(networks())
def test_withheld_cells_can_be_filled_in_wherever_some_table_fits(network: Network) -> None:
    floor = np.where(network.withheld, network.least, network.counts)
    rest = network.counts - floor

    amounts = filled(network.withheld, rest.sum(axis=1), rest.sum(axis=0))

    assert amounts is not None
    assert (amounts[~network.withheld] == 0).all()
    assert any(
        np.array_equal(floor + amounts, table) for table in all_tables(network.counts, network.withheld, network.least)
    )


def test_nothing_can_be_filled_in_where_the_printed_numbers_contradict_each_other() -> None:
    withheld = np.array([[True, False], [False, True]])

    assert filled(withheld, np.array([3, 2]), np.array([2, 3])) is None
    assert filled(withheld, np.array([3, -1]), np.array([2, 0])) is None


@pytest.mark.parametrize(
    ("withheld", "cell", "expected"),
    [
        ([[1, 0, 0], [0, 0, 0]], (0, 0), Interval(3, 3)),  # alone in its row: the margin tells it
        ([[1, 1, 0], [0, 0, 0]], (0, 0), Interval(3, 3)),  # alone in its column
        ([[1, 1, 0], [1, 1, 0]], (0, 0), Interval(1, 8)),  # 3+6 in the row, 3+7 in the column
    ],
)
def test_bounds_worked_out_by_hand(withheld: list[list[int]], cell: tuple[int, int], expected: Interval) -> None:
    counts = np.array([[3, 6, 9], [7, 8, 9]])

    assert Network(counts, np.array(withheld, np.bool_), np.ones_like(counts)).interval(*cell) == expected
