from __future__ import annotations

from textwrap import dedent

import numpy as np
import pytest

from barometer.generating import generate_from_recipe, read_recipe
from barometer.generating.margins import counted
from barometer.problems import UnusableInput
from barometer.questionnaire.model import Kind, Option, OptionKind
from barometer.responses import ChoiceColumn, ResponseSet, TextColumn
from barometer.responses_csv import sheets_of, write_answers
from barometer.texts import Text
from tests.barometer.questionnaires import option, question, questionnaire

SCALE = [Option(code, Text.of({"en": code}), score=float(n)) for n, code in enumerate(("low", "middle", "high"))]
WAVE = questionnaire(
    [question("kind", Kind.SINGLE, "town", "club"), question("here", Kind.SINGLE, "yes", "no")],
    [question("there", Kind.SINGLE, "yes", "no")],
    [
        question("ways", Kind.MULTIPLE, "a", "b", option("other", asks_text=True), option("none", exclusive=True),
                 show_if="here = 'yes' or there = 'yes'", max_choices=2),
        question("opinion", Kind.SINGLE, *SCALE, option("cannot_say", OptionKind.CANNOT_SAY)),
        question("words", Kind.TEXT),
    ],
)  # fmt: skip
RECIPE = dedent(
    """
    schema: kumppani/recipe/1
    label: {en: Invented}
    seed: 5
    respondents: 100
    languages: {fi: 60, en: 40}
    last_pages: {p1: 4}
    together:
      - items: [here, there]
        counts:
          yes: {yes: 30, no: 20, skipped: 2}
          no: {yes: 10, no: 25, skipped: 3}
          skipped: {yes: 1, no: 2, skipped: 3}
    single:
      kind: {town: 55, club: 40}
      opinion: {low: 20, middle: 30, high: 25, cannot_say: 10}
    multiple:
      ways: {answered: 55, ticks: {a: 30, b: 20, other: 6}}
    texts:
      words: {answered: 12, texts: {fi: [Keksitty.], en: [Invented one., Invented two.]}}
      ways.other: {answered: 4, texts: {fi: [Muu.], en: [Other.]}}
    figures:
      - {item: opinion, options: [middle, high], count: 55, base: 85, percent: 65}
    """
)


def made(text: str = RECIPE) -> ResponseSet:
    return generate_from_recipe(WAVE, read_recipe(text.encode()))


def refusal(text: str) -> str:
    with pytest.raises(UnusableInput) as refused:
        made(text)
    return str(refused.value)


def test_every_count_of_the_recipe_is_met_exactly():
    responses = made()

    assert counted(responses, "kind", ["town"]) == (55, 95)
    assert counted(responses, "opinion", ["cannot_say"]) == (10, 85)
    assert [counted(responses, "ways", [code]) for code in ("a", "b", "other")] == [(30, 55), (20, 55), (6, 55)]
    assert sorted(responses.languages).count("fi") == 60
    assert responses.last_pages.count("p1") == 4


def test_joint_counts_are_met_exactly():
    both = [
        (sheet.answers.get("here"), sheet.answers.get("there")) for sheet in sheets_of(made()) if not sheet.last_page
    ]

    assert both.count(("yes", "yes")) == 30
    assert both.count(("no", None)) == 3
    assert both.count((None, "yes")) == 1


def test_who_is_left_without_a_tick_gets_the_exclusive_option_and_nobody_too_many():
    ticked = [sheet.answers["ways"] for sheet in sheets_of(made()) if "ways" in sheet.answers]

    assert all(len(codes) <= 2 for codes in ticked)
    assert all(codes == ("none",) for codes in ticked if "none" in codes)


def test_only_those_answer_whom_routing_lets():
    for sheet in sheets_of(made()):
        if "ways" in sheet.answers:
            assert "yes" in (sheet.answers.get("here"), sheet.answers.get("there"))


def test_texts_are_in_the_language_of_the_respondent():
    responses = made()
    words = responses.columns["words"]
    assert isinstance(words, TextColumn)

    assert sum(bool(text) for text in words.values) == 12
    for language, text in zip(responses.languages, words.values, strict=True):
        assert text in {"fi": ("", "Keksitty."), "en": ("", "Invented one.", "Invented two.")}[language]


def test_the_seed_decides_who_and_nothing_else():
    other = generate_from_recipe(WAVE, read_recipe(RECIPE.encode()), seed=6)

    assert write_answers(made()) == write_answers(made())
    assert write_answers(other) != write_answers(made())
    assert counted(other, "opinion", ["high"]) == counted(made(), "opinion", ["high"])


def test_leans_show_in_who_answers_high_but_not_in_how_many():
    leaning = made(RECIPE + "leans: {kind: {town: 2.5, club: -2.5}}\nmood: 0.5\n")
    opinion, kind = leaning.columns["opinion"], leaning.columns["kind"]
    assert isinstance(opinion, ChoiceColumn)
    assert isinstance(kind, ChoiceColumn)

    assert counted(leaning, "opinion", ["high"]) == (25, 85)
    assert np.mean(opinion.values[(kind.values == 0) & (opinion.values >= 0) & (opinion.values < 3)]) > 1.2
    assert np.mean(opinion.values[(kind.values == 1) & (opinion.values >= 0) & (opinion.values < 3)]) < 0.9


@pytest.mark.parametrize(
    ("said", "instead", "because"),
    [
        ("town: 55", "town: 155", "195 shall answer, but only 100 can"),
        ("answered: 55", "answered: 80", "80 shall answer"),
        ("kind: {town: 55, club: 40}", "sort: {town: 55}", "no such item"),
        ("high: 25, cannot", "top: 25, cannot", "'top' is no option"),
        ("answered: 12, texts: {fi: [Keksitty.], en", "answered: 60, texts: {fi: [K.], sv", "No text is given in en"),
        ("count: 55, base: 85, percent: 65", "count: 55, base: 85, percent: 64", "gives 55 of 85 = 65 %, not"),
        ("  opinion: {low: 20, middle: 30, high: 25, cannot_say: 10}\n", "", "says nothing about this item"),
    ],
)  # fmt: skip
def test_a_recipe_that_cannot_be_met_is_refused_with_the_item(said: str, instead: str, because: str):
    assert said in RECIPE

    assert because in refusal(RECIPE.replace(said, instead))


def test_a_recipe_with_an_unknown_entry_is_refused_by_its_line():
    with pytest.raises(UnusableInput, match=r"recipe\.yaml:2"):
        read_recipe(b"schema: kumppani/recipe/1\nsalt: 3\n")
