"""The slow, obvious second implementation: every table of whole numbers that agrees with what is printed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from barometer.disclosure.network import Interval, Mask, Whole


def all_tables(counts: Whole, withheld: Mask, least: Whole) -> Iterator[Whole]:
    """Give every table with the same margins, the same printed cells, and at least ``least`` in each withheld cell."""
    table = np.where(withheld, least, counts)
    cells = [(int(i), int(j)) for i, j in np.argwhere(withheld)]
    rows = (counts.sum(axis=1) - table.sum(axis=1)).tolist()
    columns = (counts.sum(axis=0) - table.sum(axis=0)).tolist()
    for added in _added(cells, rows, columns):
        found = table.copy()
        for cell, more in zip(cells, added, strict=True):
            found[cell] += more
        yield found


def _added(cells: list[tuple[int, int]], rows: list[int], columns: list[int]) -> Iterator[tuple[int, ...]]:
    """Share out what is left of every row and column over the cells, in every way."""
    if not cells:
        if not any(rows) and not any(columns):
            yield ()
        return
    (row, column), rest = cells[0], cells[1:]
    last_of_row = all(other[0] != row for other in rest)
    for more in range(min(rows[row], columns[column]) + 1):
        if last_of_row and more != rows[row]:
            continue
        rows[row] -= more
        columns[column] -= more
        for others in _added(rest, rows, columns):
            yield (more, *others)
        rows[row] += more
        columns[column] += more


def interval_by_enumeration(counts: Whole, withheld: Mask, least: Whole, cell: tuple[int, int]) -> Interval:
    values = [int(table[cell]) for table in all_tables(counts, withheld, least)]
    return Interval(min(values), max(values))
