"""The ledger only grows: each release in it names all before it, and the folders beside it are the ones it names."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields, replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.problems import UnusableInput
from barometer.release import read_release
from barometer.release.ledger import (
    Entry,
    Ledger,
    entry_of,
    ledger_json,
    read_ledger,
    read_ledger_file,
    releases_of,
)

SCHEMA = json.loads((files("barometer") / "schemas" / "ledger.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
A, B, C, D = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)


def entry(release: str, wave: str, files: str, **more: object) -> Entry:
    return replace(Entry(release, wave, "1" * 64, "2" * 64, 300, "2026-01-01", files), **more)  # type: ignore[arg-type]


FIRST = entry(A, "w1", "5" * 64)
SECOND = entry(B, "w2", "6" * 64, audited_with=(A,))


def test_a_ledger_comes_back_as_it_was_written() -> None:
    ledger = Ledger().with_release(FIRST).with_release(replace(SECOND, folder="release-2"))

    assert read_ledger(ledger_json(ledger)) == ledger
    assert read_ledger(ledger_json(Ledger())) == Ledger()
    VALIDATOR.validate(json.loads(ledger_json(ledger)))
    VALIDATOR.validate(json.loads(ledger_json(Ledger())))


waves = st.lists(st.sampled_from(["w1", "w2", "w3"]), max_size=6)


@settings(max_examples=40)
@given(waves)
def test_whatever_grew_by_the_rules_can_be_read(published: list[str]) -> None:
    ledger = Ledger()
    for number, wave in enumerate(published):
        same = [each.release for each in ledger.releases if each.wave == wave]
        ids = tuple(each.release for each in ledger.releases)
        next_one = entry(f"{number:064x}", wave, f"{number + 100:064x}", audited_with=ids)
        ledger = ledger.with_release(replace(next_one, replaces=same[-1] if same else ""))

    VALIDATOR.validate(json.loads(ledger_json(ledger)))
    assert read_ledger(ledger_json(ledger)) == ledger


def test_the_schema_names_every_field_and_keeps_its_example() -> None:
    assert list(SCHEMA["$defs"]["Entry"]["properties"]) == [field.name for field in fields(Entry)]
    for example in SCHEMA["examples"]:
        VALIDATOR.validate(example)
        assert json.loads(ledger_json(read_ledger(json.dumps(example).encode()))) == example


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (replace(SECOND, audited_with=()), "not audited together with aaaa"),
        (replace(SECOND, audited_with=(A, C)), "names cccc"),
        (replace(SECOND, published="2025-12-31"), "out of order"),
        (replace(SECOND, published="2026-13-01"), "out of order"),
        (replace(SECOND, published=""), "no day"),
        (replace(SECOND, files=FIRST.files), "a second time"),
        (replace(SECOND, wave="w1"), "which release it replaces"),
        (replace(SECOND, replaces=A), "not one of its wave"),
        (replace(SECOND, replaces=D), "not one of its wave"),
        (replace(SECOND, release="short"), "64 hexadecimal digits"),
        (replace(SECOND, wave=""), "64 hexadecimal digits"),
    ],
)
def test_what_cannot_have_grown_is_refused(second: Entry, message: str) -> None:
    with pytest.raises(UnusableInput, match=message):
        read_ledger(ledger_json(Ledger((FIRST, second))))
    with pytest.raises(UnusableInput, match=message):
        Ledger((FIRST,)).with_release(second)


def test_an_edition_replaces_the_release_it_is() -> None:
    edition = replace(FIRST, files="7" * 64, audited_with=(A,), replaces=A)

    assert Ledger((FIRST,)).with_release(edition).releases[1].replaces == A


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"schema": "kumppani/release/1"}', b"\xff\xfe"])
def test_another_file_is_no_ledger(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "ledger.json").write_bytes(content)

    with pytest.raises(UnusableInput) as refusal:
        read_ledger_file(tmp_path / "ledger.json")

    assert refusal.value.problems[0].file.endswith("ledger.json")
    with pytest.raises(UnusableInput, match="no ledger of this name"):
        read_ledger_file(tmp_path / "nowhere.json")


@pytest.fixture
def beside(release_2022: Path, tmp_path: Path) -> tuple[Ledger, Path]:
    shutil.copytree(release_2022, tmp_path / "release-2022")
    release = read_release(release_2022)
    line = entry_of(release, published=date(2026, 1, 2), audited_with=(), replaces="", folder="release-2022")
    return Ledger((line,)), tmp_path


def test_the_folders_beside_the_ledger_are_read_and_verified(beside: tuple[Ledger, Path]) -> None:
    ledger, place = beside

    (release,) = releases_of(ledger, place)

    assert release.id == ledger.releases[0].release
    assert release.tables.wave.respondents == ledger.releases[0].respondents == 375


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"release": A}, "another release, or other files"),
        ({"files": A}, "another release, or other files"),
        ({"folder": ""}, "does not say where"),
        ({"folder": "../elsewhere"}, "does not say where"),
        ({"folder": "/tmp"}, "does not say where"),
    ],
)
def test_a_folder_that_is_not_the_one_meant_is_refused(
    change: dict[str, str], message: str, beside: tuple[Ledger, Path]
) -> None:
    ledger, place = beside

    with pytest.raises(UnusableInput, match=message):
        releases_of(Ledger((replace(ledger.releases[0], **change),)), place)


def test_a_changed_byte_in_a_folder_is_refused(beside: tuple[Ledger, Path]) -> None:
    ledger, place = beside
    (place / "release-2022" / "tables.csv").write_bytes(b"x")

    with pytest.raises(UnusableInput, match=r"tables\.csv"):
        releases_of(ledger, place)
