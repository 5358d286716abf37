"""The search for worlds of one item: a walk from world to world, each a few cycles of moves away from the last.

Free exchanges come first. Then, at every world, a tree of moves is grown for the change that could deny most of what
still stands there, or move most of the cells that are still narrow; its cycles are put together to new worlds, and the
walk goes on from one of these. In another world other respondents can move: who has no way out of the true world often
has one out of the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.changes import MOST_MOVES, Change, Changes, Values
from barometer.worlds.cycles import Indices, Moves, grow, reach, small_cycles
from barometer.worlds.ledger import Ledger
from barometer.worlds.printed import Mask, PrintedItem

ROTATIONS = 40
"""Worlds made of free exchanges, at most."""
CYCLES = 2500
"""Cycles of one tree that are looked at, at most."""
KEEP = 50_000
"""Elements that a tree keeps at every level; a change that has failed gets a larger one."""
LARGER = (1, 2, 4)
LOOK = 5
"""Candidates looked at for every element that is kept."""
PATIENCE = 6
"""Worlds in a row that could not be made, or told nothing new."""
EAGER, CURIOUS, FOCUS = 2.0, 2.0, 3
"""How much a tree prefers elements with a respondent about whom something still stands, or who would push one of so
many narrow cells, in squared length of rests."""
AIMS, AIMED = 2, 20
"""Trees that aim at one thing after each that is open to all; cycles of such a tree that are looked at, at most."""
FEW, STRIDE = 5, 2
"""Where a tree told less than this, others aim; a cell is pushed by so many respondents at once."""
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
        self.weight = 1
        """Its share of the time, in searches of one item."""

    @property
    def item(self) -> str:
        return self.ledger.item.item

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
            taking = _Taking(self, change, moves)
            taking.take(self._cycles(taking, LARGER[min(int(self.failures[place]), len(LARGER) - 1)]), has_time)
        for _ in range(AIMS if self._gained(before) < FEW else 0):
            if has_time() and (moves := self.changes.moves(change)) is not None:
                taking = _Taking(self, change, moves)
                if (first := taking.aim()) is not None:
                    taking.take(self._aimed(taking, *first), has_time)
        is_new = self._standing() != before
        self.failures[place] = 0 if is_new else self.failures[place] + 1
        self.barren = 0 if is_new else self.barren + 1

    def _aimed(self, taking: _Taking, first: Indices, allowed: Mask) -> list[Indices]:
        """Give cycles that hold these moves and others that are allowed."""
        moves = taking.moves
        chosen = _balanced(moves, first, allowed, self.chance)
        allowed = allowed & ~np.isin(moves.person, moves.person[chosen])
        there, back = (side[allowed[side]] for side in (moves.there, moves.back))
        off = moves.effect[chosen].sum(axis=0, dtype=np.int64)
        others = replace(moves, there=there, back=back)
        if len(chosen) != 2 * np.isin(chosen, moves.there).sum():
            return []
        if not off.any():
            return [chosen]
        found = reach(others, off, self.chance, keep=self.keep // 2, most=AIMED)
        return [np.concatenate([chosen, each]) for each in found]

    def _standing(self) -> tuple[int, int]:
        """Count what still stands, and the steps that narrow cells are still short of k."""
        short = np.maximum(0, self.ledger.k - (self.ledger.high - self.ledger.low))
        return int(self.ledger.standing.sum()), int(short.sum())

    def _gained(self, before: tuple[int, int]) -> int:
        return sum(before) - sum(self._standing())

    def _most_promising(self) -> int:
        """Give the change that could deny most from here, and move the narrowest cells; less where it has failed."""
        could = self._could_deny()
        narrow = np.where(self.ledger.wide, 0.0, 0.25) + np.where(self.ledger.high > self.ledger.low, 0.0, 0.75)
        gains = np.array([could[pairs[:, 0], pairs[:, 1]].sum() for pairs in map(_pairs, self.tried)], np.float64)
        gains = (gains + self.touched @ narrow) * self.chance.uniform(0.5, 1.0, len(gains))
        gains *= [change.most_moves / MOST_MOVES for change in self.tried]
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
            found += list(grown.some(CYCLES, self.chance))
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
        """Say of every respondent how welcome he is in a cycle: who could deny something, or push some narrow cells."""
        push = np.zeros(len(self.moves.person))
        for cell in self._narrow(self.shadow)[:FOCUS]:
            push += CURIOUS * self._steps(cell)[0][0] * self.shadow[:, cell]
        push[self._denying()] += EAGER
        found = np.full(self.ledger.item.respondents, -np.inf)
        np.maximum.at(found, self.moves.person, push)
        return np.where(np.isinf(found), 0.0, found)

    def _denying(self) -> Mask:
        return self.ledger.denying(self.moves.person, self.moves.to)

    def aim(self) -> tuple[Indices, Mask] | None:
        """Choose moves that would deny something to somebody, or make a cell wide, and those that would not undo it."""
        chance, everything = self.search.chance, np.ones(len(self.moves.person), np.bool_)
        denying = np.flatnonzero(self._denying())
        if len(denying):
            return chance.choice(denying, 1), everything
        narrow = chance.permutation(np.flatnonzero(~self.ledger.wide))
        for cell in narrow.tolist():
            for sign, all_steps in self._steps(cell):
                steps = min(all_steps, STRIDE)
                pushing = chance.permutation(np.flatnonzero(self.shadow[:, cell] == sign))
                _, place = np.unique(self.moves.person[pushing], return_index=True)
                if len(place) >= steps:
                    return chance.choice(pushing[place], steps, replace=False), self.shadow[:, cell] == 0
        return None

    def _steps(self, cell: int) -> list[tuple[int, int]]:
        """Say by how much a cell must go up, or down, to be wide; the nearer first."""
        ledger, at = self.ledger, int(self.counts[cell])
        up, down = int(ledger.low[cell]) + ledger.k - at, at - int(ledger.high[cell]) + ledger.k
        return sorted(((1, up), (-1, down)), key=lambda each: each[1]) if at > down else [(1, up)]

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
            self.search.changes.go_to(self.farthest)

    def _deny(self, has_time: Callable[[], bool]) -> None:
        score, failed = np.zeros(0), 0
        tried = np.zeros(len(self.cycles), np.bool_)
        while failed < PATIENCE and has_time():
            score = np.append(self._denying(), False)[self.padded].sum(axis=1) * ~tried
            chosen = self._piled(score)
            if not chosen:
                return
            if not self._record(chosen):
                failed += 1
                tried[chosen[: max(1, len(chosen) // 2)]] = True
            else:
                tried[chosen] = True

    def _widen(self, has_time: Callable[[], bool]) -> None:
        ledger, failed = self.ledger, 0
        for cell in self._narrow(self.moved):
            if failed >= PATIENCE or not has_time():
                return
            at = int(self.counts[cell])
            for sign, new in sorted(
                ((1, int(ledger.high[cell]) - at), (-1, at - int(ledger.low[cell]))), key=lambda each: each[1]
            ):
                if ledger.wide[cell]:
                    break
                enough = new + ledger.k - int(ledger.high[cell] - ledger.low[cell])
                chosen = self._piled(sign * self.moved[:, cell], enough)
                if sign * int(self.moved[chosen, cell].sum()) > new:
                    failed = 0 if self._record(chosen) else failed + 1

    def _narrow(self, moved: NDArray[np.int16]) -> list[int]:
        """Give the cells that are not wide yet and that something moves, those first that never moved."""
        narrow = np.flatnonzero(~self.ledger.wide & moved.any(axis=0))
        narrow = self.search.chance.permutation(narrow)
        return narrow[np.argsort((self.ledger.high > self.ledger.low)[narrow], kind="stable")].tolist()  # type: ignore[no-any-return]

    def _piled(self, score: NDArray[np.int64], enough: int | None = None) -> list[int]:
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
            if moved + size > self.change.most_moves:
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


def _balanced(moves: Moves, first: Indices, allowed: Mask, chance: np.random.Generator) -> Indices:
    """Add moves of others until as many go there as back, each the one that leaves the least to be cancelled."""
    chosen = first
    is_there = np.isin(np.arange(len(moves.person)), moves.there)
    effect = moves.effect.astype(np.int64)
    while (lacking := len(chosen) - 2 * int(is_there[chosen].sum())) != 0:
        free = np.flatnonzero(allowed & (is_there == (lacking > 0)) & ~np.isin(moves.person, moves.person[chosen]))
        if not len(free):
            return chosen
        off = effect[chosen].sum(axis=0)
        left = ((off + effect[free]) ** 2).sum(axis=1) + 3 * chance.random(len(free))
        chosen = np.append(chosen, free[left.argmin()])
    return chosen


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
