"""Respondents as attackers: a few of them pool their own rows, and each knows where he himself is counted.

What colluders know. In every table c colluders occupy c places (a cell each), and everybody else is at least nobody: a
count is at least the number of colluders in it. So a placing raises the least of each cell to the number that sit in
it, and that is all it does to the equations; the interval of the count is then that of the others, moved by a known
number. A withheld cell is at least one anyway: one colluder alone in it adds nothing, n of them add n - 1.

What it costs. In a single table with printed margins a least that is raised by one takes at most one from either end
of another cell's interval (the table is a network, and raising a bound reroutes one unit): c colluders who share a
withheld cell cost at most 2 (c - 1), two of them at most 2, one of them nothing. Where a cell's least is not one
already (answers that only a union withholds, options, routes) each colluder costs at most 2. With an unprinted total
all tables of the question are one block, and each colluder sits in every one of them.

What is searched. The published files do not say who colludes, so the worst placing counts. Two worlds that are k
apart in a cell answer every placing that both have room for; a placing that narrows the cell to less than k must
therefore seat more people somewhere than one of the two worlds holds there. The search branches over exactly these
seats, which leaves no placing out. Tested against all placings in all worlds of small tables.

How exact. In a block of one question every placing that is tried can happen (people of one answer can be of any
groups), so the narrowed interval is exact wherever the interval is. In blocks that join several questions the seats
of one person are checked question by question and background by background alone: the placing found may be one that
no single row allows, so the span given is then the least it could be. Nobody's seat among those who came or left
between two releases is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import NamedTuple

import numpy as np

from barometer.attack.bounds import Block
from barometer.attack.programs import SLACK, Optimum, Values
from barometer.attack.system import Key, Moved, Routed, Size, Ticked
from barometer.attack.turnover import ONE_SIDED
from barometer.attack.worlds import World

MOST_PLACINGS = 400
"""How many placings are tried for one cell; the search says where it stopped."""

MOST_WORLDS = 80
"""How many of the worlds that were met last are looked through for two that are far apart."""

EVERYBODY = frozenset({""})

Seats = Mapping[int, int]
"""How many colluders sit in a column, or (from the number of columns on) how far a row is filled by them."""


@dataclass(frozen=True)
class Placing:
    """Where colluders sit, and what is left of a cell's interval then."""

    seats: tuple[tuple[int, int], ...]
    """Variables and the number of colluders in each."""
    low: int
    high: int

    @property
    def span(self) -> int:
        return self.high - self.low


class Colluders:
    """So many colluding respondents in one block."""

    def __init__(self, block: Block, worlds: Sequence[World], count: int) -> None:
        self.block, self.worlds, self.count = block, worlds, count
        self.gave_up = False
        self._tried = 0

    def leave(self, variables: Sequence[int], enough: int) -> set[int]:
        """Give the variables that span ``enough`` even if each colluder sat everywhere at once. Cheap; often all."""
        most = {column: min(self.count, self.block.high[column]) for column in self._columns}
        columns = {column: low for column, low in most.items() if low > self.block.low[column]}
        return self._spanning(variables, enough, columns, {row: self.count * most for row, most in self._rows.items()})

    def make_room(self, variables: Sequence[int], enough: int) -> None:
        """Meet worlds far apart with room for all colluders in as many cells as one world, the mean of those met, has.

        The more room two worlds have, the fewer placings are left to try.
        """
        if not self.block.worlds:
            return
        middle = np.mean(self.block.worlds, axis=0)
        columns = {c: self.count for c in self._columns if middle[c] >= self.count > self.block.low[c]}
        rows = {r: self.count * most for r, most in self._rows.items() if self._filled(r, middle) >= self.count * most}
        self._spanning(variables, enough, columns, rows)

    def _spanning(
        self, variables: Sequence[int], enough: int, columns: Mapping[int, int], rows: Mapping[int, int]
    ) -> set[int]:
        """Give the variables that span ``enough`` with these columns and rows raised."""
        left: set[int] = set()
        least, most = np.full(len(self.block.low), np.inf), np.full(len(self.block.low), -np.inf)
        with self.block.program.raised(columns, rows):
            for variable in variables:
                column = self.block.column[variable]
                for sign in (1.0, -1.0):
                    if most[column] - least[column] < enough:
                        optimum = self.block.program.extreme(column, sign)
                        if optimum is None:
                            return left
                        self.block.meet(optimum.world)
                        if optimum.world is not None:
                            np.minimum(least, optimum.world, out=least)
                            np.maximum(most, optimum.world, out=most)
                if most[column] - least[column] >= enough:
                    left.add(variable)
        return left

    def narrowing(self, variable: int, enough: int, *, worst: bool) -> Placing | None:
        """Find a placing that leaves less than ``enough``; the worst one only if asked to."""
        found: Placing | None = None
        while enough > 0:
            self._tried = 0
            placing = self._search(self.block.column[variable], {}, enough, set())
            if placing is None:
                break
            found, enough = placing, placing.span
            if not worst:
                break
        return found

    # -- the search

    def _search(
        self, column: int, seats: Seats, enough: int, visited: set[frozenset[tuple[int, int]]]
    ) -> Placing | None:
        """Find a placing with these seats at least that leaves less than ``enough``."""
        key = frozenset(seats.items())
        if key in visited:
            return None
        visited.add(key)
        self._tried += 1
        if self._tried > MOST_PLACINGS:
            self.gave_up = True
            return None
        pair = self._far_apart(column, seats, enough)
        if pair is None:
            ends = self._ends(column, seats)
            if ends is None:
                return None
            low = ceil(float(ends[0].values[column]) - SLACK)
            high = floor(float(ends[1].values[column]) + SLACK)
            if high - low < enough:
                return Placing(self._variables(seats), low, high)
            pair = ends[0].values, ends[1].values
        for further in self._narrower(pair, seats):
            if found := self._search(column, further, enough, visited):
                return found
        return None

    def _narrower(self, pair: tuple[Values, Values], seats: Seats) -> Iterator[Seats]:
        """Give the seats that one of the two worlds has no room for."""
        room = np.minimum(*pair)
        for column in self._columns:
            if room[column] < self.count - SLACK and self.block.high[column] > room[column]:
                further = {**seats, column: floor(float(room[column]) + SLACK) + 1}
                if self._can_sit(further):
                    yield further
        for row, most in self._rows.items():
            filled = min(self._filled(row, world) for world in pair)
            if filled < self.count * most - SLACK:
                yield {**seats, row + len(self.block.low): floor(filled + SLACK) + 1}

    def _far_apart(self, column: int, seats: Seats, enough: int) -> tuple[Values, Values] | None:
        """Give two worlds that were met, have these seats, are far enough apart, and leave the fewest seats to try."""
        worlds = self.block.worlds[-MOST_WORLDS:]
        held = [world for world in worlds if self._holds(world, seats)]
        if not held:
            return None
        targets = np.array([world[column] for world in held])
        scarce = np.array([np.count_nonzero(world[self._columns] < self.count) for world in held])
        together = scarce[:, None] + scarce[None, :]
        together = np.where(targets[None, :] - targets[:, None] >= enough, together, np.iinfo(int).max)
        low, high = divmod(int(together.argmin()), len(held))
        return (held[low], held[high]) if targets[high] - targets[low] >= enough else None

    def _ends(self, column: int, seats: Seats) -> tuple[Optimum, Optimum] | None:
        columns = {
            seat: max(count, self.block.low[seat]) for seat, count in seats.items() if seat < len(self.block.low)
        }
        rows = {seat - len(self.block.low): count for seat, count in seats.items() if seat >= len(self.block.low)}
        if any(low > self.block.high[seat] for seat, low in columns.items()):
            return None
        with self.block.program.raised(columns, rows):
            low, high = (self.block.program.extreme(column, sign) for sign in (1.0, -1.0))
        if low is None or high is None:
            return None
        self.block.meet(low.world)
        self.block.meet(high.world)
        return low, high

    def _holds(self, world: Values, seats: Seats) -> bool:
        columns = len(self.block.low)
        return all(
            world[seat] >= count if seat < columns else self._filled(seat - columns, world) >= count
            for seat, count in seats.items()
        )

    def _filled(self, row: int, world: Values) -> float:
        """How far a row's sum is from the nought it may not pass."""
        rows = self.block.program.rows
        total = sum(factor * world[column] for column, factor in zip(rows.columns[row], rows.factors[row], strict=True))
        return float(total if rows.low[row] == 0 else -total)

    # -- seats

    @cached_property
    def _seats(self) -> list[_Seat | None]:
        """The cells that the columns count people in; None for sums of such, as their parts say it all."""
        keys = self.block.bounds.system.keys
        return [_seat_of(keys[variable], self.worlds[keys[variable].world]) for variable in self.block.variables]

    @cached_property
    def _columns(self) -> list[int]:
        return [column for column, seat in enumerate(self._seats) if seat is not None]

    @cached_property
    def _rows(self) -> dict[int, int]:
        """The rows that say "at most" about any people, with how far one person can fill them."""
        found = {}
        for row, number in enumerate(self.block.equations):
            equation = self.block.bounds.system.equations[number]
            if equation.step.rule in ONE_SIDED and (equation.low == 0) != (equation.high == 0):
                sign = 1 if equation.low == 0 else -1
                found[row] = max(1, sum(factor * sign > 0 for _, factor in equation.form) - 1)
        return found

    def _can_sit(self, seats: Seats) -> bool:
        """Can so many people sit in all these cells, each with one answer to a question and in one group?"""
        answers: dict[object, list[_Need]] = {}
        groups: dict[object, list[_Need]] = {}
        for column, count in seats.items():
            seat = self._seats[column] if column < len(self._seats) else None
            if seat is not None:
                answers.setdefault(seat.question, []).append((seat.by, seat.answers, count))
                groups.setdefault(seat.by, []).append((seat.question, seat.groups, count))
        return all(_fits(_together(needed), self.count) for needed in (*answers.values(), *groups.values()))

    def _variables(self, seats: Seats) -> tuple[tuple[int, int], ...]:
        columns = len(self.block.variables)
        return tuple((self.block.variables[seat], count) for seat, count in seats.items() if seat < columns)


class _Seat(NamedTuple):
    question: object
    by: str | None
    groups: frozenset[str]
    answers: frozenset[str]


def _seat_of(key: Key, world: World) -> _Seat | None:
    """Give the cell a variable counts people in; None for a sum of cells."""
    if isinstance(key, Moved):
        return None
    if isinstance(key, Size):
        return _Seat(
            (key.world, ""), key.background, frozenset(world.groups[key.background].codes(key.group)), EVERYBODY
        )
    if isinstance(key, Routed):
        groups = EVERYBODY if key.by is None else frozenset(world.groups[key.by].codes(key.group))
        return _Seat((key.world, " route"), key.by, groups, frozenset({key.route}))
    if len(key.groups) != 1:
        return None
    groups = EVERYBODY if key.by is None else frozenset(world.groups_of(key.item, key.by).codes(key.groups[0]))
    if isinstance(key, Ticked):
        return _Seat((key.world, key.item, key.options), key.by, groups, frozenset({str(key.is_ticked)}))
    if len(key.answers) != 1:
        return None
    answers = frozenset(world.answers_of(key.item, key.by).codes(key.answers[0]))
    return _Seat((key.world, key.item), key.by, groups, answers)


_Need = tuple[object, frozenset[str], int]
"""One way to part people, a union of its parts, and how many people are needed there."""


def _together(needed: Sequence[_Need]) -> list[tuple[frozenset[str], int]]:
    """Add up what is needed of the same union by the same parting: those are different people."""
    total: Counter[tuple[object, frozenset[str]]] = Counter()
    for parting, codes, count in needed:
        total[parting, codes] += count
    return [(codes, count) for (_, codes), count in total.items()]


def _fits(needed: Sequence[tuple[frozenset[str], int]], people: int, given: tuple[str, ...] = ()) -> bool:
    """Can so many people give answers of which each union holds at least its number?"""
    for codes, count in needed:
        if sum(code in codes for code in given) < count:
            further = ((*given, code) for code in sorted(codes))
            return len(given) < people and any(_fits(needed, people, each) for each in further)
    return True
