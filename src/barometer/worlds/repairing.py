"""Putting right the rows that cut a cluster, once its respondents have changed: by moves inside clusters alone.

Such rows are few and respondents many, so that a descent and one look-up of opposite sums nearly always find the way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.atoms import Atoms, Indices
from barometer.worlds.cycles import products

DESCENTS = 3
STEPS = 40
MOST_MOVES, MOST_LOOKED_UP = 200, 400
"""Moves of which the best two are taken, and whose pairs are looked up at the end; of more, some are drawn."""
NEAR = 40
"""Squared length of what is off from which on no look-up is tried."""


class Repair:
    """The rows that cut clusters, as one system over respondents and atoms."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        self.everybody = np.arange(atoms.item.respondents)
        self.adds = self._contributions()
        self.printed = self.counted(atoms.true)
        self.inside = np.array([[atoms.cluster[one] == atoms.cluster[other] for other in range(atoms.count)]
                                for one in range(atoms.count)]) & ~np.eye(atoms.count, dtype=np.bool_)  # fmt: skip

    def _contributions(self) -> NDArray[np.int8]:
        """Give what every respondent adds in every atom: to the count of each atom, and to the shown cells of all rows
        that cut a cluster."""
        atoms, respondents = self.atoms, self.atoms.item.respondents
        found: list[NDArray[np.int8]] = [
            np.broadcast_to(np.eye(atoms.count, dtype=np.int8), (respondents, atoms.count, atoms.count))
        ]
        for table in atoms.crossed:
            cut = atoms.cuts(table)
            rows, shown = atoms.rows(table)[cut].T.astype(np.int8), table.counts[cut] >= 0
            cells = rows[None, :, :, None] * table.membership.astype(np.int8)[:, None, None, :]
            found.append(cells[:, :, shown])
        return np.concatenate(found, axis=2)

    @property
    def is_needed(self) -> bool:
        return bool(self.inside.any())

    def counted(self, atoms: Indices) -> NDArray[np.int64]:
        return np.asarray(self.adds[self.everybody, atoms].sum(axis=0, dtype=np.int64))

    def repaired(self, atoms: Indices, chance: np.random.Generator) -> Indices | None:
        """Give atoms in the same clusters under which all these cells are as printed; None where none was found."""
        for _ in range(DESCENTS):
            found = atoms.copy()
            if self._descends(found, chance):
                return found
        return None

    def _descends(self, found: Indices, chance: np.random.Generator) -> bool:
        """Put ``found`` right; False where the descent got stuck."""
        off = self.counted(found) - self.printed
        for _ in range(STEPS):
            if not off.any():
                return True
            person, to, effect = self._moves(found, chance, MOST_MOVES)
            step = _best(off, effect, person)
            if not len(step):
                if int(off @ off) > NEAR:
                    return False
                person, to, effect = self._moves(found, chance, MOST_LOOKED_UP)
                step = _opposite(off, effect, person, chance)
                if not len(step):
                    return False
            found[person[step]] = to[step]
            off = off + effect[step].sum(axis=0, dtype=np.int64)
        return False

    def _moves(
        self, atoms: Indices, chance: np.random.Generator, most: int
    ) -> tuple[Indices, Indices, NDArray[np.int8]]:
        """Give some of the moves inside clusters, with what they do to the cells."""
        person, to = np.nonzero(self.inside[atoms])
        if len(person) > most:
            some = chance.choice(len(person), most, replace=False)
            person, to = person[some], to[some]
        return person, to, self.adds[person, to] - self.adds[person, atoms[person]]


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
