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
commonest answer alone at most, whatever the counts are; what they leave uncounted makes room for the others. So do two
answers of too few to carry marks in a larger group, and large groups that lend room. `blocks` says what there is to
choose from.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from barometer.disclosure.blocks import Blocks
from barometer.disclosure.network import ENDLESS, Mask, Network, stands_against
from barometer.disclosure.puzzle import Demand, Pattern, Puzzle

MOST_TRIED = 40
"""So many patterns are tried, those of which readers lose least first."""


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


def choose(puzzle: Puzzle, demand: Demand) -> Pattern | None:
    """Give the first pattern, of those that cover what must not be shown, that protects the table; None in vain."""
    return choose_among(Blocks(puzzle, demand), Judge(demand))


def choose_among(blocks: Blocks, judge: Judge, *, below: float = float("inf")) -> Pattern | None:
    """Choose it among what these blocks allow; patterns of which readers lose ``below`` or more are not tried."""
    puzzle = blocks.puzzle
    if blocks.tell_a_group or blocks.least_loss >= below:
        return None
    for at, marked in enumerate(blocks.patterns()):
        lost = puzzle.loss(marked | blocks.untold)
        if at == MOST_TRIED or lost >= below:
            break
        told = _without_lonely(puzzle, marked, blocks.untold)
        if told is not None and judge.approves(puzzle, told, blocks.untold):
            return Pattern(told, blocks.untold & ~told, lost)
    return None


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
