"""Whatever is handed in: a line a fault, with its place and what to do about it; exit 2; nothing half written."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from barometer.cli import main
from tests.barometer.cli.folders import ANSWERS, POLICY, QUESTIONNAIRE, WAVE, write_wave_folder

GARBAGE = bytes(range(256)) * 40
CYCLE = QUESTIONNAIRE.replace("role: background", "role: background\n            show_if: \"works = 'yes'\"")
FAULT = re.compile(r"error: (?P<place>[^\n]+?): (?P<message>[^\n]+) \[(?P<code>[a-z0-9-]+)\]")

SPOILED = [
    # which file, what stands in it, the code of the fault, the place it names
    ("answers", "", "csv-empty", "answers.csv"),
    ("answers", ANSWERS[:-3], "csv-cut-off", "answers.csv:116"),
    ("answers", "org,works\ncity,yes\nngo\n", "csv-ragged", "answers.csv:3"),
    ("answers", 'org,works\ncity,"yes\n', "csv-quotes", "answers.csv:2"),
    ("answers", ANSWERS.replace(",", ";"), "csv-delimiter", "answers.csv:1"),
    ("answers", ANSWERS.encode("utf-16"), "csv-utf16", "answers.csv:1"),
    ("answers", GARBAGE, "csv-encoding", "answers.csv"),
    ("answers", "org,org,works\ncity,city,yes\n", "csv-duplicate-column", "answers.csv:1, column org"),
    ("answers", "org,works\ntown,yes\n", "answers-unknown-code", "answers.csv:2, column org"),
    ("answers", "org,works,extra\ncity,yes,1\n", "answers-unknown-column", "answers.csv:1, column extra"),
    ("answers", "org\ncity\n", "answers-missing-column", "answers.csv:1, column works"),
    ("answers", f"org,works\ncity,{'y' * 10_000_000}\n", "csv-cell-too-long", "answers.csv:2"),
    ("answers", None, "file-missing", "answers.csv"),
    ("questionnaire", "", None, "questionnaire.yaml"),
    ("questionnaire", CYCLE, None, "org"),
    ("questionnaire", QUESTIONNAIRE.replace("code: ngo", "code: city"), None, "org"),
    ("questionnaire", QUESTIONNAIRE.replace("id: works", "id: org"), None, "org"),
    ("questionnaire", "a: " + "[" * 5_000, None, "questionnaire.yaml"),
    ("questionnaire", QUESTIONNAIRE + "# " + "x" * 3_000_000, "file-too-large", "questionnaire.yaml"),
    ("questionnaire", "a: &a [x]\nb: [*a, *a]\n", None, "questionnaire.yaml"),
    ("questionnaire", GARBAGE, None, "questionnaire.yaml"),
    ("questionnaire", QUESTIONNAIRE.encode("utf-16"), None, "questionnaire.yaml"),
    ("questionnaire", None, "file-missing", "questionnaire.yaml"),
    ("policy", "", None, "policy.yaml"),
    ("policy", POLICY.replace("k: 5", "k: 0"), None, "policy.yaml"),
    ("policy", POLICY.replace("k: 5", "k: five"), None, "policy.yaml"),
    ("policy", POLICY.replace("of: [city]", "of: [town]"), None, "policy.yaml"),
    ("policy", POLICY.replace("question: org", "question: nowhere"), None, "policy.yaml"),
    ("policy", POLICY + "# " + "x" * 3_000_000, "file-too-large", "policy.yaml"),
    ("policy", GARBAGE, None, "policy.yaml"),
    ("policy", None, "file-missing", "policy.yaml"),
    ("wave", "", None, "wave.yaml"),
    ("wave", "- a list\n", None, "wave.yaml"),
    ("wave", WAVE.replace("2026-01-31", "2025-01-31"), "wave-dates", "wave.yaml:6"),
    ("wave", WAVE.replace("{en: Small survey}", "{fi: Pieni}"), "wave-language", "wave.yaml"),
    ("wave", "a: {b: [}\n", None, "wave.yaml"),
    ("wave", GARBAGE, None, "wave.yaml"),
    ("wave", None, "file-missing", "wave.yaml"),
]


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> list[re.Match[str]]:
    """Run a command that must refuse, and give its faults; every line of it must be one."""
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    lines = [line for line in told.err.splitlines() if not line.startswith("warning: ")]
    faults = [FAULT.fullmatch(line) for line in lines]
    assert lines and all(faults), told.err[:2000]
    assert all(len(line) < 700 for line in lines)
    return [fault for fault in faults if fault]


@pytest.mark.parametrize(("file", "content", "code", "place"), SPOILED)
def test_a_spoiled_wave_folder_is_refused_with_place_and_remedy(
    file: str, content: str | bytes | None, code: str | None, place: str, tmp_path: Path, capsys
) -> None:
    wave = write_wave_folder(tmp_path / "wave", **{file: content})

    faults = refused(["release", str(wave), "--to", str(tmp_path / "out")], capsys)

    assert place in faults[0]["place"]
    assert code in (None, faults[0]["code"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["wave"]


def test_the_folder_that_is_spoiled_here_is_good_when_it_is_not(tmp_path: Path) -> None:
    wave = write_wave_folder(tmp_path / "wave")

    assert main(["check", str(wave)]) == 0
    assert main(["tabulate", str(wave), "--to", str(tmp_path / "counts.csv")]) == 0
    assert main(["release", str(wave), "--to", str(tmp_path / "out")]) == 0


def a_file(folder: Path) -> Path:
    path = folder / "taken"
    path.write_text("x")
    return path


def a_full_folder(folder: Path) -> Path:
    return a_file(folder).parent


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (a_full_folder, "target-exists"),
        (a_file, "target-not-a-folder"),
        (lambda folder: a_file(folder) / "inside", "target-not-a-folder"),
    ],
)
def test_a_target_that_cannot_be_written_is_refused_before_any_work(
    target: Callable[[Path], Path], code: str, tmp_path: Path, capsys
) -> None:
    wave = write_wave_folder(tmp_path / "wave", answers="not even read")
    (tmp_path / "there").mkdir()

    faults = refused(["release", str(wave), "--to", str(target(tmp_path / "there"))], capsys)

    assert [fault["code"] for fault in faults] == [code]


def test_a_target_where_the_system_lets_nobody_write_is_refused(tmp_path: Path, capsys) -> None:
    wave = write_wave_folder(tmp_path / "wave")

    (fault,) = refused(["release", str(wave), "--to", "/proc/nowhere/out"], capsys)

    assert fault["code"] in ("file-system", "target-unwritable")  # the administrator is stopped by the system alone


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "{here}/nowhere"],
        ["check", "{wave}/answers.csv"],
        ["tabulate", "{wave}", "--to", "{wave}/answers.csv"],
        ["tabulate", "{wave}", "--to", "{here}/nowhere/counts.csv"],
        ["generate", "{wave}", "--respondents", "0", "--to", "{here}/new.csv"],
        ["generate", "{wave}", "--respondents", "5", "--seed", "-1", "--to", "{here}/new.csv"],
        ["generate", "{wave}", "--respondents", "5", "--to", "{wave}/answers.csv"],
        ["release", "{wave}", "--policy", "{wave}", "--to", "{here}/out"],
        ["release", "{wave}", "--previous", "{wave}", "--to", "{here}/out"],
        ["attack", "{wave}"],
        ["attack", "{wave}/answers.csv"],
        ["verify", "{here}/nowhere"],
        ["compare", "{wave}", "{wave}", "--comparability", "{wave}/policy.yaml"],
        ["convert", "{wave}/policy.yaml", "--from", "{wave}", "--to", "{here}/out"],
        ["convert", "{here}/nowhere.yaml", "--from", "{wave}", "--to", "{here}/out"],
        ["convert", "{mapping}", "--from", "{wave}", "--to", "{here}/out"],
        ["convert", "{mapping}", "--from", "{here}/nowhere", "--to", "{here}/out"],
        ["open", "{wave}/answers.csv", "--key", "{wave}/answers.csv", "--to", "{here}/out"],
        ["open", "{wave}", "--key", "{wave}/answers.csv", "--to", "{here}/out"],
        ["keys", "new", "--to", "{wave}/answers.csv"],
        ["keys", "wave", "--custodian", "age1nonsense", "--to", "{here}/wave.key"],
    ],
    ids=" ".join,
)
def test_a_command_refuses_what_it_cannot_use_and_writes_nothing(arguments: list[str], tmp_path: Path, capsys) -> None:
    wave = write_wave_folder(tmp_path / "wave")
    before = (wave / "answers.csv").read_bytes()
    mapping = Path(__file__).parents[3] / "examples" / "real-survey-mappings" / "2017-uk.yaml"

    refused([each.format(here=tmp_path, wave=wave, mapping=mapping) for each in arguments], capsys)

    assert [path.name for path in tmp_path.iterdir()] == ["wave"]
    assert (wave / "answers.csv").read_bytes() == before


def test_a_machine_gets_the_faults_as_json(tmp_path: Path, capsys) -> None:
    wave = write_wave_folder(tmp_path / "wave", answers="")

    assert main(["release", str(wave), "--to", str(tmp_path / "out"), "--json"]) == 2

    problem = json.loads(capsys.readouterr().out)["problems"][0]
    assert (problem["code"], problem["file"]) == ("csv-empty", "answers.csv")
    assert problem["remedy"]


@pytest.mark.parametrize(
    "content", [b"", GARBAGE, b"{}", b"[" * 100_000, b'{"schema": "kumppani/release/1"}', b"\xff\xfe{"]
)
def test_a_release_that_cannot_be_read_is_refused(content: bytes, tmp_path: Path, capsys) -> None:
    for name in ("release.json", "certificate.json"):
        (tmp_path / name).write_bytes(content)

    for command in ("verify", "attack"):
        refused([command, str(tmp_path)], capsys)


def test_the_installed_command_refuses_without_a_traceback(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("barometer")
    wave = write_wave_folder(tmp_path / "wave", answers=GARBAGE)

    for command in ([str(script)], [sys.executable, "-m", "barometer"]):
        run = subprocess.run(
            [*command, "release", str(wave), "--to", str(tmp_path / "out")], capture_output=True, text=True, check=False
        )

        assert (run.returncode, run.stdout) == (2, "")
        assert FAULT.fullmatch(run.stderr.strip()), run.stderr
        assert not (tmp_path / "out").exists()
