"""Which tables by background a policy asks for, and the finest answers each could show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from barometer.disclosure.policy import Policy
from barometer.questionnaire.model import Kind, OptionKind, Question, Questionnaire

COUNTED = (Kind.SINGLE, Kind.MULTIPLE, Kind.MATRIX, Kind.RANKING, Kind.NUMBER)
MOST_CLASSES = 12
"""A number with at most this many whole values is counted value by value, else in ten classes, as tabulation does."""


@dataclass(frozen=True)
class Crossed:
    """An item by a background."""

    item: str
    by: str

    @property
    def id(self) -> str:
        return f"{self.item}/{self.by}"


def crossed(questionnaire: Questionnaire, policy: Policy) -> Iterator[Crossed]:
    """Give every table by background that the policy wants published, in the questionnaire's order."""
    backgrounds = [background.question for background in policy.backgrounds]
    for question in questionnaire.questions():
        for item in question.items if answers_of(question) and question.id not in backgrounds else ():
            yield from (Crossed(item, by) for by in backgrounds if policy.crosses(question.id, by))


def answers_of(question: Question) -> tuple[str, ...]:
    """Give the codes of the answers that a table counts; of a number its classes, of an open answer none."""
    if question.kind is Kind.NUMBER and question.minimum is not None and question.maximum is not None:
        whole = question.decimals == 0 and question.maximum - question.minimum < MOST_CLASSES
        count = int(question.maximum - question.minimum) + 1 if whole else 10
        return tuple(f"class {number}" for number in range(1, count + 1))
    return tuple(option.code for option in question.options) if question.kind in COUNTED else ()


def substantive(question: Question) -> tuple[str, ...]:
    """Give the answers without cannot say, refusal and the like."""
    outside = {option.code for option in question.options if option.kind is not OptionKind.SUBSTANTIVE}
    return tuple(code for code in answers_of(question) if code not in outside)


def is_ordered(questionnaire: Questionnaire, question: Question) -> bool:
    """Ask whether the answers have an order along which neighbours can be joined."""
    orders = {scale.id: scale.ordered for scale in questionnaire.scales}
    scored = sum(option.score is not None for option in question.options) > 1
    return orders.get(question.scale or "", bool(question.nets) or question.kind is Kind.NUMBER) or scored
