"""Random respondents: each draws an answer to everything, and routing drops what such a person is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from barometer.answering.routing import deciding_items, route
from barometer.answering.sheet import Answer, AnswerSheet
from barometer.generating.branches import sheets_for_every_branch
from barometer.questionnaire.model import Kind, Option, Question, Questionnaire
from barometer.responses import ResponseSet
from barometer.responses_csv import responses_from_sheets

SKIPS = 0.06
"""How often a question is left empty, unless an answer is required."""
LEAVES = 0.05
"""How often a respondent leaves before the end."""
INVENTED = {
    "fi": "Keksitty vastaus {number}.",
    "sv": "Påhittat svar {number}.",
    "en": "Invented answer {number}.",
}


def generate(questionnaire: Questionnaire, respondents: int, seed: int) -> ResponseSet:
    """Make up the answers of this many respondents."""
    return responses_from_sheets(questionnaire, generate_sheets(questionnaire, respondents, seed))


def generate_sheets(questionnaire: Questionnaire, respondents: int, seed: int) -> tuple[AnswerSheet, ...]:
    """Make up sheets as they would be sent. With enough respondents every branch of the routing is among them."""
    chance = np.random.Generator(np.random.PCG64(seed))
    branches = sheets_for_every_branch(questionnaire)[:respondents]
    sheets = [_on_branch(questionnaire, branch, chance) for branch in branches]
    sheets += [_at_random(questionnaire, chance) for _ in range(respondents - len(branches))]
    return tuple(sheets[place] for place in chance.permutation(respondents))


def _on_branch(questionnaire: Questionnaire, branch: AnswerSheet, chance: np.random.Generator) -> AnswerSheet:
    """Answer at random what decides nothing, and as the branch wants what decides: blank where it is blank there."""
    drawn, language = _everything(questionnaire, chance)
    decided = deciding_items(questionnaire)
    decided |= {question.other for question in questionnaire.questions() if question.other and question.id in decided}
    free = {item: answer for item, answer in drawn.items() if item not in decided}
    return AnswerSheet(answers=route(questionnaire, {**free, **branch.answers}).answers, language=language)


def _at_random(questionnaire: Questionnaire, chance: np.random.Generator) -> AnswerSheet:
    drawn, language = _everything(questionnaire, chance)
    sheet = AnswerSheet(answers=route(questionnaire, drawn).answers, language=language)
    return _left_early(questionnaire, sheet, chance) if chance.random() < LEAVES else sheet


def _everything(questionnaire: Questionnaire, chance: np.random.Generator) -> tuple[dict[str, Answer], str]:
    language = str(chance.choice(questionnaire.languages))
    drawn: dict[str, Answer] = {}
    for question in questionnaire.questions():
        drawn |= dict(_drawn(question, language, chance))
    return drawn, language


def _left_early(questionnaire: Questionnaire, sheet: AnswerSheet, chance: np.random.Generator) -> AnswerSheet:
    pages = [page for _, page in questionnaire.pages()]
    if len(pages) < 2:
        return sheet
    last = int(chance.integers(len(pages) - 1))
    reached = {question.id for page in pages[: last + 1] for question in page.questions}
    answers = {item: answer for item, answer in sheet.answers.items() if item.split(".", 1)[0] in reached}
    return replace(sheet, answers=route(questionnaire, answers).answers, last_page=pages[last].id)


def _drawn(question: Question, language: str, chance: np.random.Generator) -> Iterator[tuple[str, Answer]]:
    for item in question.items:
        if not question.required and chance.random() < SKIPS:
            continue
        answer = _answer(question, language, chance)
        yield item, answer
        chosen = answer if isinstance(answer, tuple) else (answer,)
        if question.other and any(option.asks_text and option.code in chosen for option in question.options):
            yield question.other, _invented_text(language, chance)


def _answer(question: Question, language: str, chance: np.random.Generator) -> Answer:
    match question.kind:
        case Kind.SINGLE | Kind.MATRIX:
            return str(chance.choice([option.code for option in question.options]))
        case Kind.MULTIPLE:
            return _ticks(question, chance)
        case Kind.RANKING:
            order = chance.permutation(len(question.options))
            most = question.max_choices or len(question.options)
            return tuple(question.options[place].code for place in order[:most])
        case Kind.NUMBER:
            return _number(question, chance)
        case Kind.DATE:
            return _day(question, chance)
    return _invented_text(language, chance)[: question.max_characters]


def _ticks(question: Question, chance: np.random.Generator) -> tuple[str, ...]:
    alone = [option for option in question.options if option.exclusive]
    others = [option for option in question.options if not option.exclusive]
    if not others or (alone and chance.random() < 0.05):
        return (alone[int(chance.integers(len(alone)))].code,)
    most = min(question.max_choices or len(others), len(others))
    least = min(max(question.min_choices or 1, 1), most)
    places = chance.permutation(len(others))[: int(chance.integers(least, most + 1))]
    ticked: set[Option] = {others[place] for place in places}
    return tuple(option.code for option in question.options if option in ticked)


def _number(question: Question, chance: np.random.Generator) -> float:
    low = question.minimum if question.minimum is not None else 0.0
    high = question.maximum if question.maximum is not None else low + 100.0
    step = 10.0**-question.decimals
    steps = int((high - low) / step + 1e-9)
    return round(low + int(chance.integers(steps + 1)) * step, question.decimals)


def _day(question: Question, chance: np.random.Generator) -> str:
    first = date.fromisoformat(question.earliest or "2020-01-01")
    last = date.fromisoformat(question.latest) if question.latest else first + timedelta(days=365)
    return (first + timedelta(days=int(chance.integers((last - first).days + 1)))).isoformat()


def _invented_text(language: str, chance: np.random.Generator) -> str:
    return INVENTED.get(language, INVENTED["en"]).format(number=int(chance.integers(1, 1000)))
