"""Releasing beside what is public: a correction, an edition, a withdrawal, the next wave; and their ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from barometer.cli import main
from barometer.rechecking import recheck
from barometer.release import read_release, verify
from tests.barometer.cli.folders import ANSWERS, QUESTIONNAIRE, WAVE, write_wave_folder

CORRECTED = "org,works\n" + "city,yes\n" * 30 + "city,no\n" * 30 + "ngo,\n" * 55
NEXT_WAVE = WAVE.replace("small-1", "small-2").replace("2026", "2027")


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return release(tmp_path, "first")


def release(place: Path, name: str, *more: str, status: int = 0, **changed: str) -> Path:
    wave = write_wave_folder(place / f"wave-{name}", **changed)
    assert main(["release", str(wave), "--to", str(place / name), *more]) == status
    return place / name


@pytest.mark.parametrize("withdrawn", ["city,yes\n", "city,yes\n" * 3, "city,yes\n" * 10, "ngo,\n"])
def test_a_wave_is_not_released_again_after_withdrawals(
    withdrawn: str, first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = ANSWERS.replace(withdrawn, "", 1)

    release(tmp_path, "again", "--previous", str(first), status=1, answers=answers)

    assert "Wait for the next wave" in capsys.readouterr().err
    assert not (tmp_path / "again").exists()


def test_a_correction_of_many_names_what_it_replaces_and_was_audited_with(
    first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corrected = release(tmp_path, "corrected", "--previous", str(first), "--json", answers=CORRECTED)

    told = capsys.readouterr()
    earlier, later = read_release(first), read_release(corrected)
    assert later.id != earlier.id
    assert later.certificate.replaces == earlier.id
    assert later.certificate.audited_with == (earlier.id,)
    assert {measure.attacker for measure in later.certificate.measures} >= {"A0", "union"}
    assert not any(gap.startswith("releases:") for gap in later.certificate.not_modelled)
    assert json.loads(told.out)["replaces"] == earlier.id
    assert f"It replaces release {earlier.id}" in told.err
    assert verify(later) == recheck(later, [earlier]).faults == ()


def test_other_words_make_an_edition_with_the_same_name(first: Path, tmp_path: Path) -> None:
    said = QUESTIONNAIRE.replace("Do you work with partners?", "Do you work together with partners?")

    edition = release(tmp_path, "edition", "--previous", str(first), questionnaire=said)

    assert read_release(edition).id == read_release(first).id == read_release(edition).certificate.replaces
    assert (edition / "SHA256SUMS").read_bytes() != (first / "SHA256SUMS").read_bytes()


def test_another_name_for_the_wave_does_not_open_the_door(first: Path, tmp_path: Path) -> None:
    renamed = {"wave": WAVE.replace("small-1", "small-1b"), "answers": ANSWERS.replace("city,yes\n", "", 1)}

    release(tmp_path, "renamed", "--previous", str(first), status=1, **renamed)


def test_the_certificate_of_a_first_release_names_no_other(first: Path) -> None:
    certificate = read_release(first).certificate

    assert (certificate.audited_with, certificate.replaces) == ((), None)
    assert any(gap.startswith("releases:") for gap in certificate.not_modelled)


def test_the_ledger_grows_by_what_stands_beside_the_rest(
    first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = tmp_path / "ledger.json"
    assert main(["ledger", str(ledger), "--add", str(first), "--published", "2026-02-01"]) == 0
    later = release(tmp_path, "next", "--ledger", str(ledger), wave=NEXT_WAVE)
    assert main(["ledger", str(ledger), "--add", str(later), "--published", "2027-02-01"]) == 0
    capsys.readouterr()

    assert main(["ledger", str(ledger), "--json"]) == 0

    told = capsys.readouterr()
    assert json.loads(told.out)["releases"] == [read_release(first).id, read_release(later).id]
    assert read_release(later).certificate.audited_with == (read_release(first).id,)
    assert "2 public releases" in told.err


def test_the_ledger_refuses_what_was_made_without_it(first: Path, tmp_path: Path) -> None:
    """A release made as if nothing were public is tried when it is entered, and stays out."""
    ledger = tmp_path / "ledger.json"
    assert main(["ledger", str(ledger), "--add", str(first), "--published", "2026-02-01"]) == 0
    before = ledger.read_bytes()
    again = release(tmp_path, "again", answers=ANSWERS.replace("city,yes\n", "", 1))

    assert main(["ledger", str(ledger), "--add", str(again), "--published", "2026-03-01"]) == 1
    assert main(["ledger", str(ledger), "--add", str(first), "--published", "2026-03-01"]) == 2
    assert ledger.read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["ledger", "{place}/nowhere.json"],
        ["ledger", "{place}/ledger.json", "--add", "{place}/first"],
        ["ledger", "{place}/below/ledger.json", "--add", "{place}/first", "--published", "2026-02-01"],
        ["ledger", "{place}/ledger.json", "--add", "{place}/wave-first", "--published", "2026-02-01"],
        ["release", "{place}/wave-first", "--to", "{place}/again", "--ledger", "{place}/nowhere.json"],
        ["release", "{place}/wave-first", "--to", "{place}/again", "--previous", "{place}/nowhere"],
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    arguments: list[str], first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "below").mkdir()
    before = sorted(tmp_path.rglob("*"))

    assert main([argument.format(place=tmp_path) for argument in arguments]) == 2

    assert capsys.readouterr().err.count("\n") >= 1
    assert sorted(tmp_path.rglob("*")) == before
