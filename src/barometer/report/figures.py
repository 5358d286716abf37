"""From a released cell to the number that is printed: one place, so that a mark is never forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from barometer.published import TOTAL, Cell, Group, Mean, Part, PublishedTables, Status, Table, cell_id
from barometer.report import numbers
from barometer.report.model import Line, Mark, Number, Said
from barometer.report.words import Words, words_in
from barometer.texts import Text

MARKS = "cuxzb"


@dataclass(frozen=True)
class Writer:
    """Writes the cells of one release in one language."""

    tables: PublishedTables
    language: str

    @property
    def words(self) -> Words:
        return words_in(self.language)

    def text(self, text: Text) -> str:
        return text.in_(self.language)

    def said(self, text: Text) -> Said:
        """Give prose and, where nobody has said it in this language, the language it is in."""
        if text.said_in(self.language):
            return Said(self.text(text))
        return Said(self.text(text), next(iter(text.languages), ""))

    def quoted(self, label: str) -> str:
        return self.words.say("quoted", text=label)

    def count(self, table: Table, cell: Cell) -> Number:
        name = cell_id(self.tables.wave.id, table, cell)
        if not cell.status.is_shown or cell.count is None:
            return self.without_value(cell.status, name)
        mark = "b" if cell.status is Status.BREAK else ""
        return self.marked(numbers.grouped(cell.count), cell.count, mark, name)

    def share(self, table: Table, cell: Cell) -> Number:
        """Write the share of the group's base, from the counts themselves and never from a rounded share."""
        name = cell_id(self.tables.wave.id, table, cell)
        base = table.group(cell.group).base
        if not cell.status.is_shown or cell.count is None or base is None:
            return self.without_value(cell.status, name)
        if base == 0:
            return Number("[z]", None, "z", name)
        mark = "" if cell.status is Status.SHOWN else cell.status.value
        written = numbers.percent(cell.count, base, self.language)
        return self.marked(written, cell.count / base, mark, name)

    def base(self, group: Group) -> Number:
        return self.plain(group.base)

    def plain(self, count: int | None) -> Number:
        """Write a count that is no cell of its own, such as the size of a base or of a group."""
        return Number("[c]", None, "c") if count is None else Number(numbers.grouped(count), count)

    def mean(self, mean: Mean) -> Number:
        if not mean.status.is_shown or mean.value is None:
            return self.without_value(mean.status)
        mark = "" if mean.status is Status.SHOWN else mean.status.value
        return self.marked(numbers.decimal(mean.value, mean.decimals, self.language), mean.value, mark)

    def interval(self, cell: Cell, base: int | None) -> str:
        if cell.low is None or cell.high is None or not base:
            return ""
        return numbers.percent_range(cell.low, cell.high, base, self.language)

    def line(self, table: Table, code: str, *, with_share: bool, group: str = TOTAL) -> Line:
        category, cell = table.category(code), table.cell(code, group)
        return Line(
            code=code,
            label=self.label(table, code),
            part=category.part,
            count=self.count(table, cell),
            share=self.share(table, cell) if with_share else None,
            interval=self.interval(cell, table.group(group).base) if with_share else "",
            low=cell.low if with_share else None,
            high=cell.high if with_share else None,
            merged=category.members if len(category.members) > 1 and category.part is Part.ANSWER else (),
        )

    def label(self, table: Table, code: str) -> str:
        """Give the label of a category; a state of missingness without one is named by the report."""
        category = table.category(code)
        if written := self.text(category.label):
            return written
        key = f"state.{category.part.value}"
        return self.words.say(key) if self.words.knows(key) else code

    def marks(self, used: Iterable[Number | None]) -> tuple[Mark, ...]:
        """Explain the marks that these numbers carry, in the order of the legend."""
        letters = {number.mark for number in used if number is not None}
        return tuple(Mark(letter, self.words.say(f"mark.{letter}")) for letter in MARKS if letter in letters)

    def marked(self, written: str, value: float, mark: str, name: str = "") -> Number:
        """Put a mark behind a number that is shown all the same."""
        return Number(f"{written}{numbers.NO_BREAK}[{mark}]" if mark else written, value, mark, name)

    def without_value(self, status: Status, name: str = "") -> Number:
        """Give the mark alone; a number that should be shown but is not there counts as withheld."""
        letter = "c" if status in (Status.SHOWN, Status.UNRELIABLE) else status.value
        return Number(f"[{letter}]", None, letter, name)


def shares_of(table: Table) -> tuple[str, ...]:
    """Give the categories the printed shares are of: the parts of the base, or the options that could be ticked."""
    if table.kind == "multiple":
        return tuple(category.code for category in table.categories if category.part is Part.TICKED)
    inside = set(table.base.categories)
    return tuple(category.code for category in table.categories if category.code in inside)


def nets_of(table: Table) -> tuple[str, ...]:
    return tuple(category.code for category in table.categories if category.part is Part.NET)


def outside_of(table: Table) -> tuple[str, ...]:
    """Give the categories that are not in the base: not asked, skipped and the like."""
    inside = set(table.base.categories)
    return tuple(
        category.code for category in table.categories if category.part.adds_up and category.code not in inside
    )
