"""Binomial chances, against sums over every possible count."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.forecast.chance import at_least, enough_for_all, smallest, smallness

shares = st.floats(0.001, 0.999)


def mass(x: int, n: int, share: float) -> float:
    return comb(n, x) * share**x * (1 - share) ** (n - x)


@given(st.integers(0, 30), st.integers(1, 60), shares)
def test_the_chance_of_at_least_so_many_is_the_sum_of_all_larger_counts(count, n, share):
    assert at_least(count, n, share) == pytest.approx(sum(mass(x, n, share) for x in range(count, n + 1)), abs=1e-9)


@given(st.integers(1, 60), shares, st.integers(2, 9))
def test_a_small_count_is_one_from_1_to_k_minus_1(n, share, k):
    chance, expected = smallness(np.array([n]), np.array([share]), k)

    small = range(1, min(k, n + 1))
    assert chance[0, 0] == pytest.approx(sum(mass(x, n, share) for x in small), abs=1e-9)
    assert expected[0, 0] == pytest.approx(sum(x * mass(x, n, share) for x in small), abs=1e-9)


def test_nobody_is_small_where_even_that_is_a_secret():
    assert smallness(np.array([3]), np.array([0.5]), 5, zero_too=True)[0][0, 0] == pytest.approx(1.0)


def test_certain_and_impossible_shares_have_certain_answers():
    assert [at_least(5, 10, 0.0), at_least(5, 10, 1.0), at_least(11, 10, 1.0), at_least(0, 0, 0.5)] == [0, 1, 0, 1]


@given(st.integers(1, 5000))
def test_the_smallest_enough_is_found(wanted):
    assert smallest(lambda n: n >= wanted, start=1) == wanted


def test_what_is_never_enough_has_no_number():
    assert smallest(lambda n: False, start=1) is None


def test_one_more_respondent_is_needed_where_the_last_did_not_do():
    found = enough_for_all([(0.1, 5), (0.3, 20)], start=5)

    assert found is not None
    assert at_least(5, found, 0.1) * at_least(20, found, 0.3) >= 0.9
    assert at_least(5, found - 1, 0.1) * at_least(20, found - 1, 0.3) < 0.9
