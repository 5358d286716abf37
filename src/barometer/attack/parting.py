"""A block that falls into parts once a few of its counts, the links, are held: totals first, then routes by background.

With the links held, what happens in one part is no concern of the others. So a part finds room for colluders by
itself, and a world of the block is put together from worlds of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from barometer.attack.bounds import Block
from barometer.attack.moving import Moves
from barometer.attack.programs import MOST_NODES, SLACK, Values
from barometer.attack.seating import Seating, Seats
from barometer.attack.system import Counted, Key, Moved, Routed, Size, Ticked

FAR = 1e4
"""The weight of a count that is driven to its end, against that of room for one more colluder."""

FIRST = 3.0
"""The weight of room for one colluder, against that of room for a further one beside him."""

LINKED = 4.0
"""The weight of room in a link, which no part can make, against that of room in a part."""


@dataclass(frozen=True)
class Held:
    """A column whose value is held between two limits."""

    column: int
    low: float
    high: float


class Part:
    """Some columns of a block that hang together while the columns around them are held."""

    def __init__(self, block: Block, seating: Seating, columns: Sequence[int] | None = None, level: int = 0) -> None:
        self.block, self.seating = block, seating
        self.is_whole = columns is None
        self.columns = list(range(len(block.low))) if columns is None else list(columns)
        self.links, self.children = self._parted(level)
        self.child_of = {column: child for child in self.children for column in child.columns}

    def _parted(self, level: int) -> tuple[list[int], list[Part]]:
        for at in range(level, 2):
            links = [column for column in self.columns if level_of(self.key_of(column)) == at]
            parts = _connected(self.block, set(self.columns) - set(links)) if links else []
            if len(parts) > 1:
                return links, [Part(self.block, self.seating, part, at + 1) for part in parts]
        return [], []

    def key_of(self, column: int) -> Key:
        return self.block.bounds.system.keys[self.block.variables[column]]

    @cached_property
    def rows(self) -> list[int]:
        """The rows about any of its columns."""
        return sorted({row for column in self.columns for row in self.block.rows_of[column]})

    @cached_property
    def around(self) -> list[int]:
        """The columns of its rows that are not its own: held when it is looked at alone."""
        rows = self.block.program.rows
        return sorted({column for row in self.rows for column in rows.columns[row]} - set(self.columns))

    @cached_property
    def seats(self) -> list[int]:
        """Its columns and the rows that people fill; of a parted one, those of its links alone."""
        width = len(self.block.low)
        below = {row for child in self.children for row in child.rows}
        rows = [width + row for row in self.rows if row in self.seating.rows and row not in below]
        columns = self.links if self.children else self.columns
        return [seat for seat in (*columns, *rows) if self.seating.most[seat]]

    @cached_property
    def all_seats(self) -> list[int]:
        return [*self.seats, *(seat for child in self.children for seat in child.all_seats)]

    def lacking(self, room: Values) -> list[int]:
        """Give its seats that have no room for as many as could sit there."""
        seats = self._all
        found: list[int] = seats[room[seats] < self.seating.most[seats] - SLACK].tolist()
        return found

    @cached_property
    def _all(self) -> NDArray[np.int64]:
        return np.array(self.all_seats, np.int64)

    @cached_property
    def child_at(self) -> NDArray[np.int64]:
        """By seat, the number of the child it belongs to; -1 for a seat of its own."""
        found = np.full(len(self.seating.most), -1)
        for number, child in enumerate(self.children):
            found[child.all_seats] = number
        return found

    @cached_property
    def program(self) -> _Roomy:
        return _Roomy(self)

    @cached_property
    def moves(self) -> Moves:
        return Moves(self)

    def within(self, seats: Seats) -> dict[int, int]:
        """Give those of the seats that are in this part."""
        return {seat: count for seat, count in seats.items() if seat in self._held}

    def holds(self, column: int) -> bool:
        return column in self._held

    @cached_property
    def _held(self) -> frozenset[int]:
        width = len(self.block.low)
        return frozenset((*self.columns, *(width + row for row in self.rows)))

    def holding(self, world: Values) -> tuple[float, ...]:
        """Give what is held around the part in this world."""
        return tuple(world[self.around].tolist())


def level_of(key: Key) -> int:
    """Links of the first kind count respondents whatever their group, those of the second are of no single table."""
    if isinstance(key, Moved):
        return level_of(key.of)
    if isinstance(key, Size):
        return 1
    if isinstance(key, Routed):
        return 0 if key.by is None else 1
    return 0 if isinstance(key, Counted | Ticked) and key.by is None else 2


def _connected(block: Block, columns: set[int]) -> list[list[int]]:
    rows, left, parts = block.program.rows, set(columns), []
    while left:
        waiting, part = [left.pop()], []
        while waiting:
            column = waiting.pop()
            part.append(column)
            near = {other for row in block.rows_of[column] for other in rows.columns[row]} & left
            left -= near
            waiting.extend(near)
        parts.append(sorted(part))
    return sorted(parts)


class _Roomy:
    """The program of a part that looks for worlds with as much room for colluders as there can be.

    For each seat there is a column of what it lacks, with a price; driving a count to its end costs more than any.
    """

    def __init__(self, part: Part) -> None:
        self.part, self.block, self.seating = part, part.block, part.seating
        self.at = {column: number for number, column in enumerate(part.columns)}
        self.lacking = {seat: len(part.columns) + number for number, seat in enumerate(part.all_seats)}
        self._load()

    def _load(self) -> None:
        block, part = self.block, self.part
        self.low = np.array([block.low[column] for column in part.columns], float)
        self.high = np.array([block.high[column] for column in part.columns], float)
        lines = [self._line(row) for row in part.rows]
        self.row_low = np.array([line.low for line in lines])
        self.row_high = np.array([line.high for line in lines])
        around = {column: number for number, column in enumerate(part.around)}
        self.outer = np.zeros((len(part.rows), len(around)))
        for number, row in enumerate(part.rows):
            for column, factor in zip(block.program.rows.columns[row], block.program.rows.factors[row], strict=True):
                if column in around:
                    self.outer[number, around[column]] = factor
        self._shift = np.zeros(len(part.rows))
        prices, room = self._priced(lines)
        self.program = _program(np.append(self.low, np.zeros(len(room))), np.append(self.high, room), prices, lines)
        self.solver = self._solver()

    def _line(self, row: int) -> _Line:
        """Give a row of the block about the part's own columns; what lacks of how far people fill it is added."""
        rows, seat = self.block.program.rows, len(self.block.low) + row
        own = zip(rows.columns[row], rows.factors[row], strict=True)
        held = {self.at[column]: float(factor) for column, factor in own if column in self.at}
        if seat not in self.lacking:
            return _Line(held, rows.low[row], rows.high[row])
        sign = self.seating.sign(row)
        moved = sign * int(self.seating.most[seat])
        return _Line({**held, self.lacking[seat]: float(sign)}, rows.low[row] + moved, rows.high[row] + moved)

    def _priced(self, lines: list[_Line]) -> tuple[Values, list[float]]:
        """Add a line for each column's seat, that its count and what it lacks are as many as could sit there.

        Somebody alone in a cell matters in many more placings than everybody in one: the first place has a column of
        its own, which costs more. Gives the prices of all columns, and the most of what is lacking.
        """
        wide, width, most = len(self.at), len(self.block.low), self.seating.most
        self.room = {seat: float(most[seat]) for seat in self.lacking}
        parted = [part for part in (self.part, *self.part.children) if part.children]
        links = {seat for part in parted for seat in part.seats}
        prices = [LINKED if seat in links else 1.0 for seat in self.lacking]
        further: list[float] = []
        for seat in (seat for seat in self.lacking if seat < width):
            self.room[seat] -= self.block.low[seat]
            line = {self.at[seat]: 1.0, self.lacking[seat]: 1.0}
            if self.room[seat] > 1:
                self.room[seat] -= 1.0
                line[wide + len(self.lacking) + len(further)] = 1.0
                further.append(FIRST * prices[self.lacking[seat] - wide])
            lines.append(_Line(line, float(most[seat]), np.inf))
        return np.array([*[0.0] * wide, *prices, *further]), [*self.room.values(), *[1.0] * len(further)]

    def _solver(self) -> highspy.Highs:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False), ("threads", 1), ("presolve", "off"), ("solver", "simplex"), ("simplex_strategy", 1),
        ):  # fmt: skip
            solver.setOptionValue(option, value)
        solver.passModel(self.program)
        return solver

    @cached_property
    def whole_solver(self) -> highspy.Highs:
        solver = self._solver()
        kinds = np.full(len(self.at), highspy.HighsVarType.kInteger.value, dtype=np.uint8)
        solver.changeColsIntegrality(len(self.at), np.arange(len(self.at), dtype=np.int32), kinds)
        for option, value in (("mip_max_nodes", MOST_NODES), ("presolve", "choose"), ("solver", "choose")):
            solver.setOptionValue(option, value)
        return solver

    def solve(
        self, world: Values, seats: Seats, held: Sequence[Held] = (), end: tuple[int, float] | None = None, *,
        whole: bool = False,
    ) -> Values | None:  # fmt: skip
        """Find values for the part, the rest held as in this world; None where nothing fits. They may be in fractions.

        ``held`` limits columns; ``end`` drives one to its least (1.0) or its most (-1.0).
        """
        solver = self.whole_solver if whole else self.solver
        self._hold_around(solver, world, anew=whole)
        changes = self._changes(seats, held)
        if any(low > high for _, low, high in changes):
            return None
        for column, low, high in changes:
            solver.changeColBounds(column, low, high)
        if end is not None:
            solver.changeColCost(self.at[end[0]], FAR * end[1])
        solver.run()
        status = solver.getModelStatus()
        values = np.array(solver.getSolution().col_value[: len(self.at)])
        if end is not None:
            solver.changeColCost(self.at[end[0]], 0.0)
        for column, _, _ in changes:
            solver.changeColBounds(column, *self._limits(column))
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise UnsolvedError(str(status))
        return np.rint(values) if whole else values

    def near(self, world: Values, seats: Seats, held: Sequence[Held], values: Values) -> Values | None:
        """Find whole values near ones in fractions: those who answered are rounded, and their ticks follow."""
        broken = np.flatnonzero(np.abs(values - np.rint(values)) > SLACK).tolist()
        rounded = [
            Held(self.part.columns[at], float(round(values[at])), float(round(values[at])))
            for at in broken
            if not isinstance(self.part.key_of(self.part.columns[at]), Ticked)
        ]
        near = self.solve(world, seats, (*held, *rounded)) if rounded else None
        return near if near is not None and is_whole(near) else None

    def _hold_around(self, solver: highspy.Highs, world: Values, *, anew: bool) -> None:
        shift = self.outer @ world[self.part.around]
        for row in range(len(shift)) if anew else np.flatnonzero(shift != self._shift).tolist():
            solver.changeRowBounds(row, self.row_low[row] - shift[row], self.row_high[row] - shift[row])
        if not anew:
            self._shift = shift

    def _changes(self, seats: Seats, limits: Sequence[Held]) -> list[tuple[int, float, float]]:
        width, bounds = len(self.block.low), dict[int, tuple[float, float]]()
        for seat, count in seats.items():
            if seat < width:
                bounds[self.at[seat]] = max(self.low[self.at[seat]], count), self.high[self.at[seat]]
            elif seat in self.lacking:
                bounds[self.lacking[seat]] = 0.0, self.room[seat] - count
        for held in limits:
            low, high = bounds.get(self.at[held.column], self._limits(self.at[held.column]))
            bounds[self.at[held.column]] = max(low, held.low), min(high, held.high)
        return [(column, *limits) for column, limits in bounds.items()]

    def _limits(self, column: int) -> tuple[float, float]:
        if column < len(self.at):
            return float(self.low[column]), float(self.high[column])
        return 0.0, float(self.program.col_upper_[column])


class _Line(NamedTuple):
    """low <= sum of factor * column <= high, by the columns of a part's program."""

    factors: Mapping[int, float]
    low: float
    high: float


def _program(low: Values, high: Values, prices: Values, lines: Sequence[_Line]) -> highspy.HighsLp:
    program = highspy.HighsLp()
    program.num_col_, program.num_row_, program.col_cost_ = len(prices), len(lines), prices
    program.col_lower_, program.col_upper_ = low, high
    program.row_lower_ = np.array([line.low for line in lines], dtype=float)
    program.row_upper_ = np.array([line.high for line in lines], dtype=float)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.cumsum([0, *(len(line.factors) for line in lines)], dtype=np.int32)
    program.a_matrix_.index_ = np.array([column for line in lines for column in line.factors], dtype=np.int32)
    program.a_matrix_.value_ = np.array([f for line in lines for f in line.factors.values()], dtype=float)
    return program


class UnsolvedError(Exception):
    """A program ended without an answer."""


def is_whole(values: Values) -> bool:
    return float(np.abs(values - np.rint(values)).max(initial=0.0)) < SLACK


def together(world: Values, part: Part, values: Values) -> Values:
    """Give the world with the part's own counts put in."""
    joined = world.copy()
    joined[part.columns] = np.rint(values)
    return joined


def merged(*seats: Mapping[int, int]) -> dict[int, int]:
    """Give the seats that hold all of these."""
    found: dict[int, int] = {}
    for each in seats:
        for seat, count in each.items():
            found[seat] = max(count, found.get(seat, 0))
    return found


def least_of(placings: Iterable[Mapping[int, int]]) -> list[dict[int, int]]:
    """Leave out a placing that holds another one, and double ones."""
    kept: list[dict[int, int]] = []
    for placing in sorted(placings, key=lambda each: sum(each.values())):
        if not any(all(placing.get(seat, 0) >= count for seat, count in other.items()) for other in kept):
            kept.append(dict(placing))
    return kept
