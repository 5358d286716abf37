"""The changes that are tried on one item: which moves, between which answers, and what they do to printed cells.

Answers that no crossed table and no condition tells apart make an *atom*: inside one, respondents may exchange their
answers freely, and the totals of all answers stay as they are. Of a multiple choice every set is an atom of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.cycles import Indices, Moves, without_repeats
from barometer.worlds.printed import WITHHELD, Mask, PrintedItem, numbered

Values = NDArray[np.intp]

ALIKE = 0.3
"""Atoms that so small a share of the tables tells apart are moved together."""


@dataclass(frozen=True, eq=False)
class Change:
    """Moves there and back between two lists of answers: ``to[i]`` is given to ``person[i]``."""

    name: str
    there: tuple[tuple[int, int], ...]
    """From answer, to answer."""
    back: tuple[tuple[int, int], ...]


class Changes:
    """All that may be tried on an item."""

    def __init__(self, item: PrintedItem) -> None:
        self.item = item
        self.values = item.answers.values
        self.is_sets = item.answers.ticks is not None

    @cached_property
    def atom(self) -> Indices:
        """Of every answer: its atom."""
        if self.is_sets:
            return np.arange(len(self.item.answers.codes))
        crossed = [table.rows for table in self.item.tables if not table.is_whole]
        answers = len(self.item.answers.codes)
        told = np.concatenate([*crossed, np.zeros((1, answers), np.bool_)]).T
        return numbered(np.column_stack([told.astype(np.int64), self.item.answers.route, self._is_fixed]))

    @cached_property
    def _is_fixed(self) -> Mask:
        fixed = np.ones(len(self.item.answers.codes), np.bool_)
        fixed[self.values[self.item.answers.is_movable]] = False
        return fixed

    def tried(self) -> Iterator[Change]:
        """Give every change worth trying."""
        yield from self._of_sets() if self.is_sets else self._of_atoms()

    def _of_atoms(self) -> Iterator[Change]:
        given = sorted(set(self.values[self.item.answers.is_movable].tolist()))
        first = {int(self.atom[answer]): answer for answer in reversed(given)}
        found: dict[tuple[frozenset[int], frozenset[int]], None] = {}
        for one, other in combinations(sorted(first.values()), 2):
            distance = self._distance(one, other)
            near = [
                [a for a in first.values() if self._is_near(a, b, c, distance)] for b, c in ((one, other), (other, one))
            ]
            for here, there in (([one], [other]), near):
                if not set(here) & set(there):
                    found[frozenset(here), frozenset(there)] = None
        for one_side, other_side in found:
            yield from self._between(sorted(one_side), sorted(other_side))

    def _is_near(self, answer: int, one: int, other: int, distance: int) -> bool:
        near = self._distance(answer, one)
        return near <= ALIKE * distance and near < self._distance(answer, other)

    def _distance(self, one: int, other: int) -> int:
        """Count the printed cells that tell two answers apart."""
        return sum(
            int((table.counts >= 0)[table.rows[:, one] != table.rows[:, other]].sum())
            for table in self.item.tables
            if not table.is_whole
        )

    def _between(self, here: Sequence[int], there: Sequence[int]) -> Iterator[Change]:
        route = self.item.answers.route
        pairs = tuple((a, b) for a in here for b in there if route[a] == route[b])
        if pairs:
            yield Change(f"{here}|{there}", pairs, tuple((b, a) for a, b in pairs))

    def _of_sets(self) -> Iterator[Change]:
        """Give for every option: ticked or not; for every two: one in place of the other."""
        answers, ticks = self.item.answers, self.item.answers.ticks
        assert ticks is not None
        place = {row.tobytes(): at for at, row in enumerate(ticks) if answers.is_answered[at]}
        options = range(ticks.shape[1])
        for option in options:
            yield from self._flips(place, [(option,)], f"{option}")
        for one, other in combinations(options, 2):
            yield from self._flips(place, [(one, other)], f"{one}/{other}")

    def _flips(self, place: dict[bytes, int], flips: Iterable[tuple[int, ...]], name: str) -> Iterator[Change]:
        answers, ticks = self.item.answers, self.item.answers.ticks
        assert ticks is not None
        there = []
        for flip in flips:
            for at in np.flatnonzero(answers.is_answered & ticks[:, flip[0]]):
                row = ticks[at].copy()
                row[list(flip)] ^= True
                other = place.get(row.tobytes())
                exchanged = len(flip) == 1 or not ticks[at, flip[1]]
                if other is not None and exchanged and answers.route[at] == answers.route[other]:
                    there.append((int(at), other))
        if there:
            yield Change(name, tuple(there), tuple((b, a) for a, b in there))

    def moves(self, change: Change) -> Moves | None:
        """Give the change as single moves; None where nobody could move one way or the other."""
        there, back = (self._of_pairs(pairs) for pairs in (change.there, change.back))
        if not len(there[0]) or not len(back[0]):
            return None
        person, to = (np.concatenate(both) for both in zip(there, back, strict=True))
        effect, part = without_repeats(*self._effects(person, to))
        split = len(there[0])
        return Moves(person, to, effect, part, np.arange(split), np.arange(split, len(person)))

    def _of_pairs(self, pairs: Iterable[tuple[int, int]]) -> tuple[Indices, Indices]:
        """Give who may move, and to which answer: everybody of the atom of an answer moves as one who gave it."""
        by_atom: dict[int, list[int]] = {}
        for person in np.flatnonzero(self.item.answers.is_movable):
            by_atom.setdefault(int(self.atom[self.values[person]]), []).append(int(person))
        found = [(person, b) for a, b in pairs for person in by_atom.get(int(self.atom[a]), [])]
        split = np.array(found, np.intp).reshape(-1, 2)
        return split[:, 0], split[:, 1]

    def _effects(self, person: Indices, to: Indices) -> tuple[NDArray[np.int64], Indices]:
        """Give what every move does to every printed cell, and the table of every cell."""
        source = self.values[person]
        effects, parts = [], []
        for place, table in enumerate(self.item.tables):
            if table.is_whole and not self.is_sets:
                continue
            effects.append(cell_changes(table.rows, table.counts >= 0, table.group[person], source, to))
            parts.append(np.full(effects[-1].shape[1], place))
        if not self.is_sets:
            atoms = np.arange(int(self.atom.max()) + 1)
            effects.append((self.atom[to][:, None] == atoms).astype(np.int64) - (self.atom[source][:, None] == atoms))
            parts.append(np.full(len(atoms), len(self.item.tables)))
        return np.concatenate(effects, axis=1), np.concatenate(parts)

    def shadows(self, person: Indices, to: Indices) -> NDArray[np.int64]:
        """Give what every move does to every withheld cell, in the order of ``withheld_cells``."""
        found = [
            cell_changes(
                table.rows[: table.categories],
                table.counts[: table.categories] == WITHHELD,
                table.group[person],
                self.values[person],
                to,
            )[:, (table.counts[: table.categories] == WITHHELD).reshape(-1)]
            for table in self.item.tables
        ]
        return np.concatenate(found, axis=1)

    def world(self, person: Indices, to: Indices, chance: np.random.Generator) -> Values:
        """Give everybody's answers after these moves. Who comes to an atom takes the answer of one who left it."""
        values = self.values.copy()
        values[person] = to
        if self.is_sets:
            return values
        left: dict[int, list[int]] = {}
        for one in chance.permutation(person).tolist():
            left.setdefault(int(self.atom[self.values[one]]), []).append(int(self.values[one]))
        for one, answer in zip(person.tolist(), to.tolist(), strict=True):
            vacant = left.get(int(self.atom[answer]))
            if vacant:
                values[one] = vacant.pop()
        return values


def cell_changes(rows: Mask, counted: Mask, group: Indices, source: Values, to: Values) -> NDArray[np.int64]:
    """Give what moves do to the counted cells of a table: move by cell, row by row; 0 for the others."""
    change = rows[:, to].astype(np.int64) - rows[:, source]
    found = np.zeros((len(to), *counted.shape), np.int64)
    found[np.arange(len(to)), :, group] = change.T * counted[:, group].T
    return found.reshape(len(to), -1)
