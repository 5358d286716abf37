"""No file of the repository knows the machine it was written on, or where packages were taken from."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
VENDORED = "tests/vendor/"

MACHINE_PATH = re.compile(r"(?<![\w.<}])/(?:work|root|home/[a-z]+|Users/[A-Za-z]+)/")
# What every index address has in common, so that none has to be named here: the option that gives it, the "simple"
# listing of Python's indexes, and hosts called after a package installer.
INDEX_HOST = re.compile(r"--(?:extra-)?index\b|--find\b|://[^ ]*/simple\b|://registry\.")
FORBIDDEN = {"a path of one machine": MACHINE_PATH, "the address of a package index": INDEX_HOST}


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not run: this is not a git checkout, so no file is tracked")
    names = (name for name in listed.stdout.decode().split("\0") if name and not name.startswith(VENDORED))
    present = (path for name in names if (path := REPOSITORY / name).is_file())
    return [path for path in present if path != Path(__file__)]  # this file has to give examples of what it looks for


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what):
    found = [
        f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()[:100]}"
        for path in tracked_files()
        for number, line in enumerate(path.read_bytes().decode("utf-8", "ignore").splitlines(), 1)
        if FORBIDDEN[what].search(line)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a path of one machine", "see /home/anna/x"),
        ("a path of one machine", "see /Users/Anna/x"),
        ("the address of a package index", "pip install --index x"),
        ("the address of a package index", "https://packages.example/" + "simple/numpy/"),
        ("the address of a package index", "https://registry.example.org/numpy"),
    ],
)
def test_the_patterns_notice_what_they_should(what, line):
    assert FORBIDDEN[what].search(line)


def test_no_compiled_or_local_file_is_tracked():
    names = [path.relative_to(REPOSITORY).as_posix() for path in tracked_files()]

    assert [name for name in names if re.search(r"(\.pyc|\.mo|\.sqlite3|uv\.lock|\.key)$|(^|/)\.venv/", name)] == []
