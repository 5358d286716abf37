"""What of a two-way table may be withheld together, as published numbers say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from barometer.disclosure.alike import are_alike
from barometer.disclosure.network import Mask
from barometer.disclosure.puzzle import Demand, Puzzle, by_size, small_groups

Groups = int
"""A set of groups: whether each is in it, bit by bit."""
MOST_WHOLE = 3
"""In so many groups at most all answers are withheld for the sake of others."""


class Blocks:
    """Sets of answers by runs of groups, of one table: what may be withheld together, and where it has to be."""

    def __init__(self, puzzle: Puzzle, demand: Demand) -> None:
        self.puzzle, self.k, self.colluders = puzzle, demand.k, demand.colluders
        self.counts: list[list[int]] = puzzle.counts.tolist()
        sizes, rarest_first = puzzle.sizes.tolist(), puzzle.order
        order = by_size(sizes)[::-1]
        self.small = small_groups(sizes, demand.detail)[::-1] if len(rarest_first) > 2 else []
        self.big = [group for group in order if group not in self.small]
        self.commonest = rarest_first[-1:]
        self.sets = [rarest_first[at : at + 2] for at in range(0, len(rarest_first), 2)]
        self.silent = puzzle.blank.copy()
        if self.small:
            self.silent[np.array(rarest_first[:-1])[:, None], self.small] = True

    @cached_property
    def loss_at_a_glance(self) -> float:
        """Say what readers lose at least: with what must not be shown, and in small groups."""
        return self.puzzle.loss(self.puzzle.primary | self.puzzle.given | self.silent)

    @cached_property
    def few(self) -> list[list[int]]:
        return [self._few_beside(rows) for rows in self.sets]

    @cached_property
    def untold(self) -> Mask:
        untold = self.silent.copy()
        for rows, groups in zip(self.sets, self.few, strict=True):
            for row in rows if groups else ():
                untold[row, groups] = True
        return untold

    @cached_property
    def untold_by_row(self) -> list[list[bool]]:
        by_row: list[list[bool]] = self.untold.tolist()
        return by_row

    @property
    def least(self) -> Mask:
        """Mark what every pattern hides: the first one, before more is withheld for its sake."""
        least: Mask = self._masks([self._chosen(self._without_the_commonest[0], 0, 0)])[0] | self.untold
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

    def _few_beside(self, rows: Sequence[int]) -> list[int]:
        """Give the larger groups in which two answers other than the commonest were given by too few to carry a mark.

        Two marks on fewer than 2k - 1 do not leave every small value open, so without this all else would be withheld
        there as well; where colluders leave k of them, they are left uncounted instead, whatever each of them holds.
        Not so where it is one group alone: it could be subtracted; nor beside anything else that is hidden there:
        nothing shown would tell how many they are, and that they are left uncounted would.
        """
        if rows[-1] in self.commonest:
            return []
        sums, enough = self._sums(rows), self.k + self.colluders
        hidden = self.puzzle.primary | self.puzzle.given | self.puzzle.blank
        hidden[rows] = (self.puzzle.given | self.puzzle.blank)[rows]
        alone = ~np.logical_or.reduce(hidden)
        found = [group for group in self.big if enough <= sums[group] < 2 * self.k - 1 and alone[group]]
        return found if self.small or len(found) > 1 else []

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
            if sums[group] < 2 * self.k - 1 or any(group in few for few in self.few):
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
        unlike: dict[bytes, Mask] = {}
        for mask in self._masks(list(dict.fromkeys(self._chosen(*step) for step in others))):
            unlike.setdefault(mask.tobytes(), mask)
        yield from sorted(unlike.values(), key=lambda mask: self.puzzle.loss(mask | self.untold))

    def _steps(self) -> list[tuple[Groups, int, int]]:
        """Give in which of the small groups the commonest answer is withheld, in how many others all are, and how many
        more runs of groups are."""
        longest = max((len(runs) for runs in self.runs), default=0)
        return [
            (small, whole, more)
            for small in self._without_the_commonest
            for whole in range(min(MOST_WHOLE, len(self.big)) + 1)
            for more in range(longest + 1)
        ]

    @cached_property
    def _without_the_commonest(self) -> list[Groups]:
        """Give the sets of small groups in which the commonest answer may be withheld: the smallest, as far as needed.

        One alone could be subtracted; and it is withheld at least wherever it tells too much.
        """
        told = groups_of(self._told_by_the_commonest)
        smallest = [groups_of(self.small[:step]) for step in (0, *range(2, len(self.small) + 1))]
        return [groups for groups in smallest if not told & ~groups] or [groups_of(self.small)]

    @cached_property
    def _told_by_the_commonest(self) -> list[int]:
        """Give the small groups in which the commonest answer cannot be shown, or leaves too few beside it."""
        if not self.small:
            return []
        (commonest,) = self.commonest
        primary = self.puzzle.primary[commonest].tolist()
        rest = np.where(self.untold, self.puzzle.counts, 0).sum(axis=0).tolist()
        return [group for group in self.small if primary[group] or 0 < rest[group] < self.k]

    @cached_property
    def needed(self) -> list[Groups]:
        """Give by set of answers the larger groups in which one of them is small.

        What would stand alone, or with too few, is withheld together with the next set; and where something else is
        withheld whatever the answers are, the rarest are as well.
        """
        primary = (self.puzzle.primary & ~self.puzzle.given).tolist()
        in_set = [[any(cell) for cell in zip(*(primary[row] for row in rows), strict=True)] for rows in self.sets]
        needed = [
            groups_of(group for group in self.big if is_needed[group] and group not in few)
            for is_needed, few in zip(in_set, self.few, strict=True)
        ]
        for at, rows in enumerate(self.sets):
            other = at - 1 if at == len(self.sets) - 1 else at + 1
            if other >= 0 and needed[at]:
                sums = self._sums(rows)
                alone = [group for group in self.big if needed[at] >> group & 1]
                needed[other] |= groups_of(group for group in alone if len(rows) == 1 or sums[group] < 2 * self.k - 1)
        return needed

    def _chosen(self, small: Groups, whole: int, more: int) -> tuple[Groups, ...]:
        """Give by set of answers the groups in which it carries a mark, and at last the small ones of the commonest."""
        entirely = groups_of(self.big[:whole])
        chosen: list[Groups] = []
        for runs, groups in zip(self.runs, self.needed, strict=True):
            inside = groups | entirely
            for at, run in enumerate(runs):
                if groups & run or at < more:
                    inside |= run
            chosen.append(inside)
        return (*chosen, small)

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
