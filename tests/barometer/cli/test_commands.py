"""The commands teach: help with an example, a version, and JSON where a machine may ask."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from barometer.cli import main, parser
from tests.barometer.cli.folders import write_wave_folder

LISTS_COMMANDS = {"barometer", "barometer keys"}
PRINTS_JSON_ALWAYS = {"barometer schema"}


def commands(of: argparse.ArgumentParser | None = None) -> Iterator[argparse.ArgumentParser]:
    """Walk the command line, every command once."""
    found = of or parser()
    yield found
    for action in found._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from commands(below)


@pytest.mark.parametrize("command", list(commands()), ids=lambda command: command.prog)
def test_help_describes_the_command_and_shows_an_example(command: argparse.ArgumentParser) -> None:
    helped = command.format_help()

    assert command.description
    assert f"{command.prog} " in helped.split("usage:")[1].split("\n", 1)[1], "no example"
    if command.prog not in LISTS_COMMANDS | PRINTS_JSON_ALWAYS:
        assert "--json" in helped


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"barometer {version('kumppani')}\n"


def test_the_module_is_the_command() -> None:
    run = subprocess.run([sys.executable, "-m", "barometer", "schema"], capture_output=True, text=True, check=True)

    assert "questionnaire" in run.stdout.split()


def test_check_names_answers_that_lead_to_a_conditional_question(tmp_path: Path, capsys) -> None:
    wave = write_wave_folder(tmp_path / "wave")

    assert main(["check", str(wave), "--witnesses", "--json"]) == 0

    told = capsys.readouterr()
    assert "works: shown after org = city." in told.err
    assert json.loads(told.out)["witnesses"] == {"works": {"reach": "conditional", "witness": {"org": "city"}}}


def test_generated_answers_are_released_like_any_others(tmp_path: Path, capsys) -> None:
    wave = write_wave_folder(tmp_path / "wave", answers=None)

    generating = ["generate", str(wave), "--respondents", "300", "--seed", "7", "--to", str(wave / "answers.csv")]
    assert main(generating) == 0
    assert main(["release", str(wave), "--to", str(tmp_path / "release"), "--json"]) == 0

    result = json.loads(capsys.readouterr().out)
    assert (result["unsafe"], len(result["release"])) == (False, 64)
