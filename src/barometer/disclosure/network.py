"""How far a withheld cell of a two-way table with known margins can move: exact whole-number bounds by maximal flow.

A table with published row and column sums is a transportation network. Raising a withheld cell by one means lowering
another in its column, raising one in that one's row, and so on around a cycle back to its row (Gusfield 1988, A graph
theoretic approach to statistical data security; Cox 1995, Network models for complementary cell suppression). The most
a cell can rise or fall is a maximal flow, so the bounds are exact and whole, not relaxed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
ENDLESS = 1 << 40
MOST_LINES = 10
"""Up to so many lines with withheld cells all bounds are found at once; beyond that cell by cell, by paths."""
MOST_SEATINGS = 2000
"""Ways in which colluders can sit that are tried one by one; beyond that a wider span is asked of every cell."""


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

    def spans(self) -> Whole:
        """Give how far every withheld cell can move, exactly; 0 for cells that are not withheld."""
        found = np.zeros_like(self.counts)
        if not self.withheld.any():
            return found
        if self.is_searched_at_once:
            found[self.withheld] = spans_of(self.moves)[self.inside]
        else:
            for row, column in np.argwhere(self.withheld).tolist():
                found[row, column] = self.interval(row, column).span
        return found

    @cached_property
    def lines(self) -> tuple[Places, Places]:
        """Give the rows and the columns in which something is withheld."""
        return np.flatnonzero(self.withheld.any(axis=1)), np.flatnonzero(self.withheld.any(axis=0))

    @cached_property
    def inside(self) -> Mask:
        """Mark what is withheld within those rows and columns."""
        inside: Mask = self.within(self.withheld)
        return inside

    @cached_property
    def moves(self) -> Whole:
        """Give how far each cell of those rows and columns may fall, and how far rise, at most and by itself."""
        moves = np.empty((2, *self.inside.shape), np.int64)
        moves[0] = self.within(self.counts - self.least)
        moves[1] = ENDLESS if self.most is None else self.within(self.most - self.counts)
        moves *= self.inside
        return moves

    @property
    def is_searched_at_once(self) -> bool:
        rows, columns = self.lines
        return min(len(rows), len(columns)) <= MOST_LINES

    def within(self, table: NDArray[Any]) -> NDArray[Any]:
        """Give what of a table stands in the rows and columns in which something is withheld."""
        rows, columns = self.lines
        return table[rows][:, columns]

    def spans_of_sums(self, together: Sequence[int]) -> Whole:
        """Give by column how far the sum of these rows can move, exactly; at most `MOST_LINES` rows may be withheld.

        As in `spans_of`, with the column itself parted: of these rows what can rise outside the set holds it back, and
        of the others what can fall inside.
        """
        rows = self.withheld.any(axis=1)
        fall = np.where(self.withheld, self.counts - self.least, 0)[rows]
        rise = np.where(self.withheld, self._rise(), 0)[rows]
        summed = np.isin(np.arange(len(self.counts)), together)[rows]
        return _most_rise_of_sum(fall, rise, summed) + _most_rise_of_sum(rise, fall, summed)

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


def spans_of(moves: Whole) -> Whole:
    """Give how far every cell of a table, or of many, can move.

    The last three axes are what each may at most fall and rise by itself, rows, and columns; cells that may do neither
    are fixed. The most a cell can rise is a minimal cut: for a set of rows with the cell's own, every column stands on
    the side where less holds it back (Gale 1957, A theorem on flows in networks). There are few rows, so all sets are
    tried at once.
    """
    if moves.shape[-2] > moves.shape[-1]:
        return spans_of(moves.swapaxes(-1, -2)).swapaxes(-1, -2)
    inside = _sum_of_each_set(np.moveaxis(moves, -2, 0))
    outside = (inside[-1] - inside)[..., ::-1, :]
    least = np.minimum(inside, outside)
    held_back = np.moveaxis(_least_with_each(least.sum(axis=-1, keepdims=True) - least + inside), 0, -2) - moves
    spans: Whole = np.minimum(moves[..., ::-1, :, :], held_back).sum(axis=-3)
    return spans


def _sum_of_each_set(by_row: Whole) -> Whole:
    """Give the sums of all sets of rows: those without the last row, then the same with it; and so on before that."""
    sums = np.zeros((1 << len(by_row), *by_row.shape[1:]), np.int64)
    for row, amounts in enumerate(by_row):
        np.add(sums[: 1 << row], amounts, out=sums[1 << row : 2 << row])
    return sums


def _least_with_each(by_set: Whole) -> Whole:
    """Give by row the least over all the sets that it is in, which stand in the order of `_sum_of_each_set`."""
    rows = len(by_set).bit_length() - 1
    found = np.empty((rows, *by_set.shape[1:]), np.int64)
    for row in reversed(range(rows)):
        without, with_it = by_set[: 1 << row], by_set[1 << row :]
        with_it.min(axis=0, out=found[row])
        by_set = np.minimum(without, with_it)
    return found


def spans_at_most(moves: Whole) -> Whole:
    """Bound from above how far cells can move, fast: what one rises has to fall in its row, and in its column."""
    row_sums, column_sums = moves.sum(axis=-1, keepdims=True), moves.sum(axis=-2, keepdims=True)
    beside = np.minimum(row_sums, column_sums) - moves
    bound: Whole = np.minimum(moves[..., ::-1, :, :], beside).sum(axis=-3)
    return bound


def _most_rise_of_sum(fall: Whole, rise: Whole, summed: Mask) -> Whole:
    inside = _sets_of_rows(len(fall))
    least = np.minimum(inside @ fall, (1 - inside) @ rise)
    own = ((1 - inside) * summed) @ rise + (inside * ~summed) @ fall
    most: Whole = (least.sum(axis=1, keepdims=True) - least + own).min(axis=0)
    return most


@lru_cache(maxsize=32)
def _sets_of_rows(rows: int) -> Whole:
    return np.array([[chosen >> row & 1 for row in range(rows)] for chosen in range(1 << rows)], np.int64)


def stands_against(network: Network, cells: Mask, span: int, colluders: int) -> bool:
    """Ask whether each of the cells can move over ``span``, wherever so many colluding respondents are counted.

    Colluders who sit in a cell know that it holds them. Wherever they can sit, what a cell is known to hold is raised
    to their number, and its bounds are found anew (see `Demand` for the rule that spares this).
    """
    inside = network.within(cells)
    most = spans_at_most(network.moves)[inside]
    if (most < span).any():
        return False
    free = bool((network.withheld & (network.least == 0)).any())
    costly = 2 * (colluders if free else max(0, colluders - 1))
    seated = _moves_beside(network, colluders) if costly and (most < span + costly).any() else None
    if seated is not None and network.is_searched_at_once:
        return all((bound(seated)[:, inside] >= span).all() for bound in (spans_at_most, spans_of))
    spans = spans_of(network.moves)[inside] if network.is_searched_at_once else network.spans()[cells]
    if (spans < span).any():
        return False
    if not costly or not (spans < span + costly).any():
        return True
    seated = _moves_beside(network, colluders)
    return seated is not None and network.is_searched_at_once and bool((spans_of(seated)[:, inside] >= span).all())


def _moves_beside(network: Network, colluders: int) -> Whole | None:
    """Give how far cells may move for every way the colluders can sit; None where there are too many ways."""
    known = network.within(network.least)
    most = np.minimum(network.within(network.counts), colluders)
    seats = np.argwhere(network.inside & (most > known))
    rows, columns = seats[np.lexsort((most[tuple(seats.T)], known[tuple(seats.T)]))].T
    told = _told(tuple(known[rows, columns].tolist()), tuple(most[rows, columns].tolist()), colluders)
    if told is None:
        return None
    moves = np.repeat(network.moves[None], len(told), axis=0)
    moves[:, 0, rows, columns] -= told
    return moves


@lru_cache(maxsize=512)
def _told(known: tuple[int, ...], most: tuple[int, ...], people: int) -> NDArray[np.int8] | None:
    """Give by way of sitting how many more are known to be in every cell; None where there are too many ways.

    Those who sit where that many were known to be anyway tell nothing. Where one more could sit, and tell something, it
    is told more; so only the ways in which nobody is left over for that are given.
    """
    ways = list(islice(_seatings(known, most, people), MOST_SEATINGS + 1))
    if len(ways) > MOST_SEATINGS:
        return None
    told = np.zeros((max(1, len(ways)), len(known)), np.int8)
    for way, seats in enumerate(ways):
        for cell, sitting in seats:
            told[way, cell] = sitting - known[cell]
    seated = np.where(told > 0, told + known, 0)
    left = people - seated.sum(axis=1, keepdims=True)
    tells_more = (seated < most) & (np.where(seated > 0, 1, np.array(known, np.int64) + 1) <= left)
    in_full: NDArray[np.int8] = told[~tells_more.any(axis=1)]
    return in_full


def _seatings(
    known: Sequence[int], most: Sequence[int], people: int, first: int = 0
) -> Iterator[list[tuple[int, int]]]:
    """Give the ways in which so many people can sit in cells from the first one on, more in each than are known."""
    for cell in range(first, len(known)):
        for sitting in range(known[cell] + 1, min(most[cell], people) + 1):
            yield [(cell, sitting)]
            if sitting < people:
                for others in _seatings(known, most, people - sitting, cell + 1):
                    yield [(cell, sitting), *others]


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
