"""Opened answer sheets to a ResponseSet and back. Sheets were checked when they were sealed, and are checked again."""

from __future__ import annotations

from collections.abc import Sequence

from barometer.answering.sheet import Answer, AnswerSheet
from barometer.problems import Problem, UnusableInput
from barometer.questionnaire.model import Questionnaire
from barometer.responses import ResponseSet
from barometer.responses_csv.assembling import MOST_PROBLEMS, Cells, assemble, columns_for
from barometer.responses_csv.coding import answer_in, cell_of, cells_in
from barometer.responses_csv.table import LONGEST_CELL


def responses_from_sheets(questionnaire: Questionnaire, sheets: Sequence[AnswerSheet]) -> ResponseSet:
    """Put opened sheets into columns, in the order given.

    An answer to what routing hides is left out and counted in ``notes``. Raises UnusableInput for an item or a code
    that the questionnaire does not have; the line is the number of the sheet, from 1.
    """
    known = dict(columns_for(questionnaire))
    problems = [
        Problem(
            "answers-unknown-item",
            "The sheet answers an item that the questionnaire does not have.",
            "Open it with the version of the questionnaire that was answered.",
            "answer sheet",
            number,
            item[:60],
        )
        for number, sheet in enumerate(sheets, start=1)
        for item in sheet.answers
        if item not in known
    ]
    problems += [
        Problem(
            "answers-too-long",
            f"The text has {len(answer):,} characters; {LONGEST_CELL:,} is the most.",
            "Leave this sheet out: the pages of the site take no such text.",
            "answer sheet",
            number,
            item,
        )
        for number, sheet in enumerate(sheets, start=1)
        for item, answer in sheet.answers.items()
        if isinstance(answer, str) and len(answer) > LONGEST_CELL
    ]
    if problems:
        raise UnusableInput(problems[:MOST_PROBLEMS])
    columns = {item: [_cell(sheet.answers.get(item)) for sheet in sheets] for item in known}
    columns |= {
        "_language": [sheet.language for sheet in sheets],
        "_mode": [sheet.mode for sheet in sheets],
        "_channel": [_storable(sheet.channel) for sheet in sheets],
        "_last_page": [sheet.last_page for sheet in sheets],
        "_flags": [" ".join(sorted(sheet.flags)) for sheet in sheets],
    }
    cells = Cells(len(sheets), columns, lambda row: ("answer sheet", row + 1))
    return assemble(questionnaire, cells, leave_out_hidden=True)


def sheets_of(responses: ResponseSet) -> tuple[AnswerSheet, ...]:
    """Give a sheet per respondent, answers alone: why a cell is empty follows from routing and last page."""
    answers: list[dict[str, Answer]] = [{} for _ in range(responses.respondents)]
    for item, question in columns_for(responses.questionnaire):
        if item not in responses.columns:
            continue
        for row, cell in enumerate(cells_in(responses.columns[item])):
            if cell:
                answers[row][item] = cell if item == question.other else answer_in(question, cell)
    return tuple(
        AnswerSheet(
            answers=given,
            language=_at(responses.languages, row),
            channel=_at(responses.channels, row),
            mode=_at(responses.modes, row) or "web",
            last_page=_at(responses.last_pages, row),
            flags=tuple(sorted(responses.flags[row])) if responses.flags else (),
        )
        for row, given in enumerate(answers)
    )


def _at(values: tuple[str, ...], row: int) -> str:
    return values[row] if values else ""


def _cell(answer: Answer | None) -> str:
    return "" if answer is None else _storable(cell_of(answer))


def _storable(text: str) -> str:
    """Replace what UTF-8 or a CSV file cannot hold: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")
