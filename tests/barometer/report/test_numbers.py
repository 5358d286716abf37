from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.report import numbers


@pytest.mark.parametrize(
    ("language", "written"), [("fi", "60\u00a0%"), ("sv", "60\u00a0%"), ("en", "60%"), ("sv-FI", "60\u00a0%")]
)
def test_a_share_is_written_as_the_language_writes_it(language: str, written: str) -> None:
    assert numbers.percent(180, 300, language) == written


def test_halves_go_up() -> None:
    assert numbers.percent(1, 200, "en") == "1%"  # 0.5
    assert numbers.percent(3, 8, "en") == "38%"  # 37.5
    assert numbers.percent(29, 200, "en") == "15%"  # 14.5, which binary floats take down


def test_a_base_of_a_thousand_gets_one_decimal() -> None:
    assert numbers.percent(333, 999, "fi") == "33\u00a0%"
    assert numbers.percent(333, 1000, "fi") == "33,3\u00a0%"
    assert numbers.percent(333, 1000, "en") == "33.3%"


@given(st.integers(1, 999).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_whole_percents_agree_with_slow_fractions(count_and_base: tuple[int, int]) -> None:
    count, base = count_and_base
    whole, rest = divmod(Fraction(100 * count, base), 1)

    assert numbers.percent(count, base, "en") == f"{int(whole) + (rest >= Fraction(1, 2))}%"


def test_an_interval_is_a_range_with_one_sign() -> None:
    assert numbers.percent_range(0.5435, 0.6541, 300, "sv") == "54–65\u00a0%"
    assert numbers.percent_range(0.5435, 0.6541, 1200, "en") == "54.4–65.4%"


def test_counts_are_grouped_without_a_break_and_minus_is_a_minus() -> None:
    assert numbers.grouped(12345) == "12\u202f345"
    assert numbers.decimal(-2.25, 1, "fi") == "−2,3"
    assert numbers.decimal(1234.5, 1, "en") == "1\u202f234.5"
    assert numbers.decimal(-0.04, 1, "en") == "0.0"


def test_a_change_carries_its_sign_and_nothing_has_none() -> None:
    assert [numbers.signed(change, 0, "en") for change in (3, -3, 0, 0.2)] == ["+3", "−3", "0", "0"]


@pytest.mark.parametrize(
    ("published", "written"), [(60, "60"), (6.8, "6,8"), (5.50, "5,5"), (0.25, "0,25"), (800, "800"), (100, "100")]
)
def test_a_cited_number_keeps_its_own_decimals(published: float, written: str) -> None:
    assert numbers.as_published(published, "fi") == written


def test_days_are_written_as_people_write_them() -> None:
    assert numbers.day("2023-02-04", "fi") == "4.2.2023"
    assert numbers.day("2023-02-04", "en") == "4\u00a0February 2023"
    assert numbers.day("", "en") == ""


def test_a_range_keeps_its_order_where_text_runs_from_right_to_left() -> None:
    assert numbers.percent_range(0.54, 0.65, 300, "ar") == "\u206654–65\u00a0%\u2069"
