"""Bounds by linear programming: how far a count can move while every equation of its block still holds.

A block is what remains connected after the known variables are taken out. The bounds are outer ones: no world of whole
people lies outside them, and after rounding inwards they are often exact (always so in a single two-way table).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import highspy
import numpy as np
from numpy.typing import NDArray

from barometer.attack.findings import Step
from barometer.attack.propagation import Bounds

SLACK = 1e-6
"""How far from a whole number a linear program's answer may be and still be taken as it."""


@dataclass(frozen=True)
class Reach:
    """Where one variable can be."""

    variable: int
    low: int
    high: int
    steps: tuple[Step, ...]
    complete: bool

    @property
    def span(self) -> int:
        return self.high - self.low


def blocks(bounds: Bounds) -> list[tuple[list[int], list[int]]]:
    """Give the connected parts of the system: unknown variables and the equations that hold them."""
    parent = list(range(len(bounds.low)))

    def root(variable: int) -> int:
        while parent[variable] != variable:
            parent[variable] = parent[parent[variable]]
            variable = parent[variable]
        return variable

    open_equations = []
    for number, equation in enumerate(bounds.system.equations):
        unknown = [variable for variable, _ in equation.form if not bounds.is_fixed(variable)]
        if len(unknown) > 1:
            open_equations.append((number, unknown[0]))
            for variable in unknown[1:]:
                parent[root(variable)] = root(unknown[0])
    members: dict[int, tuple[list[int], list[int]]] = {}
    for variable in range(len(parent)):
        if not bounds.is_fixed(variable):
            members.setdefault(root(variable), ([], []))[0].append(variable)
    for number, variable in open_equations:
        members[root(variable)][1].append(number)
    return list(members.values())


class Block:
    """One connected part as a linear program that is solved again and again with another target."""

    def __init__(self, bounds: Bounds, variables: Sequence[int], equations: Sequence[int]) -> None:
        self.bounds, self.variables, self.equations = bounds, list(variables), list(equations)
        self.column = {variable: number for number, variable in enumerate(variables)}
        self.solver = self._load()
        self.least = np.full(len(variables), np.inf)
        self.most = np.full(len(variables), -np.inf)

    def reach(self, variable: int, enough: int) -> Reach:
        """Find how low and how high the variable can be, stopping early once it is seen to span ``enough`` values."""
        column = self.column[variable]
        steps: list[Step] = []
        ends = [self.bounds.low[variable], self.bounds.high[variable]]
        for side, sign in ((1, -1.0), (0, 1.0)):
            if self._seen_span(column) >= enough:
                low, high = ceil(self.least[column] - SLACK), floor(self.most[column] + SLACK)
                return Reach(variable, low, high, (), complete=False)
            value, used = self._solve(column, sign)
            ends[side] = floor(value + SLACK) if side else ceil(value - SLACK)
            steps.extend(used)
        return Reach(variable, ends[0], ends[1], tuple(dict.fromkeys(steps)), complete=True)

    def _seen_span(self, column: int) -> int:
        if not np.isfinite(self.least[column]):
            return -1
        return floor(float(self.most[column]) + SLACK) - ceil(float(self.least[column]) - SLACK)

    def _solve(self, column: int, sign: float) -> tuple[float, list[Step]]:
        solver = self.solver
        solver.changeColCost(column, sign)
        solver.run()
        status = solver.getModelStatus()
        solver.changeColCost(column, 0.0)
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"The linear program of a block ended as {status}.")
        solution = solver.getSolution()
        values: NDArray[np.float64] = np.asarray(solution.col_value)
        np.minimum(self.least, values, out=self.least)
        np.maximum(self.most, values, out=self.most)
        return float(values[column]), self._used(np.asarray(solution.row_dual), np.asarray(solution.col_dual))

    def _used(self, row_dual: NDArray[np.float64], col_dual: NDArray[np.float64]) -> list[Step]:
        """Give the equations that hold the target back (those with a price), after those that bounded their parts."""
        steps: list[Step] = []
        for column in np.flatnonzero(np.abs(col_dual) > SLACK):
            steps.extend(self.bounds.steps_to(self.variables[column]))
        steps.extend(
            self.bounds.system.equations[self.equations[row]].step for row in np.flatnonzero(np.abs(row_dual) > SLACK)
        )
        return steps

    def _load(self) -> highspy.Highs:
        starts, indices, values, lower, upper = [0], [], [], [], []
        for number in self.equations:
            equation = self.bounds.system.equations[number]
            known = 0
            for variable, factor in equation.form:
                if variable in self.column:
                    indices.append(self.column[variable])
                    values.append(float(factor))
                else:
                    known += factor * self.bounds.low[variable]
            starts.append(len(indices))
            lower.append(float(equation.low - known))
            upper.append(float(equation.high - known))
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self.variables), len(self.equations)
        program.col_cost_ = np.zeros(len(self.variables))
        program.col_lower_ = np.array([self.bounds.low[variable] for variable in self.variables], dtype=float)
        program.col_upper_ = np.array([self.bounds.high[variable] for variable in self.variables], dtype=float)
        program.row_lower_, program.row_upper_ = np.array(lower), np.array(upper)
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        program.a_matrix_.index_ = np.array(indices, dtype=np.int32)
        program.a_matrix_.value_ = np.array(values)
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("solver", "simplex")
        # Only the costs change between solutions, so the last one is a feasible start for the primal method.
        solver.setOptionValue("simplex_strategy", 4)
        solver.passModel(program)
        return solver
