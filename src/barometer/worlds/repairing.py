"""Putting right what some moves leave, by moves between two kinds of answers: a descent, then a tree for the rest.

Of a multiple choice these kinds are an option ticked and not, once others have answered it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.cycles import Indices, Moves, products, reach
from barometer.worlds.printed import Mask, PrintedItem, PrintedTable

DESCENTS = 3
STEPS = 40
MOST_MOVES = 200
"""Moves of which the best two are taken; of more, some are drawn."""
KEEP = 12_000
"""Elements of a tree."""


class Repair:
    """What moves must put right, as one system over people and kinds of answers; moves go where ``inside`` allows."""

    def __init__(self, adds: Sequence[NDArray[np.int8]], true: Indices, inside: Mask) -> None:
        self.adds, self.inside = np.concatenate(adds, axis=2), inside
        self.part = np.repeat(np.arange(len(adds)), [each.shape[2] for each in adds])
        self.everybody = np.arange(len(self.adds))
        self.printed = self.counted(true)

    def counted(self, kinds: Indices) -> NDArray[np.int64]:
        return np.asarray(self.adds[self.everybody, kinds].sum(axis=0, dtype=np.int64))

    def reached(self, kinds: Indices, chance: np.random.Generator, may: Mask | None = None) -> Indices | None:
        """Give kinds under which the cells are as printed; None where none were found. Only those move who ``may``."""
        for _ in range(DESCENTS):
            found = kinds.copy()
            off = self._nearest(found, chance, may)
            person, to, effect = self._moves(found, may)
            goes_down = to < found[person]
            moves = Moves(person, to, effect, self.part, np.flatnonzero(goes_down), np.flatnonzero(~goes_down))
            for step in reach(moves, off, chance, keep=KEEP) if off.any() else [np.zeros(0, np.intp)]:
                found[person[step]] = to[step]
                return found
        return None

    def _nearest(self, found: Indices, chance: np.random.Generator, may: Mask | None) -> NDArray[np.int64]:
        """Change ``found`` by the best two moves as long as they help, and give what is still off."""
        off = self.counted(found) - self.printed
        for _ in range(STEPS if off.any() else 0):
            person, to, effect = _some(*self._moves(found, may), chance)
            step = _best(off, effect, person)
            if not len(step):
                break
            found[person[step]] = to[step]
            off = off + effect[step].sum(axis=0, dtype=np.int64)
        return off

    def _moves(self, kinds: Indices, may: Mask | None) -> tuple[Indices, Indices, NDArray[np.int8]]:
        """Give all moves there are, with what they do to the cells."""
        allowed = self.inside[kinds]
        person, to = np.nonzero(allowed if may is None else allowed & may[:, None])
        return person, to, self.adds[person, to] - self.adds[person, kinds[person]]


def _adds(table: PrintedTable, rows: Mask, shown: Mask) -> NDArray[np.int8]:
    """Give what every respondent adds to the shown cells of some rows, by kind of answer."""
    cells = rows.T.astype(np.int8)[None, :, :, None] * table.membership.astype(np.int8)[:, None, None, :]
    return np.asarray(cells[:, :, shown])


class OptionRepair:
    """The options of a multiple choice, each put right by those who tick it or no longer do."""

    def __init__(self, item: PrintedItem, flipped: Indices) -> None:
        self.item, self.flipped = item, flipped
        assert item.answers.ticks is not None
        self.ticks = item.answers.ticks

    def repaired(self, values: Indices, chance: np.random.Generator) -> Indices | None:
        """Give answers under which every option is counted as printed; None where none were found."""
        values = values.copy()
        for option in np.flatnonzero((self.flipped >= 0).any(axis=0)).tolist():
            ticked = self.ticks[values, option].astype(np.intp)
            repair = self._of_option[option]
            found = repair.reached(ticked, chance, self.flipped[values, option] >= 0)
            if found is None:
                return None
            values = np.where(found != ticked, self.flipped[values, option], values)
        return values

    @cached_property
    def _of_option(self) -> dict[int, Repair]:
        return {option: self._repair(option) for option in range(self.ticks.shape[1])}

    def _repair(self, option: int) -> Repair:
        adds = [np.zeros((self.item.respondents, 2, 0), np.int8)]
        for table in self.item.tables:
            told = (table.rows == self.ticks[:, option]).all(axis=1)
            kinds = np.array([[False, True]] * int(told.sum()), np.bool_).reshape(-1, 2)
            adds.append(_adds(table, kinds, table.counts[told] >= 0))
        true = self.ticks[self.item.answers.values, option].astype(np.intp)
        return Repair(adds, true, ~np.eye(2, dtype=np.bool_))


def _some(
    person: Indices, to: Indices, effect: NDArray[np.int8], chance: np.random.Generator
) -> tuple[Indices, Indices, NDArray[np.int8]]:
    some = chance.permutation(len(person))[:MOST_MOVES]
    return person[some], to[some], effect[some]


def _best(off: NDArray[np.int64], effect: NDArray[np.int8], person: Indices) -> Indices:
    """Give the two moves that bring the cells nearest to what is printed; none where no two help."""
    if len(person) < 2:
        return np.zeros(0, np.intp)
    exact = effect.astype(np.float32)
    product = products(exact)
    alone = 2 * exact @ off.astype(np.float32) + np.diag(product)
    both = alone[:, None] + alone[None, :] + 2 * product
    both[person[:, None] == person[None, :]] = 1
    best = int(both.argmin())
    return np.array(np.unravel_index(best, both.shape)) if both.reshape(-1)[best] < 0 else np.zeros(0, np.intp)
