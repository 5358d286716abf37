"""The changes that are tried on one item: which moves, between which answers, and what they do to printed cells.

Of a single choice moves go between the atoms of a cluster, or from one cluster to another, or between one atom and all
others; then the rows that cut a cluster are put right afterwards. Of a multiple choice moves add an option, take one
away or exchange one for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.atoms import CLOSE, Atoms, Clusters, kept_changes
from barometer.worlds.cycles import Indices, Moves, without_repeats
from barometer.worlds.printed import WITHHELD, Mask, PrintedItem, PrintedTable
from barometer.worlds.repairing import OptionRepair
from barometer.worlds.settling import Settling

Values = NDArray[np.intp]

MOST_MOVES = 64


@dataclass(frozen=True, eq=False)
class Change:
    """Moves there and back between two lists of answers, each from one answer to another."""

    name: str
    there: tuple[tuple[int, int], ...]
    back: tuple[tuple[int, int], ...]
    whole_clusters: bool = False
    """Whether it looks at the rows alone that cut no cluster."""
    clusters: Clusters = ()
    """Those clusters, of atoms."""
    most_moves: int = MOST_MOVES
    """Of one world; the more, the harder it is to put right what they leave."""
    is_costly: bool = False
    """Whether it is tried only where the others tell nothing new: nearly everything has to be put right afterwards."""


class Changes:
    """All that may be tried on an item. ``values`` is the world in which moves start, the true one at first."""

    def __init__(self, item: PrintedItem, close: int = CLOSE) -> None:
        self.item, self.close = item, close
        self.values = item.answers.values
        self.is_sets = item.answers.ticks is not None
        self._settlings: dict[Clusters, Settling] = {}

    def go_to(self, world: Values) -> None:
        """Let moves start in this world."""
        self.values = world

    @property
    def now(self) -> Indices:
        """The atoms of the world in which moves start."""
        return np.asarray(self.atoms.of_answer[self.values])

    @property
    def standing_for(self) -> Indices:
        """Of everybody: the answer in this world by which changes name it."""
        return self.values if self.is_sets else np.asarray(self.atoms.an_answer[self.now])

    def touched(self, change: Change) -> Mask:
        """Of every withheld cell: whether the change could move it."""
        source, target = np.array([*change.there, *change.back]).T
        cells = self.item.withheld_cells()
        rows = np.array([self.item.tables[table].rows[row] for table, row, _ in cells], np.bool_)
        return np.asarray((rows[:, source] != rows[:, target]).any(axis=1)) if cells else np.zeros(0, np.bool_)

    @cached_property
    def atoms(self) -> Atoms:
        return Atoms(self.item, self.close)

    def _settling(self, change: Change) -> Settling:
        """Give what puts right what the change leaves inside the clusters that it keeps whole."""
        if change.clusters not in self._settlings:
            self._settlings[change.clusters] = Settling(Atoms(self.item, clusters=change.clusters))
        return self._settlings[change.clusters]

    def tried(self) -> Iterator[Change]:
        """Give every change worth trying."""
        yield from self._of_sets() if self.is_sets else self._of_atoms()

    def _of_atoms(self) -> Iterator[Change]:
        atoms = self.atoms
        for cluster in atoms.clusters:
            for one, other in combinations(cluster, 2):
                yield self._between([one], [other])
        route = self.item.answers.route[atoms.an_answer]
        for here, there in combinations(atoms.clusters, 2):
            if route[here[0]] == route[there[0]]:
                yield self._between(here, there, atoms.clusters)
                for one, other in product(here, there) if len(here) + len(there) > 2 else ():
                    yield self._between([one], [other])
        for atom in atoms.movable:
            others = tuple(other for other in atoms.movable if route[other] == route[atom] and other != atom)
            if len(others) > 1:
                elsewhere = ((other,) for other in atoms.movable if route[other] != route[atom])
                yield replace(self._between([atom], others, ((atom,), others, *elsewhere)), is_costly=True)

    def _between(self, here: Iterable[int], there: Iterable[int], clusters: Clusters = ()) -> Change:
        one, other = ([int(self.atoms.an_answer[atom]) for atom in side] for side in (here, there))
        return Change(
            f"{one}|{other}",
            tuple((answer, other[0]) for answer in one),
            tuple((answer, one[0]) for answer in other),
            bool(clusters),
            clusters,
        )

    def _of_sets(self) -> Iterator[Change]:
        """Give for every option: ticked or not; for every two: one in place of the other; and alone or none of all."""
        answers = self.item.answers
        assert answers.ticks is not None
        options = [place for place in range(answers.ticks.shape[1]) if place not in answers.exclusive]
        for option in options:
            yield from self._flipped(f"{option}", [(option,)])
            for alone in answers.exclusive:
                yield from self._flipped(f"{option}+{alone}", [(option,), (option, alone)])
        for one, other in combinations(options, 2):
            yield from self._flipped(f"{one}/{other}", [(one, other)])
        yield from self._silent()

    def _flipped(self, name: str, flips: Iterable[tuple[int, ...]]) -> Iterator[Change]:
        """Give the change that takes the first option of a flip away and adds the second, if there is one."""
        there = []
        for flip in flips:
            to = self._after(flip)
            there += [(int(at), int(to[at])) for at in np.flatnonzero(to >= 0)]
        if there:
            yield Change(name, tuple(there), tuple((b, a) for a, b in there))

    def _after(self, flip: tuple[int, ...]) -> Values:
        """Of every answer: the set without the first option and with the second; -1 where that is no answer."""
        answers, found = self.item.answers, np.full(len(self.item.answers.codes), -1)
        assert answers.ticks is not None
        first, *second = flip
        for at in np.flatnonzero(answers.is_answered & answers.ticks[:, first] & ~answers.ticks[:, second].any(axis=1)):
            row = answers.ticks[at].copy()
            row[[first, *second]] ^= True
            other = self._place_of_set.get(row.tobytes(), -1)
            if other >= 0 and answers.route[at] == answers.route[other]:
                found[at] = other
        return found

    def _silent(self) -> Iterator[Change]:
        """Give the change between answering at all and not, in which only the rows that tell these apart are kept.

        Who now answers takes the set of one who no longer does; the options are put right afterwards.
        """
        answers = self.item.answers
        given = np.unique(answers.values[answers.is_movable])
        silent, plain = given[~answers.is_answered[given]], given[self._is_plain[given]]
        plain = plain[np.isin(answers.route[plain], answers.route[silent])]
        if len(silent) and len(plain):
            there = tuple((int(at), int(silent[0])) for at in np.flatnonzero(self._is_plain))
            back = tuple((int(at), int(plain[0])) for at in silent)
            yield Change("answered", there, back, whole_clusters=True, most_moves=8)

    @cached_property
    def _is_plain(self) -> Mask:
        """Of every answer: whether it is a set without an option that stands alone."""
        answers = self.item.answers
        assert answers.ticks is not None
        return np.asarray(answers.is_answered & ~answers.ticks[:, list(answers.exclusive)].any(axis=1))

    @cached_property
    def _option_repair(self) -> OptionRepair:
        answers = self.item.answers
        assert answers.ticks is not None
        flipped = np.full((len(answers.codes), answers.ticks.shape[1]), -1)
        for option in np.setdiff1d(np.arange(answers.ticks.shape[1]), answers.exclusive).tolist():
            without = self._after((option,))
            flipped[:, option] = without
            flipped[without[without >= 0], option] = np.flatnonzero(without >= 0)
        return OptionRepair(self.item, flipped)

    @cached_property
    def _place_of_set(self) -> dict[bytes, int]:
        ticks = self.item.answers.ticks
        assert ticks is not None
        return {ticks[at].tobytes(): int(at) for at in np.flatnonzero(self.item.answers.is_answered)}

    def moves(self, change: Change) -> Moves | None:
        """Give the change as single moves; None where nobody could move one way or the other."""
        there, back = (self._of_pairs(pairs) for pairs in (change.there, change.back))
        if not len(there[0]) or not len(back[0]):
            return None
        person, to = (np.concatenate(both) for both in zip(there, back, strict=True))
        effects = self._effects_of_sets(person, to, change) if self.is_sets else self._effects(person, to, change)
        effect, part = without_repeats(*effects)
        split = len(there[0])
        return Moves(person, to, effect, part, np.arange(split), np.arange(split, len(person)))

    def _of_pairs(self, pairs: Iterable[tuple[int, int]]) -> tuple[Indices, Indices]:
        """Give who may move, and to which answer: everybody of the atom of an answer moves as one who gave it."""
        movable = self.item.answers.is_movable
        found = [(person, b) for a, b in pairs for person in np.flatnonzero(self._gave(a) & movable).tolist()]
        split = np.array(found, np.intp).reshape(-1, 2)
        return split[:, 0], split[:, 1]

    def _gave(self, answer: int) -> Mask:
        if self.is_sets:
            return np.asarray(self.values == answer)
        return np.asarray(self.now == self.atoms.of_answer[answer])

    def _effects_of_sets(self, person: Indices, to: Indices, change: Change) -> tuple[NDArray[np.int64], Indices]:
        """Give what every move does to every printed cell, and the table of every cell."""
        found = []
        for table in self.item.tables:
            shown = table.counts >= 0
            if change.whole_clusters:
                shown &= self._tells_who_answered(table)[:, None]
            found.append(cell_changes(table.rows, shown, table.group[person], self.values[person], to))
        return np.concatenate(found, axis=1), _parts(found)

    def _tells_who_answered(self, table: PrintedTable) -> Mask:
        """Of every row: whether it counts all who answered, or, by background, none of them."""
        tells = table.rows[:, self.item.answers.is_answered]
        return np.asarray(tells.all(axis=1) | (~tells.any(axis=1) & ~np.bool_(table.is_whole)))

    def _effects(self, person: Indices, to: Indices, change: Change) -> tuple[NDArray[np.int64], Indices]:
        """The same of crossed tables; in place of the whole table come the totals of atoms, or of clusters."""
        atoms = self._settling(change).atoms if change.whole_clusters else self.atoms
        source = self.values[person]
        found = []
        for table in atoms.crossed:
            if change.whole_clusters:
                found.append(kept_changes(atoms, table, person, atoms.of_answer[source], atoms.of_answer[to]))
            else:
                found.append(cell_changes(table.rows, table.counts >= 0, table.group[person], source, to))
        kind = atoms.cluster[atoms.of_answer] if change.whole_clusters else atoms.of_answer
        every = np.arange(int(kind.max()) + 1)
        found.append((kind[to][:, None] == every).astype(np.int64) - (kind[source][:, None] == every))
        return np.concatenate(found, axis=1), _parts(found)

    def shadows(self, person: Indices, to: Indices) -> NDArray[np.int16]:
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
        return np.concatenate(found, axis=1).astype(np.int16)

    def world(self, change: Change, person: Indices, to: Indices, chance: np.random.Generator) -> Values | None:
        """Give everybody's answers after these moves; None where what they leave cannot be put right."""
        if self.is_sets:
            values = self.values.copy()
            values[person] = to
            return self._others_answered(person, chance) if change.whole_clusters else values
        atoms = self.now.copy()
        atoms[person] = self.atoms.of_answer[to]
        if change.whole_clusters:
            settling = self._settling(change)
            self._spread(atoms, person, settling.atoms.cluster, chance)
            repaired = settling.repaired(atoms, chance)
            return None if repaired is None else self.atoms.filled(repaired, self.values, chance)
        return self.atoms.filled(atoms, self.values, chance)

    def _others_answered(self, person: Indices, chance: np.random.Generator) -> Values | None:
        """Let those who now answer take the sets of those who no longer do, and put the options right."""
        values, is_answered = self.values.copy(), self.item.answers.is_answered
        gone = chance.permutation(person[is_answered[values[person]]])
        come = chance.permutation(person[~is_answered[values[person]]])
        if len(gone) != len(come):
            return None
        values[gone], values[come] = values[come], values[gone]
        return self._option_repair.repaired(values, chance)

    def _spread(self, atoms: Indices, person: Indices, cluster: Indices, chance: np.random.Generator) -> None:
        """Let those who come to a cluster take the atoms of those who left it."""
        now = self.now
        vacant: dict[int, list[int]] = {}
        for one in chance.permutation(person).tolist():
            vacant.setdefault(int(cluster[now[one]]), []).append(int(now[one]))
        for one in person.tolist():
            if left := vacant.get(int(cluster[atoms[one]])):
                atoms[one] = left.pop()


def _parts(effects: list[NDArray[np.int64]]) -> Indices:
    return np.concatenate([np.full(effect.shape[1], place) for place, effect in enumerate(effects)])


def cell_changes(rows: Mask, counted: Mask, group: Indices, source: Values, to: Values) -> NDArray[np.int64]:
    """Give what moves do to the counted cells of a table: move by cell, row by row; 0 for the others."""
    change = rows[:, to].astype(np.int64) - rows[:, source]
    found = np.zeros((len(to), *counted.shape), np.int64)
    found[np.arange(len(to)), :, group] = change.T * counted[:, group].T
    return found.reshape(len(to), -1)
