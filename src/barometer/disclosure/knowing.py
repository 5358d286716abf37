"""Who knows which withheld cells are small (A2): whether he can rule out some of 1 to k - 1 for one of them.

A small cell is then 1 to k - 1, and every other withheld cell, a net as well, at least k. Bounds by linear programmes
are outer ones; the controller's own attack asks again in whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from barometer.disclosure.linear import Equations, Sum
from barometer.disclosure.network import Interval, Mask, Whole


@dataclass(frozen=True)
class Marked:
    """A cell that carries a mark: a sum of variables, what is known of it beside them, and its true count."""

    total: Sum
    known: float
    count: int


@dataclass(frozen=True, eq=False)
class Net:
    """A net of a table: the rows it adds up, and in which groups it carries a mark."""

    rows: list[int]
    marked: Mask


def confined(equations: Equations, marked: Sequence[Marked], k: int) -> Mapping[int, Interval | None]:
    """Give by its place every small cell of which some value from 1 to k - 1 is ruled out, and what is left of it."""
    if all(cell.count >= k for cell in marked):
        return {}
    known = equations.copy()
    small: dict[int, int] = {}
    for place, cell in enumerate(marked):
        variable = known.standing_for(cell.total, cell.known)
        if cell.count < k:
            small[place] = variable
            known.confine(variable, 1.0, k - 1.0)
        else:
            known.confine(variable, float(k), math.inf)
    known.spread(tuple(small.values()))
    found = {place: known.interval(variable, enough=k - 2) for place, variable in small.items()}
    return {place: left for place, left in found.items() if left is None or left.span < k - 2}


def nets_leave_open(counts: Whole, withheld: Mask, hidden: Mask, nets: Sequence[Net], k: int) -> bool:
    """Ask it of one table that protects its small cells as long as nothing is known of its nets.

    Two marked answers are two at least, so a small net of them rules values out. One that is not small says nothing
    new where one of its answers is not small either. What is left is few tables, and tried.
    """
    small = withheld & (counts < k)
    doubtful = False
    for net in nets:
        parts, total = withheld[net.rows].sum(axis=0), counts[net.rows].sum(axis=0)
        if (net.marked & (total < k) & (parts > 1)).any():
            return False
        said_already = (withheld & ~small)[net.rows].any(axis=0) | (hidden[net.rows].sum(axis=0) < 2)
        doubtful |= bool((net.marked & ~said_already).any())
    if not doubtful or not small.any():
        return True
    equations = Equations()
    cells = {
        (row, group): equations.variable(float(withheld[row, group]), float(counts[:, group].sum()))
        for row, group in np.argwhere(hidden).tolist()
    }
    held = np.where(hidden, counts, 0)
    for row, total in enumerate(held.sum(axis=1).tolist()):
        equations.equal({variable: 1.0 for (at, _), variable in cells.items() if at == row}, total)
    for group, total in enumerate(held.sum(axis=0).tolist()):
        equations.equal({variable: 1.0 for (_, at), variable in cells.items() if at == group}, total)
    marked = [Marked({cells[place]: 1.0}, 0.0, int(counts[place])) for place in map(tuple, np.argwhere(withheld))]
    for net in nets:
        for group in np.flatnonzero(net.marked).tolist():
            inside = {cells[row, group]: 1.0 for row in net.rows if hidden[row, group]}
            shown = sum(int(counts[row, group]) for row in net.rows if not hidden[row, group])
            marked.append(Marked(inside, float(shown), int(counts[net.rows, group].sum())))
    return not confined(equations, marked, k)
