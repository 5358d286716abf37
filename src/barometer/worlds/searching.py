"""The search for worlds of one item: a walk from world to world, each a few cycles of moves away from the last.

Free exchanges come first. Then, at every world, a tree of moves is grown for the change that could deny most of what
still stands there, or move most of the cells that are still narrow; its cycles are put together to new worlds, and the
walk goes on from one of these. In another world other respondents can move: who has no way out of the true world often
has one out of the next.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.changes import MOST_MOVES, Change, Changes, Values
from barometer.worlds.cycles import Indices, grow, small_cycles
from barometer.worlds.ledger import Ledger
from barometer.worlds.printed import PrintedItem
from barometer.worlds.taking import Taking

ROTATIONS = 40
"""Worlds made of free exchanges, at most."""
CYCLES = 2500
"""Cycles of one tree that are looked at, at most."""
KEEP = 50_000
"""Elements that a tree keeps at every level; a change that has failed gets a larger one."""
LARGER = (1, 2, 4)
NARROW, UNMOVED = 0.25, 2.0
"""How much a cell counts that a change could widen, or move at all; a person to whom it could deny something is 1."""
URGENT = 4
"""A cell that no world moves costs its table; how wide the others are, a reader of the certificate only learns."""
LOOK = 5
"""Candidates looked at for every element that is kept."""
AIMS, FEW = 2, 5
"""Trees that aim at one thing, after one that is open to all has told less than so much."""
BARREN_ENOUGH = 2
"""Trees in a row that told nothing new, after which costly changes are tried, too."""
BARREN = 30
"""Trees in a row that told nothing new, after which the search is given up."""


def search_of(item: PrintedItem, k: int, chance: np.random.Generator, *, keep: int = KEEP) -> Search:
    """Give the walk among the worlds of one item; free exchanges are recorded already."""
    search = Search(Ledger(item, k), Changes(item), chance, keep=keep)
    if not search.changes.is_sets:
        _exchange_freely(search.ledger, search.changes)
    return search


def _exchange_freely(ledger: Ledger, changes: Changes) -> None:
    """Rotate the answers inside every atom."""
    values, atoms = changes.values, changes.now
    rings = [_ring(np.flatnonzero(atoms == atom), values, ledger.item.published_class) for atom in np.unique(atoms)]
    for turn in range(1, ROTATIONS + 1):
        world = values.copy()
        for ring, step in rings:
            world[ring] = np.roll(values[ring], turn * step)
        before = int(ledger.seen.sum())
        ledger.record(world)
        if int(ledger.seen.sum()) == before:
            return


class Search:
    """A walk that may be interrupted and resumed."""

    def __init__(self, ledger: Ledger, changes: Changes, chance: np.random.Generator, *, keep: int = KEEP) -> None:
        self.ledger, self.changes, self.chance, self.keep = ledger, changes, chance, keep
        self.tried = list(self.changes.tried())
        self.touched = np.array([self.changes.touched(change) for change in self.tried], np.bool_)
        self.failures = np.zeros(len(self.tried), np.int64)
        self.barren = 0
        self.items = 1

    @property
    def item(self) -> str:
        return self.ledger.item.item

    @property
    def weight(self) -> int:
        """Give its share of the time: by how many items it searches, and more while a cell of theirs is unmoved."""
        return self.items * (URGENT if self.ledger.has_unmoved else 1)

    def run(self, has_time: Callable[[], bool]) -> Ledger:
        """Walk until nothing stands any more, nothing new is found, or time is up."""
        while has_time() and not self.is_done:
            self._step(has_time)
        return self.ledger

    @property
    def is_done(self) -> bool:
        is_settled = not self.ledger.standing.any() and bool(self.ledger.wide.all())
        return is_settled or self.barren >= BARREN or not self.tried

    def _step(self, has_time: Callable[[], bool]) -> None:
        """Grow one tree where the walk stands, make worlds of its cycles, and go to the last of them."""
        place, before = self._most_promising(), self._standing()
        change = self.tried[place]
        if (moves := self.changes.moves(change)) is not None:
            taking = Taking(self.ledger, self.changes, change, moves, self.chance)
            taking.take(self._cycles(taking, LARGER[min(int(self.failures[place]), len(LARGER) - 1)]), has_time)
        for _ in range(AIMS if self._gained(before) < FEW else 0):
            if has_time() and (moves := self.changes.moves(change)) is not None:
                taking = Taking(self.ledger, self.changes, change, moves, self.chance)
                taking.take(taking.aimed(self.keep // 2), has_time)
        is_new = self._standing() != before
        self.failures[place] = 0 if is_new else self.failures[place] + 1
        self.barren = 0 if is_new else self.barren + 1

    def _standing(self) -> tuple[int, int]:
        """Count what still stands, and the steps that narrow cells are still short of k."""
        short = np.maximum(0, self.ledger.k - (self.ledger.high - self.ledger.low))
        return int(self.ledger.standing.sum()), int(short.sum())

    def _gained(self, before: tuple[int, int]) -> int:
        return sum(before) - sum(self._standing())

    def _most_promising(self) -> int:
        """Give the change that could deny most from here, and move the narrowest cells; less where it has failed."""
        could = self._could_deny()
        narrow = np.where(self.ledger.wide, 0.0, NARROW) + np.where(self.ledger.high > self.ledger.low, 0.0, UNMOVED)
        gains = np.array([could[pairs[:, 0], pairs[:, 1]].sum() for pairs in map(_pairs, self.tried)], np.float64)
        gains = (gains + self.touched @ narrow) * self.chance.uniform(0.5, 1.0, len(gains))
        gains *= [change.most_moves / MOST_MOVES for change in self.tried]
        if self.barren < BARREN_ENOUGH:
            gains *= [not change.is_costly for change in self.tried]
        return int(np.argmax(gains / (1.0 + self.failures) ** 2))

    def _could_deny(self) -> NDArray[np.float64]:
        """Count, for every two answers, who gives the one here and could deny something by the other."""
        found = np.zeros((self.ledger.seen.shape[1],) * 2)
        np.add.at(found, self.changes.standing_for, self.ledger.could_deny())
        return found

    def _cycles(self, taking: Taking, larger: int) -> list[Indices]:
        moves, keep = taking.moves, self.keep * larger
        found = small_cycles(moves, self.chance, most=300)
        grown = grow(moves, self.chance, wanted=taking.wanted(), keep=keep, look=LOOK * keep)
        if grown is not None:
            found += list(grown.some(CYCLES, self.chance))
        return found


def _pairs(change: Change) -> Indices:
    return np.array([*change.there, *change.back], np.intp)


def _ring(persons: Indices, values: Values, published_class: Indices) -> tuple[Indices, int]:
    """Order an atom's respondents by class and answer, and give the step that turns most of them into another class."""
    ring = persons[np.lexsort((values[persons], published_class[values[persons]]))]
    most = int(np.bincount(published_class[values[ring]]).max())
    if most == len(ring):
        most = int(np.bincount(values[ring]).max())
    return ring, max(1, min(most, len(ring) - most))
