"""policy.yaml: what is read, and what is refused with a line and a remedy."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from barometer.disclosure.policy import Method, Policy, Sensitivity, as_plain, digest, read_policy
from barometer.problems import UnusableInput
from tests.barometer.disclosure.surveys import AGREE, background, questionnaire, single

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
ASKED = questionnaire(background("region", 4), background("size", 3), single("q", AGREE))
GOOD = """\
version: 1
k: 5
m: 20
backgrounds:
  - question: region
    outside: [region3]
    groupings:
      - id: halves
        groups:
          - {code: south, label: {fi: Etelä, en: South}, of: [region0, region1]}
          - {code: north, label: {fi: Pohjoinen, en: North}, of: [region2]}
  - question: size
crossings:
  - {by: region, questions: all}
  - {by: size, questions: [q]}
sensitivity: {q: sensitive}
rounding: {share_decimals: 0, mean_decimals: 2}
weights: none
"""


def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((files("barometer") / "schemas" / "policy.schema.json").read_text("utf-8"))
    return loaded


def test_a_policy_is_read_whole() -> None:
    policy = read_policy(GOOD.encode(), ASKED)

    assert (policy.k, policy.m, policy.method) == (5, 20, Method.AUDITED)
    assert policy.backgrounds[0].groupings[0].groups[0].of == ("region0", "region1")
    assert policy.backgrounds[0].outside == ("region3",)
    assert policy.sensitivity == {"q": Sensitivity.SENSITIVE}
    assert policy.mean_decimals == 2
    assert policy.crosses("q", "size")
    assert not policy.crosses("other", "size")
    assert policy.crosses("other", "region")


def test_what_is_left_out_has_its_default() -> None:
    assert read_policy(b"version: 1\nbackgrounds: []\n", ASKED) == Policy()


def test_the_plain_form_follows_the_schema_and_reads_back_as_the_same_policy() -> None:
    policy = read_policy(GOOD.encode(), ASKED)

    plain = as_plain(policy)

    jsonschema.validate(plain, schema())
    assert read_policy(yaml.safe_dump(plain, sort_keys=False).encode(), ASKED) == policy
    assert digest(read_policy(yaml.safe_dump(plain, sort_keys=False).encode(), ASKED)) == digest(policy)


def test_the_digest_changes_with_every_rule() -> None:
    changed = GOOD.replace("m: 20", "m: 30").encode()

    assert digest(read_policy(GOOD.encode(), ASKED)) != digest(read_policy(changed, ASKED))


def test_the_schema_holds_for_its_own_example_and_for_the_policies_of_the_examples() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    for example in schema()["examples"]:
        jsonschema.validate(example, schema())
    for file in EXAMPLES.glob("*/policy.yaml"):
        jsonschema.validate(yaml.safe_load(file.read_text("utf-8")), schema())


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("version: 1", "version: 2", "policy-version", 1),
        ("k: 5", "k: 1", "policy-range", 2),
        ("m: 20", "m: 4", "policy-m", 3),
        ("question: size", "question: sise", "policy-question", 12),
        ("question: size", "question: q", "policy-background", 12),
        ("question: size", "question: region", "policy-repeat", 5),
        ("outside: [region3]", "outside: [Region3]", "policy-code", 6),
        ("of: [region2]", "of: [region9]", "policy-code", 11),
        ("of: [region2]", "of: [region1]", "policy-repeat", 10),
        ("outside: [region3]", "outside: []", "policy-grouping", 8),
        ("by: size", "by: q", "policy-crossing", 15),
        ("q: sensitive", "q: secret", "policy-value", 16),
        ("q: sensitive", "r: sensitive", "policy-question", 16),
        ("weights: none", "weights: raked", "policy-value", 18),
        ("weights: none", "weight: none", "yaml-unknown", 18),
    ],
)
def test_a_fault_names_its_line_and_what_to_do(before: str, after: str, code: str, line: int) -> None:
    with pytest.raises(UnusableInput) as refused:
        read_policy(GOOD.replace(before, after).encode(), ASKED)

    (problem,) = refused.value.problems
    assert (problem.code, problem.file, problem.line) == (code, "policy.yaml", line)
    assert problem.remedy


def test_a_level_that_splits_a_group_of_the_level_before_is_refused() -> None:
    split = """\
version: 1
backgrounds:
  - question: size
    groupings:
      - id: first
        groups: [{code: a, label: {en: A}, of: [size0, size1]}, {code: b, label: {en: B}, of: [size2]}]
      - id: second
        groups: [{code: c, label: {en: C}, of: [size0]}, {code: d, label: {en: D}, of: [size1, size2]}]
"""
    with pytest.raises(UnusableInput, match=r"the group `a` of the level `first` is split"):
        read_policy(split.encode(), ASKED)
