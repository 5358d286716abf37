"""A page of the questionnaire as the template needs it: plain values, already in the respondent's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import translation

from barometer.answering.sheet import Answer, Answers
from barometer.answering.validation import OTHER_TEXT_CHARACTERS, TEXT_CHARACTERS
from barometer.problems import Problem
from barometer.questionnaire.model import Kind, Option, Page, Question
from kumppani.surveys.respondent.words import fault_said


@dataclass(frozen=True)
class ShownOption:
    id: str
    code: str
    label: str
    chosen: bool
    asks_text: bool
    rank: str = ""


@dataclass(frozen=True)
class ShownRow:
    item: str
    label: str
    options: tuple[ShownOption, ...]
    fault: str


@dataclass(frozen=True)
class ShownQuestion:
    id: str
    item: str
    kind: str
    text: str
    help: str
    fault: str
    fault_field: str
    """The id of the first field that has to be corrected."""
    options: tuple[ShownOption, ...] = ()
    rows: tuple[ShownRow, ...] = ()
    value: str = ""
    other: str = ""
    longest: int = TEXT_CHARACTERS
    longest_other: int = OTHER_TEXT_CHARACTERS
    ranks: tuple[str, ...] = ()
    required: bool = False
    earliest: str = ""
    latest: str = ""
    decimals: int = 0


def show(
    page: Page,
    language: str,
    *,
    answers: Answers,
    posted: Mapping[str, Sequence[str]] | None = None,
    problems: Sequence[Problem] = (),
) -> tuple[ShownQuestion, ...]:
    """Show the questions with what was answered, or with what was posted where that has faults."""
    values = as_posted(page, answers) if posted is None else posted
    return tuple(_show(question, language, values, problems) for question in page.questions)


def as_posted(page: Page, answers: Answers) -> dict[str, list[str]]:
    """Answers as a browser would send them."""
    posted: dict[str, list[str]] = {}
    for question in page.questions:
        for item in (*question.items, f"{question.id}.other"):
            if item in answers:
                posted.update(_fields(question, item, answers[item]))
    return posted


def _fields(question: Question, item: str, answer: Answer) -> dict[str, list[str]]:
    if isinstance(answer, tuple):
        if question.kind is Kind.RANKING:
            return {f"{item}.{code}": [str(rank)] for rank, code in enumerate(answer, start=1)}
        return {item: list(answer)}
    return {item: [answer if isinstance(answer, str) else f"{answer:.{question.decimals}f}"]}


def _show(
    question: Question, language: str, values: Mapping[str, Sequence[str]], problems: Sequence[Problem]
) -> ShownQuestion:
    # A thread keeps the language of whomever it served before, and no middleware sets a respondent's.
    with translation.override(language):
        faults = {
            fault.item: fault_said(fault, question) for fault in problems if fault.item.split(".", 1)[0] == question.id
        }
    item = question.items[0] if question.items else question.id
    first_fault = next(iter(faults), "")
    most = question.max_choices or len(question.options)
    return ShownQuestion(
        id=question.id,
        item=item,
        kind=question.kind.value,
        text=question.text.in_(language),
        help=question.help.in_(language),
        fault=next(iter(faults.values()), ""),
        fault_field=_field_to_correct(question, first_fault) if faults else "",
        options=_options(question, question.id, language, values),
        rows=tuple(
            ShownRow(
                f"{question.id}.{row.code}",
                row.label.in_(language),
                _options(question, f"{question.id}.{row.code}", language, values),
                faults.get(f"{question.id}.{row.code}", ""),
            )
            for row in question.rows
        ),
        value=_first(values, item),
        other=_first(values, f"{question.id}.other"),
        longest=question.max_characters or TEXT_CHARACTERS,
        ranks=tuple(str(rank) for rank in range(1, most + 1)),
        required=question.required,
        earliest=question.earliest or "",
        latest=question.latest or "",
        decimals=question.decimals,
    )


def _options(
    question: Question, item: str, language: str, values: Mapping[str, Sequence[str]]
) -> tuple[ShownOption, ...]:
    chosen = values.get(item, ())
    return tuple(
        ShownOption(
            id=field_id(item, option.code),
            code=option.code,
            label=option.label.in_(language),
            chosen=option.code in chosen,
            asks_text=option.asks_text,
            rank=_first(values, f"{item}.{option.code}"),
        )
        for option in question.options
    )


def field_id(item: str, code: str = "") -> str:
    return "-".join(part for part in ("f", item.replace(".", "-"), code) if part)


def _field_to_correct(question: Question, item: str) -> str:
    if item.endswith(".other"):
        return field_id(item)
    first: Option | None = question.options[0] if question.options else None
    return field_id(item, first.code if first else "")


def _first(values: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(values.get(name, ())), "")
