"""Exact bounds of withheld cells, against every table that could have been."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.disclosure.network import MOST_LINES, Interval, Network, Whole, filled, spans_at_most, stands_against
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


@settings(max_examples=80)
@given(networks())
def test_all_bounds_at_once_are_those_found_cell_by_cell(network: Network) -> None:
    spans = network.spans()

    assert (spans[~network.withheld] == 0).all()
    for cell in map(tuple, np.argwhere(network.withheld).tolist()):
        expected = interval_by_enumeration(network.counts, network.withheld, network.least, cell)
        assert spans[cell] == expected.span


@settings(max_examples=80)
@given(networks(), st.integers(0, 3))
def test_what_its_own_row_and_column_allow_a_cell_is_never_less_than_its_bounds(network: Network, room: int) -> None:
    capped = replace(network, most=network.counts + room)

    for each in (network, capped):
        assert (spans_at_most(each.moves) >= each.within(each.spans())).all()


def test_bounds_of_a_table_too_large_for_all_at_once_are_found_by_paths() -> None:
    counts = np.random.default_rng(5).integers(0, 9, (MOST_LINES + 2, MOST_LINES + 2))
    network = Network(counts, counts > 3, np.ones_like(counts))

    spans = network.spans()

    for row, column in np.argwhere(network.withheld).tolist()[::7]:
        assert spans[row, column] == network.interval(row, column).span


@settings(max_examples=80)
@given(networks(), st.data())
def test_a_sum_of_withheld_answers_moves_as_far_as_some_tables_are_apart(network: Network, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(network.counts) - 1), min_size=1, unique=True))
    tables = np.array(list(all_tables(network.counts, network.withheld, network.least)))

    spans = network.spans_of_sums(rows)

    sums = tables[:, rows].sum(axis=1)
    assert spans.tolist() == (sums.max(axis=0) - sums.min(axis=0)).tolist()


@settings(max_examples=80)
@given(networks(), st.integers(1, 4), st.integers(0, 2))
def test_colluders_are_stood_against_wherever_they_can_sit(network: Network, span: int, colluders: int) -> None:
    """Against every placing in the true table, tried one by one in all tables that fit what is known then."""
    cells = [tuple(cell) for cell in np.argwhere(network.withheld).tolist()]
    seatings = [seats for seats in product(cells, repeat=colluders) if fits(seats, network.counts)]
    expected = True
    for seats in seatings if cells else ():
        least = network.least.copy()
        for cell in seats:
            least[cell] = max(least[cell], seats.count(cell))
        spans = [interval_by_enumeration(network.counts, network.withheld, least, cell).span for cell in cells]
        expected &= min(spans) >= span

    if not seatings and cells:
        return
    assert stands_against(network, network.withheld, span, colluders) == expected


def fits(seats: tuple[tuple[int, ...], ...], counts: Whole) -> bool:
    return all(seats.count(cell) <= counts[cell] for cell in seats)


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
