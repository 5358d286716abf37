"""No file of the repository knows the machine it was written on, or where packages were taken from."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
VENDORED = "tests/vendor/"

MACHINE_PATH = re.compile(r"(?<![\w.<}])/(?:work|root|home/[a-z]+|Users/[A-Za-z]+)/")
INDEX_HOST = re.compile(r"pypi\.org|pythonhosted|npmjs\.(?:com|org)|--(?:extra-)?index-url")
FORBIDDEN = {"a path of one machine": MACHINE_PATH, "the address of a package index": INDEX_HOST}


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not run: this is not a git checkout, so no file is tracked")
    names = (name for name in listed.stdout.decode().split("\0") if name and not name.startswith(VENDORED))
    present = (path for name in names if (path := REPOSITORY / name).is_file())
    return [path for path in present if path != Path(__file__)]  # this file has to spell out what it looks for


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
        ("a path of one machine", "open('/work/main/x')"),
        ("a path of one machine", "see /home/anna/x"),
        ("the address of a package index", "pip install --index-url x"),
    ],
)
def test_the_patterns_notice_what_they_should(what, line):
    assert FORBIDDEN[what].search(line)


def test_no_compiled_or_local_file_is_tracked():
    names = [path.relative_to(REPOSITORY).as_posix() for path in tracked_files()]

    assert [name for name in names if re.search(r"(\.pyc|\.mo|\.sqlite3|uv\.lock|\.key)$|(^|/)\.venv/", name)] == []
