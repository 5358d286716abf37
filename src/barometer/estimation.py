"""Shares and their 95 % intervals, computed from released counts alone.

Two rules hold wherever a number is printed: it is rounded once, from whole counts and never from a rounded share, and
halves go up. Whoever prints a percentage calls `percent`; whoever prints a difference calls `points`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist

from barometer.published import Cell, Group, Mean, Part, PublishedTables, Status, Table

CONFIDENCE = 0.95
RELIABLE_FROM = 50
"""A share of fewer answers than this is marked [u]."""
ONE_DECIMAL_FROM = 1000
"""Whole percents are printed for bases below this, one decimal from here on."""


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


def wilson(count: int, base: int, confidence: float = CONFIDENCE) -> Interval:
    """Give the score interval of a proportion (Wilson 1927). ValueError unless 0 <= count <= base and base > 0."""
    _require_counts(count, base)
    z = normal_quantile(0.5 + confidence / 2)
    share, spread = count / base, z * z / base
    middle = share + spread / 2
    reach = z * math.sqrt(share * (1 - share) / base + spread / (4 * base))
    low = 0.0 if count == 0 else (middle - reach) / (1 + spread)
    high = 1.0 if count == base else (middle + reach) / (1 + spread)
    return Interval(low, high)


def clopper_pearson(count: float, base: float, confidence: float = CONFIDENCE) -> Interval:
    """Give the exact binomial interval (Clopper, Pearson 1934) by quantiles of the beta distribution.

    Count and base may be fractions, as an effective number of answers is. ValueError as for `wilson`.
    """
    _require_counts(count, base)
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else _beta_quantile(tail, count, base - count + 1)
    high = 1.0 if count == base else _beta_quantile(1 - tail, count + 1, base - count)
    return Interval(low, high)


def normal_quantile(probability: float) -> float:
    return NormalDist().inv_cdf(probability)


def two_sided_p(z: float) -> float:
    """Give the probability of a standard normal value at least this far from zero."""
    return math.erfc(abs(z) / math.sqrt(2))


# ---- rounding, the one place


def percent(count: int, base: int, decimals: int | None = None) -> Decimal:
    """Give the percentage to print: whole below 1,000 answers, else with one decimal; halves go up.

    ValueError for an empty base: of nobody there is no share.
    """
    if base <= 0:
        raise ValueError("A share needs a base of at least one answer.")
    return rounded(
        Fraction(100 * count, base),
        percent_decimals(base) if decimals is None else decimals,
    )


def percent_decimals(base: int) -> int:
    """Tell how many decimals a percentage of so many answers is printed with."""
    return 0 if base < ONE_DECIMAL_FROM else 1


def points(
    count: int,
    base: int,
    earlier_count: int,
    earlier_base: int,
    decimals: int | None = None,
) -> Decimal:
    """Give a change in percentage points to print, from unrounded shares; halves go away from zero."""
    if base <= 0 or earlier_base <= 0:
        raise ValueError("A change needs a base of at least one answer in both waves.")
    change = Fraction(100 * count, base) - Fraction(100 * earlier_count, earlier_base)
    return rounded(
        change,
        percent_decimals(min(base, earlier_base)) if decimals is None else decimals,
    )


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Round an exact number to so many decimals, halves away from zero (up, for what is not negative)."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-whole if value < 0 else whole).scaleb(-decimals) + Decimal(0)


# ---- tables


def estimate(tables: PublishedTables) -> PublishedTables:
    """Fill share and interval of every shown cell that has a base, and mark [u] where the base is under 50.

    Withheld cells, and cells whose base is withheld or zero, get nothing.
    """
    return replace(tables, tables=tuple(_estimate_table(table) for table in tables.tables))


def has_share(table: Table, category_code: str) -> bool:
    """Whether a share of this category means anything: a part of the base, an option that was ticked, or a net."""
    part = table.category(category_code).part
    return category_code in table.base.categories or part in (Part.TICKED, Part.NET)


def _estimate_table(table: Table) -> Table:
    groups = {group.code: group for group in table.groups}
    with_share = {category.code for category in table.categories if has_share(table, category.code)}
    cells = tuple(
        _estimate_cell(cell, groups[cell.group]) if cell.category in with_share else cell for cell in table.cells
    )
    return replace(table, cells=cells, means=tuple(_mark_mean(mean) for mean in table.means))


def _estimate_cell(cell: Cell, group: Group) -> Cell:
    if not cell.status.is_shown or cell.count is None or not group.base:
        return cell
    interval = wilson(cell.count, group.base)
    status = _marked(cell.status, group.base)
    return replace(
        cell,
        status=status,
        share=cell.count / group.base,
        low=interval.low,
        high=interval.high,
    )


def _mark_mean(mean: Mean) -> Mean:
    if not mean.status.is_shown or mean.value is None or mean.n is None:
        return mean
    return replace(mean, status=_marked(mean.status, mean.n))


def _marked(status: Status, base: int) -> Status:
    return Status.UNRELIABLE if status is Status.SHOWN and base < RELIABLE_FROM else status


# ---- the beta distribution


def _require_counts(count: float, base: float) -> None:
    if not 0 <= count <= base or base <= 0:
        raise ValueError(f"{count} of {base} is no proportion.")


def _beta_quantile(probability: float, a: float, b: float) -> float:
    return _bisect(lambda x: incomplete_beta(x, a, b) - probability)


def _bisect(increasing: Callable[[float], float]) -> float:
    """Find where a function that increases over [0, 1] crosses zero, to the last bit."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if increasing(middle) > 0 else (middle, high)
    return middle


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b) by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / (a * _continued_fraction(x, a, b))


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Evaluate 1 + d1/(1 + d2/(1 + …)) of DLMF 8.17.22 from the front, by Lentz's method."""
    value = numerator = 1.0
    denominator = 0.0
    for step in range(1, 10_000):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        denominator = 1 / (1 + term * denominator)
        numerator = 1 + term / numerator
        value *= numerator * denominator
        if abs(numerator * denominator - 1) < 1e-16:
            break
    return value
