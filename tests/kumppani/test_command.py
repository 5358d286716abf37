from __future__ import annotations

import argparse
import errno
import socket
from pathlib import Path
from typing import Any

import pytest

from kumppani import command

pytestmark = pytest.mark.django_db(databases=["default", "answers"])


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int]]:
    """In place of a web server: a list of the addresses at which one would have been started."""
    started: list[tuple[str, int, int]] = []

    def run(host: str, port: int, *, workers: int) -> int:
        started.append((host, port, workers))
        return 0

    monkeypatch.setattr(command, "_run_server", run)
    return started


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_serve_brings_the_databases_up_to_date_and_serves(served: list[Any], free_port: int):
    assert command.main(["serve", "--port", str(free_port)]) == 0
    assert served == [("127.0.0.1", free_port, 1)]


def test_a_taken_port_is_one_line_and_nothing_is_served(served: list[Any], capsys: pytest.CaptureFixture[str]):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status = command.main(["serve", "--port", str(taken.getsockname()[1])])

    said = capsys.readouterr().err
    assert (status, served) == (2, [])
    assert "is taken by another program" in said
    assert said.count("\n") == 1


def test_backup_and_restore_say_what_they_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "backup.tar.gz"

    statuses = [command.main(["backup", str(file)]), command.main(["restore", str(file)])]

    assert statuses == [0, 0]
    assert capsys.readouterr().out == f"Written: {file}\nRestored.\n"


def test_restoring_what_is_not_there_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert command.main(["restore", str(tmp_path / "nothing")]) == 2
    assert capsys.readouterr().err == f"There is no file {tmp_path / 'nothing'}.\n"


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (KeyboardInterrupt(), 130, "Stopped."),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "The disk is full."),
    ],
)
def test_what_interrupts_a_command_is_told_without_a_traceback(
    fault: BaseException, status: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def fall(_options: argparse.Namespace) -> int:
        raise fault

    monkeypatch.setattr(command, "_doctor", fall)

    assert command.main(["doctor"]) == status
    shown = capsys.readouterr()
    assert said in shown.out + shown.err


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch):
    def fall(_options: argparse.Namespace) -> int:
        raise ValueError("ours")

    monkeypatch.setattr(command, "_doctor", fall)

    with pytest.raises(ValueError, match="ours"):
        command.main(["doctor"])


def test_manage_runs_a_command_of_django(capsys: pytest.CaptureFixture[str]):
    assert command.main(["manage", "check"]) == 0
    assert "no issues" in capsys.readouterr().out
