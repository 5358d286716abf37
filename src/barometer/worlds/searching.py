"""The search for worlds of one item: free exchanges first, then trees of moves where something is still open.

Effort goes where it promises most: to the change that could deny the most statements still standing, less for every
time it has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.changes import Change, Changes, Values
from barometer.worlds.cycles import Cycles, Indices, Moves, grow, small_cycles
from barometer.worlds.ledger import Ledger
from barometer.worlds.printed import PrintedItem

ROTATIONS = 40
"""Worlds made of free exchanges, at most."""
CYCLES = 4000
"""Cycles of one tree that are looked at, at most."""
KEEP = 60_000
"""Elements that a first tree keeps at every level; every failure makes the next one larger."""
LARGER = (1, 4, 12)
"""How much larger; a change that has failed so many times in a row is given up."""
LOOK = 5
"""Candidates looked at for every element that is kept."""
PATIENCE = 25
"""Cycles in a row that could not be made into a world."""
EAGER = 2.0
"""How much a tree prefers elements with a respondent about whom something still stands, in squared length of rests."""


def search(
    item: PrintedItem, k: int, chance: np.random.Generator, has_time: Callable[[], bool], *, keep: int = KEEP
) -> Ledger:
    """Find worlds of the item until nothing stands any more, nothing new is found, or time is up."""
    looking = _Search(item, k, chance, keep, has_time)
    looking.exchange_freely()
    looking.look_up()
    while has_time():
        change = looking.most_promising()
        if change is None:
            break
        looking.grow(change)
    return looking.ledger


class _Search:
    def __init__(
        self, item: PrintedItem, k: int, chance: np.random.Generator, keep: int, has_time: Callable[[], bool]
    ) -> None:
        self.has_time = has_time
        self.ledger, self.changes, self.chance, self.keep = Ledger(item, k), Changes(item), chance, keep
        tried = ((change, self.changes.moves(change)) for change in self.changes.tried())
        self.tried: list[tuple[Change, Moves]] = [(change, moves) for change, moves in tried if moves is not None]
        self.failures = dict.fromkeys((change.name for change, _ in self.tried), 0)
        self.shadows = {change.name: self.changes.shadows(moves.person, moves.to) for change, moves in self.tried}

    def exchange_freely(self) -> None:
        """Rotate the answers inside every atom."""
        if self.changes.is_sets:
            return
        values, item = self.changes.values, self.ledger.item
        atoms = self.changes.atoms.true
        rings = [_ring(np.flatnonzero(atoms == atom), values, item.published_class) for atom in np.unique(atoms)]
        for turn in range(1, ROTATIONS + 1):
            world = values.copy()
            for ring, step in rings:
                world[ring] = np.roll(values[ring], turn * step)
            before = int(self.ledger.seen.sum())
            self.ledger.record(world)
            if int(self.ledger.seen.sum()) == before:
                return

    def look_up(self) -> None:
        """Try the cycles of two and four moves of every change."""
        for change, moves in self.tried:
            self._take(change, moves, small_cycles(moves, self.chance))

    def most_promising(self) -> tuple[Change, Moves] | None:
        open_now, narrow = self.ledger.open, ~self.ledger.wide
        gains = [self._gain(change, moves, open_now, narrow) for change, moves in self.tried]
        best = int(np.argmax(gains)) if gains else 0
        return self.tried[best] if gains and gains[best] > 0 else None

    def _gain(self, change: Change, moves: Moves, open_now: NDArray[np.bool_], narrow: NDArray[np.bool_]) -> float:
        """Count whom the change could deny something, and the narrow cells it could move; less where it failed."""
        failed = self.failures[change.name]
        if failed >= len(LARGER):
            return 0.0
        persons = len(np.unique(moves.person[self._denies(moves, open_now)]))
        cells = int((self.shadows[change.name] != 0)[:, narrow].any(axis=0).sum()) if len(narrow) else 0
        cost = 4.0**failed * (1.0 + (moves.effect.shape[1] / 30.0) ** 3)
        return float((persons + cells / 4.0) / cost)

    def _denies(self, moves: Moves, open_now: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Of every move: whether it would deny something that still stands."""
        statements = self.ledger.item.statements
        return np.asarray((open_now[moves.person] & ~statements[:, moves.to].T).any(axis=1))

    def grow(self, chosen: tuple[Change, Moves]) -> None:
        change, moves = chosen
        wanted = np.zeros(self.ledger.item.respondents)
        wanted[moves.person[self._denies(moves, self.ledger.open)]] = EAGER
        keep = self.keep * LARGER[self.failures[change.name]]
        found = grow(moves, self.chance, wanted=wanted, keep=keep, look=LOOK * keep)
        before = self._standing()
        if found is not None:
            self._take(change, moves, list(_some(found, self.chance)))
        self.failures[change.name] = self.failures[change.name] + 1 if self._standing() == before else 0

    def _standing(self) -> tuple[int, int]:
        return int(self.ledger.open.sum()), int((self.ledger.high - self.ledger.low)[~self.ledger.wide].sum())

    def _take(self, change: Change, moves: Moves, cycles: list[Indices]) -> None:
        """Record worlds of the cycles that deny most, then of sums of cycles that widen cells."""
        padded, failed = _padded(cycles, len(moves.person)), 0
        while len(cycles) and failed < PATIENCE and self.has_time():
            denying = np.append(self._denies(moves, self.ledger.open), False)
            denied = denying[padded].sum(axis=1)
            best = int(denied.argmax())
            if not denied[best]:
                break
            failed = 0 if self._record(change, moves, cycles[best]) else failed + 1
            padded[best] = len(moves.person)
        if len(self.ledger.cells) and cycles:
            self._widen(change, moves, cycles)

    def _record(self, change: Change, moves: Moves, cycle: Indices) -> bool:
        world = self.changes.world(change, moves.person[cycle], moves.to[cycle], self.chance)
        return world is not None and self.ledger.record(world)

    def _widen(self, change: Change, moves: Moves, cycles: list[Indices]) -> None:
        shadow = self.shadows[change.name]
        moved = np.array([shadow[cycle].sum(axis=0) for cycle in cycles])
        failed = 0
        for cell in self.chance.permutation(np.flatnonzero(~self.ledger.wide & moved.any(axis=0))).tolist():
            for sign in (1, -1):
                if not self.ledger.wide[cell] and failed < PATIENCE and self.has_time():
                    piled = _piled(cycles, sign * moved[:, cell], moves.person, self.ledger.k)
                    failed += not self._record(change, moves, piled)


def _ring(persons: Indices, values: Values, published_class: Indices) -> tuple[Indices, int]:
    """Order an atom's respondents by class and answer, and give the step that turns most of them into another class."""
    ring = persons[np.lexsort((values[persons], published_class[values[persons]]))]
    most = int(np.bincount(published_class[values[ring]]).max())
    if most == len(ring):
        most = int(np.bincount(values[ring]).max())
    return ring, max(1, min(most, len(ring) - most))


def _padded(cycles: list[Indices], nobody: int) -> Indices:
    """Give the cycles as rows of one length, filled up with a move that there is not."""
    found = np.full((len(cycles), max(map(len, cycles), default=0)), nobody)
    for row, cycle in zip(found, cycles, strict=True):
        row[: len(cycle)] = cycle
    return found


def _some(found: Cycles, chance: np.random.Generator) -> Iterator[Indices]:
    count = len(found)
    for which in chance.permutation(count)[:CYCLES].tolist():
        yield found.moves(which)


def _piled(cycles: list[Indices], moved: NDArray[np.int64], person: Indices, k: int) -> Indices:
    """Put cycles of different respondents together, those first that move the cell most, until it has moved by k."""
    taken: set[int] = set()
    chosen: list[Indices] = []
    total = 0
    for which in np.argsort(-moved, kind="stable").tolist():
        persons = set(person[cycles[which]].tolist())
        if moved[which] <= 0 or total >= k:
            break
        if not persons & taken:
            taken |= persons
            chosen.append(cycles[which])
            total += int(moved[which])
    return np.concatenate(chosen) if chosen else np.zeros(0, np.intp)
