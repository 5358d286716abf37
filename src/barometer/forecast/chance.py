"""Exact binomial chances, and the smallest number of respondents at which something is likely enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, lgamma, log, log1p

import numpy as np
from numpy.typing import NDArray

LIKELY = 0.9
"""What is called likely: nine waves of ten."""
MOST_RESPONDENTS = 10_000_000

Numbers = NDArray[np.int64]
Shares = NDArray[np.float64]


def at_least(count: int, n: int, share: float) -> float:
    """Give the chance that at least ``count`` of ``n`` are in a group of this share of the population."""
    if count <= 0 or share >= 1:
        return 1.0 if count <= n else 0.0
    if share <= 0 or count > n:
        return 0.0
    return max(0.0, 1.0 - sum(_mass(x, n, share) for x in range(count)))


def _mass(x: int, n: int, share: float) -> float:
    return exp(lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + x * log(share) + (n - x) * log1p(-share))


def smallness(sizes: Numbers, shares: Shares, k: int, *, zero_too: bool = False) -> tuple[Shares, Shares]:
    """Give the chance of a count 1..k-1, and the count expected in such cases; a row a group size, a column a share.

    With ``zero_too`` nobody counts as small as well, as in a sensitive question.
    """
    n = sizes.astype(np.float64)[:, None]
    p = np.clip(shares.astype(np.float64), 0.0, 1.0 - 1e-12)[None, :]
    chance = np.zeros(np.broadcast_shapes(n.shape, p.shape))
    expected = np.zeros_like(chance)
    mass = (1.0 - p) ** n
    if zero_too:
        chance += mass
    for x in range(1, k):
        mass = mass * np.maximum(n - x + 1, 0.0) / x * (p / (1.0 - p))
        chance += mass
        expected += x * mass
    return np.minimum(chance, 1.0), expected


def smallest(is_enough: Callable[[int], bool], *, start: int) -> int | None:
    """Give the smallest number from ``start`` on that is enough, where more is never worse; None beyond ten million."""
    low, high = start - 1, start
    while not is_enough(high):
        low, high = high, high * 2
        if high > MOST_RESPONDENTS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def enough_for_all(cells: Sequence[tuple[float, int]], *, start: int) -> int | None:
    """Give the smallest number of respondents at which all these cells are likely to reach their counts together.

    A cell is its share of all respondents and the count it needs. Cells of one table hardly depend on each other, so
    their chances are multiplied.
    """
    wanted = sorted(cells)

    def is_enough(n: int) -> bool:
        chance = 1.0
        for share, count in wanted:
            chance *= at_least(count, n, share)
            if chance < LIKELY:
                return False
        return True

    return smallest(is_enough, start=start)
