"""What the controller keeps survives the way through JSON, warns first, and is never taken for a release's file."""

from __future__ import annotations

import json
from dataclasses import fields
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.controller_record import (
    WARNING,
    AuditedCell,
    ControllerRecord,
    controller_document,
    read_controller_document,
)
from barometer.problems import UnusableInput

SCHEMA = json.loads((files("barometer") / "schemas" / "controller.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=6)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
counts = st.integers(0, 500)
cells = st.builds(
    AuditedCell, words, words, words, st.booleans(), counts, counts, st.sampled_from(["flow", "lp", "world"])
)
records = st.builds(
    ControllerRecord,
    release=digests,
    input_digest=digests,
    software=words,
    seeds=st.dictionaries(words, st.integers(0, 2**40), max_size=2),
    cells=st.lists(cells, max_size=3).map(tuple),
)


@settings(max_examples=40, deadline=None)
@given(records)
def test_a_record_comes_back_and_keeps_its_schema(record: ControllerRecord) -> None:
    document = json.loads(json.dumps(controller_document(record)))

    VALIDATOR.validate(document)
    assert read_controller_document(document) == record


def test_the_warning_stands_first() -> None:
    assert list(controller_document(ControllerRecord()))[:2] == ["schema", "warning"]
    assert WARNING.startswith("NOT FOR PUBLICATION")


def test_the_schema_names_every_field_and_keeps_its_example() -> None:
    cell = SCHEMA["$defs"]["AuditedCell"]

    assert list(SCHEMA["properties"]) == ["schema", *(field.name for field in fields(ControllerRecord))]
    assert list(cell["properties"]) == [field.name for field in fields(AuditedCell)]
    for example in SCHEMA["examples"]:
        VALIDATOR.validate(example)


@pytest.mark.parametrize("document", [[], {}, {"schema": "kumppani/release/1"}])
def test_another_file_is_refused(document: object) -> None:
    with pytest.raises(UnusableInput, match="kumppani/controller/1"):
        read_controller_document(document)
