"""Worlds made of the cycles of one change: those that deny most, and those that move withheld cells farthest.

Cycles of different respondents are put together to one world, as long as that empties no withheld cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.changes import Change, Changes, Values
from barometer.worlds.cycles import Indices, Moves, reach
from barometer.worlds.ledger import Ledger
from barometer.worlds.printed import Mask

PATIENCE = 6
"""Worlds in a row that could not be made."""
LOOKED_AT = 150
"""Cycles that one world is put together from."""
EAGER, CURIOUS, FOCUS = 2.0, 2.0, 3
"""How much a tree prefers elements with a respondent about whom something still stands, or who would push one of so
many narrow cells, in squared length of rests."""
STRIDE, AIMED = 2, 20
"""A cell is pushed by so many respondents at once; cycles of a tree that aims which are looked at, at most."""


class Taking:
    """Worlds made of the cycles of one change, all of them starting where the walk stands."""

    def __init__(
        self, ledger: Ledger, changes: Changes, change: Change, moves: Moves, chance: np.random.Generator
    ) -> None:
        self.ledger, self.changes, self.change, self.moves, self.chance = ledger, changes, change, moves, chance
        self.shadow = changes.shadows(moves.person, moves.to)
        self.counts = ledger.withheld(changes.values)
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

    def aimed(self, keep: int) -> list[Indices]:
        """Give cycles of one tree that all hold the same chosen moves."""
        if (aim := self._aim()) is None:
            return []
        moves, (first, allowed) = self.moves, aim
        chosen = _balanced(moves, first, allowed, self.chance)
        if len(chosen) != 2 * np.isin(chosen, moves.there).sum():
            return []
        off = moves.effect[chosen].sum(axis=0, dtype=np.int64)
        if not off.any():
            return [chosen]
        allowed = allowed & ~np.isin(moves.person, moves.person[chosen])
        there, back = (side[allowed[side]] for side in (moves.there, moves.back))
        found = reach(replace(moves, there=there, back=back), off, self.chance, keep=keep, most=AIMED)
        return [np.concatenate([chosen, each]) for each in found]

    def _aim(self) -> tuple[Indices, Mask] | None:
        """Choose moves that would deny something to somebody, or make a cell wide, and those that would not undo it."""
        chance, everything = self.chance, np.ones(len(self.moves.person), np.bool_)
        denying = np.flatnonzero(self._denying())
        if len(denying):
            return chance.choice(denying, 1), everything
        for cell in self._narrow(self.shadow):
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
        self._deny(has_time)
        self._widen(has_time)
        if self.farthest is not None:
            self.changes.go_to(self.farthest)

    def _deny(self, has_time: Callable[[], bool]) -> None:
        failed = 0
        tried = np.zeros(len(self.cycles), np.bool_)
        while failed < PATIENCE and has_time():
            score = np.append(self._denying(), False)[self.padded].sum(axis=1) * ~tried
            chosen = self._piled(score)
            if not chosen:
                return
            is_made = self._record(chosen)
            failed += not is_made
            tried[chosen if is_made else chosen[: (len(chosen) + 1) // 2]] = True

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
        narrow = self.chance.permutation(np.flatnonzero(~self.ledger.wide & moved.any(axis=0))).tolist()
        return sorted(narrow, key=lambda cell: bool(self.ledger.high[cell] > self.ledger.low[cell]))

    def _piled(self, score: NDArray[np.int64], enough: int | None = None) -> list[int]:
        """Put cycles of different respondents together, the best first, while every withheld cell stays above 0."""
        ranked = score + self.chance.random(len(score)) * 0.9
        order = np.argsort(-np.where((score > 0), ranked, -1.0), kind="stable")[:LOOKED_AT]
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
        world = self.changes.world(self.change, self.moves.person[cycle], self.moves.to[cycle], self.chance)
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


def _padded(cycles: list[Indices], nobody: int) -> Indices:
    """Give the cycles as rows of one length, filled up with a move that there is not."""
    found = np.full((len(cycles), max(map(len, cycles), default=0)), nobody)
    for row, cycle in zip(found, cycles, strict=True):
        row[: len(cycle)] = cycle
    return found
