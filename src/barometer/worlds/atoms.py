"""Atoms: answers that no crossed table and no condition tells apart; and clusters of atoms that few cells tell apart.

Inside an atom respondents may exchange their answers freely. Between clusters only few rows of each table are at
stake, those that hold whole clusters: these are kept first, and the rows that cut a cluster are put right afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.printed import Mask, PrintedItem, PrintedTable, numbered

Indices = NDArray[np.intp]

CLOSE = 16
"""Atoms that are told apart in at most so many groups, of all tables together, may share a cluster."""


class Atoms:
    """The atoms of an item with one answer each; atoms are numbered from 0."""

    def __init__(self, item: PrintedItem, close: int = CLOSE) -> None:
        self.item, self.close = item, close
        self.crossed = tuple(table for table in item.tables if not table.is_whole)

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
    def clusters(self) -> tuple[tuple[int, ...], ...]:
        """The movable atoms, put together as long as any two of a cluster are close and on one route."""
        route = self.item.answers.route[self.an_answer]
        distance = {
            frozenset(pair): self.distance(*pair) if route[pair[0]] == route[pair[1]] else self.close + 1
            for pair in combinations(self.movable, 2)
        }
        clusters: list[tuple[int, ...]] = [(atom,) for atom in self.movable]
        nothing: tuple[int, tuple[int, ...], tuple[int, ...]] = (self.close + 1, (), ())
        for _ in self.movable:
            near = [
                (max(distance[frozenset((a, b))] for a in one for b in other), one, other)
                for one, other in combinations(clusters, 2)
            ]
            farthest, one, other = min(near, default=nothing)
            if farthest > self.close:
                break
            clusters = [each for each in clusters if each not in (one, other)] + [tuple(sorted(one + other))]
        return tuple(sorted(clusters))

    @cached_property
    def cluster(self) -> Indices:
        """Of every atom: its cluster; an atom that nobody can leave or enter is one of its own."""
        found = np.arange(len(self.clusters), len(self.clusters) + self.count)
        for place, atoms in enumerate(self.clusters):
            found[list(atoms)] = place
        return found

    def cuts(self, table: PrintedTable) -> NDArray[np.bool_]:
        """Of every row of a table: whether it holds a part of some cluster."""
        rows = self.rows(table)
        cut = np.zeros(len(rows), np.bool_)
        for atoms in self.clusters:
            inside = rows[:, list(atoms)]
            cut |= inside.any(axis=1) & ~inside.all(axis=1)
        return cut

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
