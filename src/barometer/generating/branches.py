"""Sheets that together take every branch: found by trying the answers that conditions can tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

import numpy as np

from barometer.answering.routing import deciding_items, route
from barometer.answering.sheet import Answer, Answers, AnswerSheet
from barometer.questionnaire.checks import reachability
from barometer.questionnaire.checks.domains import telling_answers
from barometer.questionnaire.conditions import parts_of
from barometer.questionnaire.model import Questionnaire

MOST_TRIED = 20_000
"""Combinations. Where there are more, this many are drawn with a fixed seed."""
MOST_BRANCHES = 500

Cases = Mapping[str, Sequence[Answer | None]]


def sheets_for_every_branch(questionnaire: Questionnaire) -> tuple[AnswerSheet, ...]:
    """Give a sheet for every different set of shown questions that was found, the answers to conditions alone in it.

    Every question that the checks find a way to is on one of them. Up to 20,000 combinations of answers are tried;
    beyond that a branch that only a rare combination opens may be missed.
    """
    found: dict[frozenset[str], AnswerSheet] = {}
    for answers in _worth_trying(questionnaire):
        taken = route(questionnaire, answers)
        sheet = AnswerSheet(answers=taken.answers, language=questionnaire.source_language)
        found.setdefault(taken.shown_questions, sheet)
        if len(found) == MOST_BRANCHES:
            break
    return tuple(found.values())


def _worth_trying(questionnaire: Questionnaire) -> Iterator[Answers]:
    yield from (reached.witness for reached in reachability(questionnaire) if reached.witness)
    cases = _cases(questionnaire)
    few = prod(len(each) for each in cases.values()) <= MOST_TRIED
    for answers in product(*cases.values()) if few else _draws(cases):
        yield {item: answer for item, answer in zip(cases, answers, strict=True) if answer is not None}


def _draws(cases: Cases) -> Iterator[tuple[Answer | None, ...]]:
    chance = np.random.Generator(np.random.PCG64(0))
    for _ in range(MOST_TRIED):
        yield tuple(each[int(chance.integers(len(each)))] for each in cases.values())


def _cases(questionnaire: Questionnaire) -> Cases:
    """For each item that a condition looks at, the answers (and last None for no answer) worth telling apart."""
    parts = [part for condition in questionnaire.conditions() for part in parts_of(condition)]
    deciding = deciding_items(questionnaire)
    return {
        item: telling_answers(question, [part for part in parts if part.item == item])[::-1]
        for question in questionnaire.questions()
        for item in question.items
        if item in deciding
    }
