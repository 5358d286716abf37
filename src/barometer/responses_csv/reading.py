"""answers.csv to a ResponseSet, whole or not at all."""

from __future__ import annotations

from difflib import get_close_matches

from barometer.problems import Problem, UnusableInput
from barometer.questionnaire.model import Kind, Questionnaire
from barometer.responses import ResponseSet
from barometer.responses_csv.assembling import META, MOST_PROBLEMS, Cells, assemble, columns_for
from barometer.responses_csv.table import CellTable, read_cells


def read_answers(data: bytes, questionnaire: Questionnaire, *, file: str = "answers.csv") -> ResponseSet:
    """Read the answers of one wave. Raises UnusableInput, whose problems name file, line, column and remedy.

    Columns of open texts may be absent (they are not handed on with open data); every other item must have its column.
    """
    table = read_cells(data, file=file)
    _check_columns(table, questionnaire)
    cells = Cells(table.rows, table.columns, lambda row: (file, table.line_of(row)))
    return assemble(questionnaire, cells, leave_out_hidden=False)


def _check_columns(table: CellTable, questionnaire: Questionnaire) -> None:
    known = dict(columns_for(questionnaire))
    problems = [
        Problem(
            "answers-unknown-column",
            f"The questionnaire {questionnaire.id} {questionnaire.version} has no such item.",
            _likely(name, [*known, *META]),
            table.file,
            1,
            f"column {name[:60]}",
        )
        for name in table.header
        if name not in known and name not in META
    ]
    problems += [
        Problem(
            "answers-missing-column",
            "The file has no column for this item.",
            "Add it; leave its cells empty if nobody answered.",
            table.file,
            1,
            f"column {item}",
        )
        for item, question in known.items()
        if item not in table.columns and question.kind is not Kind.TEXT and item != question.other
    ]
    if problems:
        raise UnusableInput(problems[:MOST_PROBLEMS])


def _likely(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"Did you mean {near[0]}? Rename or remove it." if near else "Rename or remove it."
