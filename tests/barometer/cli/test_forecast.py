"""`barometer forecast`: a table for people, JSON for machines, and one line for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from barometer.checked_yaml import schema
from barometer.cli import main
from tests.barometer.cli.folders import write_wave_folder

SHARES = """\
schema: kumppani/shares/1
backgrounds:
  org: {city: 80, ngo: 20}
"""


def test_it_needs_no_answers_and_no_dates(tmp_path: Path, capsys) -> None:
    wave = write_wave_folder(tmp_path / "wave", answers=None, wave=None)

    assert main(["forecast", str(wave), "--respondents", "120", "--waves", "2", "--json"]) == 0

    told = capsys.readouterr()
    plain = json.loads(told.out)
    jsonschema.validate(plain, schema("forecast"))
    assert (plain["respondents"], plain["waves"], [c["item"] for c in plain["crossings"]]) == (120, 2, ["works"])
    assert "Forecast for 120 answers to small" in told.err


@pytest.mark.parametrize(("language", "title"), [("fi", "Ennuste"), ("sv", "Prognos"), ("en", "Forecast")])
def test_people_read_it_in_their_language(tmp_path: Path, capsys, language: str, title: str) -> None:
    wave = write_wave_folder(tmp_path / "wave", answers=None)

    assert main(["forecast", str(wave), "--respondents", "120", "--quick", "--language", language]) == 0

    assert capsys.readouterr().err.startswith(title)


def test_given_shares_and_an_earlier_release_are_used(tmp_path: Path, capsys) -> None:
    wave = write_wave_folder(tmp_path / "wave")
    assert main(["release", str(wave), "--to", str(tmp_path / "earlier")]) == 0
    (tmp_path / "shares.yaml").write_text(SHARES)
    command = ["forecast", str(wave), "--respondents", "100", "--quick", "--json"]
    capsys.readouterr()

    found = []
    for more in ([], ["--previous", str(tmp_path / "earlier")], ["--shares", str(tmp_path / "shares.yaml")]):
        assert main([*command, *more]) == 0
        (background,) = json.loads(capsys.readouterr().out)["backgrounds"]
        found.append((background["source"], round(background["answers"][0]["expected"])))

    assert found == [("assumed", 47), ("earlier", 52), ("given", 75)]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--respondents", "3"], "forecast-too-few"),
        (["--respondents", "0"], "option-too-small"),
        (["--respondents", "99", "--waves", "0"], "option-too-small"),
        (["--respondents", "99", "--shares", "absent.yaml"], "file-missing"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(tmp_path: Path, capsys, arguments: list[str], code: str) -> None:
    wave = write_wave_folder(tmp_path / "wave", answers=None)

    assert main(["forecast", str(wave), *arguments]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ") and line.endswith(f"[{code}]")


def test_shares_that_do_not_add_up_are_refused_with_their_line(tmp_path: Path, capsys) -> None:
    wave = write_wave_folder(tmp_path / "wave", answers=None)
    shares = tmp_path / "shares.yaml"
    shares.write_text(SHARES.replace("ngo: 20", "ngo: 30"))

    assert main(["forecast", str(wave), "--respondents", "99", "--shares", str(shares)]) == 2

    assert capsys.readouterr().err == (
        "error: shares.yaml:3, org: The shares add up to 110 percent, not to 100. "
        "Correct them; an answer left out counts as 0. [shares-do-not-add-up]\n"
    )
