"""Sheets to columns to CSV and back, against a slow and obvious second way to say why a cell is empty."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.answering.routing import route
from barometer.answering.sheet import AnswerSheet
from barometer.generating import generate_sheets
from barometer.problems import UnusableInput
from barometer.questionnaire.model import Questionnaire
from barometer.responses import ChoiceColumn, Missing, ResponseSet
from barometer.responses_csv import read_answers, responses_from_sheets, sheets_of, write_answers
from tests.barometer.questionnaires import SMALL


def states(responses: ResponseSet, item: str) -> list[int]:
    column = responses.columns[item]
    if isinstance(column, ChoiceColumn):
        return np.minimum(column.values, 0).tolist()
    return column.state.tolist()


def slow_states(questionnaire: Questionnaire, sheet: AnswerSheet) -> dict[str, int]:
    """Say for every item of one sheet why it is empty, straight from the definition; 0 where it is answered."""
    shown = route(questionnaire, sheet.answers).shown_questions
    pages = [page for _, page in questionnaire.pages()]
    order = [page.id for page in pages]
    reached = order[: order.index(sheet.last_page) + 1] if sheet.last_page else order
    said: dict[str, int] = {}
    for page in pages:
        for question in page.questions:
            for item in question.items:
                if item in sheet.answers:
                    said[item] = 0
                elif question.id not in shown:
                    said[item] = Missing.NOT_SHOWN
                elif page.id not in reached:
                    said[item] = Missing.NOT_REACHED
                else:
                    said[item] = Missing.SKIPPED
    return said


@given(seed=st.integers(0, 10_000), respondents=st.integers(1, 12))
def test_sheets_written_and_read_back_are_the_same_sheets(seed: int, respondents: int):
    sheets = generate_sheets(SMALL, respondents, seed)

    responses = responses_from_sheets(SMALL, sheets)
    data = write_answers(responses)

    assert sheets_of(responses) == sheets
    assert sheets_of(read_answers(data, SMALL)) == sheets
    assert write_answers(read_answers(data, SMALL)) == data


@given(seed=st.integers(0, 10_000))
def test_why_a_cell_is_empty_agrees_with_the_definition(seed: int):
    sheets = generate_sheets(SMALL, 8, seed)

    responses = responses_from_sheets(SMALL, sheets)

    for row, sheet in enumerate(sheets):
        for item, state in slow_states(SMALL, sheet).items():
            assert states(responses, item)[row] == state, (item, sheet)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
def test_any_text_a_respondent_can_send_can_be_stored(text: str):
    """Also lone surrogates and NUL, which UTF-8 and CSV cannot hold: they are replaced."""
    responses = responses_from_sheets(SMALL, [AnswerSheet({"wish": text} if text else {})])

    data = write_answers(responses)

    assert write_answers(read_answers(data, SMALL)) == data


def test_an_answer_that_routing_hides_is_left_out_of_opened_sheets_and_counted():
    sheet = AnswerSheet({"took_part": "no", "did": ("news",), "did.other": "words"})

    responses = responses_from_sheets(SMALL, [sheet])

    assert sheets_of(responses)[0].answers == {"took_part": "no"}
    assert responses.notes["left_out"].startswith("2 answers")


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"took_part": "maybe"}, "answers-unknown-code"),
        ({"invented": "x"}, "answers-unknown-item"),
        ({"wish": "x" * 10_000_000}, "answers-too-long"),
    ],
    ids=["code", "item", "length"],
)
def test_a_sheet_of_another_questionnaire_is_refused_by_its_number(answers: dict[str, str], code: str):
    with pytest.raises(UnusableInput) as refused:
        responses_from_sheets(SMALL, [AnswerSheet(), AnswerSheet(answers)])

    assert [(problem.code, problem.line) for problem in refused.value.problems] == [(code, 2)]


def test_no_sheets_make_an_empty_wave():
    responses = responses_from_sheets(SMALL, [])

    assert responses.respondents == 0
    assert sheets_of(read_answers(write_answers(responses), SMALL)) == ()


def test_weights_are_written_so_that_they_read_back_exactly():
    weights = np.array([0.1, 1 / 3, 1e-7, 12345678.875])
    sheets = [AnswerSheet(language="en")] * 4
    plain = responses_from_sheets(SMALL, sheets)
    weighted = ResponseSet(SMALL, 4, plain.columns, weights=weights, languages=plain.languages)

    read = read_answers(write_answers(weighted), SMALL)

    assert read.weights is not None
    assert read.weights.tolist() == weights.tolist()


def test_a_hundred_thousand_rows_take_seconds():
    head, *rows = write_answers(responses_from_sheets(SMALL, generate_sheets(SMALL, 100, 1))).splitlines(keepends=True)
    data = head + b"".join(rows) * 1000

    began = time.process_time()
    responses = read_answers(data, SMALL)
    seconds = time.process_time() - began

    assert responses.respondents == 100_000
    assert seconds < 6, f"{seconds:.1f} s"
