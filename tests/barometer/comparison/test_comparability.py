"""comparability.yaml is read whole or refused with the line."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml

from barometer.comparison import Class, Common, GroupPair, ItemPair, read_comparability
from barometer.problems import UnusableInput
from barometer.published import Loss, Part, PublishedTables
from barometer.texts import Text
from tests.barometer.attack.building import release_of, rows_of, single

EXAMPLE = Path(__file__).with_name("comparability.yaml").read_bytes()
SCHEMA = json.loads((files("barometer") / "schemas" / "comparability.schema.json").read_text("utf-8"))


def wave(name: str, *items: str) -> PublishedTables:
    rows = rows_of((30, dict.fromkeys(items, "y")), (30, dict.fromkeys(items, "n")))
    tables = (single(rows, item, {"y": Part.ANSWER, "n": Part.ANSWER}) for item in items)
    return release_of(*tables, respondents=60, wave=name)


WAVES = (
    wave("w2024", "useful", "openness.funding", "meetings", "trust"),
    wave("w2026", "useful", "transparency.funding", "meetings", "trust"),
)


def test_the_example_fits_its_schema() -> None:
    jsonschema.validate(yaml.safe_load(EXAMPLE), SCHEMA)


def test_the_example_is_read() -> None:
    read = read_comparability(EXAMPLE, *WAVES)

    assert (read.earlier, read.later) == ("w2024", "w2026")
    assert read.items[:2] == (
        ItemPair("useful", "useful", Class.IDENTICAL),
        ItemPair("transparency.funding", "openness.funding", Class.EDITORIAL),
    )
    assert read.items[2].recode[0] == Common(
        "often", Text.of({"fi": "usein", "sv": "ofta", "en": "often"}), ("weekly", "monthly"), ("often",)
    )
    assert read.groups[0] == GroupPair("sector", "sector")
    assert (read.groups[1].was, [common.code for common in read.groups[1].common]) == ("area", ["south", "north"])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("earlier: w2024", "earlier: w2020", "the wave is 'w2024'"),
        ("class: identical", "class: same", "one of"),
        ("item: useful", "item: usefull", "no table of `usefull`"),
        ("was: openness.funding", "was: openness", "no table of `openness`"),
        ("later: [often]", "later: [sometimes]", "mapped twice"),
        ("item: trust", "item: useful", "listed twice"),
        ("class: editorial", "class: recoded", "needs a reason"),
        ("class: reworded", "class: recoded", "`recode` belongs to"),
        ("groups:", "regions:", "regions"),
        ("schema: kumppani/comparability/1", "schema: kumppani/comparability/2", "kumppani/comparability/1"),
    ],
)
def test_a_fault_is_refused_with_its_reason_and_line(old: str, new: str, reason: str) -> None:
    damaged = EXAMPLE.decode().replace(old, new, 1).encode()

    with pytest.raises(UnusableInput) as refusal:
        read_comparability(damaged, *WAVES)

    assert reason in str(refusal.value)
    assert refusal.value.problems[0].line > 0
    assert refusal.value.problems[0].file == "comparability.yaml"


@pytest.mark.parametrize("data", [b"", b"- a list", b"\xff\xfeh\x00", b"a: [1"])
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnusableInput):
        read_comparability(data, *WAVES)


def test_a_question_that_a_wave_could_not_publish_is_left_out() -> None:
    """Whether it could was decided by how many answered, long after the file was written."""
    data = b"schema: kumppani/comparability/1\nearlier: w1\nlater: w2\nitems:\n"
    data += b"  - {item: q, class: identical}\n  - {item: gone, class: identical}\n"
    dropped = Loss("gone", "dropped", Text.of({"en": "Too few."}))

    read = read_comparability(data, wave("w1", "q", "gone"), replace(wave("w2", "q"), losses=(dropped,)))

    assert [pair.item for pair in read.items] == ["q"]
