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
from numpy.typing import NDArray

from barometer.attack.bounds import Block
from barometer.attack.programs import SLACK, Optimum, Values
from barometer.attack.system import Key, Moved, Routed, Silent, Size, Ticked
from barometer.attack.turnover import ONE_SIDED
from barometer.attack.worlds import World

MOST_PLACINGS = 12
"""How many placings are tried for one cell; the search says where it stopped."""

MOST_WORK = 20_000
"""How many placings are tried in one block, times its cells. What is not settled by then is said to be open."""

MOST_CELLS = 200
"""Of a block that is searched; larger ones (many questions joined by routing) are said to be open."""

MOST_COMPARED = 60
"""How many of the worlds with the most room are compared with each other."""

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
        self.may_search = len(block.low) <= MOST_CELLS
        self._left = MOST_WORK // len(block.low)
        self._impossible: set[frozenset[tuple[int, int]]] = set()
        self._closures: dict[frozenset[tuple[int, int]], Seats] = {}

    def leave(self, variables: Sequence[int], enough: int) -> set[int]:
        """Give the variables that span ``enough`` even if each colluder sat everywhere at once. Cheap; often all."""
        most = {column: min(self.count, self.block.high[column]) for column in self._columns}
        columns = {column: low for column, low in most.items() if low > self.block.low[column]}
        return self._spanning(variables, enough, columns, {row: self.count * most for row, most in self._rows.items()})

    def make_room(self, variables: Sequence[int], enough: int) -> None:
        """Meet worlds far apart with room for all colluders in as many cells as one world, the mean of those met, has.

        The more room two worlds have, the fewer placings are left to try.
        """
        if not len(self.block.worlds):
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
        self.gave_up = False
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
        self._left -= 1
        if self._tried > MOST_PLACINGS or self._left < 0:
            self.gave_up = True
        if self.gave_up:
            return None
        pair = self._far_apart(column, seats, enough)
        if pair is None:
            ends = None if key in self._impossible else self._ends(column, seats)
            if ends is None:
                self._impossible.add(key)
                return None
            low = ceil(float(ends[0].values[column]) - SLACK)
            high = floor(float(ends[1].values[column]) + SLACK)
            if high - low < enough:
                return Placing(self._variables(seats), low, high)
            pair = ends[0].values, ends[1].values
        if seats and self._is_closed(column, seats, enough):
            return None
        for further in self._narrower(pair, seats):
            if found := self._search(column, further, enough, visited):
                return found
        return None

    def _is_closed(self, column: int, seats: Seats, enough: int) -> bool:
        """Whether worlds far apart have room for everybody everywhere they could still sit, so that no seat matters."""
        key = frozenset(seats.items())
        if key not in self._closures:
            self._closures[key] = self._everywhere_else(seats)
        everywhere = self._closures[key]
        if self._far_apart(column, everywhere, enough) is not None:
            return True
        full = frozenset(everywhere.items())
        if full in self._impossible:
            return False
        ends = self._ends(column, everywhere)
        if ends is None:
            self._impossible.add(full)
            return False
        return self._far_apart(column, everywhere, enough) is not None

    def _everywhere_else(self, seats: Seats) -> Seats:
        """Give these seats and, all at once, the most that could sit in each other one beside them."""
        everywhere = dict(seats)
        for column in self._columns:
            for count in range(self.count, max(seats.get(column, 0), self.block.low[column]), -1):
                if self._can_sit({**seats, column: count}):
                    everywhere[column] = min(count, self.block.high[column])
                    break
        for row, most in self._rows.items():
            seat = row + len(self.block.low)
            for count in range(self.count, 0, -1):
                if self._can_sit({**seats, seat: count * most}):
                    everywhere[seat] = count * most
                    break
        return everywhere

    def _narrower(self, pair: tuple[Values, Values], seats: Seats) -> Iterator[Seats]:
        """Give the seats that one of the two worlds has no room for."""
        room = np.minimum(*pair)
        for column in self._columns:
            if room[column] < self.count - SLACK and self.block.high[column] > room[column]:
                further = {**seats, column: floor(float(room[column]) + SLACK) + 1}
                if self._can_sit(further):
                    yield further
        for row, most in self._rows.items():
            filled = min(float(self._filled(row, world)) for world in pair)
            if filled < self.count * most - SLACK:
                further = {**seats, row + len(self.block.low): floor(filled + SLACK) + 1}
                if self._can_sit(further):
                    yield further

    def _far_apart(self, column: int, seats: Seats, enough: int) -> tuple[Values, Values] | None:
        """Give two worlds that were met, have these seats, are far enough apart, and leave the fewest seats to try."""
        worlds = self.block.worlds[self._with_seats(seats)]
        if not len(worlds) or np.ptp(worlds[:, column]) < enough:
            return None
        scarce = np.count_nonzero(worlds[:, self._columns] < self.count, axis=1)
        roomy = np.argsort(scarce, kind="stable")
        ends = worlds[:, column].argmin(), worlds[:, column].argmax()
        chosen = np.unique(np.concatenate([roomy[:MOST_COMPARED], ends]))
        targets, scarce = worlds[chosen, column], scarce[chosen]
        together = np.where(targets - targets[:, None] >= enough, scarce + scarce[:, None], len(self._columns) * 2 + 1)
        low, high = divmod(int(together.argmin()), len(chosen))
        return worlds[chosen[low]], worlds[chosen[high]]

    def _with_seats(self, seats: Seats) -> NDArray[np.bool_]:
        worlds, columns = self.block.worlds, len(self.block.low)
        held = np.ones(len(worlds), np.bool_)
        for seat, count in seats.items():
            held &= (worlds[:, seat] if seat < columns else self._filled(seat - columns, worlds)) >= count
        return held

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

    def _filled(self, row: int, worlds: Values) -> Values:
        """How far a row's sum is from the nought it may not pass, in one world or in each of several."""
        rows = self.block.program.rows
        total: Values = worlds[..., list(rows.columns[row])] @ np.array(rows.factors[row], dtype=float)
        return total if rows.low[row] == 0 else -total

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

    @cached_property
    def _row_seats(self) -> dict[int, _Seat | None]:
        """The group whose people fill a row."""
        keys, found = self.block.bounds.system.keys, {}
        for row in self._rows:
            equation = self.block.bounds.system.equations[self.block.equations[row]]
            first = keys[equation.form[0][0]]
            seat = _seat_of(first, self.worlds[first.world])
            found[row] = None if seat is None else seat._replace(question=("row", row), answers=EVERYBODY)
        return found

    def _can_sit(self, seats: Seats) -> bool:
        """Can so many people sit in all these cells, each with one answer to a question and in one group?"""
        answers: dict[object, list[_Need]] = {}
        groups: dict[object, list[_Need]] = {}
        for column, count in seats.items():
            seat = self._seats[column] if column < len(self._seats) else self._row_seats[column - len(self._seats)]
            if column >= len(self._seats):
                count = ceil(count / self._rows[column - len(self._seats)])
            if seat is not None:
                answers.setdefault(seat.question, []).append((seat.by, seat.answers, count))
                groups.setdefault(seat.by, []).append((seat.question, seat.groups, count))
        return all(
            sum(count for _, _, count in needed) <= self.count or _fits(_together(needed), self.count)
            for needed in (*answers.values(), *groups.values())
        )

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
        groups = EVERYBODY if key.by is None else frozenset(world.joined_groups[key.by].codes(key.group))
        return _Seat((key.world, " route"), key.by, groups, frozenset({key.route}))
    if isinstance(key, Silent):
        groups = EVERYBODY if key.by is None else frozenset(world.groups_of(key.item, key.by).codes(key.group))
        return _Seat((key.world, key.item, "silent"), key.by, groups, EVERYBODY)
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
