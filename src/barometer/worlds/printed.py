"""One question as its published tables see it: who is in which group, what every row counts, what is printed.

Whoever knows all backgrounds knows the groups. An *answer* is a code of a single choice, or a whole set of ticked
options; a world gives every respondent one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from barometer.published import Mean, Part, PublishedTables, Status, Table
from barometer.questionnaire.conditions import items_in
from barometer.responses import ChoiceColumn, ResponseSet
from barometer.tabulation import NOT_ANSWERED
from barometer.tabulation.routes import condition_of
from barometer.worlds.answers import Answers, answers_to

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

WITHHELD, UNTOLD = -1, -2
"""In place of a count: withheld, and so at least one; not counted in print at all."""


@dataclass(frozen=True, eq=False)
class PrintedMean:
    group: int
    scores: NDArray[np.float64]
    """Of every answer; NaN for those that have none."""
    low: float
    high: float
    n: int | None


@dataclass(frozen=True, eq=False)
class PrintedTable:
    """A table of one item: ``counts`` has a row for every category, and one more for the base the shares are of."""

    id: str
    is_whole: bool
    group: NDArray[np.intp]
    """Of every respondent."""
    rows: Mask
    """Row by answer: whom it counts."""
    counts: Whole
    categories: int
    """The rows before the base."""
    says: tuple[int, ...]
    """The rows that say something of a person: all categories but that a multiple choice was answered at all."""
    means: tuple[PrintedMean, ...] = ()

    @cached_property
    def membership(self) -> NDArray[np.float64]:
        """Respondent by group: 1 for the group a respondent is in."""
        return np.eye(self.counts.shape[1])[self.group]

    def counted(self, values: NDArray[np.intp]) -> Whole:
        """Count the table anew, were these everybody's answers."""
        return np.rint(self.rows[:, values].astype(np.float64) @ self.membership).astype(np.int64)


@dataclass(frozen=True, eq=False)
class PrintedItem:
    """An item with the true answers and all its published tables."""

    item: str
    answers: Answers
    tables: tuple[PrintedTable, ...]
    concerned: Mask
    """Of every respondent: all but those whom their backgrounds alone left out, which whoever knows them knows."""

    @property
    def respondents(self) -> int:
        return len(self.answers.values)

    @cached_property
    def statements(self) -> Mask:
        """What tables say of a person, each once: statement by answer, the answers it is true of.

        "Gave one of these answers", and of an option "ticked it" and "answered and did not tick it" (but not of one
        that stands alone: who did not tick "none of these" ticked something). What holds of every answer says nothing.
        """
        said = [table.rows[row] for table in self.tables for row in table.says]
        if self.answers.ticks is not None:
            said += [
                self.answers.is_answered & ~row
                for place, row in enumerate(self.answers.ticks.T)
                if place not in self.answers.exclusive
            ]
        unique = np.unique(np.array(said, np.bool_), axis=0)
        return unique[unique.any(axis=1) & ~unique.all(axis=1)]

    @cached_property
    def published_class(self) -> NDArray[np.intp]:
        """Of every answer: which of the finest categories it is in that any published table tells apart."""
        return numbered(np.concatenate([table.rows for table in self.tables]).T)

    def withheld_cells(self) -> list[tuple[int, int, int]]:
        """Give table, row and group of every withheld cell."""
        return [
            (place, int(row), int(group))
            for place, table in enumerate(self.tables)
            for row, group in np.argwhere(table.counts[: table.categories] == WITHHELD)
        ]


def numbered(signatures: NDArray[np.bool_] | NDArray[np.int64]) -> NDArray[np.intp]:
    """Give equal rows the same number."""
    _, numbers = np.unique(signatures, axis=0, return_inverse=True)
    return numbers.reshape(-1).astype(np.intp)


def printed_items(responses: ResponseSet, tables: PublishedTables) -> Iterator[PrintedItem]:
    """Give every published item that is no background, with the answers as they are."""
    of_item: dict[str, list[Table]] = {}
    for table in tables.tables:
        of_item.setdefault(table.item, []).append(table)
    known = {question.id for question in responses.questionnaire.backgrounds}
    for item, its_tables in of_item.items():
        if item not in known and item in responses.columns:
            answers = answers_to(item, responses)
            printed = tuple(_printed(table, answers, responses) for table in its_tables)
            yield PrintedItem(item, answers, printed, _concerned(item, answers, responses))


def _concerned(item: str, answers: Answers, responses: ResponseSet) -> Mask:
    condition = condition_of(responses.questionnaire).get(item)
    known = {question.id for question in responses.questionnaire.backgrounds}
    if condition is None or not items_in(condition) <= known:
        return np.ones(len(answers.values), np.bool_)
    return answers.is_movable


def _printed(table: Table, answers: Answers, responses: ResponseSet) -> PrintedTable:
    groups = [group.code for group in table.groups]
    rows = [answers.holding(category) for category in table.categories]
    counts = np.full((len(rows) + 1, len(groups)), UNTOLD, np.int64)
    for cell in table.cells:
        if cell.status is not Status.NOT_AVAILABLE:
            row = [category.code for category in table.categories].index(cell.category)
            counts[row, groups.index(cell.group)] = WITHHELD if cell.count is None else cell.count
    base = np.zeros(len(answers.codes), np.bool_)
    for category, row_answers in zip(table.categories, rows, strict=True):
        if category.code in table.base.categories and category.part is not Part.TICKED:
            base |= row_answers
    for place, group in enumerate(table.groups):
        if group.base is not None:
            counts[-1, place] = group.base
    return PrintedTable(
        id=table.id,
        is_whole=table.by is None,
        group=_groups_of(table, responses),
        rows=np.array([*rows, base], np.bool_),
        counts=counts,
        categories=len(rows),
        says=tuple(place for place, category in enumerate(table.categories) if category.part is not Part.ANSWERED),
        means=tuple(_mean(mean, groups, answers) for mean in table.means if mean.value is not None),
    )


def _mean(mean: Mean, groups: Sequence[str], answers: Answers) -> PrintedMean:
    """Give the interval that rounding halves up leaves of a mean."""
    assert mean.value is not None
    value, half = Decimal(str(mean.value)), Decimal(5).scaleb(-mean.decimals - 1)
    return PrintedMean(groups.index(mean.group), answers.scores, float(value - half), float(value + half), mean.n)


def _groups_of(table: Table, responses: ResponseSet) -> NDArray[np.intp]:
    if table.by is None:
        return np.zeros(responses.respondents, np.intp)
    column = responses.columns[table.by]
    assert isinstance(column, ChoiceColumn)
    place = {code: place for place, group in enumerate(table.groups) for code in group.members}
    of_leaf = np.array([place.get(code, -1) for code in (*column.codes, NOT_ANSWERED)])
    found = of_leaf[np.where(column.values < 0, len(column.codes), column.values)]
    if (found < 0).any():
        raise ValueError(f"{table.id}: a respondent is in none of the groups")
    return found.astype(np.intp)
