"""Atoms: answers that no crossed table and no condition tells apart; and clusters of atoms that few cells tell apart.

Inside an atom respondents may exchange their answers freely. Between clusters only few rows of each table are at
stake, those that hold whole clusters: these are kept first, and what cuts a cluster is put right afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.printed import Mask, PrintedItem, PrintedTable, numbered

Indices = NDArray[np.intp]
Clusters = tuple[tuple[int, ...], ...]

CLOSE = 16
"""Atoms that are told apart in at most so many groups, of all tables together, may share a cluster."""
ANY = 10**6
"""All atoms on one route share a cluster."""

EXACT = 1e-9


class Atoms:
    """The atoms of an item with one answer each; atoms are numbered from 0."""

    def __init__(self, item: PrintedItem, close: int = CLOSE, clusters: Clusters | None = None) -> None:
        self.item, self.close, self._given = item, close, clusters
        self.crossed = tuple(table for table in item.tables if not table.is_whole)
        self._kept: dict[str, NDArray[np.int64]] = {}

    @cached_property
    def of_answer(self) -> Indices:
        answers = self.item.answers
        given = answers.values[answers.is_movable]
        is_fixed = np.ones(len(answers.codes), np.int64)
        is_fixed[given] = 0
        told = [table.rows.T.astype(np.int64) for table in self.crossed]
        return numbered(np.column_stack([*told, answers.route, is_fixed]))

    @cached_property
    def true(self) -> Indices:
        """Of every respondent."""
        return np.asarray(self.of_answer[self.item.answers.values])

    @property
    def count(self) -> int:
        return int(self.of_answer.max()) + 1

    @cached_property
    def an_answer(self) -> Indices:
        """Of every atom: one of its answers."""
        found = np.zeros(self.count, np.intp)
        found[self.of_answer] = np.arange(len(self.of_answer))
        return found

    @cached_property
    def movable(self) -> Sequence[int]:
        """The atoms of those who could have answered otherwise."""
        return sorted({int(atom) for atom in self.true[self.item.answers.is_movable]})

    def rows(self, table: PrintedTable) -> Mask:
        """Give the rows of a crossed table by atom."""
        return np.asarray(table.rows[:, self.an_answer])

    def distance(self, one: int, other: int) -> int:
        """Count the groups, of all tables, in which a shown row tells two atoms apart."""
        told = 0
        for table in self.crossed:
            rows = self.rows(table)
            told += int((table.counts >= 0)[rows[:, one] != rows[:, other]].any(axis=0).sum())
        return told

    @cached_property
    def clusters(self) -> Clusters:
        """The movable atoms, put together as long as any two of a cluster are close and on one route."""
        if self._given is not None:
            return self._given
        return [clusters for farthest, clusters in self.clusterings if farthest <= self.close][-1]

    @cached_property
    def clusterings(self) -> Sequence[tuple[int, Clusters]]:
        """From every movable atom alone to one cluster for each route, or to the clusters that were given, two put
        together at every step: how far apart the farthest of the last two are, and the clusters."""
        whole = self.item.answers.route[self.an_answer]
        for place, atoms in enumerate(self._given or ()):
            whole[list(atoms)] = place
        distance = {
            frozenset(pair): self.distance(*pair)
            for pair in combinations(self.movable, 2)
            if whole[pair[0]] == whole[pair[1]]
        }
        clusters: list[tuple[int, ...]] = [(atom,) for atom in self.movable]
        found = [(0, tuple(clusters))]
        while near := [
            (max(distance[frozenset((a, b))] for a in one for b in other), one, other)
            for one, other in combinations(clusters, 2)
            if whole[one[0]] == whole[other[0]]
        ]:
            farthest, one, other = min(near)
            clusters = [each for each in clusters if each not in (one, other)] + [tuple(sorted(one + other))]
            found.append((farthest, tuple(sorted(clusters))))
        return found

    @cached_property
    def cluster(self) -> Indices:
        """Of every atom: its cluster; an atom that nobody can leave or enter is one of its own."""
        found = np.arange(len(self.clusters), len(self.clusters) + self.count)
        for place, atoms in enumerate(self.clusters):
            found[list(atoms)] = place
        return found

    def kept(self, table: PrintedTable) -> NDArray[np.int64]:
        """Give what moves inside clusters cannot change, by group of a table: sums of its shown rows that count whole
        clusters alone, as factors by atom.

        Rows that cut a cluster may add up to one that does not: where "agree" and "fully agree" are both shown, so is
        their sum.
        """
        if table.id not in self._kept:
            self._kept[table.id] = self._sums_of_whole_clusters(table)
        return self._kept[table.id]

    def _sums_of_whole_clusters(self, table: PrintedTable) -> NDArray[np.int64]:
        rows, shown = self.rows(table).astype(np.float64), table.counts >= 0
        patterns, which = np.unique(shown.T, axis=0, return_inverse=True)
        of_pattern = [self._whole_sums(rows[pattern]) for pattern in patterns]
        found = np.zeros((len(patterns), max(map(len, of_pattern)), self.count), np.int64)
        for place, sums in enumerate(of_pattern):
            found[place, : len(sums)] = sums
        return np.asarray(found[which.reshape(-1)])

    def _whole_sums(self, rows: NDArray[np.float64]) -> NDArray[np.int64]:
        """Give a basis of the sums of rows that are constant on every cluster."""
        inside = [rows[:, list(atoms[1:])] - rows[:, [atoms[0]]] for atoms in self.clusters]
        told = np.concatenate([np.zeros((len(rows), 0)), *inside], axis=1)
        reduced = _reduced(np.concatenate([told, rows], axis=1), told.shape[1])
        sums = _reduced(reduced[~reduced[:, : told.shape[1]].any(axis=1), told.shape[1] :], self.count)
        whole = np.rint(sums).astype(np.int64)
        return whole[whole.any(axis=1) & (np.abs(sums - whole) < EXACT).all(axis=1)]

    def filled(self, atoms: Indices, before: Indices, chance: np.random.Generator) -> Indices:
        """Give everybody an answer of these atoms: who comes to an atom takes the answer that one who left it gave."""
        values, left = before.copy(), self.of_answer[before]
        moved = chance.permutation(np.flatnonzero(atoms != left))
        vacant: dict[int, list[int]] = {}
        for person in moved.tolist():
            vacant.setdefault(int(left[person]), []).append(int(values[person]))
        for person in moved.tolist():
            atom = int(atoms[person])
            values[person] = vacant[atom].pop() if vacant.get(atom) else self.an_answer[atom]
        return values


def kept_changes(atoms: Atoms, table: PrintedTable, person: Indices, source: Indices, to: Indices) -> NDArray[np.int64]:
    """Give what moves between atoms do to the sums that are kept: move by sum, group by group."""
    kept, group = atoms.kept(table), table.group[person]
    found = np.zeros((len(person), *kept.shape[:2]), np.int64)
    found[np.arange(len(person)), group] = kept[group, :, to] - kept[group, :, source]
    return found.reshape(len(person), -1)


def _reduced(matrix: NDArray[np.float64], columns: int) -> NDArray[np.float64]:
    """Bring the first columns of a matrix into reduced echelon form (Gauss, Jordan)."""
    matrix, at = matrix.copy(), 0
    for column in range(columns):
        if at == len(matrix):
            break
        pivot = at + int(np.abs(matrix[at:, column]).argmax())
        if abs(matrix[pivot, column]) < EXACT:
            continue
        matrix[[at, pivot]] = matrix[[pivot, at]]
        matrix[at] /= matrix[at, column]
        others = np.arange(len(matrix)) != at
        matrix[others] -= np.outer(matrix[others, column], matrix[at])
        matrix[np.abs(matrix) < EXACT] = 0.0
        at += 1
    return matrix
