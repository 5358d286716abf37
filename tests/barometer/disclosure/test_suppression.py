"""What is withheld beside the small cells, judged by every table that could have been."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.disclosure.suppression import suppress
from tests.barometer.disclosure.worlds import interval_by_enumeration

K = 3


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    rows, columns = draw(st.integers(2, 3)), draw(st.integers(2, 3))
    row = st.lists(st.integers(0, 6), min_size=columns, max_size=columns)
    return np.array(draw(st.lists(row, min_size=rows, max_size=rows)))


@settings(max_examples=80)
@given(tables())
def test_every_withheld_cell_can_be_k_different_things(counts: np.ndarray) -> None:
    least = np.ones_like(counts)
    small = (counts > 0) & (counts < K)

    withheld = suppress(counts, small, counts > 0, least, K)

    if withheld is not None:
        assert (withheld & small == small).all()
        assert not withheld[counts == 0].any()
        for cell in map(tuple, np.argwhere(withheld).tolist()):
            assert interval_by_enumeration(counts, withheld, least, cell).span >= K


def test_a_table_without_small_counts_is_shown_whole() -> None:
    counts = np.array([[9, 8], [7, 6]])

    withheld = suppress(counts, counts < 5, counts > 0, np.ones_like(counts), 5)

    assert withheld is not None
    assert not withheld.any()


def test_a_small_count_that_nothing_can_hide_fails() -> None:
    """The only other cell of its row is empty, and a zero is never withheld."""
    counts = np.array([[3, 0], [7, 9]])

    assert suppress(counts, counts == 3, counts > 0, np.ones_like(counts), 5) is None


def test_the_cheapest_cycle_is_taken() -> None:
    counts = np.array([[3, 90, 8], [60, 70, 9]])

    withheld = suppress(counts, counts == 3, counts > 0, np.ones_like(counts), 5)

    assert withheld is not None
    assert withheld.tolist() == [[True, False, True], [True, False, True]]


def test_the_same_table_is_always_withheld_in_the_same_way() -> None:
    counts = np.random.default_rng(1).integers(0, 30, (5, 8))
    patterns = [suppress(counts, (counts > 0) & (counts < 5), counts > 0, np.ones_like(counts), 5) for _ in range(3)]

    assert all(pattern is not None and np.array_equal(pattern, patterns[0]) for pattern in patterns)
