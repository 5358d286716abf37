"""How far a count can move while every equation of its block still holds.

A block is what remains connected after the known variables are taken out. Worlds of whole people that were met on the
way show how far apart two possible counts are; where the linear program answers in fractions, whole numbers are
searched, so that an interval is either reached by worlds at both ends or marked as an outer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

import numpy as np

from barometer.attack.findings import Step
from barometer.attack.programs import SLACK, Optimum, Program, Rows, Values
from barometer.attack.propagation import Bounds, NoWorldFits
from barometer.attack.system import Counted
from barometer.attack.turnover import ONE_SIDED

MOST_WHOLE_SEARCHES = 60
"""Of one block; after that its intervals in fractions stand, marked as outer ones."""

MOST_WORLDS = 4096
"""Of one block that are remembered."""


@dataclass(frozen=True)
class Reach:
    """Where one variable can be."""

    variable: int
    low: int
    high: int
    steps: tuple[Step, ...]
    complete: bool
    exact: bool = False
    """Worlds of whole people reach both ends."""

    @property
    def span(self) -> int:
        return self.high - self.low


def blocks(bounds: Bounds) -> list[tuple[list[int], list[int]]]:
    """Give the connected parts of the system: unknown variables and the equations that hold them."""
    low, high = bounds.low, bounds.high
    unknown = [variable for variable in range(len(low)) if low[variable] != high[variable]]
    parent = {variable: variable for variable in unknown}

    def root(variable: int) -> int:
        while parent[variable] != variable:
            parent[variable] = parent[parent[variable]]
            variable = parent[variable]
        return variable

    holding: dict[int, int] = {}
    for first in unknown:
        for number in bounds.equations_of[first]:
            held = holding.setdefault(number, first)
            if held != first:
                parent[root(first)] = root(held)
    members: dict[int, tuple[list[int], list[int]]] = {}
    for variable in unknown:
        members.setdefault(root(variable), ([], []))[0].append(variable)
    for number, variable in sorted(holding.items()):
        equation = bounds.system.equations[number]
        # What people fill as a whole is kept about one unknown too: colluders fill it, which its bounds do not know of.
        if equation.step.rule in ONE_SIDED or sum(low[other] != high[other] for other, _ in equation.form) > 1:
            members[root(variable)][1].append(number)
    return list(members.values())


class Block:
    """One connected part, with the worlds that were met while it was solved."""

    def __init__(self, bounds: Bounds, variables: Sequence[int], equations: Sequence[int]) -> None:
        self.bounds, self.variables, self.equations = bounds, list(variables), list(equations)
        self.column = {variable: number for number, variable in enumerate(variables)}
        self.low = [bounds.low[variable] for variable in variables]
        self.high = [bounds.high[variable] for variable in variables]
        self.program = Program(self.low, self.high, self._rows())
        self.least: Values = np.full(len(self.variables), np.inf)
        self.most: Values = np.full(len(self.variables), -np.inf)
        self._worlds: Values = np.empty((64, len(self.variables)))
        self._met = 0
        self._start: Values | None = None
        self._searches = 0

    @property
    def worlds(self) -> Values:
        """The worlds of whole people that were met, one a row."""
        return self._worlds[: self._met]

    @cached_property
    def rows_of(self) -> list[list[int]]:
        """The rows that hold each column."""
        found: list[list[int]] = [[] for _ in self.low]
        for row, columns in enumerate(self.program.rows.columns):
            for column in columns:
                found[column].append(row)
        return found

    @cached_property
    def is_network(self) -> bool:
        """Whether it is one table by one background with its sums, answers nested in answers: a transport problem.

        Raising what one of its counts is known to hold by one then reroutes one unit of a flow, no more.
        """
        system = self.bounds.system
        tables = {
            (key.item, key.by) if isinstance(key, Counted) else None
            for key in map(system.keys.__getitem__, self.variables)
        }
        weights = {abs(factor) for number in self.equations for _, factor in system.equations[number].form}
        return len(tables) == 1 and None not in tables and weights <= {1}

    def reach(self, variable: int, enough: int) -> Reach:
        """Give the interval of a variable, searched to its ends or until worlds show that it spans ``enough``."""
        column = self.column[variable]
        ends = [self.bounds.low[variable], self.bounds.high[variable]]
        optima: list[Optimum] = []
        for side, sign in enumerate((1.0, -1.0)):
            if self.seen_span(column) >= enough:
                return self._wide(variable)
            optimum = self.program.extreme(column, sign)
            if optimum is None:
                raise NoWorldFits(self.steps())
            optima.append(optimum)
            value = float(optimum.values[column])
            ends[side] = floor(value + SLACK) if side else ceil(value - SLACK)
            self.meet(optimum.world)
        if ends[1] - ends[0] >= enough and self._widens(column, ends, enough):
            return self._wide(variable)
        ends = [self._whole_end(column, side, end, enough) for side, end in enumerate(ends)]
        if self.seen_span(column) >= enough:
            return self._wide(variable)
        exact = all(self._is_reached(column, side, end) for side, end in enumerate(ends))
        steps = tuple(dict.fromkeys(step for optimum in optima for step in self._used(optimum)))
        return Reach(variable, ends[0], ends[1], steps, complete=True, exact=exact)

    def _widens(self, column: int, ends: Sequence[int], enough: int) -> bool:
        """Look for whole worlds near those that were met, where the ends were reached in fractions alone."""
        if self._met:
            if self._start is None:
                self._start = self.worlds[0].copy()
            start = self._start
            for value in (max(ends[0], int(start[column]) - enough), min(ends[1], int(start[column]) + enough)):
                if self.seen_span(column) < enough:
                    self.meet(self.program.nearest(start, column, value))
        return self.seen_span(column) >= enough

    def _whole_end(self, column: int, side: int, end: int, enough: int) -> int:
        """Pull an end that was reached in fractions alone inwards, to where whole people can be."""
        if self.seen_span(column) >= enough or self._is_reached(column, side, end):
            return end
        if self._searches >= MOST_WHOLE_SEARCHES:
            return end
        self._searches += 1
        whole = self.program.whole_extreme(column, -1.0 if side else 1.0)
        if whole is None:
            return end
        self.meet(whole.world)
        return min(end, whole.bound) if side else max(end, whole.bound)

    def steps(self) -> tuple[Step, ...]:
        """Give all the equations of the block, once each."""
        return tuple(dict.fromkeys(self.bounds.system.equations[number].step for number in self.equations))

    def meet(self, world: Values | None) -> None:
        """Remember a world of whole people."""
        if world is not None and self._met < MOST_WORLDS:
            if self._met == len(self._worlds):
                self._worlds = np.concatenate([self._worlds, np.empty_like(self._worlds)])
            self._worlds[self._met] = world
            self._met += 1
            np.minimum(self.least, world, out=self.least)
            np.maximum(self.most, world, out=self.most)

    def seen_span(self, column: int) -> int:
        """Give how far apart two worlds that were met are in this column; -1 where none was met."""
        return round(float(self.most[column] - self.least[column])) if self._met else -1

    def _is_reached(self, column: int, side: int, end: int) -> bool:
        return self._met > 0 and round(float((self.most if side else self.least)[column])) == end

    def _wide(self, variable: int) -> Reach:
        column = self.column[variable]
        low, high = round(float(self.least[column])), round(float(self.most[column]))
        return Reach(variable, low, high, (), complete=False, exact=True)

    def _used(self, optimum: Optimum) -> Iterable[Step]:
        """Give the equations that hold the target back (those with a price), after those that bounded their parts."""
        for column, price in enumerate(optimum.column_prices):
            if abs(price) > SLACK:
                yield from self.bounds.steps_to(self.variables[column])
        for row, price in enumerate(optimum.row_prices):
            if abs(price) > SLACK:
                yield self.bounds.system.equations[self.equations[row]].step

    def _rows(self) -> Rows:
        columns, factors, lower, upper = [], [], [], []
        for number in self.equations:
            equation = self.bounds.system.equations[number]
            known = 0
            own: list[int] = []
            own_factors: list[int] = []
            for variable, factor in equation.form:
                if variable in self.column:
                    own.append(self.column[variable])
                    own_factors.append(factor)
                else:
                    known += factor * self.bounds.low[variable]
            columns.append(own)
            factors.append(own_factors)
            lower.append(equation.low - known)
            upper.append(equation.high - known)
        return Rows(columns, factors, lower, upper)
