from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.answering.routing import route
from barometer.answering.sheet import AnswerSheet
from barometer.generating import generate, generate_sheets, sheets_for_every_branch
from barometer.questionnaire.model import Kind
from barometer.responses_csv import read_answers, write_answers
from tests.barometer.questionnaires import SMALL, option, question, questionnaire

BRANCHING = questionnaire(
    [
        question("a", Kind.SINGLE, "yes", "no"),
        question("m", Kind.MULTIPLE, "x", "y", option("none", exclusive=True)),
        question("n", Kind.NUMBER, minimum=0, maximum=10),
        question("d", Kind.DATE),
    ],
    [
        question("when_yes", Kind.SINGLE, "k", "l", show_if="a = 'yes'"),
        question("when_both", Kind.SINGLE, "k", show_if="selected(m, 'x') and selected(m, 'y')"),
        question("when_many", Kind.SINGLE, "k", show_if="n > 7"),
        question("when_late", Kind.SINGLE, "k", show_if="d >= '2024-06-01'"),
        question("when_blank", Kind.SINGLE, "k", show_if="is_blank(a)"),
        question("when_deep", Kind.SINGLE, "k", show_if="when_yes = 'l'"),
    ],
)
"""Conditions on every kind of answer, and one that stands on another."""


def test_every_question_is_shown_to_somebody_and_every_conditional_one_hidden_from_somebody():
    routes = [route(BRANCHING, sheet.answers).shown_questions for sheet in sheets_for_every_branch(BRANCHING)]

    for each in BRANCHING.questions():
        assert any(each.id in shown for shown in routes), each.id
        if each.show_if:
            assert any(each.id not in shown for shown in routes), each.id


def test_two_filters_of_three_answers_make_three_branches_behind_one_condition():
    shown = {route(SMALL, sheet.answers).shown_questions for sheet in sheets_for_every_branch(SMALL)}

    assert len(shown) == 2


def test_a_questionnaire_without_conditions_has_one_branch():
    assert sheets_for_every_branch(questionnaire([question("a", Kind.SINGLE, "x")])) == (AnswerSheet(language="en"),)


def test_more_combinations_than_can_be_tried_are_drawn():
    many = questionnaire(
        [question(f"f{n}", Kind.SINGLE, *"abcdefgh") for n in range(8)],
        [question(f"q{n}", Kind.SINGLE, "k", show_if=f"f{n} = 'a'") for n in range(8)],
    )

    routes = [route(many, sheet.answers).shown_questions for sheet in sheets_for_every_branch(many)]

    for n in range(8):
        assert any(f"q{n}" in shown for shown in routes)
        assert any(f"q{n}" not in shown for shown in routes)


def test_a_question_that_only_a_rare_combination_opens_is_on_a_sheet():
    codes = "abcdefgh"
    rare = " and ".join(f"f{n} = 'h'" for n in range(8))
    many = questionnaire(
        [question(f"f{n}", Kind.SINGLE, *codes) for n in range(8)],
        [question(f"q{n}", Kind.SINGLE, "k", show_if=f"f{n} != 'a' and f{n} != 'b'") for n in range(8)],
        [question("rare", Kind.SINGLE, "k", show_if=rare)],
    )

    assert any("rare" in route(many, sheet.answers).shown_questions for sheet in sheets_for_every_branch(many))


def test_the_answers_that_decide_keep_the_limits_of_their_questions():
    limited = questionnaire(
        [
            question("n", Kind.NUMBER, minimum=3, maximum=4),
            question("d", Kind.DATE, earliest="2024-02-01", latest="2024-02-01"),
        ],
        [
            question("many", Kind.SINGLE, "k", show_if="n > 2"),
            question("late", Kind.SINGLE, "k", show_if="d >= '2024-01-31' and d < '9999-12-31'"),
        ],
    )

    responses = generate(limited, 40, seed=1)

    assert read_answers(write_answers(responses), limited).respondents == 40


def test_random_respondents_take_every_branch():
    branches = {route(BRANCHING, sheet.answers).shown_questions for sheet in sheets_for_every_branch(BRANCHING)}

    taken = {route(BRANCHING, sheet.answers).shown_questions for sheet in generate_sheets(BRANCHING, 100, seed=3)}

    assert branches <= taken


@given(seed=st.integers(0, 100_000), respondents=st.integers(0, 20))
def test_random_answers_are_answers_the_questionnaire_accepts(seed: int, respondents: int):
    """Reading refuses unknown codes, too many ticks, exclusive options among others, and answers routing hides."""
    responses = generate(SMALL, respondents, seed)

    assert read_answers(write_answers(responses), SMALL).respondents == respondents
    assert responses.notes == {}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert write_answers(generate(SMALL, 50, 7)) == write_answers(generate(SMALL, 50, 7))
    assert write_answers(generate(SMALL, 50, 7)) != write_answers(generate(SMALL, 50, 8))


def test_some_leave_early_and_some_skip():
    sheets = generate_sheets(SMALL, 400, seed=1)

    assert 5 <= sum(1 for sheet in sheets if sheet.last_page) <= 40
    assert any("took_part" not in sheet.answers for sheet in sheets)


def test_a_required_question_is_always_answered_by_who_reaches_it():
    required = questionnaire([question("a", Kind.SINGLE, "x", "y", required=True)])

    assert all("a" in sheet.answers for sheet in generate_sheets(required, 200, seed=1))


@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.DATE, Kind.TEXT, Kind.RANKING])
def test_every_kind_of_question_gets_answers(kind: Kind):
    one = questionnaire([question("a", kind, *("xyz" if kind is Kind.RANKING else ""))])

    assert sum("a" in sheet.answers for sheet in generate_sheets(one, 50, seed=1)) > 40
