"""The conditions of a questionnaire with what stands behind each: a question, a page, or a whole section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from barometer.problems import Problem
from barometer.questionnaire.catalogue import fault
from barometer.questionnaire.conditions import Expression
from barometer.questionnaire.model import Page, Place, Questionnaire


@dataclass(frozen=True)
class Gate:
    """One condition, the thing that carries it, and the questions it can hide."""

    owner: str
    what: str
    """``section``, ``page`` or ``question``."""
    condition: Expression
    place: Place
    behind: tuple[str, ...]

    def problem(self, code: str, /, **names: object) -> Problem:
        return fault(code, file=self.place.file, line=self.place.line, item=self.owner, **names)


def gates(questionnaire: Questionnaire) -> Iterator[Gate]:
    """Give all conditions in the order they are decided."""
    for section in questionnaire.sections:
        if section.show_if is not None:
            inside = tuple(question.id for page in section.pages for question in page.questions)
            yield Gate(section.id, "section", section.show_if, section.place, inside)
        for page in section.pages:
            yield from _gates_of_page(page)


def _gates_of_page(page: Page) -> Iterator[Gate]:
    if page.show_if is not None:
        yield Gate(page.id, "page", page.show_if, page.place, tuple(question.id for question in page.questions))
    for question in page.questions:
        if question.show_if is not None:
            yield Gate(question.id, "question", question.show_if, question.place, (question.id,))


def positions(questionnaire: Questionnaire) -> dict[str, int]:
    """Give the place of every question in the order they are decided; of one id used twice, the first."""
    order: dict[str, int] = {}
    for position, question in enumerate(questionnaire.questions()):
        order.setdefault(question.id, position)
    return order
