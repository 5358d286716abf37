"""How far a withheld cell of a two-way table with known margins can move: exact whole-number bounds by maximal flow.

A table with published row and column sums is a transportation network. Raising a withheld cell by one means lowering
another in its column, raising one in that one's row, and so on around a cycle back to its row (Gusfield 1988, A graph
theoretic approach to statistical data security; Cox 1995, Network models for complementary cell suppression). The most
a cell can rise or fall is a maximal flow, so the bounds are exact and whole, not relaxed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]
ENDLESS = 1 << 40


@dataclass(frozen=True)
class Interval:
    """The least and the most a cell can be, as far as the modelled attacker can tell."""

    low: int
    high: int

    @property
    def span(self) -> int:
        return self.high - self.low


@dataclass(frozen=True, eq=False)
class Network:
    """A table of counts; ``least`` and ``most`` are what an attacker knows of every withheld cell beforehand."""

    counts: Whole
    withheld: Mask
    least: Whole
    most: Whole | None = None

    def sure_spans(self) -> Whole:
        """Give how far every withheld cell can move along some cycle of four cells, up and down: no more than truly.

        Cheap, and nearly always enough; 0 for cells that are not withheld.
        """
        fall = np.where(self.withheld, self.counts - self.least, 0)
        rise = np.where(self.withheld, self._rise(), 0)
        up = _through_four(falling=fall, rising=rise)
        down = _through_four(falling=rise, rising=fall)
        return np.minimum(up, rise) + np.minimum(down, fall)

    def spans_within_lines(self) -> Whole:
        """Give how far every withheld cell can move as its row and its column, alone, allow: no less than truly."""
        fall = np.where(self.withheld, self.counts - self.least, 0)
        rise = np.where(self.withheld, self._rise(), 0)
        up = [np.minimum(fall.sum(axis=axis, keepdims=True) - fall, rise) for axis in (0, 1)]
        down = [np.minimum(rise.sum(axis=axis, keepdims=True) - rise, fall) for axis in (0, 1)]
        spans: Whole = np.minimum(*up) + np.minimum(*down)
        return spans

    def sure_span_of_sums(self, rows: Sequence[int]) -> Whole:
        """Give by column how far the sum of these rows can surely move: along a cycle of four through another row."""
        fall = np.where(self.withheld, self.counts - self.least, 0)
        rise = np.where(self.withheld, self._rise(), 0)
        inside = np.isin(np.arange(len(self.counts)), rows)
        span = np.zeros(self.counts.shape[1], np.int64)
        for falling, rising in ((fall, rise), (rise, fall)):
            rest = _through_four(falling=np.where(inside[:, None], 0, falling), rising=rising, partners=falling)
            span += np.minimum(rest, rising)[inside].max(axis=0, initial=0)
        return span

    def _rise(self) -> Whole:
        return np.full_like(self.counts, ENDLESS) if self.most is None else self.most - self.counts

    def interval(self, row: int, column: int, *, enough: int = ENDLESS) -> Interval:
        """Give the exact bounds of a withheld cell; the search stops once they are ``enough`` apart."""
        count = int(self.counts[row, column])
        room = min(count - int(self.least[row, column]), enough)
        down = self._flow(row, column, room, up=False)
        up = (
            self._flow(row, column, min(enough - down, int(self._rise()[row, column])), up=True) if down < enough else 0
        )
        return Interval(count - down, count + up)

    def _flow(self, row: int, column: int, wanted: int, *, up: bool) -> int:
        """Give how far the cell can move, at most ``wanted``: pushed along shortest paths one after another."""
        rows, columns = self.counts.shape
        withheld = self.withheld.tolist()
        room = (self.counts - self.least).tolist()
        above = self._rise().tolist()
        by_row = [[j for j in range(columns) if withheld[i][j]] for i in range(rows)]
        by_column = [[i for i in range(rows) if withheld[i][j]] for j in range(columns)]
        moved = 0
        while moved < wanted:
            step = self._push(row, column, wanted - moved, up, room, above, by_row, by_column)
            if not step:
                break
            moved += step
        return moved

    @staticmethod
    def _push(
        row: int,
        column: int,
        wanted: int,
        up: bool,
        room: list[list[int]],
        above: list[list[int]],
        by_row: Sequence[Sequence[int]],
        by_column: Sequence[Sequence[int]],
    ) -> int:
        """Find one cycle through the cell by breadth-first search and move along it.

        ``room`` is what a cell can fall, ``above`` what it can rise.

        Upwards the search goes from the cell's column (where another cell must fall) to its row (where one must fall);
        downwards from the row to the column. Nodes are ("r", i) and ("c", j); falling uses room, rising makes it.
        """
        start, goal = (("c", column), ("r", row)) if up else (("r", row), ("c", column))
        came: dict[tuple[str, int], tuple[str, int] | None] = {start: None}
        queue = deque([start])
        while queue and goal not in came:
            kind, at = queue.popleft()
            for other in by_column[at] if kind == "c" else by_row[at]:
                i, j = (other, at) if kind == "c" else (at, other)
                node = ("r", other) if kind == "c" else ("c", other)
                if node in came or (i, j) == (row, column) or (room if kind == "c" else above)[i][j] <= 0:
                    continue
                came[node] = (kind, at)
                queue.append(node)
        if goal not in came:
            return 0
        falling, rising = [], []
        node = goal
        while (before := came[node]) is not None:
            if before[0] == "c":
                falling.append((node[1], before[1]))
            else:
                rising.append((before[1], node[1]))
            node = before
        step = min([wanted, *(room[i][j] for i, j in falling), *(above[i][j] for i, j in rising)])
        for i, j in falling:
            room[i][j] -= step
            above[i][j] += step
        for i, j in rising:
            room[i][j] += step
            above[i][j] -= step
        return step


def _through_four(*, falling: Whole, rising: Whole, partners: Whole | None = None) -> Whole:
    """Give for every cell how much the other three of its best cycle of four allow: two fall, the opposite one rises.

    ``falling`` says it of the cells above and below, ``partners`` of those beside; alike unless said otherwise.
    """
    beside = falling if partners is None else partners
    best = np.zeros_like(falling)
    for row in range(len(falling)):
        around = np.minimum(np.minimum(falling[:, :, None], rising[:, None, :]), beside[row][None, None, :])
        around[row] = 0
        around[:, range(falling.shape[1]), range(falling.shape[1])] = 0
        best[row] = around.max(axis=(0, 2))
    return best


def filled(withheld: Mask, row_rest: Whole, column_rest: Whole) -> Whole | None:
    """Give some whole numbers >= 0 in the withheld cells that add up to what is left of every row and column, or None.

    Augmenting paths from rows with something left to columns with something missing (Ford, Fulkerson 1956).
    """
    rows, columns = withheld.shape
    amounts = np.zeros(withheld.shape, np.int64)
    left, missing = row_rest.copy(), column_rest.copy()
    if (left < 0).any() or (missing < 0).any() or left.sum() != missing.sum():
        return None
    while left.any():
        came: dict[int, int] = {int(row): -1 for row in np.flatnonzero(left)}
        queue = deque(came)
        goal = -1
        while queue and goal < 0:
            node = queue.popleft()
            if node < rows:
                near = [rows + j for j in range(columns) if withheld[node, j]]
            elif missing[node - rows]:
                goal = node
                break
            else:
                near = [i for i in range(rows) if amounts[i, node - rows] > 0]
            for other in near:
                if other not in came:
                    came[other] = node
                    queue.append(other)
        if goal < 0:
            return None
        _augment(amounts, left, missing, came, goal)
    return amounts


def _augment(amounts: Whole, left: Whole, missing: Whole, came: dict[int, int], goal: int) -> None:
    rows = len(left)
    path = [goal]
    while came[path[-1]] >= 0:
        path.append(came[path[-1]])
    path.reverse()
    back = [(after, before - rows) for before, after in pairwise(path) if before >= rows]
    step = min([int(left[path[0]]), int(missing[goal - rows]), *(int(amounts[cell]) for cell in back)])
    for before, after in pairwise(path):
        if before < rows:
            amounts[before, after - rows] += step
        else:
            amounts[after, before - rows] -= step
    left[path[0]] -= step
    missing[goal - rows] -= step
