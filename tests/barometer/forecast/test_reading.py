"""shares.yaml: what does not fit is refused with its line and what to do."""

from __future__ import annotations

import jsonschema
import pytest

from barometer.checked_yaml import schema
from barometer.forecast import expect, read_shares
from barometer.problems import UnusableInput
from tests.barometer.forecast.surveys import ASKED, POLICY

GOOD = """\
schema: kumppani/shares/1
unanswered: 10
backgrounds:
  area: {area0: 40, area1: 30, area2: 20, area3: 10}
answers:
  uses: {news: 60, training: 30, events: 10, none: 5}
"""


def read(text: str):
    return expect(ASKED, POLICY, given=read_shares(text.encode()))


def test_shares_in_percent_become_shares_of_one():
    expected = read(GOOD)

    assert expected.splits["area"].shares == {"area0": 0.4, "area1": 0.3, "area2": 0.2, "area3": 0.1}
    assert expected.splits["uses"].shares == {"news": 0.6, "training": 0.3, "events": 0.1, "none": 0.05}
    assert expected.splits["works"].unanswered == 0.1


def test_rounded_shares_may_miss_a_hundred_by_one():
    expected = read(GOOD.replace("area0: 40", "area0: 39"))

    assert sum(expected.splits["area"].shares.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("area0: 40", "area0: 60", "shares-do-not-add-up", 4),
        ("area0: 40", "area0: .nan", "shape-value", 4),
        ("area0: 40", "elsewhere: 40", "shares-unknown-answer", 4),
        ("  area:", "  place:", "shares-unknown-question", 4),
        (", none: 5", "", "shares-incomplete", 6),
        ("area0: 40", "area0: -1", "shape-value", 4),
        ("kumppani/shares/1", "kumppani/shares/2", "shape-value", 1),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(old, new, code, line):
    with pytest.raises(UnusableInput) as refused:
        read(GOOD.replace(old, new))

    (problem,) = refused.value.problems
    assert (problem.code, problem.line) == (code, line)
    assert problem.remedy


@pytest.mark.parametrize("name", ["shares", "forecast"])
def test_the_schemas_are_sound_described_and_exemplified(name):
    jsonschema.Draft202012Validator.check_schema(schema(name))

    assert schema(name)["$id"] == f"kumppani/{name}/1"
    assert schema(name)["description"]
    for example in schema(name)["examples"]:
        jsonschema.validate(example, schema(name))
