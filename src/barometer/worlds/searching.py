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

from barometer.worlds.changes import Change, Changes, Values
from barometer.worlds.cycles import Cycles, Indices, Moves, grow, small_cycles
from barometer.worlds.ledger import Ledger
from barometer.worlds.printed import Mask, PrintedItem

ROTATIONS = 40
"""Worlds made of free exchanges, at most."""
CYCLES = 1200
"""Cycles of one tree that are looked at, at most."""
KEEP = 50_000
"""Elements that a tree keeps at every level; a change that has failed gets a larger one."""
LARGER = (1, 2, 4)
LOOK = 5
"""Candidates looked at for every element that is kept."""
PATIENCE = 6
"""Worlds in a row that could not be made, or told nothing new."""
EAGER, CURIOUS = 2.0, 1.0
"""How much a tree prefers elements with a respondent about whom something still stands, or who is counted in a narrow
cell, in squared length of rests."""
BARREN = 60
"""Trees in a row that told nothing new, after which the search is given up."""
MOST_MOVES = 64
"""Of one world; the more, the harder it is to put right what they leave."""


class Search:
    """A walk that may be interrupted and resumed."""

    def __init__(self, item: PrintedItem, k: int, chance: np.random.Generator, *, keep: int = KEEP) -> None:
        self.ledger, self.changes, self.chance, self.keep = Ledger(item, k), Changes(item), chance, keep
        self.tried = list(self.changes.tried())
        self.touched = np.array([self.changes.touched(change) for change in self.tried], np.bool_)
        self.failures = np.zeros(len(self.tried), np.int64)
        self.barren = 0

    def run(self, has_time: Callable[[], bool]) -> Ledger:
        """Walk until nothing stands any more, nothing new is found, or time is up."""
        if not self.ledger.worlds:
            self._exchange_freely()
        while has_time() and not self.is_done:
            self._step(has_time)
        return self.ledger

    @property
    def is_done(self) -> bool:
        is_settled = not self.ledger.open.any() and bool(self.ledger.wide.all())
        return is_settled or self.barren >= BARREN or not self.tried

    def _exchange_freely(self) -> None:
        """Rotate the answers inside every atom."""
        if self.changes.is_sets:
            return
        values, item = self.changes.values, self.ledger.item
        atoms = self.changes.now
        rings = [_ring(np.flatnonzero(atoms == atom), values, item.published_class) for atom in np.unique(atoms)]
        for turn in range(1, ROTATIONS + 1):
            world = values.copy()
            for ring, step in rings:
                world[ring] = np.roll(values[ring], turn * step)
            before = int(self.ledger.seen.sum())
            self.ledger.record(world)
            if int(self.ledger.seen.sum()) == before:
                return

    def _step(self, has_time: Callable[[], bool]) -> None:
        """Grow one tree where the walk stands, make worlds of its cycles, and go to the last of them."""
        place = self._most_promising()
        change = self.tried[place]
        before = self._standing()
        moves = self.changes.moves(change)
        if moves is not None:
            taking = _Taking(self, change, moves)
            taking.take(self._cycles(taking, LARGER[min(int(self.failures[place]), len(LARGER) - 1)]), has_time)
        is_new = self._standing() != before
        self.failures[place] = 0 if is_new else self.failures[place] + 1
        self.barren = 0 if is_new else self.barren + 1

    def _standing(self) -> tuple[int, int]:
        return int(self.ledger.open.sum()), int((self.ledger.high - self.ledger.low)[~self.ledger.wide].sum())

    def _most_promising(self) -> int:
        """Give the change that could deny most from here, and move the narrowest cells; less where it has failed."""
        could = self._could_deny()
        narrow = np.where(self.ledger.wide, 0.0, 0.25) + np.where(self.ledger.high > self.ledger.low, 0.0, 0.75)
        gains = np.array([could[pairs[:, 0], pairs[:, 1]].sum() for pairs in map(_pairs, self.tried)], np.float64)
        gains = (gains + self.touched @ narrow) * self.chance.uniform(0.5, 1.0, len(gains))
        return int(np.argmax(gains / (1.0 + self.failures) ** 2))

    def _could_deny(self) -> NDArray[np.float64]:
        """Count, for every two answers, who gives the one here and could deny something by the other."""
        found = np.zeros((self.ledger.seen.shape[1],) * 2)
        np.add.at(found, self.changes.standing_for, self.ledger.could_deny())
        return found

    def _cycles(self, taking: _Taking, larger: int) -> list[Indices]:
        moves, keep = taking.moves, self.keep * larger
        found = small_cycles(moves, self.chance, most=300)
        grown = grow(moves, self.chance, wanted=taking.wanted(), keep=keep, look=LOOK * keep)
        if grown is not None:
            found += _some(grown, self.chance)
        return found


class _Taking:
    """Worlds made of the cycles of one change, all of them starting where the walk stands."""

    def __init__(self, search: Search, change: Change, moves: Moves) -> None:
        self.search, self.ledger, self.change, self.moves = search, search.ledger, change, moves
        self.start = search.changes.values
        self.shadow = search.changes.shadows(moves.person, moves.to)
        self.counts = self.ledger.withheld(self.start)
        self.farthest: Values | None = None

    def wanted(self) -> NDArray[np.float64]:
        """Say of every respondent how welcome he is in a cycle."""
        found = np.zeros(self.ledger.item.respondents)
        found[self.moves.person[(self.shadow[:, ~self.ledger.wide] != 0).any(axis=1)]] = CURIOUS
        found[self.moves.person[self._denying()]] = EAGER
        return found

    def _denying(self) -> Mask:
        return self.ledger.denying(self.moves.person, self.moves.to)

    def take(self, cycles: list[Indices], has_time: Callable[[], bool]) -> None:
        """Record worlds that deny most, then worlds that widen cells; and let the walk go on from the last."""
        if not cycles:
            return
        self.cycles = cycles
        self.padded = _padded(cycles, len(self.moves.person))
        nobody = self.ledger.item.respondents
        self.persons = np.append(self.moves.person, nobody)[self.padded]
        shadow = np.concatenate([self.shadow, np.zeros((1, self.shadow.shape[1]), self.shadow.dtype)])
        self.moved = shadow[self.padded].sum(axis=1, dtype=np.int16)
        self.may = (self.counts + self.moved >= 1).all(axis=1)
        self._deny(has_time)
        self._widen(has_time)
        if self.farthest is not None:
            self.search.changes.values = self.farthest

    def _deny(self, has_time: Callable[[], bool]) -> None:
        score, failed = np.zeros(0), 0
        tried = np.zeros(len(self.cycles), np.bool_)
        while failed < PATIENCE and has_time():
            score = np.append(self._denying(), False)[self.padded].sum(axis=1) * ~tried
            chosen = self._piled(score, MOST_MOVES)
            if not chosen:
                return
            if not self._record(chosen):
                failed += 1
                tried[chosen[: max(1, len(chosen) // 2)]] = True
            else:
                tried[chosen] = True

    def _widen(self, has_time: Callable[[], bool]) -> None:
        ledger, failed = self.ledger, 0
        for cell in self._narrow():
            if failed >= PATIENCE or not has_time():
                return
            at = int(self.counts[cell])
            for sign, new in sorted(
                ((1, int(ledger.high[cell]) - at), (-1, at - int(ledger.low[cell]))), key=lambda each: each[1]
            ):
                if ledger.wide[cell]:
                    break
                enough = new + ledger.k - int(ledger.high[cell] - ledger.low[cell])
                chosen = self._piled(sign * self.moved[:, cell], MOST_MOVES, enough)
                if sign * int(self.moved[chosen, cell].sum()) > new:
                    failed = 0 if self._record(chosen) else failed + 1

    def _narrow(self) -> list[int]:
        """Give the cells that are not wide yet and that some cycle moves, those first that never moved."""
        narrow = np.flatnonzero(~self.ledger.wide & self.moved.any(axis=0))
        narrow = self.search.chance.permutation(narrow)
        return narrow[np.argsort((self.ledger.high > self.ledger.low)[narrow], kind="stable")].tolist()  # type: ignore[no-any-return]

    def _piled(self, score: NDArray[np.int64], most_moves: int, enough: int | None = None) -> list[int]:
        """Put cycles of different respondents together, the best first, while every withheld cell stays above 0."""
        ranked = score + self.search.chance.random(len(score)) * 0.9
        order = np.argsort(-np.where((score > 0), ranked, -1.0), kind="stable")[:150]
        taken = np.zeros(self.ledger.item.respondents + 1, np.bool_)
        counts, moved, total = self.counts.copy(), 0, 0
        chosen: list[int] = []
        for which in order.tolist():
            size = len(self.cycles[which])
            if score[which] <= 0 or (enough is not None and total >= enough):
                break
            if moved + size > most_moves and chosen:
                continue
            if taken[self.persons[which]].any() or (counts + self.moved[which] < 1).any():
                continue
            taken[self.persons[which]] = True
            taken[-1] = False
            counts += self.moved[which]
            chosen.append(which)
            moved, total = moved + size, total + int(score[which])
        return chosen

    def _record(self, chosen: list[int]) -> bool:
        cycle = np.concatenate([self.cycles[which] for which in chosen])
        world = self.search.changes.world(
            self.change, self.moves.person[cycle], self.moves.to[cycle], self.search.chance
        )
        if world is None or not self.ledger.record(world):
            return False
        self.farthest = world
        return True


def _pairs(change: Change) -> Indices:
    return np.array([*change.there, *change.back], np.intp)


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


def _some(found: Cycles, chance: np.random.Generator) -> list[Indices]:
    return [found.moves(which) for which in chance.permutation(len(found))[:CYCLES].tolist()]
