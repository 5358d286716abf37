"""Made-up surveys for the tests of protection: small questionnaires with routing, and answers drawn by a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barometer.disclosure.policy import Background, Grouping, NamedGroup, Policy
from barometer.published import Wave
from barometer.questionnaire.conditions import Compare, Comparison, Expression, Or, Selected
from barometer.questionnaire.model import (
    Kind,
    Net,
    Option,
    OptionKind,
    Page,
    Question,
    Questionnaire,
    Role,
    Row,
    Scale,
    Section,
)
from barometer.responses import ChoiceColumn, Column, Missing, MultipleColumn, ResponseSet
from barometer.texts import Text


def said(words: str) -> Text:
    return Text.of({"fi": f"{words} (fi)", "sv": f"{words} (sv)", "en": words})


def option(code: str, kind: OptionKind = OptionKind.SUBSTANTIVE, **more: object) -> Option:
    return Option(code, said(code), kind, **more)  # type: ignore[arg-type]


CANNOT_SAY = option("cannot_say", OptionKind.CANNOT_SAY)
AGREE = Scale(
    "agree",
    (*(option(f"a{score}", score=float(score)) for score in (5, 4, 3, 2, 1)), CANNOT_SAY),
    (Net("positive", said("agree"), ("a5", "a4")), Net("negative", said("disagree"), ("a2", "a1"))),
)
YES_NO = Scale("yes_no", (option("yes"), option("no"), CANNOT_SAY), ordered=False)


def is_(item: str, code: str) -> Compare:
    return Compare(item, Comparison.EQUAL, code)


def single(name: str, scale: Scale, *, show_if: Expression | None = None, role: Role | None = None) -> Question:
    return Question(
        name,
        Kind.SINGLE,
        said(name),
        options=scale.options,
        nets=scale.nets,
        scale=scale.id,
        show_if=show_if,
        role=role,
    )


def matrix(name: str, rows: Sequence[str], scale: Scale, *, show_if: Expression | None = None) -> Question:
    return Question(
        name, Kind.MATRIX, said(name), options=scale.options, nets=scale.nets, scale=scale.id,
        rows=tuple(Row(row, said(row)) for row in rows), show_if=show_if,
    )  # fmt: skip


def multiple(
    name: str, codes: Sequence[str], *, most: int | None = None, show_if: Expression | None = None
) -> Question:
    options = (*(option(code) for code in codes), option("none", exclusive=True))
    return Question(name, Kind.MULTIPLE, said(name), options=options, max_choices=most, show_if=show_if)


def background(name: str, answers: int) -> Question:
    options = tuple(option(f"{name}{place}") for place in range(answers))
    return Question(name, Kind.SINGLE, said(name), options=options, role=Role.BACKGROUND)


def questionnaire(*questions: Question, scales: Sequence[Scale] = (AGREE, YES_NO)) -> Questionnaire:
    page = Page("p1", said("page"), tuple(questions))
    return Questionnaire(
        "made-up", "1", said("made up"), "en", ("fi", "sv", "en"), (Section("s", said("s"), (page,)),), tuple(scales)
    )


def pairs_of(question: Question) -> Background:
    """A tree of one level: the answers two by two."""
    codes = [each.code for each in question.options]
    groups = [
        NamedGroup(f"{question.id}_pair{at}", said(f"pair {at}"), tuple(codes[at : at + 2]))
        for at in range(0, len(codes), 2)
    ]
    return Background(question.id, (Grouping("pairs", tuple(groups)),))


def wave_of(responses: ResponseSet) -> Wave:
    asked = responses.questionnaire
    return Wave("w1", asked.title, asked.id, asked.version, "0" * 64, asked.languages, responses.respondents)


@dataclass
class Survey:
    questionnaire: Questionnaire
    responses: ResponseSet
    policy: Policy


def drawn(asked: Questionnaire, respondents: int, seed: int, *, skip: float = 0.06) -> ResponseSet:
    """Draw answers: skewed choices, skips, routing kept."""
    chance = np.random.default_rng(seed)
    columns: dict[str, Column] = {}
    for question in asked.questions():
        shown = (
            np.ones(respondents, np.bool_)
            if question.show_if is None
            else holds(question.show_if, columns, respondents)
        )
        for item in question.items:
            columns[item] = _column(question, item, shown, respondents, chance, skip)
    return ResponseSet(asked, respondents, columns)


def _column(
    question: Question, item: str, shown: NDArray[np.bool_], respondents: int, chance: np.random.Generator, skip: float
) -> Column:
    codes = tuple(each.code for each in question.options)
    skipped = chance.random(respondents) < (skip if question.role is None else skip / 4)
    if question.kind is Kind.MULTIPLE:
        ticked = chance.random((respondents, len(codes))) < chance.uniform(0.05, 0.6, len(codes))
        ticked[:, -1] = False
        for row in ticked:
            if question.max_choices is not None:
                row[np.flatnonzero(row)[question.max_choices :]] = False
        ticked[:, -1] = ~ticked.any(axis=1)
        state = np.where(~shown, Missing.NOT_SHOWN, np.where(skipped, Missing.SKIPPED, 0)).astype(np.int8)
        ticked[state < 0] = False
        return MultipleColumn(item, codes, ticked, state)
    weights = chance.dirichlet(np.full(len(codes), 1.2))
    values = chance.choice(len(codes), respondents, p=weights)
    values = np.where(~shown, Missing.NOT_SHOWN, np.where(skipped, Missing.SKIPPED, values))
    return ChoiceColumn(item, codes, values.astype(np.int16))


def holds(condition: Expression, columns: Mapping[str, Column], respondents: int) -> NDArray[np.bool_]:
    """The few kinds of condition these surveys use."""
    match condition:
        case Or(operands):
            return np.any([holds(each, columns, respondents) for each in operands], axis=0)
        case Selected(item, code):
            column = columns[item]
            assert isinstance(column, MultipleColumn)
            return column.ticked[:, column.codes.index(code)] & (column.state == 0)
        case Compare(item, Comparison.EQUAL, value):
            column = columns[item]
            assert isinstance(column, ChoiceColumn)
            return column.values == column.codes.index(str(value))
    raise NotImplementedError(condition)


def typical(respondents: int, seed: int, *, backgrounds: int = 2, k: int = 5, m: int = 20) -> Survey:
    """A survey with everything the audit has to join: filters, a multiple choice that filters, shared routing."""
    chance = np.random.default_rng(seed + 10_000)
    bases = [background(f"b{at}", int(chance.integers(3, 9))) for at in range(backgrounds)]
    either = Or((is_("f1", "yes"), is_("f2", "yes")))
    asked = questionnaire(
        *bases,
        single("plain", AGREE),
        single("f1", YES_NO),
        single("f2", YES_NO),
        matrix("use", ["r1", "r2"], AGREE, show_if=is_("f1", "yes")),
        single("benefit", AGREE, show_if=either),
        multiple("did", ["x", "y", "z"], show_if=either),
        single("after_x", YES_NO, show_if=Selected("did", "x")),
        multiple("partners", ["p", "q", "r", "s"], most=2),
    )
    policy = Policy(backgrounds=tuple(pairs_of(base) for base in bases), k=k, m=m)
    return Survey(asked, drawn(asked, respondents, seed), policy)
