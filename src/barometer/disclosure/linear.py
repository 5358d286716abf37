"""Bounds of counts under linear equations between whole numbers, by linear programmes (HiGHS).

The bounds are outer: what an attacker with the same equations and real numbers would find. Rounded inwards to whole
numbers they are still no narrower than the truth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from barometer.disclosure.network import ENDLESS, Interval

SLACK = 1e-6
Sum = Mapping[int, float]
"""Coefficients by variable."""


@dataclass
class Equations:
    """A growing list of variables and the equations between them; complete before the first bound is asked for."""

    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    rows: list[tuple[float, float, tuple[tuple[int, float], ...]]] = field(default_factory=list)
    _solver: highspy.Highs | None = None
    _least: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    _most: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    _known: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))
    """Every solution seen, a row each."""

    def copy(self) -> Equations:
        """Give the same equations, to go on from with more that is known."""
        return Equations([*self.lows], [*self.highs], [*self.rows])

    def variable(self, low: float = 0.0, high: float = math.inf) -> int:
        self.lows.append(low)
        self.highs.append(high)
        return len(self.lows) - 1

    def named(self, total: Sum, known: float = 0.0) -> int:
        """Give a variable of its own for a sum and what is known of it already."""
        variable = self.variable(-math.inf)
        self.equal({variable: 1.0, **{each: -weight for each, weight in total.items()}}, known)
        return variable

    def standing_for(self, total: Sum, known: float = 0.0) -> int:
        """Give the variable that a sum consists of, or one of its own."""
        if not known and list(total.values()) == [1.0]:
            return next(iter(total))
        return self.named(total, known)

    def confine(self, variable: int, low: float, high: float) -> None:
        """State that the variable lies between ``low`` and ``high`` as well."""
        self.lows[variable] = max(self.lows[variable], low)
        self.highs[variable] = min(self.highs[variable], high)

    def require(self, total: Sum, *, low: float = -math.inf, high: float = math.inf) -> None:
        """State that the sum lies between ``low`` and ``high``."""
        terms = tuple((variable, weight) for variable, weight in total.items() if weight)
        if terms:
            self.rows.append((low, high, terms))

    def equal(self, total: Sum, value: float) -> None:
        self.require(total, low=value, high=value)

    def spread(self, variables: Sequence[int]) -> None:
        """Push these together to either end: of most of them that is as far as each can get, and is remembered."""
        for sign in (-1.0, 1.0):
            self._solved(variables, sign)

    def interval(self, variable: int, *, enough: int = ENDLESS) -> Interval | None:
        """Give the whole-number bounds of a variable; None where the equations contradict each other or leave it open.

        The search stops once solutions are known that are ``enough`` apart: those are then the bounds given.
        """
        self._loaded()
        for sign in (-1.0, 1.0):
            seen = self._seen(variable)
            if seen is not None and seen.span >= enough:
                return seen
            if not self._solved((variable,), sign):
                return None
        return self._seen(variable)

    def spans_whoever_sits(self, variable: int, seats: Sequence[int], sitting: int, *, span: int) -> bool:
        """Ask whether the variable still spans so much once any of the ``seats`` is known to hold those ``sitting``.

        If they sit apart they tell no more: a span shrinks ever faster the more is known of one seat. A seat without
        room for them is passed by.
        """
        solver = self._loaded()
        reached = self._reached(variable, seats, sitting, self._known)
        while (narrow := np.flatnonzero(reached[1] - reached[0] < span)).size:
            at, seat = int(narrow[0]), seats[int(narrow[0])]
            solver.changeColBounds(seat, max(self.lows[seat], sitting), self.highs[seat])
            for sign in (-1.0, 1.0):
                values = self._pushed((variable,), sign)
                if values is None:
                    reached[:, at] = -np.inf, np.inf
                    break
                further = self._reached(variable, seats, sitting, values[None, :])
                np.minimum(reached[0], further[0], out=reached[0])
                np.maximum(reached[1], further[1], out=reached[1])
                if reached[1, at] - reached[0, at] >= span:
                    break
            solver.changeColBounds(seat, self.lows[seat], self.highs[seat])
            if reached[1, at] - reached[0, at] < span:
                return False
        return True

    @staticmethod
    def _reached(variable: int, seats: Sequence[int], sitting: int, known: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give by seat the least and the most of the variable, in whole numbers, where the seat holds those sitting."""
        fits, values = known[:, seats] >= sitting - SLACK, known[:, variable, None]
        least = np.where(fits, np.ceil(values - SLACK), np.inf).min(axis=0, initial=np.inf)
        most = np.where(fits, np.floor(values + SLACK), -np.inf).max(axis=0, initial=-np.inf)
        return np.array([least, most])

    def _seen(self, variable: int) -> Interval | None:
        least, most = float(self._least[variable]), float(self._most[variable])
        return None if least > most else Interval(math.ceil(least - SLACK), math.floor(most + SLACK))

    def _solved(self, variables: Sequence[int], sign: float) -> bool:
        """Push the variables to one end, and remember how far every variable got on the way."""
        values = self._pushed(variables, sign)
        if values is None:
            return False
        np.minimum(self._least, values, out=self._least)
        np.maximum(self._most, values, out=self._most)
        return True

    def _pushed(self, variables: Sequence[int], sign: float) -> NDArray[np.float64] | None:
        """Give the values of all variables where these are at one end; None where there is no such end."""
        solver = self._loaded()
        for variable in variables:
            solver.changeColCost(variable, sign)
        solver.run()
        optimal = bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)
        for variable in variables:
            solver.changeColCost(variable, 0.0)
        if not optimal:
            return None
        values = np.asarray(solver.getSolution().col_value)
        self._known = np.vstack([self._known, values])
        return values

    def _loaded(self) -> highspy.Highs:
        if self._solver is None:
            self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
            self._solver.setOptionValue("output_flag", False)
            self._solver.setOptionValue("threads", 1)
            self._solver.setOptionValue("presolve", "off")
            # Only the costs change between solutions, so the last one is a feasible start for the primal method.
            self._solver.setOptionValue("simplex_strategy", 4)
            self._solver.addVars(len(self.lows), np.array(self.lows), np.array(self.highs))
            for low, high, terms in self.rows:
                variables = np.array([variable for variable, _ in terms], np.int32)
                weights = np.array([weight for _, weight in terms])
                self._solver.addRow(low, high, len(terms), variables, weights)
            self._least = np.full(len(self.lows), np.inf)
            self._most = np.full(len(self.lows), -np.inf)
            self._known = np.empty((0, len(self.lows)))
        return self._solver
