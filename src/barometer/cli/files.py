"""A single file that a command writes: whole or absent, and new unless it is meant to be replaced."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from barometer.problems import Problem, UnusableInput


def require_new_file(path: Path) -> None:
    """Refuse a name that is taken, or whose folder is missing; asked before long work begins."""
    if path.exists() or path.is_symlink():
        raise UnusableInput([Problem("target-exists", "There is such a file already.", "Name a new one.", str(path))])
    if not path.parent.is_dir():
        message = "There is no folder to write it in."
        raise UnusableInput([Problem("target-not-a-folder", message, "Make the folder first.", str(path))])


def write_new_file(path: Path, content: bytes) -> None:
    """Write the file under another name and then give it its own, so that a full disk leaves nothing behind."""
    require_new_file(path)
    descriptor, making = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.link(making, path)
    finally:
        os.unlink(making)


def replace_file(path: Path, content: bytes) -> None:
    """Write the file under another name and then put it in the place of the old one, if there is one."""
    if not path.exists():
        write_new_file(path, content)
        return
    descriptor, making = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(making, path)
    except BaseException:
        os.unlink(making)
        raise
