"""One column of cells to numpy and back. A cell is text; what each kind of question writes into it is decided here.

Multiple choice: codes parted by spaces, in any order. Ranking: codes parted by spaces from first to last, ``-`` for a
rank that was left empty. Number: digits with a full stop. Date: YYYY-MM-DD.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barometer.answering.sheet import Answer
from barometer.questionnaire.model import Kind, Question
from barometer.responses import (
    ChoiceColumn,
    Column,
    DateColumn,
    Missing,
    MultipleColumn,
    NumberColumn,
    RankingColumn,
    TextColumn,
)

EMPTY_RANK = "-"
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,20})?")


@dataclass(frozen=True)
class BadCell:
    """A distinct cell content that cannot be used, and why; the caller finds its line."""

    cell: str
    code: str
    message: str
    remedy: str


def answer_in(question: Question, cell: str) -> Answer:
    """Give what a filled, valid cell of this question says, as an answer sheet holds it."""
    if question.kind is Kind.MULTIPLE:
        ticked = frozenset(cell.split())
        return tuple(option.code for option in question.options if option.code in ticked)
    if question.kind is Kind.RANKING:
        return tuple(cell.split())
    if question.kind is Kind.NUMBER:
        return float(cell)
    return cell


def cell_of(answer: Answer) -> str:
    """Write an answer as a cell: the inverse of `answer_in`."""
    if isinstance(answer, str):
        return answer
    if isinstance(answer, tuple):
        return " ".join(answer)
    return number_cell(answer)


def number_cell(value: float) -> str:
    """Write the shortest decimal that reads back as the same number, never with an exponent."""
    return np.format_float_positional(value, trim="-")


def faults_in(question: Question, distinct: frozenset[str]) -> list[BadCell]:
    """Name every distinct filled cell that this question cannot hold, in alphabetical order."""
    if question.kind is Kind.TEXT:
        return []
    check = _CHECKS[question.kind]
    return [fault for cell in sorted(distinct) if (fault := check(question, cell))]


def coded(question: Question, item: str, cells: Sequence[str], state: NDArray[np.int8]) -> Column:
    """Make the column of an item from valid cells. ``state`` is 0 where the cell is filled, else a Missing value."""
    codes = tuple(option.code for option in question.options)
    if question.kind in (Kind.SINGLE, Kind.MATRIX):
        index = {code: position for position, code in enumerate(codes)} | {"": 0}
        values = np.fromiter(map(index.__getitem__, cells), np.int16, len(cells))
        return ChoiceColumn(item, codes, np.where(state == 0, values, state).astype(np.int16))
    if question.kind is Kind.MULTIPLE:
        places = {code: position for position, code in enumerate(codes)}
        ticked = _by_distinct(cells, lambda cell: _ticks(cell, places), len(codes))
        return MultipleColumn(item, codes, ticked.astype(np.bool_), state)
    if question.kind is Kind.RANKING:
        places = {code: position for position, code in enumerate(codes)}
        ranks = _by_distinct(cells, lambda cell: _ranks(cell, places), len(codes))
        return RankingColumn(item, codes, ranks, state)
    if question.kind is Kind.NUMBER:
        numbers = np.fromiter((float(cell) if cell else np.nan for cell in cells), np.float64, len(cells))
        return NumberColumn(item, numbers, state)
    if question.kind is Kind.DATE:
        return DateColumn(item, np.array([cell or "NaT" for cell in cells], "datetime64[D]"), state)
    return text_column(item, cells, state)


def text_column(item: str, cells: Sequence[str], state: NDArray[np.int8]) -> TextColumn:
    """Keep texts as they are, with one kind of line end: a CSV file cannot tell a lone carriage return."""
    return TextColumn(item, tuple(_one_line_end(cell) if "\r" in cell else cell for cell in cells), state)


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def cells_in(column: Column) -> list[str]:
    """Write a column as cells; the empty cell stands for every Missing value."""
    if isinstance(column, ChoiceColumn):
        codes = np.array([*column.codes, ""], dtype=object)
        written: list[str] = codes[np.where(column.values < 0, len(column.codes), column.values)].tolist()
        return written
    if isinstance(column, MultipleColumn):
        return _cells_by_distinct(column.ticked, lambda row: _ticked_cell(row, column.codes))
    if isinstance(column, RankingColumn):
        return _cells_by_distinct(column.ranks, lambda row: _ranked_cell(row, column.codes))
    if isinstance(column, NumberColumn):
        return [
            number_cell(value) if state == 0 else "" for value, state in zip(column.values, column.state, strict=True)
        ]
    if isinstance(column, DateColumn):
        return [str(day) if state == 0 else "" for day, state in zip(column.values, column.state, strict=True)]
    return list(column.values)


def state_of(
    has_answer: NDArray[np.bool_], hidden: NDArray[np.bool_], unreached: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """Say why each empty cell is empty: not shown before not reached before skipped."""
    state = np.where(has_answer, 0, np.where(unreached, Missing.NOT_REACHED, Missing.SKIPPED))
    return np.where(~has_answer & hidden, Missing.NOT_SHOWN, state).astype(np.int8)


def _by_distinct(cells: Sequence[str], row_of: Callable[[str], list[int]], width: int) -> NDArray[np.int16]:
    distinct = {cell: position for position, cell in enumerate(sorted(set(cells)))}
    table = np.array([row_of(cell) for cell in distinct], np.int16).reshape(len(distinct), width)
    return table[np.fromiter(map(distinct.__getitem__, cells), np.int64, len(cells))]


def _cells_by_distinct(rows: NDArray[Any], cell_of_row: Callable[[NDArray[Any]], str]) -> list[str]:
    """Write each different row once: a wave has few of them, whatever its size."""
    distinct, which = np.unique(rows, axis=0, return_inverse=True)
    cells = np.array([cell_of_row(row) for row in distinct], dtype=object)
    written: list[str] = cells[which.reshape(-1)].tolist()
    return written


def _ticked_cell(row: NDArray[np.bool_], codes: tuple[str, ...]) -> str:
    return " ".join(code for code, ticked in zip(codes, row.tolist(), strict=True) if ticked)


def _ticks(cell: str, places: Mapping[str, int]) -> list[int]:
    row = [0] * len(places)
    for code in cell.split():
        row[places[code]] = 1
    return row


def _ranks(cell: str, places: Mapping[str, int]) -> list[int]:
    row = [0] * len(places)
    for rank, code in enumerate(cell.split(), start=1):
        if code != EMPTY_RANK:
            row[places[code]] = rank
    return row


def _ranked_cell(row: NDArray[np.int16], codes: tuple[str, ...]) -> str:
    by_rank = {int(rank): code for code, rank in zip(codes, row, strict=True) if rank}
    return " ".join(by_rank.get(rank, EMPTY_RANK) for rank in range(1, max(by_rank, default=0) + 1))


def _unknown(question: Question, cell: str, code: str) -> BadCell:
    known = ", ".join(option.code for option in question.options[:12])
    more = ", …" if len(question.options) > 12 else ""
    return BadCell(cell, "answers-unknown-code", f"{_short(code)} is no option.", f"Use one of {known}{more}.")


def _short(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else cell[:40] + "…")


def _check_single(question: Question, cell: str) -> BadCell | None:
    if any(option.code == cell for option in question.options):
        return None
    return _unknown(question, cell, cell)


def _check_multiple(question: Question, cell: str) -> BadCell | None:
    ticked = cell.split()
    known = {option.code for option in question.options}
    for code in ticked or [cell]:
        if code not in known:
            return _unknown(question, cell, code)
    if len(set(ticked)) < len(ticked):
        return BadCell(cell, "answers-repeated-code", f"{_short(cell)} names a code twice.", "Name each code once.")
    if len(ticked) > 1 and any(option.exclusive and option.code in ticked for option in question.options):
        return BadCell(
            cell,
            "answers-exclusive",
            f"{_short(cell)} holds an option that excludes the others.",
            "Keep either that option or the others.",
        )
    return _check_how_many(question, cell, len(ticked))


def _check_how_many(question: Question, cell: str, chosen: int) -> BadCell | None:
    if question.max_choices is None or chosen <= question.max_choices:
        return None
    return BadCell(
        cell,
        "answers-too-many",
        f"{_short(cell)} holds {chosen} options; {question.max_choices} is the most.",
        "Leave out what is too much.",
    )


def _check_ranking(question: Question, cell: str) -> BadCell | None:
    ranked = [code for code in cell.split() if code != EMPTY_RANK]
    known = {option.code for option in question.options}
    for code in ranked or [cell]:
        if code not in known:
            return _unknown(question, cell, code)
    if len(set(ranked)) < len(ranked):
        return BadCell(cell, "answers-repeated-code", f"{_short(cell)} ranks a code twice.", "Rank each code once.")
    return _check_how_many(question, cell, len(cell.split()))


def _check_number(question: Question, cell: str) -> BadCell | None:
    if not NUMBER.fullmatch(cell):
        return BadCell(
            cell, "answers-number", f"{_short(cell)} is no number.", "Write digits, with a full stop before decimals."
        )
    low, high = question.minimum, question.maximum
    if (low is not None and float(cell) < low) or (high is not None and float(cell) > high):
        return BadCell(cell, "answers-out-of-range", f"{cell} is out of range.", f"Use a number from {low} to {high}.")
    return None


def _check_date(question: Question, cell: str) -> BadCell | None:
    try:
        fits = date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        fits = False
    if not fits:
        return BadCell(cell, "answers-date", f"{_short(cell)} is no date.", "Write it as YYYY-MM-DD.")
    if (question.earliest or "") > cell or cell > (question.latest or "9999"):
        return BadCell(
            cell,
            "answers-out-of-range",
            f"{cell} is out of range.",
            f"Use a date from {question.earliest or 'any day'} to {question.latest or 'any day'}.",
        )
    return None


_CHECKS: Mapping[Kind, Callable[[Question, str], BadCell | None]] = {
    Kind.SINGLE: _check_single,
    Kind.MATRIX: _check_single,
    Kind.MULTIPLE: _check_multiple,
    Kind.RANKING: _check_ranking,
    Kind.NUMBER: _check_number,
    Kind.DATE: _check_date,
}
