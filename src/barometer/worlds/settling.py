"""Putting right what moves between clusters leave, by moves inside clusters alone: first roughly, then finer and finer.

Clusters are split one after another, those farthest apart first, until every atom is alone; and every split is put
right by moves between its two sides: all sums of shown rows that count whole clusters by then. As each such step has
two sides, a tree of moves finds its way even where a descent ends before the goal.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.atoms import Atoms, Indices
from barometer.worlds.repairing import Repair


class Settling:
    """One question, from the clusters of ``atoms`` on."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        finer = [clusters for _, clusters in atoms.clusterings if len(clusters) > len(atoms.clusters)]
        self.levels = [atoms, *(Atoms(atoms.item, clusters=clusters) for clusters in reversed(finer))]
        self.splits = [_split(*both) for both in pairwise(self.levels)]

    def repaired(self, atoms: Indices, chance: np.random.Generator) -> Indices | None:
        """Give atoms under which every shown cell is as printed; None where none were found.

        Everybody stays in his cluster. The sums that count whole clusters alone must be right already.
        """
        found = atoms.copy()
        for level, split in zip(self.levels[1:], self.splits, strict=True):
            kinds = level.cluster[found]
            reached = split.reached(kinds, chance)
            if reached is None:
                return None
            _change_sides(found, kinds, reached, chance)
        return found


def _change_sides(atoms: Indices, before: Indices, after: Indices, chance: np.random.Generator) -> None:
    """Let those who go to the other side take the atoms of those who come from there."""
    there, back = np.flatnonzero(after < before), np.flatnonzero(after > before)
    atoms[there], atoms[back] = chance.permutation(atoms[back]), chance.permutation(atoms[there])


def _split(coarser: Atoms, finer: Atoms) -> Repair:
    """Moves between the two clusters that one is split into put right their size, and all sums they bear on."""
    kinds = [int(finer.cluster[clusters[0]]) for clusters in set(finer.clusters) - set(coarser.clusters)]
    inside = np.zeros((int(finer.cluster.max()) + 1,) * 2, np.bool_)
    inside[kinds, kinds[::-1]] = True
    adds = [_told_apart(each, kinds) for each in _adds(finer)]
    return Repair(adds, finer.cluster[finer.true], inside)


def _adds(atoms: Atoms) -> Iterator[NDArray[np.int8]]:
    """Give what every respondent adds to the sums that are kept, by cluster; and to the clusters' sizes."""
    clusters = np.arange(int(atoms.cluster.max()) + 1)
    an_atom = np.array([np.argmax(atoms.cluster == cluster) for cluster in clusters])
    for table in atoms.crossed:
        kept = atoms.kept(table)[:, :, an_atom].astype(np.int8)
        adds = np.zeros((atoms.item.respondents, len(clusters), *kept.shape[:2]), np.int8)
        adds[np.arange(len(adds)), :, table.group] = kept[table.group].transpose(0, 2, 1)
        yield adds.reshape(*adds.shape[:2], -1)
    yield np.broadcast_to(np.eye(len(clusters), dtype=np.int8), (atoms.item.respondents, len(clusters), len(clusters)))


def _told_apart(adds: NDArray[np.int8], kinds: list[int]) -> NDArray[np.int8]:
    """Leave out the sums to which these two kinds add alike."""
    one, other = kinds
    return adds[:, :, (adds[:, one] != adds[:, other]).any(axis=0)]
