"""Made-up waves that follow expected shares: everybody draws every answer, and routing drops what is not shown."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from barometer.answering.routing import deciding_items
from barometer.forecast.crossed import answers_of
from barometer.forecast.expecting import UNANSWERED, Expected, Split
from barometer.questionnaire.model import Kind, Question, Questionnaire
from barometer.responses import ResponseSet
from barometer.responses_csv.assembling import Cells, assemble, routing_of

PILOT = 1000
"""Respondents drawn to see how many are shown each question."""

Chance = np.random.Generator


def draw_wave(questionnaire: Questionnaire, expected: Expected, respondents: int, seed: int) -> ResponseSet:
    """Draw the answers of so many respondents. Answers are independent of each other, but for routing."""
    chance = np.random.Generator(np.random.PCG64(seed))
    cells = {
        item: _cells(question, expected.splits.get(item), respondents, chance)
        for question in questionnaire.questions()
        for item in question.items
    }
    return assemble(questionnaire, _as_cells(respondents, cells), leave_out_hidden=True)


def shares_asked(questionnaire: Questionnaire, expected: Expected, seed: int) -> Mapping[str, float]:
    """Give the share of respondents who are shown each question, as a drawn thousand is routed."""
    deciding = deciding_items(questionnaire)
    if not deciding:
        return {question.id: 1.0 for question in questionnaire.questions()}
    chance = np.random.Generator(np.random.PCG64(seed))
    cells = {
        item: _cells(question, expected.splits.get(item), PILOT, chance)
        for question in questionnaire.questions()
        for item in question.items
        if item in deciding
    }
    hidden = routing_of(questionnaire, _as_cells(PILOT, cells)).hidden
    return {question: 1 - float(each.mean()) for question, each in hidden.items()}


def _as_cells(respondents: int, cells: Mapping[str, list[str]]) -> Cells:
    return Cells(respondents, cells, lambda row: ("simulated wave", row + 1))


def _cells(question: Question, split: Split | None, respondents: int, chance: Chance) -> list[str]:
    answered = chance.random(respondents) >= (UNANSWERED if split is None else split.unanswered)
    if split is None:
        return [_anything(question) if has else "" for has in answered]
    drawn = _MAKERS.get(question.kind, _one)(question, split, respondents, chance)
    return [cell if has else "" for cell, has in zip(drawn, answered, strict=True)]


def _anything(question: Question) -> str:
    match question.kind:
        case Kind.DATE:
            return question.earliest or question.latest or "2020-01-01"
        case Kind.NUMBER:
            return str(int(question.minimum or question.maximum or 0))
    return "x"


def _draws(split: Split, respondents: int, chance: Chance) -> NDArray[np.int64]:
    shares = np.array(list(split.shares.values()))
    return chance.choice(len(shares), size=respondents, p=shares / shares.sum())


def _one(question: Question, split: Split, respondents: int, chance: Chance) -> list[str]:
    codes = list(split.shares)
    return [codes[place] for place in _draws(split, respondents, chance).tolist()]


def _ticks(question: Question, split: Split, respondents: int, chance: Chance) -> list[str]:
    """Draw every tick by itself; who draws none ticks the commonest, who draws too many keeps some of them."""
    codes = answers_of(question)
    shares = np.array([split.shares[code] for code in codes])
    alone = np.array([option.exclusive for option in question.options])
    most = question.max_choices or len(codes)
    ticked = chance.random((respondents, len(codes))) < shares
    order = chance.random((respondents, len(codes)))
    commonest = codes[int(np.where(alone, -1, shares).argmax())]
    cells = []
    for row, before in zip(ticked.tolist(), order.tolist(), strict=True):
        chosen = [place for place, is_ticked in enumerate(row) if is_ticked]
        single = [place for place in chosen if alone[place]]
        if single and len(chosen) > 1:
            chosen = single[:1] if before[0] < 0.5 else [place for place in chosen if place not in single]
        kept = sorted(chosen, key=lambda place: before[place])[:most]
        cells.append(" ".join(codes[place] for place in sorted(kept)) or commonest)
    return cells


def _ranking(question: Question, split: Split, respondents: int, chance: Chance) -> list[str]:
    codes = list(split.shares)
    most = question.max_choices or len(codes)
    cells = []
    for first in _draws(split, respondents, chance).tolist():
        others = [place for place in chance.permutation(len(codes)).tolist() if place != first]
        cells.append(" ".join(codes[place] for place in [first, *others][:most]))
    return cells


def _number(question: Question, split: Split, respondents: int, chance: Chance) -> list[str]:
    assert question.minimum is not None and question.maximum is not None
    classes = _draws(split, respondents, chance)
    steps = round((question.maximum - question.minimum) * 10**question.decimals)
    first = classes * (steps + 1) // len(split.shares)
    room = np.maximum((classes + 1) * (steps + 1) // len(split.shares) - first, 1)
    places = first + chance.integers(room)
    return [f"{question.minimum + place / 10**question.decimals:.{question.decimals}f}" for place in places.tolist()]


_MAKERS = {Kind.MULTIPLE: _ticks, Kind.RANKING: _ranking, Kind.NUMBER: _number}
