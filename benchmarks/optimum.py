"""The fewest respondents that can be withheld in one table of two ways whose margins are public: an exact optimum.

Fischetti and Salazar (2001): a pattern protects a small cell when two tables that agree with everything shown put at
least k between its values; both are columns of one mixed integer programme. Nought is shown, and a withheld cell is
known to be 1 or more. Nothing is merged and nobody reruns the choice: a bound for those who must mind both.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

FEWER_CELLS = 0.01
"""What a withheld cell costs beside its respondents: of two patterns equal in these, the one of fewer cells."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best pattern found, and whether it is known to be the best."""

    withheld: NDArray[np.bool_] | None
    """None where no pattern protects the table, or none was found in time."""
    is_optimal: bool


def optimum(counts: NDArray[np.int64], *, k: int = 5, seconds: float = 10.0) -> Optimum:
    """Choose what to withhold of a table in which every small cell has to span k."""
    small = [(int(i), int(j)) for i, j in zip(*np.nonzero((counts > 0) & (counts < k)), strict=True)]
    if not small:
        return Optimum(np.zeros(counts.shape, np.bool_), True)
    model, patterns = _model(counts, small, k)
    solver = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("time_limit", seconds), ("mip_rel_gap", 0.0)):
        solver.setOptionValue(option, value)
    solver.passModel(model)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Optimum(None, True)
    if solver.getInfo().primal_solution_status != 2:
        return Optimum(None, False)
    values = np.array(solver.getSolution().col_value)
    return Optimum(values[patterns] > 0.5, status == highspy.HighsModelStatus.kOptimal)


def _model(counts: NDArray[np.int64], small: list[tuple[int, int]], k: int) -> tuple[highspy.HighsLp, NDArray[np.intp]]:
    """Columns: the pattern, then for every small cell two other tables, as differences from the true one."""
    size = counts.size
    patterns = np.arange(size).reshape(counts.shape)
    rows: list[tuple[dict[int, float], float, float]] = []
    low, high = [0.0] * size, [float(n > 0) for n in counts.flat]
    for cell in small:
        low[patterns[cell]] = 1.0
    most = np.minimum(counts.sum(axis=0, keepdims=True), counts.sum(axis=1, keepdims=True)) - counts
    for number, cell in enumerate(small):
        worlds = [size * (1 + 2 * number + side) + patterns for side in range(2)]
        for world in worlds:
            low += [-float(n) for n in counts.flat]
            high += [float(n) for n in most.flat]
            rows += [(dict.fromkeys(line.tolist(), 1.0), 0.0, 0.0) for line in (*world, *world.T)]
            for place in np.ndindex(counts.shape):
                pattern = int(patterns[place])
                up, down = float(most[place]), float(max(counts[place] - 1, 0))
                rows.append(({int(world[place]): 1.0, pattern: -up}, -highspy.kHighsInf, 0.0))
                rows.append(({int(world[place]): 1.0, pattern: down}, 0.0, highspy.kHighsInf))
        rows.append(({int(worlds[0][cell]): 1.0, int(worlds[1][cell]): -1.0}, float(k), highspy.kHighsInf))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(low), len(rows)
    model.col_cost_ = np.array([*(counts.ravel() + FEWER_CELLS), *[0.0] * (len(low) - size)])
    model.col_lower_, model.col_upper_ = np.array(low), np.array(high)
    model.row_lower_, model.row_upper_ = np.array([r[1] for r in rows]), np.array([r[2] for r in rows])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row) for row, _, _ in rows)]).astype(np.int32)
    model.a_matrix_.index_ = np.array([place for row, _, _ in rows for place in row], np.int32)
    model.a_matrix_.value_ = np.array([value for row, _, _ in rows for value in row.values()], float)
    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole] * size + [real] * (len(low) - size)
    return model, patterns
