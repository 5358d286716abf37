"""The contracts of answers, waves, recipes, cited figures and mappings: sound, exemplified, kept by our own files."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from barometer.checked_yaml import schema
from tests.barometer.examples.waves import ANSWERED, EXAMPLES, WAVES

NAMES = ("answers", "wave", "recipe", "cited", "mapping")
MAPPINGS = sorted((EXAMPLES / "real-survey-mappings").glob("*.yaml"))
FILES = [
    *(("wave", EXAMPLES / name / "wave.yaml") for name in WAVES),
    *(("recipe", EXAMPLES / name / "recipe.yaml") for name in ANSWERED),
    ("cited", EXAMPLES / "partnership-barometer-2022" / "cited.yaml"),
    *(("mapping", path) for path in MAPPINGS),
    *(("policy", path) for path in sorted((EXAMPLES / "real-survey-mappings" / "policies").glob("*.yaml"))),
    *(("policy", EXAMPLES / name / "policy.yaml") for name in WAVES),
]


class DaysAreTexts(yaml.SafeLoader):
    """YAML as our readers read it: a day is the text that was written."""


DaysAreTexts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_sound_named_and_described(name: str):
    jsonschema.Draft202012Validator.check_schema(schema(name))

    assert schema(name)["$id"] == f"kumppani/{name}/1"
    assert schema(name)["description"]


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_has_an_example_that_fits(name: str):
    examples: list[Any] = schema(name)["examples"]

    assert examples
    for example in examples:
        validator(name).validate(example)


@pytest.mark.parametrize(("name", "path"), FILES, ids=lambda each: each.parent.name if isinstance(each, Path) else each)
def test_our_own_files_fit(name: str, path: Path):
    validator(name).validate(yaml.load(path.read_bytes(), DaysAreTexts))


@pytest.mark.parametrize("name", ANSWERED)
def test_every_row_of_our_own_answers_fits(name: str):
    with (EXAMPLES / name / "answers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            validator("answers").validate(row)


@pytest.mark.parametrize(
    "row", [{"_weight": "-1"}, {"_lang": "fi"}, {"a b": "x"}, {"_language": "Finnish!"}, {"a": 3}, {"a.b.c": "x"}]
)
def test_a_row_that_is_none_does_not_fit(row: dict[str, Any]):
    assert not validator("answers").is_valid(row)
