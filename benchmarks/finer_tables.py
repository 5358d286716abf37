"""Every finer table that agrees with a table as published: what an attacker who reruns the protection has to try.

A finer table has a row for each category of the whole table, whose totals are published, and a column for each group,
whose sizes are. A published table adds up some of its rows to the categories of its form and shows, marks, or leaves
uncounted each of these in each group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.reruns import MOST_TABLES, Counts, Mask

MOST_STEPS = 100_000
"""Of one enumeration; beyond that the table counts as too large."""

Column = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Printed:
    """What a reader sees of a finer table: which rows stand together, which cells carry a mark, which are uncounted."""

    members: Counts
    """By category of the form, and row: whether it is counted there."""
    marked: Mask
    untold: Mask

    @property
    def hidden(self) -> Mask:
        return self.marked | self.untold

    @property
    def hidden_rows(self) -> Mask:
        """Mark the cells of the finer table that are counted in hidden ones."""
        rows: Mask = (self.members.T @ self.hidden.astype(np.int64)) > 0
        return rows

    def of(self, counts: Counts) -> Counts:
        """Add up a finer table."""
        table: Counts = self.members @ counts
        return table


def agreeing(counts: Counts, printed: Printed) -> list[Counts] | None:
    """Give every finer table with the same sums of rows and columns and the same shown cells; None: too many."""
    totals = counts.sum(axis=1)
    columns = []
    for group in range(counts.shape[1]):
        found: list[Column] = []
        for column in _columns(counts[:, group], printed, group, totals.tolist()):
            found.append(column)
            if len(found) > MOST_STEPS // 10:
                return None
        columns.append(found)
    order = sorted(range(len(columns)), key=lambda group: len(columns[group]))
    tables = _put_together([columns[group] for group in order], tuple(totals.tolist()))
    if tables is None:
        return None
    back = np.argsort(order)
    return [np.array(table, np.int64).T[:, back] for table in tables]


def _columns(column: Counts, printed: Printed, group: int, most: list[int]) -> Iterator[Column]:
    """Share out a group's respondents in every way that looks the same in print."""
    rows_of = [np.flatnonzero(members).tolist() for members in printed.members]
    table = (printed.members @ column).tolist()
    hidden = printed.hidden[:, group].tolist()
    least = [int(mark) if is_hidden else held for mark, is_hidden, held in zip(
        printed.marked[:, group].tolist(), hidden, table, strict=True)]  # fmt: skip
    free = sum(held - low for held, low in zip(table, least, strict=True))
    held_most = [low + free if is_hidden else low for low, is_hidden in zip(least, hidden, strict=True)]
    filled = [0] * len(column)

    def categories(at: int, left: int) -> Iterator[Column]:
        if at == len(table):
            if not left:
                yield tuple(filled)
            return
        later_least, later_most = sum(least[at + 1 :]), sum(held_most[at + 1 :])
        for held in range(max(least[at], left - later_most), min(held_most[at], left - later_least) + 1):
            for _ in rows(rows_of[at], 0, held):
                yield from categories(at + 1, left - held)

    def rows(inside: list[int], at: int, left: int) -> Iterator[None]:
        row = inside[at]
        if at == len(inside) - 1:
            if left <= most[row]:
                filled[row] = left
                yield
            return
        for held in range(min(left, most[row]) + 1):
            filled[row] = held
            yield from rows(inside, at + 1, left - held)

    return categories(0, sum(table))


def _put_together(columns: list[list[Column]], totals: Column) -> list[list[Column]] | None:
    """Choose a column for each group so that the rows add up."""
    low = np.cumsum([np.min(each, axis=0) for each in columns[::-1]], axis=0)[::-1].tolist()
    high = np.cumsum([np.max(each, axis=0) for each in columns[::-1]], axis=0)[::-1].tolist()
    last = set(columns[-1])
    found: list[list[Column]] = []
    steps = 0

    def fill(at: int, rest: Column, chosen: list[Column]) -> bool:
        nonlocal steps
        if at == len(columns) - 1:
            if rest in last:
                found.append([*chosen, rest])
            return len(found) <= MOST_TABLES
        for column in columns[at]:
            steps += 1
            if steps > MOST_STEPS:
                return False
            left = tuple(all_of - own for all_of, own in zip(rest, column, strict=True))
            if all(lo <= x <= hi for lo, x, hi in zip(low[at + 1], left, high[at + 1], strict=True)) and not fill(
                at + 1, left, [*chosen, column]
            ):
                return False
        return True

    return found if fill(0, totals, []) else None
