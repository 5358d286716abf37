"""Who is shown what: answers that lead to an item are searched for, and are its witness.

The search goes through the items that decide, in their order, with the few answers that conditions can tell apart, and
turns back as soon as the answers so far settle the matter. Bounded: where it gives up, it is said that nothing was
decided. Conditions see only earlier answers, and an answer to something hidden counts as missing, just as in routing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import combinations

from barometer.problems import Problem
from barometer.questionnaire.checks.domains import Answer, Part, is_exhaustive, telling_answers
from barometer.questionnaire.checks.gates import Gate, gates, positions
from barometer.questionnaire.conditions import (
    And,
    Expression,
    IsBlank,
    Not,
    Or,
    Truth,
    items_in,
    parts_of,
    to_source,
    truth,
)
from barometer.questionnaire.model import Questionnaire

MOST_TESTS = 200_000
"""Single tests evaluated in one search."""
MOST_TESTS_IN_ALL = 1_000_000
"""In one questionnaire; keeps the check within seconds whatever is handed in."""
MOST_PARTS_COMPARED = 20
"""Of a condition that never holds: among so many parts a pair that contradicts is looked for."""

Answers = Mapping[str, Answer]
_Choices = Callable[[str, Answers], Sequence[Answer | None]]


class Reach(StrEnum):
    ALWAYS = "always"
    CONDITIONAL = "conditional"
    NEVER = "never"
    UNDECIDED = "undecided"
    """The search gave up before it found answers that lead there."""


@dataclass(frozen=True)
class Reached:
    """Whether a question is shown, and answers that lead to it (None where none do)."""

    question: str
    reach: Reach
    witness: Answers | None


def reachability(questionnaire: Questionnaire) -> tuple[Reached, ...]:
    """Say of every question, in order, who is shown it."""
    search = _Search(questionnaire)
    return tuple(
        Reached(question.id, *search.reach(search.chain(question.id))) for question in questionnaire.questions()
    )


def reachability_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    search = _Search(questionnaire)
    hidden: set[str] = set()
    for gate in gates(questionnaire):
        if hidden.issuperset(gate.behind):
            continue
        reach, _ = search.reach(search.conditions_to(gate))
        if reach is Reach.NEVER:
            reason = search.reason(gate, hidden)
            hidden.update(gate.behind)
            behind = "" if gate.what == "question" else f" ({', '.join(gate.behind)})"
            yield gate.problem("never-shown", what=gate.what, reason=reason, behind=behind)
        elif reach is Reach.UNDECIDED:
            yield gate.problem("routing-not-decided", what=gate.what)
        elif search.holds_whatever_is_answered(gate.condition):
            items = " and ".join(sorted(items_in(gate.condition)))
            yield gate.problem("condition-always-true", items=items)


@dataclass(frozen=True)
class _Condition:
    """A condition as it is evaluated: ``blind`` are the items it names that are not decided yet, hence missing."""

    expression: Expression
    blind: frozenset[str]

    @cached_property
    def items(self) -> frozenset[str]:
        return items_in(self.expression)

    def bounds(self, answers: Answers, open_items: frozenset[str]) -> tuple[Truth, Truth]:
        """Give the least and the greatest truth the open items can still bring about."""
        if self.blind:
            answers = {item: answer for item, answer in answers.items() if item not in self.blind}
        return _bounds(self.expression, answers, open_items - self.blind)

    def conjuncts(self) -> Iterator[_Condition]:
        for part in _conjuncts(self.expression):
            yield _Condition(part, self.blind)


class _GaveUp(Exception):
    pass


class _Search:
    def __init__(self, questionnaire: Questionnaire) -> None:
        self._question_of = {item: question for question in questionnaire.questions() for item in question.items}
        self._order = positions(questionnaire)
        self._gates: dict[str, list[tuple[Gate, _Condition]]] = defaultdict(list)
        parts: dict[str, dict[Part, None]] = defaultdict(dict)
        for gate in gates(questionnaire):
            condition = self._evaluated(gate)
            for question in gate.behind:
                self._gates[question].append((gate, condition))
            for part in parts_of(gate.condition):
                parts[part.item][part] = None
        asked = {item: tuple(found) for item, found in parts.items() if item in self._question_of}
        self._telling = {item: telling_answers(self._question_of[item], found) for item, found in asked.items()}
        self._exhaustive = {item: is_exhaustive(self._question_of[item], found) for item, found in asked.items()}
        self._left = MOST_TESTS_IN_ALL

    def chain(self, question: str) -> tuple[_Condition, ...]:
        """Give all conditions in front of a question: its section's, its page's, its own."""
        return tuple(condition for _, condition in self._gates.get(question, ()))

    def conditions_to(self, gate: Gate) -> tuple[_Condition, ...]:
        """Give the conditions up to and with this one."""
        chain = self._gates[gate.behind[0]]
        last = next(index for index, (other, _) in enumerate(chain) if other == gate)
        return tuple(condition for _, condition in chain[: last + 1])

    def _evaluated(self, gate: Gate) -> _Condition:
        first = min((self._order[question] for question in gate.behind), default=0)
        later = (item for item in items_in(gate.condition) if self._order.get(_question(item), -1) >= first)
        return _Condition(gate.condition, frozenset(later))

    def reach(self, conditions: Sequence[_Condition]) -> tuple[Reach, Answers | None]:
        if not conditions:
            return Reach.ALWAYS, {}
        items = self._deciding(conditions)
        try:
            witness = self._find(conditions, items, self._routed_choices, hold=True)
        except _GaveUp:
            return Reach.UNDECIDED, None
        if witness is None:
            return Reach.NEVER, None
        try:
            is_always = self._find(conditions, items, self._routed_choices, hold=False) is None
        except _GaveUp:
            is_always = False
        return (Reach.ALWAYS if is_always else Reach.CONDITIONAL), witness

    def holds_whatever_is_answered(self, condition: Expression) -> bool:
        """Say whether it holds for all answers to what it asks for; is_blank makes a missing answer matter too."""
        items = tuple(sorted(items_in(condition)))
        if not self._telling.keys() >= set(items):
            return False
        first = 0 if any(isinstance(part, IsBlank) for part in parts_of(condition)) else 1
        try:
            return self._find([_Condition(condition, frozenset())], items, self._choices(first), hold=False) is None
        except _GaveUp:
            return False

    def reason(self, gate: Gate, hidden: set[str]) -> str:
        """Say why nobody gets past this condition, as narrowly as can be said."""
        parts = [part for condition in self.conditions_to(gate) for part in condition.conjuncts()]
        for part in parts:
            if self.reach([part])[0] is Reach.NEVER:
                asked = sorted({_question(item) for item in part.items} & hidden)
                source = to_source(part.expression)
                return f'"{asked[0]}" is itself never shown' if asked else f"no answers fulfil {source}"
        for one, other in combinations(parts[:MOST_PARTS_COMPARED], 2):
            if self.reach([one, other])[0] is Reach.NEVER:
                return f"{to_source(one.expression)} and {to_source(other.expression)} cannot both hold"
        return "no answers fulfil all of its conditions together"

    def _find(
        self, conditions: Sequence[_Condition], items: Sequence[str], choices: _Choices, *, hold: bool
    ) -> Answers | None:
        """Give answers with which all conditions hold (or not all do); None where there are none.

        Raises _GaveUp after too many tests, or where some answers were left out of the search.
        """
        budget = min(MOST_TESTS, self._left)
        tests = sum(len(list(parts_of(condition.expression))) for condition in conditions)
        waiting: list[tuple[int, Answers]] = [(0, {})]
        while waiting:
            position, given = waiting.pop()
            budget, self._left = budget - tests, self._left - tests
            if budget < 0:
                raise _GaveUp
            least, greatest = _all_bounds(conditions, given, frozenset(items[position:]))
            if least is Truth.TRUE if hold else greatest is not Truth.TRUE:
                return given
            if least is Truth.TRUE or greatest is not Truth.TRUE:
                continue
            item = items[position]
            for answer in reversed(choices(item, given)):  # the last one in is tried first: no answer
                waiting.append((position + 1, given if answer is None else {**given, item: answer}))
        if not all(self._exhaustive[item] for item in items):
            raise _GaveUp
        return None

    def _choices(self, first: int) -> _Choices:
        """Give every item its telling answers, from this one on, whatever was answered before."""
        return lambda item, given: self._telling[item][first:]

    def _routed_choices(self, item: str, given: Answers) -> Sequence[Answer | None]:
        """Give the telling answers to this item; none but a missing one where it is not shown."""
        chain = self.chain(_question(item))
        is_shown = not chain or _all_bounds(chain, given, frozenset())[0] is Truth.TRUE
        return self._telling[item] if is_shown else (None,)

    def _deciding(self, conditions: Iterable[_Condition]) -> tuple[str, ...]:
        """Give the items the conditions name, and all that decide whether those are shown, in order."""
        found: set[str] = set()
        waiting = [item for condition in conditions for item in condition.items]
        while waiting:
            item = waiting.pop()
            if item not in found and item in self._telling:
                found.add(item)
                waiting += [other for condition in self.chain(_question(item)) for other in condition.items]
        return tuple(sorted(found, key=lambda item: (self._order[_question(item)], item)))


def _question(item: str) -> str:
    return item.split(".", 1)[0]


def _conjuncts(condition: Expression) -> Iterator[Expression]:
    if isinstance(condition, And):
        for part in condition.operands:
            yield from _conjuncts(part)
    else:
        yield condition


def _bounds(expression: Expression, answers: Answers, open_items: frozenset[str]) -> tuple[Truth, Truth]:
    match expression:
        case Not(operand):
            least, greatest = _bounds(operand, answers, open_items)
            return Truth(Truth.TRUE - greatest), Truth(Truth.TRUE - least)
        case And(operands) | Or(operands):
            pick = min if isinstance(expression, And) else max
            bounds = [_bounds(part, answers, open_items) for part in operands]
            return pick(least for least, _ in bounds), pick(greatest for _, greatest in bounds)
        case _:
            if expression.item in open_items:
                return Truth.FALSE, Truth.TRUE
            exact = truth(expression, answers)
            return exact, exact


def _all_bounds(conditions: Sequence[_Condition], answers: Answers, open_items: frozenset[str]) -> tuple[Truth, Truth]:
    bounds = [condition.bounds(answers, open_items) for condition in conditions]
    return min(least for least, _ in bounds), min(greatest for _, greatest in bounds)
