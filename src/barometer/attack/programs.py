"""One connected part of a system as a linear program that is solved again and again with another target.

In fractions first; in whole numbers, by branch and bound within a limit of nodes, where fractions do not settle it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

import highspy
import numpy as np
from numpy.typing import NDArray

SLACK = 1e-6
"""How far from a whole number a linear program's answer may be and still be taken as it."""

MOST_NODES = 2000
"""Of one search in whole numbers. A limit of nodes, unlike one of seconds, gives the same answer on every machine."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """low <= sum of factor * column <= high, row by row."""

    columns: Sequence[Sequence[int]]
    factors: Sequence[Sequence[int]]
    low: Sequence[int]
    high: Sequence[int]


@dataclass(frozen=True)
class Optimum:
    """The end of a column: a solution that reaches it, and which rows and columns hold it back."""

    values: Values
    row_prices: Sequence[float]
    column_prices: Sequence[float]

    @cached_property
    def world(self) -> Values | None:
        """The solution as whole people; None where it is in fractions."""
        rounded: Values = np.rint(self.values)
        return rounded if float(np.abs(self.values - rounded).max(initial=0.0)) < SLACK else None


@dataclass(frozen=True)
class WholeOptimum:
    """The end of a column in whole numbers, as far as the search went."""

    bound: int
    world: Values | None
    """A world of whole people; one that reaches the bound, where ``is_reached``."""
    is_reached: bool


class Program:
    """Solves for one column at a time. The bounds of columns and rows may be raised for a while."""

    def __init__(self, low: Sequence[int], high: Sequence[int], rows: Rows) -> None:
        self.low, self.high, self.rows = list(low), list(high), rows
        self._solver = _loaded(self.low, self.high, rows)
        self._whole_solver: highspy.Highs | None = None
        self._changes: tuple[Values, highspy.Highs, list[int]] | None = None

    def extreme(self, column: int, sign: float) -> Optimum | None:
        """Find the least (sign 1) or the most (sign -1) of a column in fractions; None where nothing fits."""
        solver = self._solver
        solver.changeColCost(column, sign)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kUnknown:
            _run_from_scratch(solver)
        status = solver.getModelStatus()
        solver.changeColCost(column, 0.0)
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"The linear program of a block ended as {status}.")
        solution = solver.getSolution()
        return Optimum(np.array(solution.col_value), solution.row_dual, solution.col_dual)

    def whole_extreme(self, column: int, sign: float) -> WholeOptimum | None:
        """Find the least (sign 1) or the most (sign -1) of a column in whole numbers; None where nothing fits."""
        solver = self._whole()
        solver.changeColCost(column, sign)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        has_world = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        world = np.rint(np.array(solver.getSolution().col_value)) if has_world else None
        bound = info.mip_dual_bound * sign
        solver.changeColCost(column, 0.0)  # which forgets all that was read just now
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if not np.isfinite(bound):
            bound = self.low[column] if sign > 0 else self.high[column]
        end = ceil(bound - SLACK) if sign > 0 else floor(bound + SLACK)
        return WholeOptimum(end, world, world is not None and round(float(world[column])) == end)

    def nearest(self, start: Values, column: int, value: int) -> Values | None:
        """Find a world of whole people near ``start`` in which this column has this value; None where none is seen.

        The least total change is mostly a cycle of a few cells, and whole, also where an end of the block is not.
        """
        columns, change = len(self.low), float(value - start[column])
        solver, room = self._changes_from(start)
        bounds = [(column, max(change, 0.0)), (columns + column, max(-change, 0.0))]
        for each, fixed in bounds:
            solver.changeColBounds(each, fixed, fixed)
        solver.run()
        status, moves = solver.getModelStatus(), np.array(solver.getSolution().col_value)
        for each, _ in bounds:
            solver.changeColBounds(each, 0.0, float(room[each]))
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        return Optimum(start + moves[:columns] - moves[columns:], (), ()).world

    @contextmanager
    def raised(self, columns: Mapping[int, int], rows: Mapping[int, int]) -> Iterator[None]:
        """Raise these columns' least values, and move limits of these rows inwards, for a while.

        A row's least is raised by a number above nought, its most lowered by one below.
        """
        self._change(columns, rows)
        try:
            yield
        finally:
            self._change({column: self.low[column] for column in columns}, dict.fromkeys(rows, 0))

    def _change(self, columns: Mapping[int, int], rows: Mapping[int, int]) -> None:
        for solver in filter(None, (self._solver, self._whole_solver)):
            for column, low in columns.items():
                solver.changeColBounds(column, float(low), float(max(low, self.high[column])))
            for row, shift in rows.items():
                low, high = self.rows.low[row] + max(shift, 0), self.rows.high[row] + min(shift, 0)
                solver.changeRowBounds(row, float(low), float(high))

    def _whole(self) -> highspy.Highs:
        if self._whole_solver is None:
            solver = _loaded(self.low, self.high, self.rows)
            columns = len(self.low)
            kinds = np.full(columns, highspy.HighsVarType.kInteger.value, dtype=np.uint8)
            solver.changeColsIntegrality(columns, np.arange(columns, dtype=np.int32), kinds)
            solver.setOptionValue("mip_max_nodes", MOST_NODES)
            solver.setOptionValue("presolve", "choose")
            solver.setOptionValue("solver", "choose")
            self._whole_solver = solver
        return self._whole_solver

    def _changes_from(self, start: Values) -> tuple[highspy.Highs, list[int]]:
        """The same program about what is added to a world and taken from it, and as little as possible of both."""
        if self._changes is None or self._changes[0] is not start:
            columns, rows, held = len(self.low), self.rows, start.astype(int).tolist()
            at_start = [
                sum(factor * held[column] for column, factor in zip(own, factors, strict=True))
                for own, factors in zip(rows.columns, rows.factors, strict=True)
            ]
            both = Rows(
                [[*own, *(column + columns for column in own)] for own in rows.columns],
                [[*factors, *(-factor for factor in factors)] for factors in rows.factors],
                [low - now for low, now in zip(rows.low, at_start, strict=True)],
                [high - now for high, now in zip(rows.high, at_start, strict=True)],
            )
            room = [high - now for high, now in zip(self.high, held, strict=True)]
            room += [now - low for low, now in zip(self.low, held, strict=True)]
            solver = _loaded([0] * len(room), room, both)
            for column in range(len(room)):
                solver.changeColCost(column, 1.0)
            solver.setOptionValue("simplex_strategy", 1)
            self._changes = start, solver, room
        return self._changes[1:]


def _run_from_scratch(solver: highspy.Highs) -> None:
    """Forget the last solution and take the dual method: the primal one stops now and then short of an end."""
    solver.clearSolver()
    solver.setOptionValue("simplex_strategy", 1)
    solver.run()
    solver.setOptionValue("simplex_strategy", 4)


def _loaded(low: Sequence[int], high: Sequence[int], rows: Rows) -> highspy.Highs:
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(low), len(rows.columns)
    program.col_cost_ = np.zeros(len(low))
    program.col_lower_, program.col_upper_ = np.array(low, dtype=float), np.array(high, dtype=float)
    program.row_lower_, program.row_upper_ = np.array(rows.low, dtype=float), np.array(rows.high, dtype=float)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns in rows.columns)], dtype=np.int32)
    program.a_matrix_.index_ = np.array([one for columns in rows.columns for one in columns], dtype=np.int32)
    program.a_matrix_.value_ = np.array([one for factors in rows.factors for one in factors], dtype=float)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("solver", "simplex")
    # Only the costs change between solutions, so the last one is a feasible start for the primal method.
    solver.setOptionValue("simplex_strategy", 4)
    solver.passModel(program)
    return solver
