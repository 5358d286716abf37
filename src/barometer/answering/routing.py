"""Which questions and pages a respondent is shown, and which answers therefore count.

Conditions look backwards only, so one pass in order decides everything. An answer to a question that is not shown is
dropped before any later condition sees it; it is neither counted nor stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from barometer.answering.sheet import Answer, Answers
from barometer.questionnaire.conditions import Expression, Truth, items_in, truth
from barometer.questionnaire.model import Page, Question, Questionnaire


@dataclass(frozen=True)
class Route:
    """What one respondent is shown."""

    shown_questions: frozenset[str]
    pages: tuple[str, ...]
    """The ids of the pages on which something is shown, in order."""
    answers: Answers
    """The answers to the questions shown; everything else is dropped."""


def route(questionnaire: Questionnaire, answers: Answers) -> Route:
    """Walk the questionnaire once with these answers."""
    kept: dict[str, Answer] = {}
    shown: list[str] = []
    pages: list[str] = []
    for section in questionnaire.sections:
        section_holds = _holds(section.show_if, kept)
        for page in section.pages:
            page_holds = section_holds and _holds(page.show_if, kept)
            before = len(shown)
            for question in page.questions:
                if page_holds and _holds(question.show_if, kept):
                    shown.append(question.id)
                    kept.update(_answers_to(question, answers))
            if len(shown) > before:
                pages.append(page.id)
    return Route(frozenset(shown), tuple(pages), kept)


def deciding_items(questionnaire: Questionnaire) -> frozenset[str]:
    """Give the items whose answers decide what is shown."""
    return frozenset(item for condition in questionnaire.conditions() for item in items_in(condition))


def next_page(questionnaire: Questionnaire, answers: Answers, after: str | None) -> Page | None:
    """Give the page to show after this one (the first for None or an unknown page); None at the end."""
    shown = frozenset(route(questionnaire, answers).pages)
    pages = [page for _, page in questionnaire.pages()]
    start = _position(pages, after) + 1
    return next((page for page in pages[start:] if page.id in shown), None)


def previous_page(questionnaire: Questionnaire, answers: Answers, before: str | None) -> Page | None:
    """Give the page shown before this one (the last for None, that is from the end); None at the beginning."""
    shown = frozenset(route(questionnaire, answers).pages)
    pages = [page for _, page in questionnaire.pages()]
    end = len(pages) if before is None else max(_position(pages, before), 0)
    return next((page for page in reversed(pages[:end]) if page.id in shown), None)


def _position(pages: list[Page], page_id: str | None) -> int:
    return next((index for index, page in enumerate(pages) if page.id == page_id), -1)


def _holds(condition: Expression | None, answers: Answers) -> bool:
    return condition is None or truth(condition, answers) is Truth.TRUE


def _answers_to(question: Question, answers: Answers) -> Iterator[tuple[str, Answer]]:
    for item in (*question.items, *filter(None, [question.other])):
        answer = answers.get(item)
        if answer is not None and answer != "" and answer != ():
            yield item, answer
