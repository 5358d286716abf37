"""Made-up waves that are hard to protect: answers follow the background, few skip, filters follow filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barometer.disclosure.policy import Background, Grouping, NamedGroup, Policy, Sensitivity
from barometer.published import Wave
from barometer.questionnaire.conditions import Truth, parse_condition, truth
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
    Section,
)
from barometer.responses import ChoiceColumn, Column, Missing, MultipleColumn, RankingColumn, ResponseSet
from barometer.texts import Text


@dataclass(frozen=True)
class Survey:
    responses: ResponseSet
    policy: Policy
    wave: Wave


def text(words: str) -> Text:
    return Text.of({"en": words, "fi": words, "sv": words})


def options(*codes: str, cannot_say: bool = True, scored: bool = False) -> tuple[Option, ...]:
    given = [Option(code, text(code), score=float(at + 1) if scored else None) for at, code in enumerate(codes)]
    return (*given, *([Option("dk", text("cannot say"), OptionKind.CANNOT_SAY)] if cannot_say else []))


def question(
    name: str, given: tuple[Option, ...], condition: str = "", kind: Kind = Kind.SINGLE, **more: object
) -> Question:
    show_if = parse_condition(condition) if condition else None
    return Question(name, kind, text(name), options=given, show_if=show_if, show_if_source=condition, **more)  # type: ignore[arg-type]


def background(name: str, answers: int) -> Question:
    return question(name, options(*(f"{name}{at}" for at in range(answers)), cannot_say=False), role=Role.BACKGROUND)


AGREE = options("1", "2", "3", "4", "5", scored=True)
NETS = (Net("low", text("low"), ("1", "2")), Net("high", text("high"), ("4", "5")))


def asked(chance: np.random.Generator) -> list[Question]:
    """Give the questions: always two backgrounds, and a draw of everything else."""
    ticked = (*options("t1", "t2", "t3", "t4", cannot_say=False), Option("none", text("none"), exclusive=True))
    conditions = ["f1 = 'y'", "f1 = 'y' or f2 = 'y'", "f1 = 'y' and f2 != 'n'", "not(f1 = 'n')", "is_blank(f1)"]
    drawn = [conditions[number] for number in chance.choice(len(conditions), 3)]
    return [
        background("b", int(chance.integers(2, 8))),
        background("c", int(chance.integers(2, 5))),
        question("plain", AGREE, nets=NETS),
        question("rare", options("u", "v", "w", cannot_say=False)),
        question("f1", options("y", "n")),
        question("f2", options("y", "n", "m"), drawn[0].replace("f2", "f1")),
        question("rows", AGREE, drawn[1], Kind.MATRIX, nets=NETS, rows=(Row("r1", text("r1")), Row("r2", text("r2")))),
        question("many", ticked, drawn[2], Kind.MULTIPLE),
        question("after", options("y", "n", cannot_say=False), "selected(many, 't1')"),
        question("last", options("p", "q"), "after = 'y' or selected(many, 't2')"),
        question("order", options("x", "y", "z", cannot_say=False), "", Kind.RANKING),
    ]


def hard_survey(respondents: int, seed: int, *, k: int = 5, m: int = 20) -> Survey:
    """Draw a wave whose answers lean on the first background, with skips, break-offs and routing."""
    chance = np.random.default_rng(seed)
    questions = asked(chance)
    page = Page("p", text("page"), tuple(questions))
    form = Questionnaire("hard", "1", text("hard"), "en", ("en",), (Section("s", text("s"), (page,)),))
    skip, leave, lean = chance.choice([0.0, 0.03, 0.1]), chance.choice([0.0, 0.02]), chance.uniform(0, 0.9)
    left_at = np.where(chance.random(respondents) < leave, chance.integers(2, len(questions), respondents), 99)
    columns: dict[str, Column] = {}
    for at, each in enumerate(questions):
        shown = _shown(each, columns, respondents)
        state = np.where(chance.random(respondents) < (skip if at > 1 else skip / 3), Missing.SKIPPED, 0)
        state = np.where(left_at <= at, Missing.NOT_REACHED, state)
        state = np.where(shown, state, Missing.NOT_SHOWN).astype(np.int8)
        for item in each.items:
            columns[item] = _column(each, item, state, _leaning(columns, respondents), lean, chance)
    responses = ResponseSet(form, respondents, columns)
    sensitivity = {"rare": Sensitivity.SENSITIVE} if chance.random() < 0.3 else {}
    policy = Policy(tuple(_tree(each) for each in questions[:2]), k, m, sensitivity=sensitivity)
    return Survey(responses, policy, Wave("w1", form.title, form.id, form.version, "0" * 64, ("en",), respondents))


def _tree(asked_about: Question) -> Background:
    codes = [option.code for option in asked_about.options]
    pairs = [NamedGroup(f"{codes[at]}+", text(codes[at]), tuple(codes[at : at + 2])) for at in range(0, len(codes), 2)]
    return Background(asked_about.id, (Grouping("pairs", tuple(pairs)),))


def _shown(each: Question, columns: Mapping[str, Column], respondents: int) -> NDArray[np.bool_]:
    if each.show_if is None:
        return np.ones(respondents, np.bool_)
    condition = each.show_if
    return np.array([truth(condition, _answers(columns, at)) is Truth.TRUE for at in range(respondents)])


def _answers(columns: Mapping[str, Column], at: int) -> dict[str, str | tuple[str, ...]]:
    given: dict[str, str | tuple[str, ...]] = {}
    for item, column in columns.items():
        if isinstance(column, ChoiceColumn) and column.values[at] >= 0:
            given[item] = column.codes[column.values[at]]
        if isinstance(column, MultipleColumn) and column.state[at] == 0:
            given[item] = tuple(code for code, ticked in zip(column.codes, column.ticked[at], strict=True) if ticked)
    return given


def _leaning(columns: Mapping[str, Column], respondents: int) -> NDArray[np.int64]:
    first = next(iter(columns.values()), None)
    return first.values.astype(np.int64) if isinstance(first, ChoiceColumn) else np.zeros(respondents, np.int64)


def _column(
    each: Question,
    item: str,
    state: NDArray[np.int8],
    leaning: NDArray[np.int64],
    lean: float,
    chance: np.random.Generator,
) -> Column:
    codes = tuple(option.code for option in each.options)
    respondents = len(state)
    if each.kind is Kind.MULTIPLE:
        ticked = chance.random((respondents, len(codes))) < chance.uniform(0.02, 0.97, len(codes))
        ticked[:, -1] = ~ticked[:, :-1].any(axis=1)
        ticked[state < 0] = False
        return MultipleColumn(item, codes, ticked, state)
    if each.kind is Kind.RANKING:
        ranks = np.array([chance.permutation(len(codes)) + 1 for _ in range(respondents)], np.int16)
        ranks[state < 0] = 0
        return RankingColumn(item, codes, ranks, state)
    usual = chance.choice(len(codes), respondents, p=chance.dirichlet(np.full(len(codes), 0.7)))
    values = np.where(chance.random(respondents) < lean, np.maximum(leaning, 0) % len(codes), usual)
    return ChoiceColumn(item, codes, np.where(state < 0, state, values).astype(np.int16))
