"""Small questionnaires written out in the tests, as the reader would draw them."""

from __future__ import annotations

from collections.abc import Sequence

from barometer.questionnaire.conditions import parse_condition
from barometer.questionnaire.model import (
    Kind,
    Option,
    OptionKind,
    Page,
    Question,
    Questionnaire,
    Row,
    Section,
)
from barometer.texts import Text


def option(
    code: str, kind: OptionKind = OptionKind.SUBSTANTIVE, *, exclusive: bool = False, asks_text: bool = False
) -> Option:
    return Option(code, Text.of({"en": code}), kind, exclusive=exclusive, asks_text=asks_text)


def question(
    id: str,
    kind: Kind,
    *codes: str | Option,
    rows: Sequence[str] = (),
    show_if: str = "",
    max_choices: int | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    required: bool = False,
    decimals: int = 0,
    earliest: str | None = None,
    latest: str | None = None,
) -> Question:
    return Question(
        id,
        kind,
        Text.of({"en": id}),
        options=tuple(each if isinstance(each, Option) else option(each) for each in codes),
        rows=tuple(Row(code, Text.of({"en": code})) for code in rows),
        show_if=parse_condition(show_if) if show_if else None,
        show_if_source=show_if,
        max_choices=max_choices,
        minimum=minimum,
        maximum=maximum,
        required=required,
        decimals=decimals,
        earliest=earliest,
        latest=latest,
    )


def questionnaire(*pages: Sequence[Question]) -> Questionnaire:
    """Make a questionnaire of one section, with pages called p1, p2, …"""
    made = tuple(Page(f"p{n}", Text.of({"en": f"Page {n}"}), tuple(page)) for n, page in enumerate(pages, start=1))
    section = Section("s1", Text.of({"en": "Section"}), made)
    return Questionnaire("q", "1.0", Text.of({"en": "Questionnaire"}), "en", ("en", "fi"), (section,))


SMALL = questionnaire(
    [question("took_part", Kind.SINGLE, "yes", "no", option("cannot_say", OptionKind.CANNOT_SAY))],
    [
        question(
            "did",
            Kind.MULTIPLE,
            "news",
            "training",
            option("other", asks_text=True),
            option("none", exclusive=True),
            show_if="took_part = 'yes'",
            max_choices=2,
        ),
        question("useful", Kind.MATRIX, "1", "2", "3", rows=["news", "training"], show_if="took_part = 'yes'"),
    ],
    [
        question("order", Kind.RANKING, "a", "b", "c", max_choices=3),
        question("years", Kind.NUMBER, minimum=0, maximum=99, decimals=1),
        question("since", Kind.DATE, earliest="2000-01-01", latest="2030-12-31"),
        question("wish", Kind.TEXT),
    ],
)
"""Three pages: a filter; what only those see who took part; and one of every other kind."""
