"""A two-way table with what must not be shown of it, what readers have of each answer, and what is demanded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from barometer.disclosure.network import Mask, Whole

Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Demand:
    """What a pattern must stand against."""

    k: int
    colluders: int = 0
    """Respondents who pool their own answers (attacker R)."""
    detail: int = 0
    """Groups below this many respondents show their largest answer alone; 0: no group does."""

    @property
    def free_span(self) -> int:
        """How far a count that is withheld must be able to move so that no colluders need to be tried.

        In a network each of c respondents raises what one cell is known to hold by one, which takes at most one from
        either end of another's interval. Exact is `network.stands_against`.
        """
        return self.k + 2 * self.colluders


@dataclass(frozen=True, eq=False)
class Pattern:
    """``withheld`` cells carry a mark and hold at least one; ``untold`` ones are left uncounted: perhaps nobody."""

    withheld: Mask
    untold: Mask
    loss: float
    """The share of respondents whose answer is not told, by published numbers, weighed by what readers have of it."""


@dataclass(frozen=True, eq=False)
class Puzzle:
    """A table to protect: rows are answers, columns groups; every row and column sum is taken as published."""

    counts: Whole
    primary: Mask
    """Cells that must not be shown."""
    worth: Weights
    """By row: how much a reader misses of it, per respondent, between 0 and 1."""
    given: Mask
    """Cells that are withheld whatever else is; decided for many tables together."""
    blank: Mask
    """Cells left uncounted whatever else is."""
    fixed: Mask
    """By row: withheld only where that is given."""
    may: Mask
    """Cells that can carry a mark at all."""
    least: Whole
    """What a withheld cell is known to hold."""
    last: Mask
    """By row: answers that are withheld after all others, however rare they are."""

    @property
    def key(self) -> bytes:
        """Tell this puzzle from any other."""
        parts = (
            self.counts,
            self.primary,
            self.worth,
            self.given,
            self.blank,
            self.fixed,
            self.may,
            self.least,
            self.last,
        )
        return bytes(str(self.counts.shape), "ascii") + b"".join(part.tobytes() for part in parts)

    @cached_property
    def sizes(self) -> Whole:
        sizes: Whole = self.counts.sum(axis=0)
        return sizes

    @cached_property
    def totals(self) -> Whole:
        totals: Whole = self.counts.sum(axis=1)
        return totals

    @cached_property
    def order(self) -> list[int]:
        """Put the rows that are not fixed in the order in which they are withheld, the rarest first; no empty ones."""
        totals, last = self.totals.tolist(), self.last.tolist()
        free = [row for row, is_fixed in enumerate(self.fixed.tolist()) if not is_fixed and totals[row]]
        return sorted(free, key=lambda row: (last[row], totals[row], row))

    @cached_property
    def _expected(self) -> Weights:
        """The share of respondents in each cell, as the sums of rows and columns let one expect it."""
        expected: Weights = np.outer(self.totals, self.sizes) / max(1, int(self.sizes.sum())) ** 2
        return expected

    @cached_property
    def _price(self) -> Weights:
        """What readers lose with each cell."""
        return self._expected * self.worth[:, None]

    def share(self, hidden: Mask) -> float:
        """Say how large a share of the respondents these cells hide, by published numbers."""
        return float(self._expected[hidden].sum())

    def loss(self, hidden: Mask) -> float:
        """Say what readers lose with these cells, by published numbers, as a share of all respondents."""
        return float(self._price[hidden].sum())

    @classmethod
    def of(cls, counts: Whole, primary: Mask) -> Puzzle:
        """Give the ordinary case: all cells but the empty ones may be withheld, and then hold at least one."""
        rows = counts.shape[0]
        nothing = np.zeros(counts.shape, np.bool_)
        return cls(
            counts,
            primary,
            np.ones(rows),
            given=nothing,
            blank=nothing,
            fixed=np.zeros(rows, np.bool_),
            may=counts > 0,
            least=np.ones_like(counts),
            last=np.zeros(rows, np.bool_),
        )


def by_size(sizes: Sequence[int]) -> list[int]:
    """Put the groups in the order of their sizes, the largest first."""
    return sorted(range(len(sizes)), key=lambda group: (-sizes[group], group))


def small_groups(sizes: Sequence[int], detail: int) -> list[int]:
    """Give the groups below ``detail``, and the next one if it is alone: its counts could be subtracted."""
    order = by_size(sizes)
    small = [group for group in order if sizes[group] < detail]
    return order[-2:] if len(small) == 1 and len(order) > 2 else small if len(small) > 1 else []
