from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from django.db.utils import OperationalError

from kumppani.settings.data_folder import CannotStart, in_one_line, made_folder


def test_the_data_folder_is_made_and_nothing_is_left_in_it(tmp_path: Path):
    made = made_folder(tmp_path / "new" / "data")

    assert list(made.iterdir()) == []


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path: Path):
    made = made_folder(tmp_path / "data")

    assert made.stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_cannot_be_one_is_told_with_its_name(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(CannotStart, match=f"{tmp_path}/file/data cannot be written: Not a directory"):
        made_folder(tmp_path / "file" / "data")


def caused(by: Exception) -> OperationalError:
    """The fault as Django raises it: its own, caused by that of the database."""
    try:
        raise OperationalError("as Django says it") from by
    except OperationalError as fault:
        return fault


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full."),
        (
            PermissionError(errno.EACCES, "Permission denied", "/data/x"),
            "/data/x cannot be written: Permission denied.",
        ),
        (caused(sqlite3.OperationalError("database or disk is full")), "cannot be used: database or disk is full."),
        (caused(sqlite3.OperationalError("unable to open database file")), "unable to open database file."),
        (CannotStart("Port 8000 is taken."), "Port 8000 is taken."),
    ],
)
def test_what_a_person_can_put_right_is_said_in_one_line(fault: Exception, said: str):
    line = in_one_line(fault)

    assert line is not None
    assert said in line
    assert "\n" not in line


@pytest.mark.parametrize("fault", [ValueError("ours"), OSError(errno.EPIPE, "Broken pipe"), caused(ValueError("ours"))])
def test_a_fault_of_ours_keeps_its_traceback(fault: Exception):
    assert in_one_line(fault) is None
