"""The folder of everything this site keeps, and one plain line for what keeps a command from working there."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class CannotStart(Exception):
    """The message is one line: what is in the way, and what to do about it."""


def made_folder(folder: Path) -> Path:
    """Give the data folder, made for its owner alone if need be; raise CannotStart where it cannot be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / ".writable").touch()
        (folder / ".writable").unlink()
    except OSError as fault:
        raise CannotStart(_of_system(fault, folder)) from fault
    return folder


def in_one_line(fault: BaseException | None) -> str | None:
    """Say in a line what a person can put right: the disk, the folder, the database; None for a fault of ours."""
    while fault is not None:
        if isinstance(fault, CannotStart):
            return str(fault)
        if isinstance(fault, OSError) and fault.errno in FULL | {errno.EACCES, errno.EROFS, errno.EPERM}:
            return _of_system(fault, Path(fault.filename) if isinstance(fault.filename, str) else None)
        if isinstance(fault, sqlite3.OperationalError):
            return (
                f"The database cannot be used: {fault}. Free the disk or make the data folder writable; then try again."
            )
        fault = fault.__cause__
    return None


def _of_system(fault: OSError, place: Path | None) -> str:
    if fault.errno in FULL:
        return "The disk is full. Free some space, or set KUMPPANI_DATA to a folder on another disk; then try again."
    where = f" {place}" if place is not None else ""
    return f"The folder or file{where} cannot be written: {fault.strerror}. Set KUMPPANI_DATA to a folder of your own."
