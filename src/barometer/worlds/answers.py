"""The answers that could be given to one item, and those that were, as numbers.

A set of ticked options is one answer: options overlap, but everybody gave exactly one set. Besides the sets that were
given, those a step away (one option more, less or exchanged) are possible answers, as far as the question allows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barometer.answering.sheet import Answer
from barometer.published import Category, Part
from barometer.questionnaire.conditions import Expression, parts_of, truth
from barometer.questionnaire.model import Question
from barometer.responses import MultipleColumn, ResponseSet
from barometer.tabulation import ANSWERED, NOT_REACHED, NOT_SHOWN, SKIPPED
from barometer.tabulation.coding import coded
from barometer.tabulation.routes import condition_of

STATES = (SKIPPED, NOT_SHOWN, NOT_REACHED)


@dataclass(frozen=True, eq=False)
class Answers:
    """``values`` holds everybody's true answer, a place in ``codes``."""

    codes: tuple[str, ...]
    """Of a multiple choice every answered set has the code ``_answered``."""
    values: NDArray[np.intp]
    route: NDArray[np.intp]
    """Of every answer: a number that is the same where no condition tells two answers apart."""
    scores: NDArray[np.float64]
    tick_codes: tuple[str, ...] = ()
    ticks: NDArray[np.bool_] | None = None
    """Answer by option, for a multiple choice."""
    exclusive: tuple[int, ...] = ()
    """The options that are ticked alone, by place."""

    @property
    def is_answered(self) -> NDArray[np.bool_]:
        return np.array([code == ANSWERED for code in self.codes])

    @property
    def is_movable(self) -> NDArray[np.bool_]:
        """Of every respondent: who was not shown the question keeps that while its filters stay as they are."""
        not_shown = np.array([code == NOT_SHOWN for code in self.codes])
        return np.asarray(~not_shown[self.values])

    def holding(self, category: Category) -> NDArray[np.bool_]:
        """Give the answers that a category counts."""
        if category.part is Part.TICKED:
            assert self.ticks is not None
            places = [self.tick_codes.index(code) for code in category.members]
            return np.asarray(self.ticks[:, places].any(axis=1))
        return np.array([code in category.members for code in self.codes])


def answers_to(item: str, responses: ResponseSet) -> Answers:
    """Give the answers of one item. Numbers and first choices are answers by class, as they are counted."""
    question = responses.questionnaire.question_of_item(item)
    column = responses.columns[item]
    asked = _parts_about(item, responses)
    if isinstance(column, MultipleColumn):
        return _sets(question, column, asked)
    source = coded(column, question)[0]
    scores = {option.code: option.score for option in question.options}
    given: list[Answer | None] = [None if code in STATES else code for code in source.codes]
    return Answers(
        codes=source.codes,
        values=source.reading.argmax(axis=0)[source.values.astype(np.intp) - source.least],
        route=_routes(item, given, asked),
        scores=np.array([np.nan if scores.get(code) is None else scores[code] for code in source.codes], np.float64),
    )


def _parts_about(item: str, responses: ResponseSet) -> list[Expression]:
    conditions = condition_of(responses.questionnaire).values()
    return [part for condition in conditions for part in parts_of(condition) if part.item == item]


def _routes(item: str, given: Sequence[Answer | None], asked: Sequence[Expression]) -> NDArray[np.intp]:
    """Number the answers by what the conditions make of them; skips and the like are alike to every condition."""
    numbers: dict[object, int] = {}
    found = []
    for answer in given:
        sheet = {} if answer is None else {item: answer}
        seen = tuple(truth(part, sheet) for part in asked)
        found.append(numbers.setdefault(seen, len(numbers)))
    return np.array(found, np.intp)


def _sets(question: Question, column: MultipleColumn, asked: Sequence[Expression]) -> Answers:
    masks = [_mask(row) if state == 0 else None for row, state in zip(column.ticked, column.state, strict=True)]
    given = dict.fromkeys(mask for mask in masks if mask is not None)
    near = (other for mask in given for other in _near(mask, len(column.codes)) if _allows(question, column, other))
    sets = list(dict.fromkeys([*given, *near]))
    place = {mask: at for at, mask in enumerate(sets)}
    values = [
        place[mask] if mask is not None else len(sets) - 1 - int(state)
        for mask, state in zip(masks, column.state, strict=True)
    ]
    ticks = np.array([[bool(mask >> bit & 1) for bit in range(len(column.codes))] for mask in sets], np.bool_)
    chosen: list[Answer | None] = [
        tuple(c for c, t in zip(column.codes, row, strict=True) if t) or ("",) for row in ticks
    ]
    return Answers(
        codes=(*[ANSWERED] * len(sets), *STATES),
        values=np.array(values, np.intp),
        route=_routes(column.item, [*chosen, None, None, None], asked),
        scores=np.full(len(sets) + len(STATES), np.nan),
        tick_codes=column.codes,
        exclusive=tuple(place for place, code in enumerate(column.codes) if question.option(code).exclusive),
        ticks=np.vstack([ticks.reshape(len(sets), len(column.codes)), np.zeros((3, len(column.codes)), np.bool_)]),
    )


def _mask(ticked: Iterable[bool]) -> int:
    return sum(1 << bit for bit, tick in enumerate(ticked) if tick)


def _near(mask: int, options: int) -> Iterator[int]:
    """Give the sets with one option more, one less, or one exchanged for another."""
    for bit in range(options):
        yield mask ^ 1 << bit
        if mask >> bit & 1:
            yield from (mask ^ 1 << bit ^ 1 << other for other in range(options) if not mask >> other & 1)


def _allows(question: Question, column: MultipleColumn, mask: int) -> bool:
    """Whether somebody could answer so: something, not too much or too little, and what is exclusive alone."""
    ticked = [code for bit, code in enumerate(column.codes) if mask >> bit & 1]
    exclusive = {option.code for option in question.options if option.exclusive}
    alone = len(ticked) == 1 and ticked[0] in exclusive
    least, most = max(question.min_choices or 1, 1), question.max_choices or len(column.codes)
    return alone or (least <= len(ticked) <= most and not exclusive & set(ticked))
