"""Other people's surveys, from their files to a release that survives the attack, on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from barometer.cli import main
from barometer.release import read_release
from tests.barometer.real_survey import recounting

MAPPINGS = recounting.REPOSITORY / "examples" / "real-survey-mappings"


@pytest.mark.parametrize(("survey", "respondents"), [("2016-uk", 273), ("2017-uk", 253), ("2017-de", 325)])
def test_a_real_survey_is_converted_released_attacked_and_verified(
    survey: str, respondents: int, shared_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wave, release = tmp_path / "wave", tmp_path / "release"
    mapping, policy = MAPPINGS / f"{survey}.yaml", MAPPINGS / "policies" / f"{survey}.yaml"
    source = shared_folder / "real-survey" / survey

    converting = ["convert", str(mapping), "--from", str(source), "--policy", str(policy), "--to", str(wave)]
    assert main([*converting, "--json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    with (wave / "conversion-report.csv").open(encoding="utf-8", newline="") as file:
        reported = list(csv.DictReader(file))
    assert sum(int(row["times"]) for row in reported) == sum(changes.values()) > 0

    assert main(["release", str(wave), "--to", str(release)]) == 0
    assert main(["attack", str(release)]) == 0
    assert main(["verify", str(release)]) == 0
    tables = read_release(release).tables
    shown = sum(cell.status.is_shown for _, cell in tables.cells())
    print(f"{survey}: {shown} cells shown, {sum(1 for _ in tables.cells()) - shown} withheld")
    assert (tables.wave.respondents, shown > 500, len(tables.tables) > 100) == (respondents, True, True)
    assert tables.wave.attribution
