"""Which cells of a two-way table are withheld: answers together and groups together, as published numbers say.

An attacker who reruns the protection learns from a pattern whatever the true counts had to do with it (A3). Therefore
cells are withheld in blocks that follow from published numbers alone. *Answers* are withheld two together: the two
rarest over all groups, the next two, and so on; the commonest is touched last. *Groups* are withheld as far together as
needed, from the smallest on, that each of them could be the reason: blocks are cut so that for each group there are
tables with the same published numbers in which another group's small count is hidden, or its own is another; where no
block does that for a group with something to hide, there is no pattern, and a coarser form has to do. Where
that leaves a cell too narrow, further blocks are added, those first of which readers lose least by published numbers.
The counts say in which blocks there is something to hide, and whether a pattern stands against those who know which
cells are small (A2) or sit in them (R): so a rerun still tells a little. Groups below ``detail`` respondents show the
commonest answer alone, whatever the counts are; what they leave uncounted makes room for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from barometer.disclosure.alike import are_alike
from barometer.disclosure.network import ENDLESS, Mask, Network, Whole, stands_against

Weights = NDArray[np.float64]
Groups = int
"""A set of groups: whether each is in it, bit by bit."""
CLUTTER = 0.1
"""What it costs a reader, as a share of respondents, to meet a mark in every cell."""
MOST_TRIED = 40
"""So many patterns are tried, those of which readers lose least first."""


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
    def _sizes(self) -> Whole:
        sizes: Whole = self.counts.sum(axis=0)
        return sizes

    @cached_property
    def _totals(self) -> Whole:
        totals: Whole = self.counts.sum(axis=1)
        return totals

    @cached_property
    def order(self) -> list[int]:
        """Put the rows that are not fixed in the order in which they are withheld, the rarest first; no empty ones."""
        totals, last = self._totals.tolist(), self.last.tolist()
        free = [row for row, is_fixed in enumerate(self.fixed.tolist()) if not is_fixed and totals[row]]
        return sorted(free, key=lambda row: (last[row], totals[row], row))

    @cached_property
    def _expected(self) -> Weights:
        """The share of respondents in each cell, as the sums of rows and columns let one expect it."""
        expected: Weights = np.outer(self._totals, self._sizes) / max(1, int(self._sizes.sum())) ** 2
        return expected

    @cached_property
    def _price(self) -> Weights:
        """What readers lose with each cell."""
        return self._expected * self.worth[:, None] + CLUTTER / self.counts.size

    def share(self, hidden: Mask) -> float:
        """Say how large a share of the respondents these cells hide, by published numbers."""
        return float(self._expected[hidden].sum())

    def loss(self, hidden: Mask) -> float:
        """Say what readers lose with these cells, by published numbers, as a share of all respondents."""
        return float(self._price[hidden].sum())

    def least_loss(self, demand: Demand) -> float:
        """Say what readers lose at least: with what must not be shown, and in small groups."""
        hidden = self.primary | self.given | self.blank
        if not self.fixed.any() and len(self.order) > 2:
            small = small_groups(self._sizes.tolist(), demand.detail)
            hidden[np.ix_(self.order[:-1], small)] = True
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
            last=np.zeros(rows, np.bool_),
        )


@dataclass(frozen=True, eq=False)
class Judge:
    """Says whether a pattern protects, and remembers it: forms that differ in worth alone are withheld alike."""

    demand: Demand
    _said: dict[tuple[bytes, ...], bool] = field(default_factory=dict)

    def approves(self, puzzle: Puzzle, marked: Mask, untold: Mask) -> bool:
        parts = (puzzle.counts, puzzle.least, marked, untold)
        case = (str(puzzle.counts.shape).encode(), *(part.tobytes() for part in parts))
        if case not in self._said:
            self._said[case] = is_protected(puzzle, marked, untold, self.demand)
        return self._said[case]


def choose(
    puzzle: Puzzle, demand: Demand, *, below: float = float("inf"), judge: Judge | None = None
) -> Pattern | None:
    """Give the first pattern, of those that cover what must not be shown, that protects the table; None in vain.

    Patterns of which readers lose ``below`` or more are not tried. A ``judge`` remembers those of other tables.
    """
    judge = judge or Judge(demand)
    blocks = Blocks(puzzle, demand)
    if blocks.tell_a_group or blocks.least_loss >= below:
        return None
    for at, marked in enumerate(blocks.patterns()):
        hidden = marked | blocks.untold
        if at == MOST_TRIED or puzzle.loss(hidden) >= below:
            break
        told = _without_lonely(puzzle, marked, blocks.untold)
        if told is not None and judge.approves(puzzle, told, blocks.untold):
            return Pattern(told, blocks.untold & ~told, puzzle.loss(hidden))
    return None


def by_size(sizes: Sequence[int]) -> list[int]:
    """Put the groups in the order of their sizes, the largest first."""
    return sorted(range(len(sizes)), key=lambda group: (-sizes[group], group))


def small_groups(sizes: Sequence[int], detail: int) -> list[int]:
    """Give the groups below ``detail``, and the next one if it is alone: its counts could be subtracted."""
    order = by_size(sizes)
    small = [group for group in order if sizes[group] < detail]
    return order[-2:] if len(small) == 1 and len(order) > 2 else small if len(small) > 1 else []


class Blocks:
    """Sets of answers by runs of groups, of one table: what may be withheld together, and where it has to be."""

    def __init__(self, puzzle: Puzzle, demand: Demand) -> None:
        self.puzzle, self.k = puzzle, demand.k
        self.counts: list[list[int]] = puzzle.counts.tolist()
        sizes, rarest_first = [sum(column) for column in zip(*self.counts, strict=True)], puzzle.order
        order = by_size(sizes)[::-1]
        self.small = small_groups(sizes, demand.detail)[::-1] if len(rarest_first) > 2 else []
        self.big = [group for group in order if group not in self.small]
        self.commonest = rarest_first[-1:]
        self.sets = [rarest_first[at : at + 2] for at in range(0, len(rarest_first), 2)]
        self.untold = puzzle.blank.copy()
        if self.small:
            self.untold[np.array(rarest_first[:-1])[:, None], self.small] = True
        self.untold_by_row: list[list[bool]] = self.untold.tolist()
        self.needed = self._needed()

    @property
    def least(self) -> Mask:
        """Mark what every pattern hides: the first one, before more is withheld for its sake."""
        least: Mask = self._masks([self._chosen(*self._steps()[0])])[0] | self.untold
        return least

    @cached_property
    def least_loss(self) -> float:
        """Say what readers lose with every pattern."""
        return self.puzzle.loss(self.least)

    @cached_property
    def runs(self) -> list[list[Groups]]:
        """Give the runs of each set of answers that is withheld anywhere."""
        return [[*runs, rest] if rest else runs for runs, rest in self._cuts]

    @cached_property
    def tell_a_group(self) -> bool:
        """Ask whether something is small in a group left over by the runs: marks would tell that it is that group."""
        return any(rest & groups for (_, rest), groups in zip(self._cuts, self.needed, strict=True))

    @cached_property
    def _cuts(self) -> list[tuple[list[Groups], Groups]]:
        """Give the runs of each set, and the groups that are left over, too few to be alike."""
        return [self._cut(rows) if groups else ([], 0) for rows, groups in zip(self.sets, self.needed, strict=True)]

    def _sums(self, rows: Sequence[int]) -> list[int]:
        """Give by group how many gave one of these answers."""
        return [sum(column) for column in zip(*(self.counts[row] for row in rows), strict=True)]

    def _uncounted(self, row: int) -> int:
        return sum(
            count for count, is_untold in zip(self.counts[row], self.untold_by_row[row], strict=True) if is_untold
        )

    def _cut(self, rows: Sequence[int]) -> tuple[list[Groups], Groups]:
        """Cut the larger groups into runs, from the smallest on, each as short as `are_alike` allows."""
        if len(rows) < 2:
            return [], 0
        sums, rarer = self._sums(rows), self.counts[rows[0]]
        known = self._uncounted(rows[0])
        room = known + self._uncounted(rows[1])
        runs: list[list[int]] = []
        current: list[int] = []
        for group in self.big:
            if sums[group] < 2 * self.k - 1:
                continue  # two answers of so few do not leave every small value open, so others are withheld as well
            current.append(group)
            if len(current) > 1 and are_alike(
                tuple(sums[each] for each in current), sum(rarer[each] for each in current) + known, room, self.k
            ):
                runs.append(current)
                current = []
        return [groups_of(run) for run in runs], groups_of(current)

    def patterns(self) -> Iterator[Mask]:
        """Give what carries a mark: at first what has to, then more, what readers lose least by first."""
        first, *others = self._steps()
        yield from self._masks([self._chosen(*first)])
        further = dict.fromkeys(self._chosen(*step) for step in others)
        unlike: dict[bytes, Mask] = {}
        for mask in self._masks(list(further)):
            unlike.setdefault(mask.tobytes(), mask)
        yield from sorted(unlike.values(), key=lambda mask: self.puzzle.loss(mask | self.untold))

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
        return any(group in self._told_by_the_commonest for group in groups)

    @cached_property
    def _told_by_the_commonest(self) -> list[int]:
        (commonest,) = self.commonest
        primary = self.puzzle.primary[commonest].tolist()
        rest = np.where(self.untold, self.puzzle.counts, 0).sum(axis=0).tolist()
        return [group for group in self.small if primary[group] or 0 < rest[group] < self.k]

    def _needed(self) -> list[Groups]:
        """Give by set of answers the larger groups in which one of them is small.

        What would stand alone, or with too few, is withheld together with the next set; and where something else is
        withheld whatever the answers are, the rarest are as well.
        """
        primary = (self.puzzle.primary & ~self.puzzle.given).tolist()
        in_set = [[any(cell) for cell in zip(*(primary[row] for row in rows), strict=True)] for rows in self.sets]
        needed = [groups_of(group for group in self.big if is_needed[group]) for is_needed in in_set]
        for at, rows in enumerate(self.sets):
            other = at - 1 if at == len(self.sets) - 1 else at + 1
            if other >= 0 and needed[at]:
                sums = self._sums(rows)
                alone = [group for group in self.big if needed[at] >> group & 1]
                needed[other] |= groups_of(group for group in alone if len(rows) == 1 or sums[group] < 2 * self.k - 1)
        return needed

    def _chosen(self, small: int, whole: int, more: int) -> tuple[Groups, ...]:
        """Give by set of answers the groups in which it carries a mark, and at last the small ones of the commonest."""
        entirely = groups_of(self.big[:whole])
        chosen = []
        for runs, groups in zip(self.runs, self.needed, strict=True):
            inside = groups | entirely
            for at, run in enumerate(runs):
                if groups & run or at < more:
                    inside |= run
            chosen.append(inside)
        return (*chosen, groups_of(self.small[:small]))

    def _masks(self, patterns: Sequence[tuple[Groups, ...]]) -> NDArray[np.bool_]:
        """Draw patterns as masks: only what can carry a mark, and what is given."""
        rows, groups = self.puzzle.counts.shape
        by_row = [0] * rows
        drawn = []
        for *chosen, small in patterns:
            for answers, inside in zip(self.sets, chosen, strict=True):
                for row in answers:
                    by_row[row] = inside
            for row in self.commonest:
                by_row[row] |= small
            drawn += [inside.to_bytes(groups // 8 + 1, "little") for inside in by_row]
        bits = np.frombuffer(b"".join(drawn), np.uint8).reshape(len(patterns), rows, groups // 8 + 1)
        marks = np.unpackbits(bits, axis=2, count=groups, bitorder="little").astype(np.bool_)
        marked: Mask = (marks & self.puzzle.may) | self.puzzle.given
        return marked


def groups_of(groups: Iterable[int]) -> Groups:
    found = 0
    for group in groups:
        found |= 1 << group
    return found


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
    unsaid = np.logical_and.reduce(hidden, axis=0, keepdims=True)  # groups of which nothing is told: all may agree
    wanted = marked | (untold & (small | (unsaid & (counts > 0))))
    if not stands_against(Network(counts, hidden, least), wanted, demand.k, demand.colluders):
        return False
    primary = marked & small
    if not primary.any():
        return True
    floor = np.where(primary, np.maximum(puzzle.least, 1), np.where(marked & (puzzle.least > 0), demand.k, least))
    floor = np.minimum(floor, counts)
    informed = Network(counts, hidden, floor, np.where(primary, demand.k - 1, ENDLESS))
    return bool((informed.spans()[primary] >= demand.k - 2).all())
