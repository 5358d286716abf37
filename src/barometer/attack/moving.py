"""Ways to move people about within a part of a block that leave everything around it as it is.

A *move* is mostly a cycle of four cells: somebody in one group changes the answer, and somebody in another group
changes it back. Added to a world of the part it breaks no equation, whatever is held around. So moves are found once
for a part and tried in every world, for all counts at once, without a program being solved.

Why that settles a placing. A world answers a placing where it has room for as many colluders as sit in each cell.
A move keeps the room of every cell it does not touch, and how far it may go in those it touches is read off them:
within its range each world it leads to has room for everybody who may sit there beside the seats that are taken.
What lacks room where the move starts, and is not touched, lacks it after the move as well: such seats are given back,
and whoever asks has to try them. More room may be asked for than colluders need, never less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from barometer.attack.programs import SLACK, Values
from barometer.attack.seating import Seats
from barometer.attack.system import Key, Moved, Routed, Silent, Size, Ticked

if TYPE_CHECKING:
    from barometer.attack.parting import Held, Part

MOST_CELLS = 40
"""Cells of one group that change together in a move."""

MOST_TRIED = 2_000
"""Ways to go on that are tried for one group."""

MOST_MOVES = 2_000
"""Moves of one part that are kept."""

WINDOWS = np.arange(-4, 5)
"""How far from where it leaves most room a move is tried."""

Change = dict[int, int]
"""By column, how many more people are in it."""


@dataclass(frozen=True)
class Start:
    """A world that moves start from, with some seats taken, and how far each of them can go there."""

    left: Values
    """What is left to each limit, and in each seat beside those who sit there."""
    wanted: Values
    """By seat, how many may sit there."""
    least: Values
    most: Values
    """By move, how far it goes within the limits."""
    middle: Values
    """By move, where it leaves most room."""
    lacking: NDArray[np.int64]
    """By move, how many seats without room it does not touch."""


class Moves:
    """The moves of one part."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.seats = np.array(part.all_seats, np.int64)
        self._apart: dict[int, NDArray[np.bool_]] = {}

    def start(self, world: Values, room: Values, seats: Seats, held: Held | None = None) -> Start:
        """Look how far each move can go from this world, with these seats taken."""
        wanted = self.wanted(seats)
        left = np.concatenate([self._left(world, seats, held), room[self.seats] - wanted, [0.0]])
        mine = left[self._at]
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = -mine / self._by
        down, up = np.where(self._by > 0, steps, -np.inf), np.where(self._by < 0, steps, np.inf)
        is_limit = self._at < self._nothing - len(self.seats)
        least = np.ceil(np.where(is_limit, down, -np.inf).max(axis=1, initial=-np.inf) - SLACK)
        most = np.floor(np.where(is_limit, up, np.inf).min(axis=1, initial=np.inf) + SLACK)
        first, last = down.max(axis=1, initial=-np.inf), up.min(axis=1, initial=np.inf)
        middle = (np.maximum(first, least) + np.minimum(last, most)) / 2
        lacks = left < -SLACK
        return Start(left, wanted, least, most, middle, lacks.sum() - lacks[self._at].sum(axis=1))

    def through(self, start: Start, column: int, enough: int) -> list[tuple[int, int]] | None:
        """Take a count through ``enough`` by one move, so that the fewest seats lack room at either end of the way.

        Gives these seats and how many are too many there; None where no move goes so far.
        """
        moves, factors = self._of_column.get(column, _NO_MOVES)
        need = np.ceil(enough / np.abs(factors))
        is_wide = start.most[moves] - start.least[moves] >= need
        moves, need = moves[is_wide], need[is_wide]
        if not len(moves):
            return None
        first = np.round(start.middle[moves] - need / 2)[:, None] + WINDOWS
        first = np.clip(first, start.least[moves][:, None], (start.most[moves] - need)[:, None])
        by, left = self._by[moves][:, None, :], start.left[self._at[moves]][:, None, :]
        worse = left + np.minimum(first[:, :, None] * by, (first + need[:, None])[:, :, None] * by)
        lacking = start.lacking[moves][:, None] + (worse < -SLACK).sum(axis=2)
        one, window = np.unravel_index(np.argmin(lacking), lacking.shape)
        return self._too_many(start, int(moves[one]), worse[one, window])

    def making_room(self, start: Start) -> list[tuple[int, int]] | None:
        """Make one move so that the fewest seats lack room; give these as above, None where no move can be made."""
        if not len(self.all):
            return None
        step = np.clip(np.round(start.middle), start.least, start.most)
        after = start.left[self._at] + step[:, None] * self._by
        lacking = np.where(start.least <= start.most, start.lacking + (after < -SLACK).sum(axis=1), np.inf)
        best = int(np.argmin(lacking))
        return None if lacking[best] == np.inf else self._too_many(start, best, after[best])

    def _too_many(self, start: Start, move: int, after: Values) -> list[tuple[int, int]] | None:
        """Give the seats that lack room after a move, and how many are too many there; None if a limit is broken."""
        left = start.left.copy()
        left[self._at[move]] = after
        limits = self._nothing - len(self.seats)
        if (left[:limits] < -SLACK).any():
            return None
        seats = left[limits : self._nothing]
        return [
            (int(self.seats[at]), int(np.floor(seats[at] + start.wanted[at] + SLACK)) + 1)
            for at in np.flatnonzero(seats < -SLACK)
        ]

    def _left(self, world: Values, seats: Seats, held: Held | None) -> Values:
        """Give what is left to the limits of every column and row of the part."""
        at, (low, high) = self.part.program.at, self._limits
        low, high = low.copy(), high.copy()
        for seat, number in seats.items():
            if seat in at:
                low[at[seat]] = max(low[at[seat]], number)
        if held is not None:
            low[at[held.column]] = max(low[at[held.column]], held.low)
            high[at[held.column]] = min(high[at[held.column]], held.high)
        own, rows = world[self.part.columns], self._rows @ world
        return np.concatenate([own - low, high - own, rows - self._row_low, self._row_high - rows])

    def wanted(self, seats: Seats) -> Values:
        """Give how many can at most sit in each seat of the part beside those who took these seats.

        Who took a seat that shares no row of answers with this one is not here.
        """
        most = self.part.seating.most[self.seats].astype(float)
        width, count = len(self.part.block.low), self.part.seating.count
        for seat, number in seats.items():
            if seat < width:
                most = np.where(self._is_apart(seat), np.minimum(most, (count - number) * self._by_one), most)
        for seat, number in seats.items():
            if seat in self.seat_at:
                most[self.seat_at[seat]] = max(most[self.seat_at[seat]], number)
        return most

    @cached_property
    def seat_at(self) -> dict[int, int]:
        return {seat: at for at, seat in enumerate(self.seats.tolist())}

    @cached_property
    def _by_one(self) -> Values:
        """How far one person takes a seat."""
        width, rows = len(self.part.block.low), self.part.seating.rows
        return np.array([1 if seat < width else rows[seat - width] for seat in self.seats.tolist()], float)

    def _is_apart(self, seat: int) -> NDArray[np.bool_]:
        """Say with which seats of the part nobody can sit in this one too."""
        if seat not in self._apart:
            self._apart[seat] = np.array(
                [not self.part.seating.may_be_one(seat, other) for other in self.seats.tolist()], bool
            )
        return self._apart[seat]

    @cached_property
    def _limits(self) -> tuple[Values, Values]:
        block, columns = self.part.block, self.part.columns
        return np.array(block.low, float)[columns], np.array(block.high, float)[columns]

    @cached_property
    def _loose(self) -> list[int]:
        """The rows of the part that leave a sum some way to go; in the others a move changes nothing."""
        rows = self.part.block.program.rows
        return [row for row in self.part.rows if rows.low[row] != rows.high[row]]

    @cached_property
    def _rows(self) -> Values:
        return self._matrix(self._loose)

    def _matrix(self, numbers: Sequence[int]) -> Values:
        rows = self.part.block.program.rows
        found = np.zeros((len(numbers), len(self.part.block.low)))
        for at, row in enumerate(numbers):
            found[at, list(rows.columns[row])] = rows.factors[row]
        return found

    @cached_property
    def _row_low(self) -> Values:
        return np.array([self.part.block.program.rows.low[row] for row in self._loose], float)

    @cached_property
    def _row_high(self) -> Values:
        return np.array([self.part.block.program.rows.high[row] for row in self._loose], float)

    # -- finding them

    @cached_property
    def all(self) -> list[Change]:
        """Every move within a group, and of two groups that change in opposite ways: what they add up to stays."""
        by_effect: dict[tuple[tuple[int, int], ...], list[Change]] = {}
        known: set[frozenset[tuple[int, int]]] = set()
        for columns in self._groups:
            for change in self._changes_within(columns):
                if not known & {frozenset(change.items()), frozenset((c, -number) for c, number in change.items())}:
                    known.add(frozenset(change.items()))
                    by_effect.setdefault(self._effect(change), []).append(change)
        found = by_effect.pop((), [])
        for effect, changes in by_effect.items():
            back = tuple((row, -moved) for row, moved in effect)
            opposite = by_effect.get(back, []) if back > effect else []
            for one, other in combinations(changes, 2):
                found.append(_sum(one, other, -1))
            found += [_sum(one, other, 1) for one in changes for other in opposite]
        return [change for change in found if change][:MOST_MOVES]

    @property
    def _groups(self) -> list[list[int]]:
        found: dict[object, list[int]] = {}
        for column in self.part.columns:
            found.setdefault(_group_of(self.part.key_of(column)), []).append(column)
        return list(found.values())

    @cached_property
    def _fixed(self) -> dict[int, dict[int, int]]:
        """The sums that a move must keep, with the part's own columns in them."""
        rows, own = self.part.block.program.rows, set(self.part.columns)
        return {
            row: {c: f for c, f in zip(rows.columns[row], rows.factors[row], strict=True) if c in own}
            for row in self.part.rows
            if rows.low[row] == rows.high[row]
        }

    def _effect(self, change: Change) -> tuple[tuple[int, int], ...]:
        """Say what a change does to the sums that must be kept."""
        moved: dict[int, int] = {}
        for column, number in change.items():
            for row in self.part.block.rows_of[column]:
                if row in self._fixed:
                    moved[row] = moved.get(row, 0) + number * self._fixed[row][column]
        return tuple(sorted((row, number) for row, number in moved.items() if number))

    def _changes_within(self, columns: Sequence[int]) -> Iterator[Change]:
        """Give the least changes of one group, by one person a cell, that keep the sums of the group itself."""
        own, tried = set(columns), 0
        sums = {row: held for row, held in self._fixed.items() if own.issuperset(held)}
        rows_of = {column: [row for row in self.part.block.rows_of[column] if row in sums] for column in columns}
        waiting: list[Change] = [{column: 1} for column in columns]
        while waiting and tried < MOST_TRIED:
            change, tried = waiting.pop(), tried + 1
            broken = _broken(change, rows_of, sums)
            if not broken:
                yield change
            elif len(change) < MOST_CELLS:
                first = next(iter(change))
                row, number = min(broken.items(), key=lambda each: len(sums[each[0]]))
                for column, factor in self._to_go_on_with(sums[row], change).items():
                    if (column > first or column in self._ticks) and abs(factor) == 1:
                        waiting.append({**change, column: -1 if number * factor > 0 else 1})

    def _to_go_on_with(self, row: Change, change: Change) -> Change:
        """Who changes the answer ticks what he ticked: of an option, those who did not tick it make up a sum."""
        open_to = {column: factor for column, factor in row.items() if column not in change}
        ticks = {column: factor for column, factor in open_to.items() if column in self._ticks}
        rests = {column: factor for column, factor in ticks.items() if not self._ticks[column]}
        return rests or ticks or open_to

    @cached_property
    def _ticks(self) -> dict[int, bool]:
        """The columns that count options of a multiple choice, and whether those who ticked them."""
        keys = {column: self.part.key_of(column) for column in self.part.columns}
        return {column: key.is_ticked for column, key in keys.items() if isinstance(key, Ticked)}

    # -- what limits them

    @cached_property
    def _limited(self) -> list[dict[int, float]]:
        """By move, what it does to the limits and seats it touches."""
        own = {column: at for at, column in enumerate(self.part.columns)}
        wide, loose, width = len(own), len(self._loose), len(self.part.block.low)
        rows_at = {row: at for at, row in enumerate(self._loose)}
        seat_at = self.seat_at
        factors = self._factors
        found = []
        for move in self.all:
            touched: dict[int, float] = {}
            rows: dict[int, int] = {}
            for column, number in move.items():
                touched[own[column]], touched[wide + own[column]] = number, -number
                if column in seat_at:
                    touched[2 * wide + 2 * loose + seat_at[column]] = number
                for row in self.part.block.rows_of[column]:
                    if row in rows_at:
                        rows[row] = rows.get(row, 0) + number * factors[row][column]
            for row, number in rows.items():
                at = 2 * wide + rows_at[row]
                touched[at], touched[at + loose] = number, -number
                if width + row in seat_at:
                    touched[2 * wide + 2 * loose + seat_at[width + row]] = number * self.part.seating.sign(row)
            found.append({at: number for at, number in touched.items() if number})
        return found

    @cached_property
    def _factors(self) -> dict[int, dict[int, int]]:
        rows = self.part.block.program.rows
        return {row: dict(zip(rows.columns[row], rows.factors[row], strict=True)) for row in self._loose}

    @cached_property
    def _nothing(self) -> int:
        """Where nothing is limited: after all limits and seats."""
        return 2 * len(self.part.columns) + 2 * len(self._loose) + len(self.seats)

    @cached_property
    def _at(self) -> NDArray[np.int64]:
        """By move, the limits and seats it touches; filled up with nothing."""
        most = max((len(touched) for touched in self._limited), default=0)
        filled = [[*touched, *[self._nothing] * (most - len(touched))] for touched in self._limited]
        return np.array(filled, np.int64).reshape(len(filled), most)

    @cached_property
    def _by(self) -> Values:
        """By move, what it does to each of these."""
        most = self._at.shape[1]
        filled = [[*touched.values(), *[0.0] * (most - len(touched))] for touched in self._limited]
        return np.array(filled, float).reshape(len(filled), most)

    @cached_property
    def _of_column(self) -> dict[int, tuple[NDArray[np.int64], Values]]:
        """By column, the moves it is in, and how far each moves it."""
        found: dict[int, list[tuple[int, int]]] = {}
        for at, move in enumerate(self.all):
            for column, number in move.items():
                found.setdefault(column, []).append((at, number))
        return {
            column: (np.array([at for at, _ in each], np.int64), np.array([number for _, number in each], float))
            for column, each in found.items()
        }


_NO_MOVES = np.empty(0, np.int64), np.empty(0)


def _sum(one: Change, other: Change, factor: int) -> Change:
    found = {column: one.get(column, 0) + factor * other.get(column, 0) for column in {**one, **other}}
    return {column: number for column, number in found.items() if number}


def _broken(change: Change, rows_of: Mapping[int, Sequence[int]], sums: Mapping[int, Mapping[int, int]]) -> Change:
    """Give the sums that a change does not keep, and by how much."""
    moved: dict[int, int] = {}
    for column, number in change.items():
        for row in rows_of[column]:
            moved[row] = moved.get(row, 0) + number * sums[row][column]
    return {row: number for row, number in moved.items() if number}


def _group_of(key: Key) -> object:
    """Say whom a variable counts, whatever they answered."""
    if isinstance(key, Moved):
        return key.world, key.other, _group_of(key.of)
    if isinstance(key, Size):
        return key.background, key.group
    return key.world, key.by, (key.group,) if isinstance(key, Routed | Silent) else key.groups
