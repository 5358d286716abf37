"""Percent and base are a count: from published shares back to the counts behind them.

Where a table prints shares but not counts, every base and every count are tried that give the printed numbers. Where
even the base is hidden, the shares of one group must all fit the same base, which mostly leaves one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from barometer.attack.findings import Fact, Step
from barometer.attack.system import Form
from barometer.published import Cell, Group, Table

EXACT_FROM_DECIMALS = 9
"""A share with at least this many decimals counts as unrounded (a computer's number, right to its last digits)."""


@dataclass(frozen=True)
class CountBound:
    """The counts of one cell that fit its printed share."""

    category: str
    group: str
    low: int
    high: int
    step: Step


def counts_behind_shares(table: Table, respondents: int) -> Iterator[CountBound]:
    """Give what the shares of cells without a printed count say about the counts."""
    for group in table.groups:
        cells = [cell for cell in table.cells if cell.group == group.code and cell.share is not None]
        if any(cell.count is None for cell in cells):
            yield from _of_group(table, group, cells, respondents)


def bases_that_fit(shares: list[float], most: int) -> list[int]:
    """Give every base up to ``most`` of which all these shares are whole counts, after rounding as they are rounded."""
    limits = [_limits(share) for share in shares]
    return [base for base in range(1, most + 1) if all(_counts(limit, base) for limit in limits)]


def equations_of_share(share: float, count: int, base: Sequence[int], most: int) -> Iterator[tuple[Form, int, int]]:
    """Give a share as two inequalities between the variable of its count and the variables that make its base."""
    for is_least, limit in zip((True, False), _limits(share), strict=True):
        factors = dict.fromkeys(base, -limit.numerator)
        factors[count] = factors.get(count, 0) + limit.denominator
        form = tuple((variable, factor) for variable, factor in factors.items() if factor)
        reach = sum(abs(factor) for _, factor in form) * most
        yield form, 0 if is_least else -reach, reach if is_least else 0


def _of_group(table: Table, group: Group, cells: list[Cell], respondents: int) -> Iterator[CountBound]:
    shares = [cell.share for cell in cells if cell.share is not None]
    bases = [group.base] if group.base else bases_that_fit(shares, min(group.respondents, respondents))
    for cell in cells:
        if cell.count is None and cell.share is not None:
            limits = _limits(cell.share)
            counts = [count for base in bases for count in _counts(limits, base)]
            if counts:
                facts: dict[str, Fact] = {
                    "table": table.id,
                    "category": table.category(cell.category).label or cell.category,
                    "group": group.label or group.code,
                    "share": f"{cell.share * 100:g}",
                    "bases": ", ".join(str(base) for base in bases[:5]) + ("…" if len(bases) > 5 else ""),
                }
                yield CountBound(cell.category, group.code, min(counts), max(counts), Step("share_fits", facts))


def _limits(share: float) -> tuple[Fraction, Fraction]:
    """Give the shares that are printed as this one: half a unit of its last decimal to both sides."""
    written = f"{share:.15g}"
    decimals = len(written.split(".")[1]) if "." in written and "e" not in written else 0
    if "e" in written or decimals >= EXACT_FROM_DECIMALS:
        reach = Fraction(1, 10**EXACT_FROM_DECIMALS)
    else:
        # A share is printed as a percentage, so 0.5 is 50 %: never coarser than whole percents.
        reach = Fraction(1, 2 * 10 ** max(decimals, 2))
    return Fraction(written) - reach, Fraction(written) + reach


def _counts(limits: tuple[Fraction, Fraction], base: int) -> range:
    low, high = limits
    return range(max(0, ceil(low * base)), min(base, floor(high * base)) + 1)
