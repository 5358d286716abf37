"""Bounds of sums under linear equations between whole numbers, by linear programmes (HiGHS).

The bounds are outer: what an attacker with the same equations and real numbers would find. Rounded inwards to whole
numbers they are still no narrower than the truth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import highspy
import numpy as np

from barometer.disclosure.network import Interval

SLACK = 1e-6
Sum = Mapping[int, float]
"""Coefficients by variable."""


@dataclass
class Equations:
    """A growing list of variables and the equations between them, with one known solution: the truth."""

    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    rows: list[tuple[float, float, tuple[tuple[int, float], ...]]] = field(default_factory=list)
    _solver: highspy.Highs | None = None

    def variable(self, low: float = 0.0, high: float = math.inf) -> int:
        self.lows.append(low)
        self.highs.append(high)
        return len(self.lows) - 1

    def require(self, total: Sum, *, low: float = -math.inf, high: float = math.inf) -> None:
        """State that the sum lies between ``low`` and ``high``."""
        terms = tuple((variable, weight) for variable, weight in total.items() if weight)
        if terms:
            self.rows.append((low, high, terms))

    def equal(self, total: Sum, value: float) -> None:
        self.require(total, low=value, high=value)

    def interval(self, total: Sum) -> Interval | None:
        """Give the whole-number bounds of a sum; None where the equations contradict each other or leave it open."""
        least, most = self._extreme(total, 1.0), self._extreme(total, -1.0)
        if least is None or most is None:
            return None
        return Interval(math.ceil(least - SLACK), math.floor(most + SLACK))

    def _extreme(self, total: Sum, sign: float) -> float | None:
        solver = self._loaded()
        variables = np.array(list(total), np.int32)
        weights = np.array([sign * weight for weight in total.values()])
        solver.changeColsCost(len(variables), variables, weights)
        solver.run()
        found = solver.getInfo().objective_function_value * sign
        optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        solver.changeColsCost(len(variables), variables, np.zeros(len(variables)))
        return found if optimal else None

    def _loaded(self) -> highspy.Highs:
        if self._solver is None:
            self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
            self._solver.setOptionValue("output_flag", False)
            self._solver.setOptionValue("threads", 1)
            self._solver.setOptionValue("presolve", "off")
            self._solver.addVars(len(self.lows), np.array(self.lows), np.array(self.highs))
            for low, high, terms in self.rows:
                variables = np.array([variable for variable, _ in terms], np.int32)
                weights = np.array([weight for _, weight in terms])
                self._solver.addRow(low, high, len(terms), variables, weights)
        return self._solver
