"""Conditions: how they are read and written, and what holds when answers are missing."""

from __future__ import annotations

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.questionnaire.conditions import (
    DEEPEST_NESTING,
    And,
    Compare,
    Comparison,
    ConditionSyntaxError,
    Expression,
    IsBlank,
    Not,
    Or,
    Selected,
    Truth,
    items_in,
    parse_condition,
    to_source,
    truth,
)
from tests.barometer.questionnaire.strategies import codes, conditions, numbers

Answer = str | float | tuple[str, ...]
ITEMS = st.sampled_from(["a", "b", "m", "use_nat.training", "varsinais-suomi"])
ANSWERS = st.dictionaries(ITEMS, st.one_of(codes, numbers, st.lists(codes, unique=True).map(tuple), st.just("")))


def test_a_condition_is_read_as_it_is_spoken() -> None:
    assert parse_condition("a = 'y' and n >= -1.5 or not(selected(m, 'x')) and (is_blank(g.r1) or b != \"n\")") == Or(
        (
            And((Compare("a", Comparison.EQUAL, "y"), Compare("n", Comparison.AT_LEAST, -1.5))),
            And(
                (
                    Not(Selected("m", "x")),
                    Or((IsBlank("g.r1"), Compare("b", Comparison.NOT_EQUAL, "n"))),
                )
            ),
        )
    )


@pytest.mark.parametrize(
    ("source", "position", "expected"),
    [
        ("", 1, "the name of a question, selected(, is_blank(, not( or ("),
        ("a = and", 5, "a code in quotes or a number"),
        ("a = y", 5, "a code in quotes or a number"),
        ("a == 'y'", 4, "a code in quotes or a number"),
        ("a", 2, "one of = != < <= > >="),
        ("a = 'y", 5, "a code in quotes or a number"),
        ("a = ’y’", 5, "a code in quotes or a number"),
        ("a = 'y' and", 12, "the name of a question, selected(, is_blank(, not( or ("),
        ("a = 'y' b = 'n'", 9, '"and", "or" or the end'),
        ("(a = 'y'", 9, '")"'),
        ("not a = 'y'", 5, '"("'),
        ("selected(m 'x')", 12, '","'),
        ("selected(m, x)", 13, "an option's code in quotes"),
        ("is_blank('a')", 10, "the name of a question"),
        ("a > 5.", 5, "a code in quotes or a number"),
        ("a > 1" + "0" * 400, 5, "a number of a size that can be counted with"),
        ("a = 'y'\x00", 8, '"and", "or" or the end'),
    ],
)
def test_a_syntax_error_says_where_and_what_was_expected(source: str, position: int, expected: str) -> None:
    with pytest.raises(ConditionSyntaxError) as refused:
        parse_condition(source)

    assert (refused.value.position, refused.value.expected) == (position, expected)


def test_conditions_made_to_harm_are_refused() -> None:
    with pytest.raises(ConditionSyntaxError):
        parse_condition("(" * (DEEPEST_NESTING + 1) + "a = 'y'" + ")" * (DEEPEST_NESTING + 1))
    with pytest.raises(ConditionSyntaxError):
        parse_condition("a = 'y' or " * 10_000 + "a = 'y'")


@given(st.text(max_size=40) | st.text(alphabet="ab='()<>!, notselcdi_k.1", max_size=40))
def test_no_text_makes_the_reader_fail_otherwise(source: str) -> None:
    try:
        expression = parse_condition(source)
    except ConditionSyntaxError as refused:
        assert 1 <= refused.position <= len(source) + 1
    else:
        assert parse_condition(to_source(expression)) == expression


@given(conditions(ITEMS))
def test_reading_what_was_written_gives_the_same_condition(expression: Expression) -> None:
    assert parse_condition(to_source(expression)) == expression


def test_the_truth_table_of_a_missing_answer() -> None:
    def value(source: str) -> str:
        return truth(parse_condition(source), {"b": "y"}).name

    assert {source: value(source) for source in TABLE} == TABLE


TABLE = {
    "a = 'y'": "UNKNOWN",
    "a != 'y'": "UNKNOWN",
    "not(a = 'y')": "UNKNOWN",
    "is_blank(a)": "TRUE",
    "a = 'y' or b = 'y'": "TRUE",
    "a = 'y' and b = 'n'": "FALSE",
    "a = 'y' and b = 'y'": "UNKNOWN",
    "a = 'y' or b = 'n'": "UNKNOWN",
    "selected(a, 'y')": "UNKNOWN",
    "not(selected(a, 'y'))": "UNKNOWN",
    "a > 3": "UNKNOWN",
}


def test_cannot_say_is_an_answer() -> None:
    assert truth(parse_condition("a != 'y'"), {"a": "cannot_say"}) is Truth.TRUE
    assert truth(parse_condition("is_blank(a)"), {"a": "cannot_say"}) is Truth.FALSE


def test_numbers_are_compared_as_numbers_also_when_they_are_codes() -> None:
    assert truth(parse_condition("grade > 9"), {"grade": "10"}) is Truth.TRUE
    assert truth(parse_condition("grade > 9"), {"grade": "cannot_say"}) is Truth.UNKNOWN
    assert truth(parse_condition("grade > 9"), {"grade": 10.0}) is Truth.TRUE


def test_days_are_compared_in_order_of_time() -> None:
    assert truth(parse_condition("day < '2023-02-24'"), {"day": "2022-11-04"}) is Truth.TRUE


# A second evaluator, slow and obvious: True, False or None, by written-out tables.

NOT = {True: False, False: True, None: None}
AND = {
    (True, True): True,
    (True, False): False,
    (True, None): None,
    (False, True): False,
    (False, False): False,
    (False, None): False,
    (None, True): None,
    (None, False): False,
    (None, None): None,
}
SIGNS = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def obvious(expression: Expression, answers: dict[str, Answer]) -> bool | None:
    if isinstance(expression, Not):
        return NOT[obvious(expression.operand, answers)]
    if isinstance(expression, And | Or):
        values = [obvious(part, answers) for part in expression.operands]
        if isinstance(expression, Or):  # De Morgan
            values = [NOT[value] for value in values]
        result: bool | None = True
        for value in values:
            result = AND[result, value]
        return NOT[result] if isinstance(expression, Or) else result
    answer = answers.get(expression.item, "")
    if isinstance(expression, IsBlank):
        return answer in ("", ())
    if answer in ("", ()):
        return None
    if isinstance(expression, Selected):
        if isinstance(answer, float):
            return None
        return expression.code in ([answer] if isinstance(answer, str) else answer)
    return obvious_comparison(expression, answer)


def obvious_comparison(expression: Compare, answer: Answer) -> bool | None:
    sign = SIGNS[expression.comparison.value]
    if isinstance(answer, tuple):
        return None
    if isinstance(expression.value, str):
        return bool(sign(answer, expression.value)) if isinstance(answer, str) else None
    try:
        return bool(sign(float(answer), expression.value))
    except ValueError:
        return None


@given(conditions(ITEMS), ANSWERS)
def test_truth_agrees_with_the_obvious_evaluator(expression: Expression, answers: dict[str, Answer]) -> None:
    expected = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}[obvious(expression, answers)]

    assert truth(expression, answers) is expected


@given(conditions(ITEMS), ANSWERS)
def test_an_answer_to_something_else_changes_nothing(expression: Expression, answers: dict[str, Answer]) -> None:
    concerned = {item: answer for item, answer in answers.items() if item in items_in(expression)}

    assert truth(expression, answers) is truth(expression, concerned)
