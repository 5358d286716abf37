"""The protection against every world: small waves that are protected, and what all their worlds leave of each cell.

A wave has some 30 to 60 people, three to five groups and one question (plain, ticked, or with a filter before it), so
that everything that would have been published the same can mostly be written down. No withheld cell may be left with a
span below k, whoever of the respondents collude.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from barometer.disclosure.policy import Background, Policy
from barometer.disclosure.protecting import ReleaseRefused, protect
from barometer.published import Part, PublishedTables, Wave
from barometer.questionnaire.model import Kind as QuestionKind
from barometer.questionnaire.model import Page, Question, Questionnaire, Role, Section
from barometer.responses import ChoiceColumn, Column, Missing, MultipleColumn, ResponseSet
from barometer.tabulation import tabulate
from tests.barometer.attack.building import Row
from tests.barometer.attack.enumeration import SmallSurvey, spans_for_colluders, worlds_of
from tests.barometer.attack.surveys import Survey, options, question, text

KINDS = ("plain", "ticked", "routed")
K = 3


def small_wave(seed: int, colluders: int) -> tuple[str, Survey]:
    """Draw a wave to be protected: answers lean on the group, and a few skip."""
    chance = np.random.default_rng(seed)
    kind = KINDS[int(chance.integers(len(KINDS)))]
    people, groups = int(chance.integers(30, 61)), int(chance.integers(3, 6))
    codes = tuple("abcde"[:groups])
    background = Question(
        "g", QuestionKind.SINGLE, text("g"), options=options(*codes, cannot_say=False), role=Role.BACKGROUND
    )
    belongs = chance.choice(groups, people, p=chance.dirichlet(np.full(groups, 8.0))).astype(np.int16)
    asked, columns = _answers(kind, people, belongs, chance)
    page = Page("p", text("p"), (background, *asked))
    form = Questionnaire("small", "1", text("small"), "en", ("en",), (Section("s", text("s"), (page,)),))
    responses = ResponseSet(form, people, {"g": ChoiceColumn("g", codes, belongs), **columns})
    policy = Policy((Background("g", ()),), K, K + 2, detail=0, colluders=colluders)
    return kind, Survey(responses, policy, Wave("w1", form.title, "small", "1", "0" * 64, ("en",), people))


def _answers(
    kind: str, people: int, belongs: np.ndarray, chance: np.random.Generator
) -> tuple[tuple[Question, ...], dict[str, Column]]:
    skips = np.where(chance.random(people) < chance.choice([0.0, 0.0, 0.15]), np.int8(Missing.SKIPPED), np.int8(0))
    if kind == "ticked":
        ticked = chance.random((people, 2)) < chance.uniform(0.1, 0.9, 2)
        ticked[:, 0] |= ~ticked.any(axis=1)
        ticked[skips < 0] = False
        asked = question("q", options("x", "y", cannot_say=False), kind=QuestionKind.MULTIPLE)
        return (asked,), {"q": MultipleColumn("q", ("x", "y"), ticked, skips)}
    values = _leaning(people, belongs, 3 if kind == "plain" else 2, chance)
    if kind == "plain":
        given = np.where(skips < 0, skips, values).astype(np.int16)
        return (question("q", options("1", "2", "3", cannot_say=False)),), {
            "q": ChoiceColumn("q", ("1", "2", "3"), given)
        }
    filtered = _leaning(people, belongs, 2, chance)
    shown = np.where(filtered == 0, values, np.int16(Missing.NOT_SHOWN)).astype(np.int16)
    asked_both = (
        Question("f", QuestionKind.SINGLE, text("f"), options=options("y", "n", cannot_say=False), role=Role.FILTER),
        question("q", options("1", "2", cannot_say=False), "f = 'y'"),
    )
    return asked_both, {"f": ChoiceColumn("f", ("y", "n"), filtered), "q": ChoiceColumn("q", ("1", "2"), shown)}


def _leaning(people: int, belongs: np.ndarray, answers: int, chance: np.random.Generator) -> np.ndarray:
    usual = chance.choice(answers, people, p=chance.dirichlet(np.full(answers, 2.0)))
    return np.where(chance.random(people) < chance.uniform(0, 0.6), belongs % answers, usual).astype(np.int16)


def protected(survey: Survey) -> PublishedTables | None:
    """Give the tables of a wave; None where no form of them passes."""
    try:
        return protect(tabulate(survey.responses), survey.policy, survey.wave).tables
    except ReleaseRefused:
        return None


def types_in(kind: str, tables: PublishedTables) -> tuple[Row, ...]:
    """Give every type of respondent that the published tables have a place for."""
    codes: dict[str, list[str]] = {}
    for table in tables.tables:
        for category in table.categories:
            if category.part not in (Part.NET, Part.TICKED):
                codes.setdefault(table.item, []).extend(category.members or (category.code,))
    groups = dict.fromkeys(code for table in tables.tables if table.by for g in table.groups for code in g.members)
    answers = {item: list(dict.fromkeys(given)) for item, given in codes.items() if item != "g"}
    if kind == "ticked":
        missing = [code for code in answers.get("q", []) if code.startswith("_") and code != "_answered"]
        answers["q"] = [frozenset("x"), frozenset("y"), frozenset("xy"), *missing]  # type: ignore[list-item]
    rows = [dict(zip(answers, given, strict=True)) for given in product(*answers.values())]
    if kind == "routed" and {"f", "q"} <= answers.keys():
        rows = [row for row in rows if (row["f"] == "y") == (row["q"] != "_not_shown")]
    return tuple({**row, "g": group} for row in rows for group in groups or ("-",))


def small_release(seed: int, colluders: int) -> SmallSurvey | None:
    """Give a protected wave as a survey whose worlds can be written down; None where nothing is crossed."""
    kind, wave = small_wave(seed, colluders)
    tables = protected(wave)
    if tables is None or not any(table.by for table in tables.tables):
        return None
    return SmallSurvey(kind, tables, types_in(kind, tables), ())


def weak_cells(survey: SmallSurvey, colluders: int) -> tuple[int, list[str]]:
    """Give how many cells are withheld, and those that some placing leaves with a span below k.

    Raises TooManyWorlds.
    """
    spans = spans_for_colluders(survey, worlds_of(survey), colluders)
    return len(spans), [f"{survey.kind}, {place}: {span}" for place, span in spans.items() if span < K]
