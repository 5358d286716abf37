"""The change of a share between two waves, with its interval, test and the smallest change that could be seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

from barometer.estimation import CONFIDENCE, normal_quantile, two_sided_p, wilson

POWER = 0.8


@dataclass(frozen=True)
class Difference:
    """Later minus earlier, as a share (0.05 is five points), with the ends of its 95 % interval."""

    value: float
    low: float
    high: float
    p: float
    """Of the test that nothing changed (two proportions, pooled); 1 where both shares are 0 or both are 1."""


def newcombe(
    count: int, base: int, earlier_count: int, earlier_base: int, confidence: float = CONFIDENCE
) -> Difference:
    """Compare two independent shares by hybrid score (Newcombe 1998, Stat. Med. 17, 873-890, method 10)."""
    share, before = count / base, earlier_count / earlier_base
    now, then = wilson(count, base, confidence), wilson(earlier_count, earlier_base, confidence)
    value = share - before
    low = value - math.hypot(share - now.low, then.high - before)
    high = value + math.hypot(now.high - share, before - then.low)
    return Difference(value, max(low, -1.0), min(high, 1.0), _pooled_p(count, base, earlier_count, earlier_base))


def smallest_change(base: int, earlier_base: int, share: float = 0.5) -> float:
    """Give the change that a test at 5 % would see four times out of five, for a share around the given one."""
    z = normal_quantile(0.5 + CONFIDENCE / 2) + normal_quantile(POWER)
    return z * math.sqrt(share * (1 - share) * (1 / base + 1 / earlier_base))


def _pooled_p(count: int, base: int, earlier_count: int, earlier_base: int) -> float:
    pooled = (count + earlier_count) / (base + earlier_base)
    error = math.sqrt(pooled * (1 - pooled) * (1 / base + 1 / earlier_base))
    return 1.0 if error == 0 else two_sided_p((count / base - earlier_count / earlier_base) / error)
