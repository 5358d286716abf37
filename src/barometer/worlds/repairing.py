"""Putting right what moves between clusters leave: the rows that cut a cluster, by moves inside clusters alone; and of
a multiple choice the options, once others have answered it.

Such rows are few and respondents many, so that a descent and one look-up of opposite sums nearly always find the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.atoms import Atoms, Indices
from barometer.worlds.cycles import Moves, products, reach
from barometer.worlds.printed import Mask, PrintedItem, PrintedTable

DESCENTS = 3
STEPS = 40
MOST_MOVES, MOST_LOOKED_UP = 200, 400
"""Moves of which the best two are taken, and whose pairs are looked up at the end; of more, some are drawn."""
KEEP = 12_000
"""Elements of a tree that puts an option right."""
NEAR = 40
"""Squared length of what is off from which on no look-up is tried."""


class Repair:
    """What some moves must put right, as one system over respondents and kinds of answers: atoms, or ticked and not."""

    def __init__(self, adds: Sequence[NDArray[np.int8]], true: Indices, inside: Mask) -> None:
        self.adds, self.inside = np.concatenate(adds, axis=2), inside
        self.part = np.repeat(np.arange(len(adds)), [each.shape[2] for each in adds])
        self.everybody = np.arange(len(self.adds))
        self.printed = self.counted(true)

    @property
    def is_needed(self) -> bool:
        return bool(self.inside.any())

    def counted(self, kinds: Indices) -> NDArray[np.int64]:
        return np.asarray(self.adds[self.everybody, kinds].sum(axis=0, dtype=np.int64))

    def repaired(self, kinds: Indices, chance: np.random.Generator, may: Mask | None = None) -> Indices | None:
        """Give kinds under which all these cells are as printed; None where none were found.

        Moves go where ``inside`` allows, by those who ``may``.
        """
        for _ in range(DESCENTS):
            found = kinds.copy()
            if self._descends(found, chance, may):
                return found
        return None

    def reached(self, kinds: Indices, chance: np.random.Generator, may: Mask) -> Indices | None:
        """Of two kinds: give some under which the cells are as printed, by trees where no descent gets there."""
        for _ in range(DESCENTS):
            found = kinds.copy()
            off = self._nearest(found, chance, may)
            person, to = np.nonzero(self.inside[found] & may[:, None])
            effect = self.adds[person, to] - self.adds[person, found[person]]
            moves = Moves(person, to, effect, self.part, np.flatnonzero(to == 0), np.flatnonzero(to == 1))
            for step in reach(moves, off, chance, keep=KEEP) if off.any() else [np.zeros(0, np.intp)]:
                found[person[step]] = to[step]
                return found
        return None

    def _descends(self, found: Indices, chance: np.random.Generator, may: Mask | None) -> bool:
        """Put ``found`` right; False where no two moves help and four opposite ones were not found."""
        off = self._nearest(found, chance, may)
        if not off.any() or int(off @ off) > NEAR:
            return not off.any()
        person, to, effect = self._moves(found, chance, may, MOST_LOOKED_UP)
        step = _opposite(off, effect, person, chance)
        found[person[step]] = to[step]
        return len(step) > 0

    def _nearest(self, found: Indices, chance: np.random.Generator, may: Mask | None) -> NDArray[np.int64]:
        """Change ``found`` by the best two moves as long as they help, and give what is still off."""
        off = self.counted(found) - self.printed
        for _ in range(STEPS):
            person, to, effect = self._moves(found, chance, may, MOST_MOVES)
            step = _best(off, effect, person) if off.any() else person[:0]
            if not len(step):
                break
            found[person[step]] = to[step]
            off = off + effect[step].sum(axis=0, dtype=np.int64)
        return off

    def _moves(
        self, kinds: Indices, chance: np.random.Generator, may: Mask | None, most: int
    ) -> tuple[Indices, Indices, NDArray[np.int8]]:
        """Give some of the moves there are, with what they do to the cells."""
        allowed = self.inside[kinds]
        person, to = np.nonzero(allowed if may is None else allowed & may[:, None])
        if len(person) > most:
            some = chance.choice(len(person), most, replace=False)
            person, to = person[some], to[some]
        return person, to, self.adds[person, to] - self.adds[person, kinds[person]]


def of_clusters(atoms: Atoms) -> Repair:
    """Moves inside clusters put right the count of each atom, and the shown cells of all rows that cut a cluster."""
    respondents = atoms.item.respondents
    adds: list[NDArray[np.int8]] = [
        np.broadcast_to(np.eye(atoms.count, dtype=np.int8), (respondents, atoms.count, atoms.count))
    ]
    for table in atoms.crossed:
        cut = atoms.cuts(table)
        adds.append(_adds(table, atoms.rows(table)[cut], table.counts[cut] >= 0))
    is_same = atoms.cluster[:, None] == atoms.cluster[None, :]
    return Repair(adds, atoms.true, is_same & ~np.eye(atoms.count, dtype=np.bool_))


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


def _opposite(
    off: NDArray[np.int64], effect: NDArray[np.int8], person: Indices, chance: np.random.Generator
) -> Indices:
    """Give four moves, or two, of different respondents that are just what is off; none where there are none."""
    weights = chance.integers(-(2**62), 2**62, effect.shape[1])
    key, target = effect @ weights, -(off @ weights)
    one, other = np.triu_indices(len(person), 1)
    apart = person[one] != person[other]
    one, other = one[apart], other[apart]
    if not len(one):
        return np.zeros(0, np.intp)
    sums = key[one] + key[other]
    if len(two := np.flatnonzero(sums == target)):
        return np.array([one[two[0]], other[two[0]]])
    order = np.argsort(sums)
    ordered = sums[order]
    wanted = target - ordered[::-1]  # ascending but for overflow, so that the search stays close
    places = np.searchsorted(ordered, wanted)
    hits = np.flatnonzero(ordered[np.minimum(places, len(sums) - 1)] == wanted)
    for hit in chance.permutation(hits)[:50].tolist():
        first, second = int(order[len(order) - 1 - hit]), int(order[places[hit]])
        four = np.array([one[first], other[first], one[second], other[second]])
        if len(set(person[four].tolist())) == 4:
            return four
    return np.zeros(0, np.intp)
