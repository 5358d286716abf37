"""What conditions refer to: existing, earlier questions, compared with something they can be."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import pairwise

from barometer.problems import Problem
from barometer.questionnaire.checks.constraints import is_day
from barometer.questionnaire.checks.gates import Gate, gates, positions
from barometer.questionnaire.conditions import (
    Compare,
    Comparison,
    Expression,
    IsBlank,
    Not,
    Selected,
    as_number,
    items_in,
    parts_of,
    to_source,
)
from barometer.questionnaire.model import Kind, OptionKind, Question, Questionnaire

_EQUALITY = (Comparison.EQUAL, Comparison.NOT_EQUAL)


def reference_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    known = {question.id: question for question in reversed(list(questionnaire.questions()))}
    all_gates = list(gates(questionnaire))
    cycles = _cycles(all_gates, positions(questionnaire))
    for gate, cycle in cycles:
        yield gate.problem("condition-cycle", cycle=" → ".join(cycle))
    circular = {frozenset(pair) for _, cycle in cycles for pair in pairwise(cycle)}
    order = _Order(questionnaire)
    for gate in all_gates:
        for item in sorted(items_in(gate.condition)):
            yield from _faults_of_name(gate, item, known) or order.faults(gate, item.split(".", 1)[0], circular)
        for part in dict.fromkeys(parts_of(gate.condition)):
            question = known.get(part.item.split(".", 1)[0])
            if question is not None and part.item in question.items:
                yield from _faults_of_part(gate, part, question)
        yield from _not_equal_on_skippable(gate, known)


def _faults_of_name(gate: Gate, item: str, known: Mapping[str, Question]) -> list[Problem]:
    """Give the fault of a name that is no item; empty when it is one."""
    name, _, row = item.partition(".")
    question = known.get(name)
    if question is None:
        return [gate.problem("condition-unknown-item", asked=item, choices=", ".join(known))]
    if item in question.items:
        return []
    if question.kind is Kind.INFO:
        return [gate.problem("condition-no-answer", asked=item)]
    if question.kind is Kind.MATRIX and not row:
        return [gate.problem("condition-needs-row", asked=item, example=next(iter(question.items), f"{item}.row"))]
    choices = ", ".join(row.code for row in question.rows) or "(the question has no rows; name it alone)"
    return [gate.problem("condition-unknown-row", question=name, row=row, choices=choices)]


class _Order:
    """Which questions are decided, and answered, before which."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._positions = positions(questionnaire)
        self._page = {question.id: page.id for _, page in questionnaire.pages() for question in page.questions}

    def faults(self, gate: Gate, referred: str, circular: set[frozenset[str]]) -> list[Problem]:
        """Give the fault of a reference that does not look back to an earlier page."""
        if referred in gate.behind:
            return [gate.problem("condition-self-reference", what=gate.what, asked=referred)]
        first = min((self._positions[question] for question in gate.behind), default=-1)
        if self._positions[referred] > first:
            in_circle = any(frozenset((question, referred)) in circular for question in gate.behind)
            return [] if in_circle else [gate.problem("condition-forward", asked=referred)]
        if any(self._page[question] == self._page[referred] for question in gate.behind):
            return [gate.problem("condition-same-page", asked=referred)]
        return []


def _cycles(all_gates: list[Gate], order: Mapping[str, int]) -> list[tuple[Gate, tuple[str, ...]]]:
    """Give each circle of questions once: every circle holds a reference to a later question, so start from those."""
    needs: dict[str, set[str]] = {question: set() for question in order}
    for gate in all_gates:
        for question in gate.behind:
            needs[question] |= {item.split(".", 1)[0] for item in items_in(gate.condition)} & set(order)
    found: dict[frozenset[str], tuple[Gate, tuple[str, ...]]] = {}
    for gate in all_gates:
        for question in gate.behind:
            for later in sorted(needs[question]):
                back = _path(needs, later, question) if order[later] > order[question] else None
                if back is not None:
                    found.setdefault(frozenset(back), (gate, (question, *back)))
    return list(found.values())


def _path(needs: Mapping[str, set[str]], start: str, goal: str) -> tuple[str, ...] | None:
    """Give a shortest way along needs from start to goal, both included."""
    came_from: dict[str, str] = {start: start}
    waiting = deque([start])
    while waiting:
        at = waiting.popleft()
        if at == goal:
            way = [at]
            while way[-1] != start:
                way.append(came_from[way[-1]])
            return tuple(reversed(way))
        for following in sorted(needs[at] - set(came_from)):
            came_from[following] = at
            waiting.append(following)
    return None


def _faults_of_part(gate: Gate, part: Compare | Selected | IsBlank, question: Question) -> list[Problem]:
    match part:
        case Selected():
            return _faults_of_selected(gate, part, question)
        case Compare():
            return _faults_of_comparison(gate, part, question)
        case IsBlank():
            return []


def _faults_of_selected(gate: Gate, part: Selected, question: Question) -> list[Problem]:
    if question.kind is not Kind.MULTIPLE:
        suggestion = to_source(Compare(part.item, Comparison.EQUAL, part.code))
        return [gate.problem("condition-selected-on-single", asked=part.item, suggestion=suggestion)]
    return _faults_of_code(gate, part.item, part.code, question)


def _faults_of_code(gate: Gate, item: str, code: str, question: Question) -> list[Problem]:
    codes = [option.code for option in question.options]
    if code in codes:
        return []
    return [gate.problem("condition-unknown-option", asked=item, code=code, choices=", ".join(codes))]


def _faults_of_comparison(gate: Gate, part: Compare, question: Question) -> list[Problem]:
    match question.kind:
        case Kind.SINGLE | Kind.MATRIX:
            return _faults_of_choice(gate, part, question)
        case Kind.MULTIPLE:
            test = to_source(Selected(part.item, str(part.value)))
            suggestion = f"not({test})" if part.comparison is Comparison.NOT_EQUAL else test
            return [gate.problem("condition-equality-on-multiple", asked=part.item, suggestion=suggestion)]
        case Kind.NUMBER if isinstance(part.value, str):
            return [_type_fault(gate, part, "a number", "Write the number without quotes.")]
        case Kind.DATE if not (isinstance(part.value, str) and is_day(part.value)):
            return [_type_fault(gate, part, "a date", "Write a day in quotes, such as '2022-11-04'.")]
        case Kind.TEXT if part.comparison not in _EQUALITY or not isinstance(part.value, str):
            return [_type_fault(gate, part, "a text", "Ask only whether it is_blank.")]
        case Kind.RANKING:
            return [_type_fault(gate, part, "a ranking", "Ask only whether it is_blank.")]
    return []


def _faults_of_choice(gate: Gate, part: Compare, question: Question) -> list[Problem]:
    if part.comparison in _EQUALITY:
        if isinstance(part.value, str):
            return _faults_of_code(gate, part.item, part.value, question)
        return [_type_fault(gate, part, "a code", "Put the code in quotes.")]
    substantive = [option.code for option in question.options if option.kind is OptionKind.SUBSTANTIVE]
    if any(as_number(code) is None for code in substantive):
        return [_type_fault(gate, part, "a code that has no size", "Name the codes one by one, with = and or.")]
    if isinstance(part.value, str):
        return [_type_fault(gate, part, "a code that is a number", "Write the number without quotes.")]
    return []


def _type_fault(gate: Gate, part: Compare, holds: str, suggestion: str) -> Problem:
    compared = "a text in quotes" if isinstance(part.value, str) else "a number"
    if part.comparison not in _EQUALITY:
        compared = f'{compared} by "{part.comparison}"'
    return gate.problem("condition-type", asked=part.item, holds=holds, compared=compared, suggestion=suggestion)


def _not_equal_on_skippable(gate: Gate, known: Mapping[str, Question]) -> Iterator[Problem]:
    for test, item in dict.fromkeys(_negative_tests(gate.condition)):
        question = known.get(item.split(".", 1)[0])
        if question is not None and not question.required:
            yield gate.problem("condition-not-equal-skippable", test=test, asked=item)


def _negative_tests(expression: Expression) -> Iterator[tuple[str, str]]:
    """Give the tests that people coming from XPath expect to hold on a missing answer."""
    match expression:
        case Not(Selected(item, _)) | Compare(item, Comparison.NOT_EQUAL, _):
            yield to_source(expression), item
        case Not(operand):
            yield from _negative_tests(operand)
        case Compare() | Selected() | IsBlank():
            return
        case _:
            for operand in expression.operands:
                yield from _negative_tests(operand)
