"""Proofs that a withheld number is exactly inferable for whoever knows all backgrounds, by linear programmes (HiGHS).

Every world is a solution in whole numbers: how many of each kind of respondent gave each class of answer. Bounds over
real numbers are outer bounds; where both round to the same whole number, every world has it, and searching is in vain.
Means and, of a multiple choice, the other options are left out, which can only widen the bounds.
"""

from __future__ import annotations

import math

import highspy
import numpy as np
from numpy.typing import NDArray

from barometer.worlds.printed import WITHHELD, Mask, PrintedItem, PrintedTable, numbered

SLACK = 1e-6
Columns = NDArray[np.intp]


def is_proved_exact(item: PrintedItem, cell: tuple[int, int, int]) -> bool:
    """Ask whether no world can give this cell (table, row, group) another count than the true one."""
    programme = _Programme(item, cell)
    table, row, group = cell
    true = int(item.tables[table].counted(item.answers.values)[row, group])
    return all(programme.rounded(sign) == true for sign in (1, -1))


class _Programme:
    """The equations of one item, as far as they bear on one row of one table."""

    def __init__(self, item: PrintedItem, cell: tuple[int, int, int]) -> None:
        self.item = item
        of_table, row, group = cell
        told = [self._told(table, item.tables[of_table].rows[row]) for table in item.tables]
        pairs = zip(item.tables, told, strict=True)
        self.classes = numbered(np.concatenate([table.rows[bears] for table, bears in pairs]).T)
        self.an_answer = np.unique(self.classes, return_index=True)[1]
        groups = [table.group for table in item.tables]
        free = np.where(item.concerned, -1, self.classes[item.answers.values])
        self.kind = numbered(np.column_stack([*groups, free]).astype(np.int64))
        self.a_person = np.unique(self.kind, return_index=True)[1]
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        self._state_who_there_is(free[self.a_person])
        for table, bears in zip(item.tables, told, strict=True):
            self._state_what_is_printed(table, bears)
        for column in self._columns(item.tables[of_table], row, group).tolist():
            self.solver.changeColCost(column, 1.0)

    def _told(self, table: PrintedTable, about: Mask) -> Mask:
        """Of every row of a table: whether it is looked at."""
        if self.item.answers.ticks is None:
            return np.ones(len(table.rows), np.bool_)
        answered = table.rows[:, self.item.answers.is_answered]
        return np.asarray(answered.all(axis=1) | ~answered.any(axis=1) | (table.rows == about).all(axis=1))

    def _state_who_there_is(self, fixed: Columns) -> None:
        kinds, classes = len(self.a_person), len(self.an_answer)
        size = np.bincount(self.kind, minlength=kinds).astype(np.float64)
        high = np.repeat(size, classes)
        for kind in np.flatnonzero(fixed >= 0).tolist():
            high[kind * classes + np.setdiff1d(np.arange(classes), fixed[kind])] = 0.0
        self.solver.addVars(len(high), np.zeros(len(high)), high)
        for kind in range(kinds):
            self._require(kind * classes + np.arange(classes), size[kind], size[kind])

    def _state_what_is_printed(self, table: PrintedTable, bears: Mask) -> None:
        for row, group in np.argwhere((table.counts >= 0) | (table.counts == WITHHELD)):
            if bears[row]:
                count = int(table.counts[row, group])
                least, most = (1.0, math.inf) if count == WITHHELD else (count, count)
                self._require(self._columns(table, row, group), least, most)

    def _columns(self, table: PrintedTable, row: int, group: int) -> Columns:
        """Give the variables that a cell sums."""
        kinds = np.flatnonzero(table.group[self.a_person] == group)
        classes = np.flatnonzero(table.rows[row, self.an_answer])
        return (kinds[:, None] * len(self.an_answer) + classes).reshape(-1)

    def _require(self, columns: Columns, least: float, most: float) -> None:
        self.solver.addRow(least, most, len(columns), columns.astype(np.int32), np.ones(len(columns)))

    def rounded(self, sign: int) -> int | None:
        """Give the least count (sign 1) or the largest (-1), rounded inwards; None where the solver finds no end."""
        sense = highspy.ObjSense.kMinimize if sign > 0 else highspy.ObjSense.kMaximize
        self.solver.changeObjectiveSense(sense)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        value = float(self.solver.getInfo().objective_function_value)
        return math.ceil(value - SLACK) if sign > 0 else math.floor(value + SLACK)
