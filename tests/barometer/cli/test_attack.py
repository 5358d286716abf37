"""`barometer attack`: what it takes, what it says, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from barometer.cli import main
from tests.barometer.cli.folders import write_wave_folder


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("attacked")
    assert main(["release", str(write_wave_folder(folder / "wave")), "--to", str(folder / "release")]) == 0
    return folder / "release"


def result(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    capsys.readouterr()
    status = main([*words, "--json"])
    plain: dict[str, object] = json.loads(capsys.readouterr().out)
    return {"status": status, **plain}


def test_what_was_tried_and_what_was_not_is_told(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = result(["attack", str(release), "--colluders", "2"], capsys)

    assert (told["status"], told["clean"], told["k"], told["colluders"]) == (0, True, 5, 2)
    assert "An attacker who knows everybody's background was not tried." in told["not_tried"]  # type: ignore[operator]
    assert "Respondents who use their own answers were not tried." not in told["not_tried"]  # type: ignore[operator]


def test_small_cells_are_read_from_a_file(release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "small.json").write_text("{}")

    told = result(["attack", str(release), "--primary", str(tmp_path / "small.json"), "--complete"], capsys)

    assert told["status"] == 0
    assert not any("the small ones" in said for said in told["not_tried"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("content", ["[]", "{", '{"works/org": ["yes"]}'])
def test_a_file_of_small_cells_that_cannot_be_read_is_refused(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (tmp_path / "small.json").write_text(content)

    told = result(["attack", str(release), "--primary", str(tmp_path / "small.json")], capsys)

    assert told["status"] == 2
    assert [problem["code"] for problem in told["problems"]] == ["primary-unusable"]  # type: ignore[attr-defined]


def test_colluders_are_counted_in_whole_numbers(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["attack", str(release), "--colluders", "-1"])

    assert refused.value.code == 2
    assert "a whole number from 0 up was expected" in capsys.readouterr().err
