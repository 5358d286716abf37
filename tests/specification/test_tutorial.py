"""Every command of the tutorial does what the tutorial says: its exit status, and the words printed below it."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from barometer.cli import main

REPOSITORY = Path(__file__).resolve().parents[2]
TUTORIAL = REPOSITORY / "docs" / "tutorial" / "attack-a-release.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"  # exit status (\d)$")


@dataclass(frozen=True)
class Ran:
    block: str
    expected: tuple[int, ...]
    statuses: tuple[int, ...]
    output: str
    said: str
    """What the tutorial prints below the block; empty where it prints nothing."""


def blocks_of(page: str) -> Iterator[tuple[str, str]]:
    """Give each block of commands with the output shown right below it."""
    found = BLOCK.findall(page)
    for (kind, content), (below, said) in zip(found, [*found[1:], ("sh", "")], strict=True):
        if kind == "sh":
            yield content, said if below == "text" else ""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> list[Ran]:
    """Walk the whole tutorial once, in a folder that has the repository's documents and nothing else."""
    place = tmp_path_factory.mktemp("tutorial")
    (place / "docs").symlink_to(REPOSITORY / "docs")
    before = Path.cwd()
    os.chdir(place)
    try:
        return [run(block, said) for block, said in blocks_of(TUTORIAL.read_text("utf-8"))]
    finally:
        os.chdir(before)


def run(block: str, said: str) -> Ran:
    if not block.startswith("barometer "):
        status, output = in_a_shell(block)
        return Ran(block, (0,), (status,), output, said)
    expected, statuses, printed = [], [], []
    for line in block.splitlines():
        wanted = STATUS.search(line)
        status, output = here(STATUS.sub("", line))
        expected.append(int(wanted[1]) if wanted else 0)
        statuses.append(status)
        printed.append(output)
    return Ran(block, tuple(expected), tuple(statuses), "".join(printed), said)


def in_a_shell(script: str) -> tuple[int, str]:
    """Run other commands than ours, with this environment's Python first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    source = os.pathsep.join([str(REPOSITORY / "src"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        env={**os.environ, "PATH": path, "PYTHONPATH": source},
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def here(line: str) -> tuple[int, str]:
    """Run a command of ours in this process, which spares loading it anew."""
    command, _, file = line.partition(" > ")
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(shlex.split(command)[1:])
    if file:
        Path(file).write_text(out.getvalue(), "utf-8")
    return status, out.getvalue() + err.getvalue()


def test_every_command_ends_as_the_tutorial_says(ran: list[Ran]) -> None:
    assert len(ran) > 20
    assert [(one.block, one.statuses, one.output) for one in ran if one.statuses != one.expected] == []


def test_every_output_that_the_tutorial_shows_is_printed(ran: list[Ran]) -> None:
    shown = [(line, one.output) for one in ran for line in one.said.splitlines()]

    assert len(shown) > 6
    assert [line for line, output in shown if line not in output] == []


def test_the_tutorial_is_in_the_index_of_the_documents() -> None:
    assert "(tutorial/attack-a-release.md)" in (REPOSITORY / "docs" / "README.md").read_text("utf-8")
