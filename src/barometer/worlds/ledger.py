"""What the worlds found so far show about one item: who could have answered otherwise, how far withheld cells move.

A world is recorded only after all its tables were counted anew.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from barometer.worlds.printed import Mask, PrintedItem, Whole
from barometer.worlds.retabulating import cells_of, reproduces

Values = NDArray[np.intp]


class Ledger:
    """The worlds of one item."""

    is_joint = False
    kept_jointly: list[Values]
    """The same of worlds in which others were asked: a row for the filter and one for each question behind it."""

    def __init__(self, item: PrintedItem, k: int) -> None:
        self.item, self.k, self.worlds = item, k, 0
        self.everybody = np.arange(item.respondents)
        self.seen: Mask = np.zeros((item.respondents, len(item.answers.codes)), np.bool_)
        self.seen[self.everybody, item.answers.values] = True
        self.cells = item.withheld_cells()
        self.low = self.withheld(item.answers.values)
        self.high = self.low.copy()
        self.denied: Mask = np.zeros((item.respondents, len(item.statements)), np.bool_)
        self.kept_jointly = []
        self.kept: list[Values] = []
        """The worlds that told something new: most of them will do for coarser tables, too. They stay in memory."""

    def record(self, values: Values) -> bool:
        """Take in a world that reproduces every published number; any other is refused."""
        if not reproduces(self.item, values):
            return False
        before = self.told
        self.take_in(values)
        if self.told != before:
            self.kept.append(values.copy())
        return True

    @property
    def told(self) -> tuple[int, int, int]:
        """Say in numbers that grow what the worlds have told so far."""
        return int(self.seen.sum()), int(self.denied.sum()), int((self.high - self.low).sum())

    def take_in(self, values: Values) -> None:
        """Note what a world tells that is known to reproduce every published number."""
        self.seen[self.everybody, values] = True
        self.denied |= ~self._statements_of[values]
        found = self.withheld(values)
        self.low, self.high = np.minimum(self.low, found), np.maximum(self.high, found)
        self.worlds += 1

    def withheld(self, values: Values) -> Whole:
        """Count the withheld cells in a world."""
        counted = cells_of(self.item, values) if self.cells else []
        return np.array([counted[table][row, group] for table, row, group in self.cells], np.int64)

    @cached_property
    def true_of(self) -> Mask:
        """Respondent by statement: what the tables' categories say truly of whom."""
        return np.asarray(self.item.statements[:, self.item.answers.values].T & self.item.concerned[:, None])

    @property
    def open(self) -> Mask:
        """Respondent by statement: true, and not yet denied by any world."""
        return np.asarray(self.true_of & ~self.denied)

    @property
    def standing(self) -> Mask:
        """What a search may still deny."""
        return self.open

    @cached_property
    def _statements_of(self) -> Mask:
        """Answer by statement: what is true of who gave it."""
        return np.ascontiguousarray(self.item.statements.T)

    def denying(self, person: Values, to: Values) -> Mask:
        """Of every move: whether it would deny something that still stands."""
        return np.asarray((self.open[person] & ~self._statements_of[to]).any(axis=1))

    def could_deny(self) -> Mask:
        """Respondent by answer: whether it would deny something that still stands."""
        found = np.zeros(self.seen.shape, np.bool_)
        for standing, holds in zip(self.open.T, self.item.statements, strict=True):
            found[np.ix_(standing, ~holds)] = True
        return found

    @property
    def another_answer(self) -> Mask:
        """Of every respondent: whether some world gives another answer than the true one."""
        return np.asarray(self.seen.sum(axis=1) > 1)

    @property
    def another_class(self) -> Mask:
        """The same of the finest category that any published table tells apart."""
        of_answer = self.item.published_class
        own = of_answer[self.item.answers.values]
        return np.asarray((self.seen & (of_answer[None, :] != own[:, None])).any(axis=1))

    @property
    def every_category(self) -> Mask:
        """The strictest: whether each category of each table that the true answer is in is left in some world."""
        return np.asarray(~self.open.any(axis=1))

    @property
    def has_unmoved(self) -> bool:
        """Whether no world has moved some withheld cell yet: it might be told."""
        return bool((self.low == self.high).any())

    @property
    def wide(self) -> Mask:
        """Of every withheld cell: whether two worlds differ there by k."""
        return self.high - self.low >= self.k
