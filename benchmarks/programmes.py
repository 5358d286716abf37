"""A linear programme that is asked for the least and the most of one column after another.

Every solution found on the way is a witness: it widens what is known to be possible for all columns, so that most
questions are answered before they are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil, floor, inf

import highspy
import numpy as np
from numpy.typing import NDArray

SLACK = 1e-6


class ContradictionError(Exception):
    """No numbers whatever satisfy all statements."""


class Programme:
    """Columns with bounds, and rows of coefficients with bounds; solved by the dual simplex method, warm."""

    def __init__(self) -> None:
        self._low: list[float] = []
        self._high: list[float] = []
        self._rows: list[tuple[dict[int, float], float, float]] = []
        self._solver: highspy.Highs | None = None
        self.solved = 0

    def column(self, low: float = 0.0, high: float = inf) -> int:
        self._low.append(low)
        self._high.append(high)
        return len(self._low) - 1

    def row(self, coefficients: Mapping[int, float], low: float, high: float) -> None:
        """State that the sum lies between the two bounds."""
        self._rows.append((dict(coefficients), low, high))

    def total(self, columns: Iterable[int], low: float = 0.0, high: float = inf) -> int:
        """Give a column that is the sum of others."""
        added = list(columns)
        if len(added) == 1:
            self._low[added[0]] = max(self._low[added[0]], low)
            self._high[added[0]] = min(self._high[added[0]], high)
            return added[0]
        result = self.column(low, high)
        coefficients = dict.fromkeys(added, 1.0)
        self.row({**coefficients, result: -1.0}, 0.0, 0.0)
        return result

    def span(self, column: int, enough: float = inf) -> tuple[int, int]:
        """Give the least and the most the column can be, as whole numbers; no wider than shown once that is enough."""
        solver = self._ready()
        for sense in (1.0, -1.0):
            if self.most[column] - self.least[column] >= enough - SLACK:
                break
            solver.changeColCost(column, sense)
            self._solve()
            solver.changeColCost(column, 0.0)
        return ceil(self.least[column] - SLACK), floor(self.most[column] + SLACK)

    def scatter(self, times: int, chance: np.random.Generator) -> None:
        """Solve for objectives drawn by chance, for the witnesses alone."""
        solver = self._ready()
        places = np.arange(len(self._low), dtype=np.int32)
        for _ in range(times):
            solver.changeColsCost(len(places), places, chance.normal(size=len(places)))
            self._solve()
        solver.changeColsCost(len(places), places, np.zeros(len(places)))

    def raised(self, least: Mapping[int, float]) -> None:
        """Raise the lower bounds of some columns, forgetting all witnesses; an empty mapping takes the rise back."""
        solver = self._ready()
        for column, low in enumerate(self._low):
            wanted = max(low, least.get(column, low))
            if wanted != self._now[column]:
                solver.changeColBounds(column, wanted, self._high[column])
                self._now[column] = wanted
        self._forget()

    def _forget(self) -> None:
        self.least: NDArray[np.float64] = np.full(len(self._low), inf)
        self.most: NDArray[np.float64] = np.full(len(self._low), -inf)

    def _ready(self) -> highspy.Highs:
        if self._solver is None:
            self._solver = self._made()
            self._now = list(self._low)
            self._forget()
            self._solve()
        return self._solver

    def _made(self) -> highspy.Highs:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._low), len(self._rows)
        model.col_cost_ = np.zeros(len(self._low))
        model.col_lower_, model.col_upper_ = np.array(self._low), np.array(self._high)
        model.row_lower_ = np.array([low for _, low, _ in self._rows])
        model.row_upper_ = np.array([high for _, _, high in self._rows])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(row) for row, _, _ in self._rows)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([place for row, _, _ in self._rows for place in row], np.int32)
        model.a_matrix_.value_ = np.array([value for row, _, _ in self._rows for value in row.values()], float)
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("solver", "simplex")
        solver.passModel(model)
        return solver

    def _solve(self) -> None:
        assert self._solver is not None
        self._solver.run()
        self.solved += 1
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise ContradictionError
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"the solver ended with {status}")
        found = np.array(self._solver.getSolution().col_value)
        np.minimum(self.least, found, out=self.least)
        np.maximum(self.most, found, out=self.most)
