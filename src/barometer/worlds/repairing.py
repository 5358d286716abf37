"""Putting right the rows that cut a cluster, once its respondents have changed: by moves inside clusters alone.

Such rows are few and respondents many, so that a descent and one look-up of opposite sums nearly always find the way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.atoms import Atoms, Indices

DESCENTS = 4
STEPS = 60
MOST_MOVES, MOST_LOOKED_UP = 120, 500
"""Moves of which the best two are taken, and whose pairs are looked up at the end; of more, some are drawn."""


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
            for _ in range(STEPS):
                off = self.counted(found) - self.printed
                if not off.any():
                    return found
                person, to, effect = self._moves(found, off, chance, MOST_MOVES)
                step = _best(off, effect, person) if len(person) else person
                if not len(step):
                    person, to, effect = self._moves(found, off, chance, MOST_LOOKED_UP)
                    step = _opposite(off, effect, person, chance)
                if not len(step):
                    break
                found[person[step]] = to[step]
        return None

    def _moves(
        self, atoms: Indices, off: NDArray[np.int64], chance: np.random.Generator, most: int
    ) -> tuple[Indices, Indices, NDArray[np.int64]]:
        """Give some of the moves inside clusters that touch what is off, with what they do to the cells."""
        person, to = np.nonzero(self.inside[atoms])
        effect = self.adds[person, to] - self.adds[person, atoms[person]]
        some = np.flatnonzero((effect[:, off != 0] != 0).any(axis=1))
        if len(some) > most:
            some = chance.choice(some, most, replace=False)
        return person[some], to[some], effect[some].astype(np.int64)


def _best(off: NDArray[np.int64], effect: NDArray[np.int64], person: Indices) -> Indices:
    """Give the two moves that bring the cells nearest to what is printed; none where no two help."""
    product = effect @ effect.T
    alone = 2 * effect @ off + np.diag(product)
    both = alone[:, None] + alone[None, :] + 2 * product
    both[person[:, None] == person[None, :]] = 1
    best = int(both.argmin())
    return np.array(np.unravel_index(best, both.shape)) if both.reshape(-1)[best] < 0 else np.zeros(0, np.intp)


def _opposite(
    off: NDArray[np.int64], effect: NDArray[np.int64], person: Indices, chance: np.random.Generator
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
    places = np.searchsorted(sums[order], target - sums)
    hits = np.flatnonzero(sums[order[np.minimum(places, len(sums) - 1)]] == target - sums)
    for hit in chance.permutation(hits)[:50].tolist():
        match = int(order[places[hit]])
        four = np.array([one[hit], other[hit], one[match], other[match]])
        if len(set(person[four].tolist())) == 4:
            return four
    return np.zeros(0, np.intp)
