"""Small surveys with publications made by hand, and the slow, obvious way to their worlds: try every answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from barometer.published import TOTAL, Base, Category, Cell, Group, Mean, Part, PublishedTables, Status, Table
from barometer.responses import ChoiceColumn, Missing, MultipleColumn, ResponseSet
from barometer.texts import Text
from tests.barometer.disclosure.surveys import wave_of


def published(responses: ResponseSet, tables: Sequence[Table], k: int = 2) -> PublishedTables:
    return PublishedTables(wave_of(responses), {"k": k}, tuple(tables))


def choices(item: str, codes: str, given: str) -> ChoiceColumn:
    """A column of one-letter answers; "-" skipped, "." not shown."""
    states = {"-": Missing.SKIPPED, ".": Missing.NOT_SHOWN}
    values = [states[one] if one in states else codes.index(one) for one in given]
    return ChoiceColumn(item, tuple(codes), np.array(values, np.int16))


def sets(item: str, codes: str, given: Sequence[str]) -> MultipleColumn:
    """A column of ticked options, for example "xy"; "-" skipped."""
    ticked = np.array([[code in one for code in codes] for one in given])
    state = np.array([Missing.SKIPPED if one == "-" else 0 for one in given], np.int8)
    return MultipleColumn(item, tuple(codes), ticked, state)


def table(
    responses: ResponseSet,
    item: str,
    by: str | None,
    categories: Sequence[tuple[str, str, Part]],
    *,
    withheld: Sequence[tuple[str, str]] = (),
    means: Sequence[Mean] = (),
) -> Table:
    """Count a table from the answers. A category is a name, the letters it holds ("-" for skipped) and its part."""
    groups = [TOTAL] if by is None else sorted(set(_letters(responses, by)))
    made = [
        Category(name, Text(), part, tuple(_code(part, each) for each in letters)) for name, letters, part in categories
    ]
    inside = {group: _members(responses, by, group) for group in groups}
    answers = _given(responses, item)
    cells = [
        _cell(
            category,
            group,
            (category.code, group) in withheld,
            sum(_counts(category, answers[person]) for person in inside[group]),
        )
        for category in made
        for group in groups
    ]
    return Table(
        item, by, Text(), Text(), Text(),
        "multiple" if any(each.part is Part.TICKED for each in made) else "partition",
        Base("answered", Text(), ()),
        tuple(made),
        tuple(Group(group, Text(), len(inside[group]), (group,)) for group in groups),
        tuple(cells),
        tuple(means),
    )  # fmt: skip


def _code(part: Part, letter: str) -> str:
    if letter in "-.":
        return {"-": "_skipped", ".": "_not_shown"}[letter]
    return "_answered" if part is Part.ANSWERED else letter


def _letters(responses: ResponseSet, item: str) -> list[str]:
    column = responses.columns[item]
    assert isinstance(column, ChoiceColumn)
    return ["-" if value == Missing.SKIPPED else "." if value < 0 else column.codes[value] for value in column.values]


def _given(responses: ResponseSet, item: str) -> list[str]:
    column = responses.columns[item]
    if isinstance(column, ChoiceColumn):
        return _letters(responses, item)
    assert isinstance(column, MultipleColumn)
    return [
        "-" if state < 0 else "".join(code for code, tick in zip(column.codes, row, strict=True) if tick)
        for state, row in zip(column.state, column.ticked, strict=True)
    ]


def _members(responses: ResponseSet, by: str | None, group: str) -> list[int]:
    if by is None:
        return list(range(responses.respondents))
    return [person for person, letter in enumerate(_letters(responses, by)) if letter == group]


def _counts(category: Category, answer: str) -> bool:
    if category.part is Part.ANSWERED:
        return answer != "-"
    members = {
        "-" if member == "_skipped" else "." if member == "_not_shown" else member for member in category.members
    }
    return any(letter in members for letter in answer)


def _cell(category: Category, group: str, withheld: bool, count: int) -> Cell:
    if withheld:
        return Cell(category.code, group, Status.CONFIDENTIAL)
    return Cell(category.code, group, Status.SHOWN, count)


def all_worlds(
    responses: ResponseSet, item: str, tables: Sequence[Table], possible: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Try every combination of answers and give those that reproduce every cell of every table."""
    members = {
        (each.by, group.code): _members(responses, each.by, group.code) for each in tables for group in each.groups
    }
    for world in product(possible, repeat=responses.respondents):
        if all(
            _agrees(cell, sum(_counts(each.category(cell.category), world[i]) for i in members[each.by, cell.group]))
            for each in tables
            for cell in each.cells
        ):
            yield world


def _agrees(cell: Cell, count: int) -> bool:
    return count >= 1 if cell.count is None else count == cell.count
