"""Sheets that together take every branch: found by trying the answers that conditions can tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations, product
from math import prod

import numpy as np

from barometer.answering.routing import route
from barometer.answering.sheet import Answer, AnswerSheet
from barometer.questionnaire.conditions import And, Compare, Expression, Not, Or
from barometer.questionnaire.model import Kind, Question, Questionnaire
from barometer.responses_csv.assembling import conditions_of, items_looked_at

MOST_TRIED = 20_000
"""Combinations. Where there are more, this many are drawn with a fixed seed."""
MOST_BRANCHES = 500


def sheets_for_every_branch(questionnaire: Questionnaire) -> tuple[AnswerSheet, ...]:
    """Give a sheet for every different set of shown questions that was found, the answers to conditions alone in it.

    Up to 20,000 combinations of answers are tried; beyond that a branch that only a rare combination opens may be
    missed.
    """
    found: dict[frozenset[str], AnswerSheet] = {}
    for answers in _combinations(_cases(questionnaire)):
        taken = route(questionnaire, answers)
        sheet = AnswerSheet(answers=taken.answers, language=questionnaire.source_language)
        found.setdefault(taken.shown_questions, sheet)
        if len(found) == MOST_BRANCHES:
            break
    return tuple(found.values())


def _combinations(cases: Mapping[str, list[Answer | None]]) -> Iterator[dict[str, Answer]]:
    if prod(len(each) for each in cases.values()) <= MOST_TRIED:
        chosen: Iterator[tuple[Answer | None, ...]] = product(*cases.values())
    else:
        chosen = _draws(cases)
    for answers in chosen:
        yield {item: answer for item, answer in zip(cases, answers, strict=True) if answer is not None}


def _draws(cases: Mapping[str, list[Answer | None]]) -> Iterator[tuple[Answer | None, ...]]:
    chance = np.random.Generator(np.random.PCG64(0))
    for _ in range(MOST_TRIED):
        yield tuple(each[int(chance.integers(len(each)))] for each in cases.values())


def _cases(questionnaire: Questionnaire) -> dict[str, list[Answer | None]]:
    """For each item that a condition looks at, the answers (and None for no answer) worth telling apart."""
    items = items_looked_at(questionnaire)
    conditions = conditions_of(questionnaire)
    constants = {item: {c.value for each in conditions for c in _compares(each) if c.item == item} for item in items}
    return {
        item: [*_answers(question, constants[item]), None]
        for question in questionnaire.questions()
        for item in (*question.items, f"{question.id}.other")
        if item in items
    }


def _compares(expression: Expression) -> Iterator[Compare]:
    if isinstance(expression, Not):
        yield from _compares(expression.operand)
    elif isinstance(expression, And | Or):
        for operand in expression.operands:
            yield from _compares(operand)
    elif isinstance(expression, Compare):
        yield expression


def _answers(question: Question, constants: set[str | float]) -> Iterator[Answer]:
    codes = [option.code for option in question.options]
    match question.kind:
        case Kind.SINGLE | Kind.MATRIX:
            yield from codes
        case Kind.MULTIPLE:
            yield from _some_ticks(question)
        case Kind.RANKING:
            yield from ((code,) for code in codes)
        case Kind.NUMBER:
            yield from _numbers_around(question, constants)
        case Kind.DATE:
            yield from _days_around(constants)
        case _:
            yield "Invented."


def _some_ticks(question: Question) -> Iterator[tuple[str, ...]]:
    """Give each option alone, pairs, and as many as are allowed together."""
    others = [option.code for option in question.options if not option.exclusive]
    most = question.max_choices or len(others)
    yield from ((option.code,) for option in question.options)
    if most >= 2:
        yield from combinations(others, 2)
    if most > 2:
        yield tuple(others[:most])


def _numbers_around(question: Question, constants: set[str | float]) -> Iterator[float]:
    step = 10.0**-question.decimals
    numbers = [float(value) for value in constants if isinstance(value, float | int)]
    near = {value + shift * step for value in numbers for shift in (-1, 0, 1)}
    low = question.minimum if question.minimum is not None else float("-inf")
    high = question.maximum if question.maximum is not None else float("inf")
    yield from sorted(round(value, question.decimals) for value in near or {0.0} if low <= value <= high)


def _days_around(constants: set[str | float]) -> Iterator[str]:
    days = [date.fromisoformat(value) for value in constants if isinstance(value, str)] or [date(2020, 1, 1)]
    yield from sorted({(day + timedelta(days=shift)).isoformat() for day in days for shift in (-1, 0, 1)})
