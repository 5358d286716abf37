"""`barometer deny` and `release --thorough`: shares of worlds, for the person, the machine and the certificate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from barometer.cli import main
from barometer.rechecking import recheck
from barometer.release import read_release
from tests.barometer.cli.folders import ANSWERS, write_wave_folder


@pytest.fixture
def wave(tmp_path: Path) -> Path:
    return write_wave_folder(tmp_path / "wave")


def test_the_shares_stand_in_the_certificate_and_the_worlds_nowhere(
    wave: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["release", str(wave), "--to", str(tmp_path / "made"), "--thorough", "20"]) == 0

    release = read_release(tmp_path / "made")
    measured = {measure.what: measure for measure in release.certificate.measures if measure.attacker == "A1"}
    assert set(measured) == {"deniability", "category_deniability", "exact", "width"}
    assert measured["deniability"].how == "rate"
    assert not any(gap.startswith("A1") for gap in release.certificate.not_modelled)
    assert recheck(release).faults == ()
    assert "seed" in capsys.readouterr().err
    assert "seed" not in (tmp_path / "made" / "certificate.json").read_text("utf-8")


def test_denying_tells_every_question(wave: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["release", str(wave), "--to", str(tmp_path / "made")])
    capsys.readouterr()

    status = main(["deny", str(wave), str(tmp_path / "made"), "--seconds", "20", "--seed", "7", "--json"])

    told = capsys.readouterr()
    (works,) = json.loads(told.out)["items"]
    assert (works["item"], works["respondents"]) == ("works", 60)  # whom the background left out is no secret
    assert "Worlds: seed 7, at most 20 s" in told.err
    assert status == (0 if works["another_class"] == works["respondents"] else 1)


def test_a_release_of_other_answers_is_refused(wave: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["release", str(wave), "--to", str(tmp_path / "made")])
    other = write_wave_folder(tmp_path / "other", answers=ANSWERS.replace("city,yes\n", "city,no\n", 7))

    assert main(["deny", str(other), str(tmp_path / "made")]) == 2
    assert "of other answers" in capsys.readouterr().err
