"""Worlds in which others were asked: a filter is answered otherwise, and what it shows is answered by others.

First a cycle over the filter's tables and over how many of each group were asked; then who is newly asked takes the
answers of those who no longer are, and every question behind the filter is put right by moves among all who are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from barometer.questionnaire.conditions import Truth, items_in, truth
from barometer.questionnaire.model import Questionnaire
from barometer.tabulation import NOT_SHOWN
from barometer.tabulation.routes import condition_of
from barometer.worlds.atoms import Atoms, Indices, kept_changes
from barometer.worlds.changes import cell_changes
from barometer.worlds.cycles import Moves, grow, small_cycles, without_repeats
from barometer.worlds.ledger import Ledger
from barometer.worlds.repairing import of_clusters
from barometer.worlds.retabulating import reproduces

ANY = 10**6
"""Of a question behind a filter all answers make one cluster."""
KEEP = 60_000
TREES = 12
CYCLES = 300
"""Of a tree, tried at most."""


@dataclass(frozen=True, eq=False)
class Behind:
    """A question that one filter alone decides about."""

    ledger: Ledger
    shown: NDArray[np.bool_]
    """Of every answer to the filter: whether who gave it is asked."""


def filters(questionnaire: Questionnaire, ledgers: Mapping[str, Ledger]) -> dict[str, list[Behind]]:
    """Give the single choices that decide alone about questions which decide about nothing themselves."""
    conditions = {item: each for item, each in condition_of(questionnaire).items() if item in ledgers}
    deciding = {name for condition in conditions.values() for name in items_in(condition)}
    found: dict[str, list[Behind]] = {}
    tangled: set[str] = set()
    for item, condition in conditions.items():
        names = items_in(condition)
        plain = len(names) == 1 and item not in deciding and ledgers[item].item.answers.ticks is None
        for name in names:
            if not plain or name not in ledgers or name in conditions or ledgers[name].item.answers.ticks is not None:
                tangled.add(name)
                continue
            codes = ledgers[name].item.answers.codes
            shown = [truth(condition, {} if code.startswith("_") else {name: code}) is Truth.TRUE for code in codes]
            found.setdefault(name, []).append(Behind(ledgers[item], np.array(shown)))
    return {name: behind for name, behind in found.items() if name not in tangled}


def search_routes(
    deciding: Ledger, behind: Sequence[Behind], chance: np.random.Generator, has_time: Callable[[], bool]
) -> None:
    """Find worlds in which others were asked, and record them for the filter and for all behind it."""
    looking = _Routes(deciding, behind, chance, has_time)
    tried = [moves for moves in looking.moves() if len(moves.there) and len(moves.back)]
    for moves in tried:
        looking.take(moves, small_cycles(moves, chance))
    for tree in range(TREES):
        for moves in tried:
            wanted = np.where(looking.standing(), 2.0, 0.0)
            if not has_time() or not wanted[moves.person].any():
                continue
            keep = KEEP * (1 + tree)
            if found := grow(moves, chance, wanted=wanted, keep=keep, look=5 * keep):
                looking.take(moves, list(found.some(CYCLES, chance)))


class _Routes:
    def __init__(
        self, deciding: Ledger, behind: Sequence[Behind], chance: np.random.Generator, has_time: Callable[[], bool]
    ) -> None:
        self.deciding, self.behind, self.chance, self.has_time = deciding, behind, chance, has_time
        self.atoms = Atoms(deciding.item)
        self.others = [Atoms(each.ledger.item, ANY) for each in behind]
        self.repairs = [of_clusters(atoms) for atoms in self.others]
        self.hidden = [each.ledger.item.answers.codes.index(NOT_SHOWN) for each in behind]

    def standing(self) -> NDArray[np.bool_]:
        """Ask about whom anything still stands, at the filter or as one who was not asked."""
        found = self.deciding.open.any(axis=1)
        for each in self.behind:
            found |= each.ledger.open.any(axis=1) & ~each.ledger.item.answers.is_movable
        return np.asarray(found)

    def moves(self) -> list[Moves]:
        """Give the moves between every two atoms of the filter of which one is asked more than the other."""
        return [
            self._between(one, other)
            for one, other in product(self.atoms.movable, repeat=2)
            if one < other
            and any(each.shown[self._answer(one)] != each.shown[self._answer(other)] for each in self.behind)
        ]

    def _answer(self, atom: int) -> int:
        return int(self.atoms.an_answer[atom])

    def _between(self, one: int, other: int) -> Moves:
        there, back = (np.flatnonzero(self.atoms.true == atom) for atom in (one, other))
        person = np.concatenate([there, back])
        to = np.concatenate([np.full(len(there), other), np.full(len(back), one)])
        every = np.arange(self.atoms.count)
        found = [(to[:, None] == every).astype(np.int64) - (self.atoms.true[person][:, None] == every)]
        for table in self.atoms.crossed:
            source, target = self.atoms.an_answer[self.atoms.true[person]], self.atoms.an_answer[to]
            found.append(cell_changes(table.rows, table.counts >= 0, table.group[person], source, target))
        for each, atoms, hidden in zip(self.behind, self.others, self.hidden, strict=True):
            found += self._asked(each, atoms, hidden, person, to)
        part = np.concatenate([np.full(effect.shape[1], place) for place, effect in enumerate(found)])
        effect, kept = without_repeats(np.concatenate(found, axis=1), part)
        split = len(there)
        return Moves(person, to, effect, kept, np.arange(split), np.arange(split, len(person)))

    def _asked(self, each: Behind, atoms: Atoms, hidden: int, person: Indices, to: Indices) -> list[NDArray[np.int64]]:
        """Give what the moves do to the rows that hold all who were asked, or none of them."""
        an_answer = int(atoms.an_answer[atoms.movable[0]])
        shown = each.shown[self.atoms.an_answer]
        source, target = (np.where(shown[of], an_answer, hidden) for of in (self.atoms.true[person], to))
        source, target = atoms.of_answer[source], atoms.of_answer[target]
        return [kept_changes(atoms, table, person, source, target) for table in atoms.crossed]

    def take(self, moves: Moves, cycles: Sequence[Indices]) -> None:
        """Record the worlds of those cycles that tell something new of somebody."""
        for cycle in cycles:
            if self.has_time() and self.standing()[moves.person[cycle]].any():
                self._record(moves.person[cycle], moves.to[cycle])

    def _record(self, person: Indices, to: Indices) -> None:
        target = self.atoms.true.copy()
        target[person] = to
        values = self.atoms.filled(target, self.deciding.item.answers.values, self.chance)
        worlds = [(self.deciding, values)]
        for place, each in enumerate(self.behind):
            answered = self._answered(place, each.shown[values])
            if answered is None:
                return
            worlds.append((each.ledger, answered))
        if all(reproduces(ledger.item, found) for ledger, found in worlds):
            for ledger, found in worlds:
                ledger.record(found)

    def _answered(self, place: int, asked: NDArray[np.bool_]) -> Indices | None:
        """Give the answers of a question when these are asked; None where its tables cannot be put right."""
        atoms = self.others[place]
        hidden = int(atoms.of_answer[self.hidden[place]])
        target = atoms.true.copy()
        gone, come = np.flatnonzero(~asked & (target != hidden)), np.flatnonzero(asked & (target == hidden))
        if len(gone) != len(come):
            return None
        target[come] = self.chance.permutation(target[gone])
        target[gone] = hidden
        repaired = self.repairs[place].repaired(target, self.chance)
        return None if repaired is None else atoms.filled(repaired, atoms.item.answers.values, self.chance)
