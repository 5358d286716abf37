"""Which cells of a two-way table are withheld: the small ones, and as few others as keep them from being computed.

Greedy: for every cell that can be bounded too narrowly, the cheapest cycle of further cells along which it can move.
The measured price against the optimum is a few percent of the withheld counts; the audit is exact either way.
"""

from __future__ import annotations

import numpy as np

from barometer.disclosure.network import Interval, Mask, Network, Whole, cheapest_cycle


def suppress(counts: Whole, primary: Mask, allowed: Mask, least: Whole, k: int) -> Mask | None:
    """Give the cells to withhold so that each can move over at least ``k``; None where that cannot be had.

    ``allowed`` cells may be withheld beside the primary ones; ``least`` is what a withheld cell is known to hold.
    """
    if (primary & ~allowed).any():
        return None
    withheld = primary.copy()
    waiting = sorted(map(tuple, np.argwhere(primary).tolist()), key=lambda cell: (-int(counts[cell]), cell))
    while waiting:
        row, column = waiting.pop(0)
        added = _protect(counts, withheld, allowed, least, (row, column), k)
        if added is None:
            return None
        waiting += added
    return withheld


def _protect(
    counts: Whole, withheld: Mask, allowed: Mask, least: Whole, cell: tuple[int, int], k: int
) -> list[tuple[int, int]] | None:
    """Withhold further cells, in place, until this one can move over ``k``; give those added, or None in vain."""
    added: list[tuple[int, int]] = []
    while (interval := Network(counts, withheld, least).interval(*cell, enough=k)).span < k:
        new = _next_cycle(counts, withheld, allowed, least, cell, k, interval)
        if not new:
            return None
        for each in new:
            withheld[each] = True
        added += new
    return added


def _next_cycle(
    counts: Whole, withheld: Mask, allowed: Mask, least: Whole, cell: tuple[int, int], k: int, interval: Interval
) -> list[tuple[int, int]]:
    """Give the cells not yet withheld of the cheapest cycle that widens the interval, trying the widest step first."""
    for step in range(k - interval.span, 0, -1):
        cycle = cheapest_cycle(
            counts, withheld, allowed, least, cell, step + interval.high - int(counts[cell]), up=True
        )
        if cycle and (new := [each for each in cycle if not withheld[each]]):
            return new
    room = int(counts[cell]) - int(least[cell])
    for step in range(room, int(counts[cell]) - interval.low, -1):
        cycle = cheapest_cycle(counts, withheld, allowed, least, cell, step, up=False)
        if cycle and (new := [each for each in cycle if not withheld[each]]):
            return new
    return []
