"""Shares, intervals and rounding of released counts."""

from __future__ import annotations

import json
import math
import os
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from barometer.estimation import (
    clopper_pearson,
    estimate,
    incomplete_beta,
    percent,
    points,
    rounded,
    two_sided_p,
    wilson,
)
from barometer.published import (
    Base,
    Category,
    Cell,
    Group,
    Mean,
    Part,
    PublishedTables,
    Status,
    Table,
    Wave,
)
from barometer.texts import Text

SHARED = Path(os.environ.get("KUMPPANI_SHARED", Path(__file__).parents[2] / ".." / "shared"))
REFERENCE = SHARED / "reference" / "expected.json"

counts = st.integers(1, 2000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


def table_of(
    counts_by_category: dict[str, int | None],
    *,
    base: int | None,
    means: tuple[Mean, ...] = (),
) -> Table:
    parts = {
        "y": Part.ANSWER,
        "n": Part.ANSWER,
        "dk": Part.CANNOT_SAY,
        "skip": Part.SKIPPED,
        "net": Part.NET,
    }
    nothing = Text()
    cells = tuple(
        Cell(code, "-", Status.CONFIDENTIAL if count is None else Status.SHOWN, count)
        for code, count in counts_by_category.items()
    )
    return Table(
        "q", None, nothing, nothing, nothing, "partition", Base("answered", nothing, ("y", "n", "dk")),
        tuple(Category(code, nothing, parts[code], (code,)) for code in counts_by_category),
        (Group("-", nothing, 100, (), base),), cells, means,
    )  # fmt: skip


def release_of(*tables: Table) -> PublishedTables:
    return PublishedTables(Wave("w", Text(), "q", "1", "0", ("en",), 100), {"k": 5, "m": 20}, tables)


@pytest.mark.skipif(
    not REFERENCE.is_file(),
    reason="not run: the reference numbers are not beside the repository",
)
def test_intervals_are_the_reference_numbers() -> None:
    tests = json.loads(REFERENCE.read_text("utf-8"))["tests"]
    (grid,) = (test["expected"]["grid"] for test in tests if test["id"] == "T22")

    for case in grid:
        found = [wilson(case["x"], case["n"]), clopper_pearson(case["x"], case["n"])]
        for interval, expected in zip(found, (case["wilson"], case["clopper_pearson"]), strict=True):
            assert (interval.low, interval.high) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("count", "base", "wilson_ends", "exact_ends"),
    [  # the four examples of Newcombe (1998), Statistics in Medicine 17, 857-872, table I
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_intervals_are_those_of_a_published_comparison(
    count: int,
    base: int,
    wilson_ends: tuple[float, float],
    exact_ends: tuple[float, float],
) -> None:
    score, exact = wilson(count, base), clopper_pearson(count, base)

    assert (score.low, score.high) == pytest.approx(wilson_ends, abs=6e-5)
    assert (exact.low, exact.high) == pytest.approx(exact_ends, abs=6e-5)


@given(counts)
def test_both_intervals_hold_the_share_and_mirror_when_yes_and_no_change_places(
    case: tuple[int, int],
) -> None:
    count, base = case
    for method in (wilson, clopper_pearson):
        interval, mirrored = method(count, base), method(base - count, base)
        assert 0 <= interval.low <= count / base <= interval.high <= 1
        assert (interval.low, interval.high) == pytest.approx((1 - mirrored.high, 1 - mirrored.low), abs=1e-9)


@given(counts)
def test_the_exact_interval_is_that_of_another_implementation(
    case: tuple[int, int],
) -> None:
    count, base = case
    interval = clopper_pearson(count, base)
    expected = scipy.stats.binomtest(count, base).proportion_ci(0.95, "exact")

    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), rel=1e-9, abs=1e-12)


@given(st.floats(0, 1).map(lambda x: round(x, 9)), st.floats(0.01, 3000), st.floats(0.01, 3000))
def test_the_incomplete_beta_function_is_that_of_another_implementation(x: float, a: float, b: float) -> None:
    assert incomplete_beta(x, a, b) == pytest.approx(scipy.special.betainc(a, b, x), abs=1e-9)


def test_the_p_value_of_a_normal_value() -> None:
    assert two_sided_p(1.959963984540054) == pytest.approx(0.05)
    assert two_sided_p(-1.959963984540054) == two_sided_p(1.959963984540054)


@pytest.mark.parametrize(("count", "base"), [(1, 0), (-1, 5), (6, 5), (0, 0)])
def test_what_is_no_proportion_is_refused(count: int, base: int) -> None:
    for method in (wilson, clopper_pearson):
        with pytest.raises(ValueError, match="no proportion"):
            method(count, base)


@pytest.mark.parametrize(
    ("count", "base", "printed"),
    [
        (1, 8, "13"),
        (1, 200, "1"),
        (29, 200, "15"),
        (57, 200, "29"),
        (125, 1000, "12.5"),
        (1, 2000, "0.1"),
        (0, 7, "0"),
    ],
)
def test_a_percentage_is_rounded_from_the_counts_with_halves_going_up(count: int, base: int, printed: str) -> None:
    assert str(percent(count, base)) == printed


@given(counts, st.integers(0, 3))
def test_a_printed_percentage_is_within_half_a_unit_of_the_share(case: tuple[int, int], decimals: int) -> None:
    count, base = case
    exact, unit = Fraction(100 * count, base), Fraction(1, 10**decimals)
    printed = Fraction(percent(count, base, decimals))

    assert -unit / 2 < printed - exact <= unit / 2 or printed - exact == unit / 2


def test_a_change_is_rounded_once_and_not_the_difference_of_rounded_shares() -> None:
    assert points(124, 200, 113, 200, 0) == Decimal(6)
    assert points(113, 200, 124, 200, 0) == Decimal(-6)
    assert points(5, 10, 5, 10) == Decimal(0)
    assert str(points(5, 10, 5, 10)) == "0"


def test_halves_go_away_from_zero() -> None:
    assert [str(rounded(Fraction(n, 2), 0)) for n in (-3, -1, 1, 3)] == [
        "-2",
        "-1",
        "1",
        "2",
    ]


def test_nobody_has_no_share() -> None:
    with pytest.raises(ValueError, match="at least one"):
        percent(0, 0)
    with pytest.raises(ValueError, match="both waves"):
        points(0, 0, 1, 2)


def test_shares_are_of_the_base_and_skips_get_none() -> None:
    table = table_of({"y": 40, "n": 30, "dk": 10, "skip": 20, "net": 70}, base=80)

    estimated = estimate(release_of(table)).tables[0]

    assert {cell.category: cell.share for cell in estimated.cells} == {
        "y": 0.5, "n": 0.375, "dk": 0.125, "skip": None, "net": 0.875,
    }  # fmt: skip
    assert (estimated.cell("y").low, estimated.cell("y").high) == pytest.approx((0.392974, 0.607026), abs=1e-6)
    assert {cell.status for cell in estimated.cells} == {Status.SHOWN}


def test_a_base_under_fifty_is_marked_and_one_of_fifty_is_not() -> None:
    for base, status in ((49, Status.UNRELIABLE), (50, Status.SHOWN)):
        mean = Mean("-", Status.SHOWN, 3.2, 1, base)
        table = table_of({"y": 20, "n": base - 20, "dk": 0, "skip": 9}, base=base, means=(mean,))

        estimated = estimate(release_of(table)).tables[0]

        assert estimated.cell("y").status is status
        assert estimated.means == (replace(mean, status=status),)
        assert estimated.cell("skip").status is Status.SHOWN


def test_what_is_withheld_gets_nothing_and_keeps_its_mark() -> None:
    mean = Mean("-", Status.CONFIDENTIAL)
    table = table_of({"y": None, "n": 30, "dk": None, "skip": 20}, base=80, means=(mean,))

    estimated = estimate(release_of(table)).tables[0]

    assert estimated.cell("y") == Cell("y", "-", Status.CONFIDENTIAL)
    assert estimated.cell("n").share == 0.375
    assert estimated.means == (mean,)


@pytest.mark.parametrize("base", [None, 0])
def test_without_a_base_there_is_no_share(base: int | None) -> None:
    table = table_of({"y": 0, "n": 0, "dk": 0, "skip": 20}, base=base)

    assert estimate(release_of(table)).tables[0] == table


def test_each_option_of_a_multiple_choice_is_a_share_of_those_who_answered() -> None:
    nothing = Text()
    categories = (
        Category("answered", nothing, Part.ANSWERED), Category("skipped", nothing, Part.SKIPPED),
        Category("a", nothing, Part.TICKED, ("a",)), Category("b", nothing, Part.TICKED, ("b",)),
    )  # fmt: skip
    counted = {"answered": 60, "skipped": 40, "a": 45, "b": 30}
    table = Table(
        "q", None, nothing, nothing, nothing, "multiple", Base("answered", nothing, ("answered",)), categories,
        (Group("-", nothing, 100, (), 60),), tuple(Cell(c, "-", Status.SHOWN, n) for c, n in counted.items()),
    )  # fmt: skip

    estimated = estimate(release_of(table)).tables[0]

    assert [cell.share for cell in estimated.cells] == [1.0, None, 0.75, 0.5]


def test_estimating_twice_changes_nothing() -> None:
    once = estimate(release_of(table_of({"y": 20, "n": 10, "dk": 3, "skip": 67}, base=33)))

    assert estimate(once) == once
    assert not any(math.isnan(cell.share or 0) for _, cell in once.cells())
