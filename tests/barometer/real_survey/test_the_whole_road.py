"""Other people's surveys, from their files to a release that survives the attack, on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from barometer.attack import attack
from barometer.cli import main
from barometer.pipeline import protected_tables, read_wave_folder
from barometer.published import PublishedTables
from barometer.release import read_release
from tests.barometer.real_survey import recounting

MAPPINGS = recounting.REPOSITORY / "examples" / "real-survey-mappings"


def converting(survey: str, shared_folder: Path, to: Path) -> list[str]:
    """The words that convert a survey to a wave folder."""
    mapping, policy = MAPPINGS / f"{survey}.yaml", MAPPINGS / "policies" / f"{survey}.yaml"
    source = shared_folder / "real-survey" / survey
    return ["convert", str(mapping), "--from", str(source), "--policy", str(policy), "--to", str(to)]


def shown_in(tables: PublishedTables) -> int:
    return sum(cell.status.is_shown for _, cell in tables.cells())


@pytest.mark.parametrize(("survey", "respondents"), [("2016-uk", 273), ("2017-uk", 253), ("2017-de", 325)])
def test_a_real_survey_is_converted_and_its_protected_tables_survive_the_attack(
    survey: str, respondents: int, shared_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wave = tmp_path / "wave"

    assert main([*converting(survey, shared_folder, wave), "--json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    tables = protected_tables(read_wave_folder(wave)).tables

    with (wave / "conversion-report.csv").open(encoding="utf-8", newline="") as file:
        reported = list(csv.DictReader(file))
    assert sum(int(row["times"]) for row in reported) == sum(changes.values()) > 0
    assert attack([tables]).findings == ()
    print(f"{survey}: {shown_in(tables)} cells shown of {sum(1 for _ in tables.cells())}")
    assert tables.wave.respondents == respondents
    assert shown_in(tables) > 500
    assert len(tables.tables) > 100
    assert tables.wave.attribution


def test_a_real_survey_is_released_attacked_and_verified(shared_folder: Path, tmp_path: Path) -> None:
    """One of them with every file of a release; the reports take longest, and are made in the same way for all."""
    wave, release = tmp_path / "wave", tmp_path / "release"

    assert main(converting("2016-uk", shared_folder, wave)) == 0
    assert main(["release", str(wave), "--to", str(release)]) == 0
    assert main(["attack", str(release)]) == 0
    assert main(["verify", str(release)]) == 0

    tables = read_release(release).tables
    assert (tables.wave.respondents, shown_in(tables) > 500) == (273, True)
    assert tables.wave.attribution
