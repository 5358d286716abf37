"""Which cells of a two-way table are withheld: answers together and groups together, as published numbers say.

An attacker who reruns the protection learns from a pattern whatever the true counts had to do with it (A3). Therefore
cells are withheld in blocks that follow from published numbers alone. *Answers* are withheld two together: the two
rarest over all groups, the next two, and so on; the commonest is touched last. *Groups* are withheld as far together as
needed, from the smallest on, that each of them could be the reason: blocks are cut so that for each group there are
tables with the same published numbers in which another group's small count is hidden, or its own is another. The
counts only say in which blocks there is something to hide. Where that leaves a cell too narrow, further blocks follow
in the order of their sizes until it is wide. Groups below ``detail`` respondents show the commonest answer alone,
whatever the counts are; what they leave uncounted makes room for the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from barometer.disclosure.network import ENDLESS, Mask, Network, Whole, stands_against

Weights = NDArray[np.float64]
CLUTTER = 0.1
"""What it costs a reader, as a share of respondents, to meet a mark in every cell."""
MOST_TRIED = 40
"""So many patterns are tried, each withholding more than the one before."""


@dataclass(frozen=True)
class Demand:
    """What a pattern must stand against."""

    k: int
    colluders: int = 0
    """Respondents who pool their own answers (attacker R)."""
    detail: int = 0
    """Groups below this many respondents show their largest answer alone; 0: no group does."""

    @property
    def joined_span(self) -> int:
        """How far where routing joins tables: room for colluders who share a cell, where its group's size confines it.

        Then they raise its least or lower its most. Where they do both, the attack finds it, and the table goes.
        """
        return self.k + max(0, self.colluders - 1)

    @property
    def free_span(self) -> int:
        """How far a count that is withheld must be able to move so that no colluders need to be tried.

        In a network each of c respondents raises what one cell is known to hold by one, which takes at most one from
        either end of another's interval. Exact is `network.stands_against`.
        """
        return self.k + 2 * self.colluders


@dataclass(frozen=True, eq=False)
class Pattern:
    """``withheld`` cells carry a mark and hold at least one; ``untold`` ones are not counted in so small a group."""

    withheld: Mask
    untold: Mask
    loss: float
    """The share of respondents whose answer is not told, by published numbers, with what the marks cost."""


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

    @property
    def key(self) -> bytes:
        """Tell this puzzle from any other."""
        parts = (self.counts, self.primary, self.worth, self.given, self.blank, self.fixed, self.may, self.least)
        return bytes(str(self.counts.shape), "ascii") + b"".join(part.tobytes() for part in parts)

    @cached_property
    def _price(self) -> Weights:
        """What readers lose with each cell: respondents as the sums of rows and columns let one expect them."""
        sizes, totals = self.counts.sum(axis=0), self.counts.sum(axis=1)
        price: Weights = np.outer(totals * self.worth, sizes) / max(1, int(sizes.sum())) ** 2
        return price + CLUTTER / self.counts.size

    def loss(self, hidden: Mask) -> float:
        """Say what readers lose with these cells, by published numbers, as a share of all respondents."""
        return float(self._price[hidden].sum())

    def least_loss(self, demand: Demand) -> float:
        """Say what readers lose at least: with what must not be shown, and in small groups."""
        hidden = self.primary | self.given | self.blank
        if not self.fixed.any() and len(self.counts) > 2:
            small = small_groups(self.counts.sum(axis=0), demand.detail)
            hidden[:, small] = True
            hidden[self.counts.sum(axis=1).argmax(), small] = False
        return self.loss(hidden)

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
        )


def choose(puzzle: Puzzle, demand: Demand, *, below: float = float("inf")) -> Pattern | None:
    """Give the first pattern, of those that cover what must not be shown, that protects the table; None in vain.

    Patterns of which readers lose ``below`` or more are not tried.
    """
    blocks = Blocks(puzzle, demand)
    for at, marked in enumerate(blocks.patterns()):
        hidden = marked | blocks.untold
        if at == MOST_TRIED or puzzle.loss(hidden) >= below:
            break
        told = _without_lonely(puzzle, marked, blocks.untold)
        if told is not None and is_protected(puzzle, told, blocks.untold, demand):
            return Pattern(told, blocks.untold & ~told, puzzle.loss(told | blocks.untold))
    return None


def by_size(sizes: Whole) -> list[int]:
    """Put the groups in the order of their sizes, the largest first."""
    return sorted(range(len(sizes)), key=lambda group: (-int(sizes[group]), group))


def small_groups(sizes: Whole, detail: int) -> list[int]:
    """Give the groups below ``detail``, and the next one if it is alone: its counts could be subtracted."""
    order = by_size(sizes)
    small = [group for group in order if sizes[group] < detail]
    return order[-2:] if len(small) == 1 and len(order) > 2 else small if len(small) > 1 else []


class Blocks:
    """Sets of answers by runs of groups, of one table: what may be withheld together, and where it has to be."""

    def __init__(self, puzzle: Puzzle, demand: Demand) -> None:
        self.puzzle, self.k = puzzle, demand.k
        counts = puzzle.counts
        free = np.flatnonzero(~puzzle.fixed).tolist()
        order = by_size(counts.sum(axis=0))[::-1]
        self.small = small_groups(counts.sum(axis=0), demand.detail)[::-1] if len(free) > 2 else []
        self.big = [group for group in order if group not in self.small]
        rarest_first = sorted(free, key=lambda row: (int(counts[row].sum()), row))
        self.commonest = rarest_first[-1:]
        self.sets = [rarest_first[at : at + 2] for at in range(0, len(rarest_first), 2)]
        self.untold = puzzle.blank.copy()
        self.untold[np.ix_(rarest_first[:-1], self.small)] = True
        self.runs = [self._cut(rows) for rows in self.sets]

    def _cut(self, rows: Sequence[int]) -> list[list[int]]:
        """Cut the larger groups into runs, from the smallest on, each as short as `are_alike` allows."""
        counts = self.puzzle.counts
        sums = counts[rows].sum(axis=0)
        room = int(counts[rows][self.untold[rows]].sum())
        known = int(counts[rows[0]][self.untold[rows[0]]].sum())
        runs: list[list[int]] = []
        current: list[int] = []
        for group in self.big if len(rows) == 2 else ():
            if sums[group] < self.k + 2:
                continue  # two answers of so few are withheld with others, or not at all
            current.append(group)
            total = int(counts[rows[0]][current].sum()) + known
            if are_alike(sums[current].tolist(), total, room, self.k):
                runs.append(current)
                current = []
        return [*runs, current] if current else runs

    def patterns(self) -> Iterator[Mask]:
        """Give what carries a mark: at first what has to, then more, what readers lose least by first."""
        needed = self._needed()
        first, *others = self._steps()
        yield self._marked(needed, *first)
        further: dict[bytes, Mask] = {}
        for step in others:
            mask = self._marked(needed, *step)
            further.setdefault(mask.tobytes(), mask)
        yield from sorted(further.values(), key=lambda mask: self.puzzle.loss(mask | self.untold))

    def _steps(self) -> list[tuple[int, int, int]]:
        """Give in how many of the small groups the commonest answer is withheld, in how many others all are, and how
        many more runs of groups are."""
        longest = max((len(runs) for runs in self.runs), default=0)
        kept = [step for step in (0, *range(2, len(self.small) + 1)) if not self._commonest_tells(self.small[step:])]
        return [
            (small, whole, more)
            for small in kept or [len(self.small)]
            for whole in range(len(self.big) + 1)
            for more in range(longest + 1)
        ]

    def _commonest_tells(self, groups: Sequence[int]) -> bool:
        """Ask whether the commonest answer cannot be shown in one of these groups, or leaves too few beside it."""
        rest = np.where(self.untold, self.puzzle.counts, 0).sum(axis=0)[groups]
        return bool(self.puzzle.primary[np.ix_(self.commonest, groups)].any() or ((rest > 0) & (rest < self.k)).any())

    def _needed(self) -> list[set[int]]:
        """Give by set of answers the larger groups in which one of them is small.

        What would stand alone, or with too few, is withheld together with the next set; and where something else is
        withheld whatever the answers are, the rarest are as well.
        """
        primary = self.puzzle.primary & ~self.puzzle.given
        found = [{group for group in self.big if primary[rows, group].any()} for rows in self.sets]
        for at, rows in enumerate(self.sets):
            sums = self.puzzle.counts[rows].sum(axis=0)
            other = at - 1 if at == len(self.sets) - 1 else at + 1
            if other >= 0:
                found[other] |= {group for group in found[at] if len(rows) == 1 or sums[group] < self.k + 2}
        return found

    def _marked(self, needed: Sequence[set[int]], small: int, whole: int, more: int) -> Mask:
        mask = np.zeros(self.puzzle.counts.shape, np.bool_)
        mask[np.ix_(self.commonest, self.small[:small])] = True
        for rows, runs, groups in zip(self.sets, self.runs, needed, strict=True):
            inside = {*groups, *self.big[:whole]}
            for at, run in enumerate(runs):
                if not groups.isdisjoint(run) or (at < more and groups):
                    inside.update(run)
            mask[np.ix_(rows, sorted(inside))] = True
        marked: Mask = (mask & self.puzzle.may) | self.puzzle.given
        return marked


def are_alike(sums: Sequence[int], total: int, room: int, k: int) -> bool:
    """Ask whether each of these groups could be the one with something to hide, by published numbers alone.

    Two answers are withheld in groups where they hold ``sums`` together; the first holds ``total`` in all of them and
    in small groups, which have ``room``. Asked is whether, over the tables in which just one group's count is small
    and the others are in between, each group's count spans k: then rerunning the protection confines none of them.
    """
    middle = [(min(k, each // 2), max(each - k, each // 2)) for each in sums]
    lows = [1 << 30] * len(sums)
    highs = [-1] * len(sums)
    below, above = sum(low for low, _ in middle), sum(high for _, high in middle) + room
    for small, each in enumerate(sums):
        rest = below - middle[small][0], above - middle[small][1]
        for first, last in ((1, k - 1), (each - k + 1, each - 1)):
            if rest[0] > total - last or total - first > rest[1]:
                continue
            for group, (low, high) in enumerate(middle):
                if group == small:
                    low, high = first, last
                else:
                    low = max(low, total - last - (rest[1] - high))
                    high = min(high, total - first - (rest[0] - middle[group][0]))
                if low <= high:
                    lows[group], highs[group] = min(lows[group], low), max(highs[group], high)
    return all(high - low >= k for low, high in zip(lows, highs, strict=True))


def _without_lonely(puzzle: Puzzle, marked: Mask, untold: Mask) -> Mask | None:
    """Show again what stands alone in its row or column and could be subtracted; None where that must not be shown."""
    marked = marked.copy()
    while True:
        hidden = marked | untold
        lonely = marked & ((hidden.sum(axis=0) == 1)[None, :] | (hidden.sum(axis=1) == 1)[:, None])
        if not lonely.any():
            return marked
        if (lonely & (puzzle.primary | puzzle.given)).any():
            return None
        marked &= ~lonely


def is_protected(puzzle: Puzzle, marked: Mask, untold: Mask, demand: Demand) -> bool:
    """Ask whether every hidden cell can move far enough, also for one who knows which cells are the small ones (A2)."""
    counts, hidden = puzzle.counts, marked | untold
    if not hidden.any():
        return True
    least = np.where(marked, puzzle.least, np.where(untold, 0, counts))
    small = (counts > 0) & (counts < demand.k)
    if not stands_against(Network(counts, hidden, least), marked | (untold & small), demand.k, demand.colluders):
        return False
    primary = marked & small
    if not primary.any():
        return True
    floor = np.where(primary, np.maximum(puzzle.least, 1), np.where(marked & (puzzle.least > 0), demand.k, least))
    floor = np.minimum(floor, counts)
    informed = Network(counts, hidden, floor, np.where(primary, demand.k - 1, ENDLESS))
    return bool((informed.spans()[primary] >= demand.k - 2).all())
