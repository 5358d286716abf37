"""The few answers that conditions can tell apart: every other answer acts like one of these.

For a choice: the codes the conditions name, and one they do not. For a number or a date: the constants and the nearest
values on both sides. The first is always ``None``, no answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from barometer.questionnaire.conditions import Compare, Comparison, IsBlank, Selected
from barometer.questionnaire.model import Kind, Question

Answer = str | float | tuple[str, ...]
Part = Compare | Selected | IsBlank
MOST_CODES_TOLD_APART = 12
"""Of one multiple choice; beyond it, only sets of up to two codes and the whole set are tried."""


def telling_answers(question: Question, parts: Sequence[Part]) -> tuple[Answer | None, ...]:
    """Give no answer, and answers that stand for all others as far as these tests of one item can see."""
    found: Iterable[Answer]
    match question.kind:
        case Kind.SINGLE | Kind.MATRIX:
            found = _codes(question, parts)
        case Kind.MULTIPLE:
            found = _sets(question, parts)
        case Kind.RANKING:
            found = [tuple(option.code for option in question.options)[: question.max_choices]]
        case Kind.NUMBER:
            found = _numbers(question, parts)
        case Kind.DATE:
            found = _days(question, parts)
        case Kind.TEXT:
            found = [*_constants(parts), "".join(_constants(parts)) + "x"]
        case Kind.INFO:
            found = ()
    return (None, *dict.fromkeys(found))


def is_exhaustive(question: Question, parts: Sequence[Part]) -> bool:
    """Say whether the telling answers are all there are to tell apart."""
    return question.kind is not Kind.MULTIPLE or len(_named_codes(parts)) <= MOST_CODES_TOLD_APART


def _constants(parts: Sequence[Part]) -> list[str]:
    return [part.value for part in parts if isinstance(part, Compare) and isinstance(part.value, str)]


def _named_codes(parts: Sequence[Part]) -> set[str]:
    return {part.code for part in parts if isinstance(part, Selected)}


def _codes(question: Question, parts: Sequence[Part]) -> Iterator[str]:
    codes = [option.code for option in question.options]
    by_size = any(isinstance(part, Compare) and not isinstance(part.value, str) for part in parts)
    by_order = any(
        isinstance(part, Compare) and part.comparison not in (Comparison.EQUAL, Comparison.NOT_EQUAL) for part in parts
    )
    named = set(codes) if by_size or by_order else set(_constants(parts)) | _named_codes(parts)
    yield from (code for code in codes if code in named)
    yield from [code for code in codes if code not in named][:1]


def _sets(question: Question, parts: Sequence[Part]) -> Iterator[tuple[str, ...]]:
    """Give the sets of named codes that can be chosen, filled up with other codes where some must be."""
    alone = {option.code for option in question.options if option.exclusive}
    codes = [option.code for option in question.options]
    named = [code for code in codes if code in _named_codes(parts)]
    free = [code for code in codes if code not in named and code not in alone]
    yield from ((code,) for code in codes if code in alone and code in named)
    yield from [(code,) for code in codes if code in alone and code not in named][:1]
    together = [code for code in named if code not in alone]
    for chosen in _subsets(together):
        least = max(1, question.min_choices or 1)
        filled = (*chosen, *free[: max(0, least - len(chosen))])
        if least <= len(filled) <= (question.max_choices or len(codes)):
            yield tuple(code for code in codes if code in filled)


def _subsets(codes: Sequence[str]) -> Iterator[tuple[str, ...]]:
    sizes = range(len(codes) + 1) if len(codes) <= MOST_CODES_TOLD_APART else (0, 1, 2, len(codes))
    for size in sizes:
        yield from combinations(codes, size)


def _numbers(question: Question, parts: Sequence[Part]) -> Iterator[float]:
    """Give each constant and its neighbours on the grid of allowed decimals, as far as the limits allow."""
    step = Decimal(1).scaleb(-question.decimals)
    limits = [Decimal(str(limit)) for limit in (question.minimum, question.maximum) if limit is not None]
    values = [part.value for part in parts if isinstance(part, Compare)]
    constants = [Decimal(str(value)) for value in values if not isinstance(value, str)]
    grid = {
        (rounded + shift) * step
        for constant in [*constants, *limits, Decimal(0)]
        for rounded in (Decimal(math.floor(constant / step)), Decimal(math.ceil(constant / step)))
        for shift in (-1, 0, 1)
    }
    for number in sorted(grid):
        if (question.minimum is None or number >= Decimal(str(question.minimum))) and (
            question.maximum is None or number <= Decimal(str(question.maximum))
        ):
            yield float(number)


def _days(question: Question, parts: Sequence[Part]) -> Iterator[str]:
    written = [*_constants(parts), *(day for day in (question.earliest, question.latest) if day)]
    days = {day + timedelta(days=shift) for day in _read_days(written) for shift in (-1, 0, 1)} or {date(2000, 1, 1)}
    for day in sorted(days):
        iso = day.isoformat()
        if (question.earliest or iso) <= iso <= (question.latest or iso):
            yield iso


def _read_days(written: Iterable[str]) -> Iterator[date]:
    for text in written:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            continue
        if date.min < day < date.max:
            yield day
