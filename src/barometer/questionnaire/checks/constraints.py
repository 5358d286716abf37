"""Limits that some answer must be able to meet, and options that fit their kind of question."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from barometer.problems import Problem
from barometer.questionnaire.catalogue import fault
from barometer.questionnaire.model import Kind, Net, Option, OptionKind, Question, Questionnaire, Role

_CHOICES = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.MATRIX, Kind.RANKING})


def constraint_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    all_required = all(question.required for question in questionnaire.questions() if question.items)
    for question in questionnaire.questions():
        for code, names in _faults(question, all_required):
            yield fault(code, file=question.place.file, line=question.place.line, item=question.id, **names)


_Found = Iterator[tuple[str, dict[str, object]]]


def _faults(question: Question, all_required: bool) -> _Found:
    if question.kind in _CHOICES and not question.options:
        yield "no-options", {}
    if question.kind is Kind.MATRIX and not question.rows:
        yield "no-rows", {}
    if question.role is Role.BACKGROUND and question.kind is not Kind.SINGLE:
        yield "background-not-single", {}
    if question.required and not all_required:
        yield "required-among-optional", {}
    yield from _faults_of_limits(question)
    for net in question.nets:
        yield from _faults_of_net(question, net)
    yield from _faults_of_options(question)


def _faults_of_limits(question: Question) -> _Found:
    if question.minimum is not None and question.maximum is not None:
        step = Decimal(1).scaleb(-question.decimals)
        first = math.ceil(Decimal(str(question.minimum)) / step)
        last = math.floor(Decimal(str(question.maximum)) / step)
        if first > last:
            limits = f"the number must be from {question.minimum:g} to {question.maximum:g}"
            yield "no-valid-answer", {"reason": f"{limits} with {question.decimals} decimals"}
    days = [day for day in (question.earliest, question.latest) if day is not None]
    for day in days:
        if not is_day(day):
            yield "date-invalid", {"date": day}
    if len(days) == 2 and days[0] > days[1]:
        yield "no-valid-answer", {"reason": f"the date must be from {days[0]} to {days[1]}"}
    yield from _faults_of_counts(question)


def _faults_of_counts(question: Question) -> _Found:
    together = sum(not option.exclusive for option in question.options)
    least, most = question.min_choices, question.max_choices
    if least is not None and least > min(together, most if most is not None else together):
        upper = together if most is None else min(most, together)
        yield "no-valid-answer", {"reason": f"at least {least} must be chosen and at most {upper} can be"}
    if most is not None and most > together:
        yield "limit-without-effect", {"limit": most, "count": together}


def is_day(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


def _faults_of_net(question: Question, net: Net) -> _Found:
    kinds = {option.code: option.kind for option in question.options}
    for code in net.options:
        if code not in kinds:
            yield "net-unknown-option", {"net": net.id, "code": code, "choices": ", ".join(kinds)}
        elif kinds[code] is not OptionKind.SUBSTANTIVE:
            yield "net-not-substantive", {"net": net.id, "code": code}


def _faults_of_options(question: Question) -> _Found:
    asking = [option for option in question.options if option.asks_text]
    if asking and question.kind not in (Kind.SINGLE, Kind.MULTIPLE):
        yield "asks-text-not-possible", {}
    if len(asking) > 1:
        yield "asks-text-twice", {}
    for option in question.options:
        yield from _faults_of_option(question, option)
    if question.kind is Kind.MULTIPLE and not any(option.exclusive for option in question.options):
        yield "multiple-without-none", {}


def _faults_of_option(question: Question, option: Option) -> _Found:
    is_substantive = option.kind is OptionKind.SUBSTANTIVE
    if question.kind is Kind.RANKING and not is_substantive:
        yield "ranking-not-substantive", {"code": option.code, "kind": option.kind}
    if question.kind is Kind.MULTIPLE and not is_substantive and not option.exclusive:
        yield "exclusive-missing", {"code": option.code, "kind": option.kind}
    if question.kind in (Kind.SINGLE, Kind.MATRIX) and option.exclusive:
        yield "exclusive-without-effect", {"code": option.code}
