"""The questionnaire as plain values and its digest."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from barometer.questionnaire.canonical import as_plain, canonical_json, digest, from_plain
from barometer.questionnaire.model import Place, Questionnaire
from barometer.questionnaire.reading import files_of_folder, read_questionnaire, read_questionnaire_folder
from tests.barometer.questionnaire.drawing import draw
from tests.barometer.questionnaire.strategies import questionnaires

EXAMPLE = Path(__file__).parents[3] / "examples/partnership-barometer-2022/questionnaire"


@settings(max_examples=30)
@given(questionnaires())
def test_the_way_back_gives_an_equal_questionnaire(questionnaire: Questionnaire) -> None:
    read_back = from_plain(json.loads(canonical_json(questionnaire)))

    assert read_back == questionnaire
    assert digest(read_back) == digest(questionnaire)


@settings(max_examples=10)
@given(questionnaires())
def test_the_digest_does_not_look_at_places(questionnaire: Questionnaire) -> None:
    sections = tuple(replace(section, place=Place("elsewhere.yaml", 7)) for section in questionnaire.sections)

    assert digest(replace(questionnaire, sections=sections)) == digest(questionnaire)


def test_the_example_goes_there_and_back() -> None:
    example = read_questionnaire_folder(EXAMPLE)

    assert from_plain(as_plain(example)) == example


def test_the_digest_does_not_look_at_the_layout_of_the_files() -> None:
    files = files_of_folder(EXAMPLE)
    text = files["questionnaire.yaml"].decode()
    spread = "# another comment\n\n" + text.replace(
        "show_if: \"part_national = 'yes'", "show_if: \"part_national  ='yes'"
    )
    reviewed = files["texts/sv.po"].replace(b"# state: translated", b"# state: reviewed")

    assert spread.count("part_national  ='yes'") == 5
    assert digest(read_questionnaire({**files, "questionnaire.yaml": spread, "texts/sv.po": reviewed})) == digest(
        read_questionnaire(files)
    )


def test_the_digest_sees_every_change_a_respondent_could_see() -> None:
    drawings = [
        "a: single y n\nb: single y n",
        "b: single y n\na: single y n",
        "a: single n y\nb: single y n",
        "a: single y n\nb: single y n?",
        "a: single y n\nb: single y n | a = 'y'",
        "a: single y n\nb: multiple y n!",
        "a: single y n required=true\nb: single y n",
        "a: single y n\nb: number minimum=0",
        "a: single y n\nb: number",
    ]

    assert len({digest(draw(drawing)) for drawing in drawings}) == len(drawings)


def test_the_digest_of_a_known_questionnaire_stays_what_it_is() -> None:
    assert digest(draw("a: single y n s?\nb: multiple x none! | a = 'y'")) == KNOWN


KNOWN = "0c53d5a931f8e962488bf3f271bbae434a8af8438272e9576611c85cd875dc5f"


def test_plain_values_of_another_schema_are_refused() -> None:
    with pytest.raises(ValueError, match="kumppani/questionnaire/2"):
        from_plain({**as_plain(draw("a: single y n")), "schema": "kumppani/questionnaire/2"})
