"""Who is shown what: every combination of telling answers is tried, and answers that lead to an item are its witness.

Bounded: where the combinations are too many, it is said that nothing was decided. Conditions see only earlier answers,
and an answer to something hidden counts as missing, exactly as in routing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, islice

from barometer.problems import Problem
from barometer.questionnaire.checks.domains import Answer, Part, is_exhaustive, telling_answers
from barometer.questionnaire.checks.gates import Gate, gates, positions
from barometer.questionnaire.conditions import And, Expression, IsBlank, Truth, items_in, parts_of, to_source, truth
from barometer.questionnaire.model import Question, Questionnaire

MOST_COMBINATIONS = 20_000
"""Of one item."""
MOST_COMBINATIONS_IN_ALL = 400_000
"""Of one questionnaire; keeps the check within seconds whatever is handed in."""

Combination = Mapping[str, Answer]


class Reach(StrEnum):
    ALWAYS = "always"
    CONDITIONAL = "conditional"
    NEVER = "never"
    UNDECIDED = "undecided"
    """Too many combinations, and none of those tried leads there."""


@dataclass(frozen=True)
class Reached:
    """Whether a question is shown, and answers that lead to it (None where none do)."""

    question: str
    reach: Reach
    witness: Combination | None


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
            yield gate.problem("routing-not-decided", what=gate.what, limit=MOST_COMBINATIONS)
        elif search.has_no_effect(gate.condition):
            items = " and ".join(sorted(items_in(gate.condition)))
            yield gate.problem("condition-always-true", items=items)


@dataclass(frozen=True)
class _Condition:
    """A condition as it is evaluated: ``blind`` are the items it names that are not decided yet, hence missing."""

    expression: Expression
    blind: frozenset[str]

    def holds(self, answers: Combination) -> bool:
        if self.blind:
            answers = {item: answer for item, answer in answers.items() if item not in self.blind}
        return truth(self.expression, answers) is Truth.TRUE

    def conjuncts(self) -> Iterator[_Condition]:
        for part in _conjuncts(self.expression):
            yield _Condition(part, self.blind)


@dataclass(frozen=True)
class _Tried:
    combinations: tuple[Combination, ...]
    complete: bool


class _Search:
    def __init__(self, questionnaire: Questionnaire) -> None:
        self._question_of = {item: question for question in questionnaire.questions() for item in question.items}
        self._order = positions(questionnaire)
        self._gates: dict[str, list[tuple[Gate, _Condition]]] = defaultdict(list)
        self._parts: dict[str, list[Part]] = defaultdict(list)
        for gate in gates(questionnaire):
            condition = self._evaluated(gate)
            for question in gate.behind:
                self._gates[question].append((gate, condition))
            for part in parts_of(gate.condition):
                self._parts[part.item].append(part)
        self._tried: dict[frozenset[str], _Tried] = {}
        self._left = MOST_COMBINATIONS_IN_ALL

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
        later = (item for item in items_in(gate.condition) if self._order.get(item.split(".", 1)[0], -1) >= first)
        return _Condition(gate.condition, frozenset(later))

    def reach(self, conditions: Sequence[_Condition]) -> tuple[Reach, Combination | None]:
        if not conditions:
            return Reach.ALWAYS, {}
        tried = self._try(_items(conditions))
        leading = [answers for answers in tried.combinations if _all_hold(conditions, answers)]
        witness = min(leading, key=len, default=None)
        if witness is None:
            return (Reach.NEVER if tried.complete else Reach.UNDECIDED), None
        everybody = tried.complete and len(leading) == len(tried.combinations)
        return (Reach.ALWAYS if everybody else Reach.CONDITIONAL), witness

    def has_no_effect(self, condition: Expression) -> bool:
        """Say whether it holds for all who answered what it asks for; is_blank makes a missing answer matter too."""
        tried = self._try(items_in(condition))
        asks_for_blanks = any(isinstance(part, IsBlank) for part in parts_of(condition))
        wanted = items_in(condition)
        concerned = [answers for answers in tried.combinations if asks_for_blanks or wanted <= answers.keys()]
        return (
            tried.complete and bool(concerned) and all(truth(condition, answers) is Truth.TRUE for answers in concerned)
        )

    def reason(self, gate: Gate, hidden: set[str]) -> str:
        """Say why nobody gets past this condition, as narrowly as can be said."""
        parts = [part for condition in self.conditions_to(gate) for part in condition.conjuncts()]
        for part in parts:
            if self.reach([part])[0] is Reach.NEVER:
                asked = sorted({item.split(".", 1)[0] for item in items_in(part.expression)} & hidden)
                source = to_source(part.expression)
                return f'"{asked[0]}" is itself never shown' if asked else f"no answers fulfil {source}"
        for one, other in combinations(parts, 2):
            if self.reach([one, other])[0] is Reach.NEVER:
                return f"{to_source(one.expression)} and {to_source(other.expression)} cannot both hold"
        return "no answers fulfil all of its conditions together"

    def _try(self, items: Iterable[str]) -> _Tried:
        closure = self._closure(items)
        if closure not in self._tried:
            self._tried[closure] = self._combine(closure)
        return self._tried[closure]

    def _closure(self, items: Iterable[str]) -> frozenset[str]:
        """Give these items and all that decide whether their questions are shown."""
        found: set[str] = set()
        waiting = list(items)
        while waiting:
            item = waiting.pop()
            if item not in found and item in self._question_of:
                found.add(item)
                waiting += _items(self.chain(item.split(".", 1)[0]))
        return frozenset(found)

    def _combine(self, items: frozenset[str]) -> _Tried:
        in_order = sorted(items, key=lambda item: (self._order[item.split(".", 1)[0]], item))
        combined: list[dict[str, Answer]] = [{}]
        complete = True
        for item in in_order:
            question = self._question_of[item]
            parts = list(dict.fromkeys(self._parts[item]))
            complete = complete and is_exhaustive(question, parts)
            limit = min(MOST_COMBINATIONS, self._left)
            extended = self._extended(combined, question, item, telling_answers(question, parts))
            combined = list(islice(extended, limit + 1))
            if len(combined) > limit:
                combined, complete = combined[:limit], False
        self._left -= len(combined)
        return _Tried(tuple(combined), complete)

    def _extended(
        self, combined: Iterable[dict[str, Answer]], question: Question, item: str, answers: Sequence[Answer | None]
    ) -> Iterator[dict[str, Answer]]:
        chain = self.chain(question.id)
        for given in combined:
            for answer in answers if _all_hold(chain, given) else (None,):
                yield given if answer is None else {**given, item: answer}


def _items(conditions: Iterable[_Condition]) -> set[str]:
    return {item for condition in conditions for item in items_in(condition.expression)}


def _all_hold(conditions: Iterable[_Condition], answers: Combination) -> bool:
    return all(condition.holds(answers) for condition in conditions)


def _conjuncts(condition: Expression) -> Iterator[Expression]:
    if isinstance(condition, And):
        for part in condition.operands:
            yield from _conjuncts(part)
    else:
        yield condition
