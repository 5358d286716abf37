"""Makes `.venv` and installs what the lock names; does nothing when all of it is there already.

Runs on a bare Python >= 3.11 with nothing installed. `--dev` adds what the tests need.
What was installed is remembered in `.venv/` as a digest of the lock, so a changed lock is noticed by its content.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
VENV = REPOSITORY / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)
LOCKS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}

NO_PIP = """\
Python cannot make a virtual environment here, because Debian and Ubuntu ship that part by itself.
Install it, then run the same command again:

    apt-get install python3-venv
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dev", action="store_true", help="install what the tests need as well")
    wanted = "dev" if arguments.parse_args().dev else "runtime"
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Kumppani needs Python 3.11 or newer; this is {sys.version.split()[0]}. Say: make PYTHON=python3.11")
    if not is_fresh(wanted):
        install(wanted)
    return 0


def is_fresh(wanted: str) -> bool:
    """Whether exactly what the lock names was installed into this folder by this Python."""
    return PYTHON.exists() and _mark_of(wanted).is_file() and _mark_of(wanted).read_text() == _digest_of(wanted)


def install(wanted: str) -> None:
    began = time.monotonic()
    packages = (REPOSITORY / LOCKS[wanted]).read_text().count("==")
    print(f"Installing {packages} packages into .venv, once; this takes about a minute …", flush=True)
    install = [*_pip(), "install", "-qq", "--no-deps"]  # pip's errors are shown, its warnings are about its own set-up
    _run([*install, "--no-compile", "--require-hashes", "-r", LOCKS[wanted]])
    _run([*install, "--no-build-isolation", "--editable", "."])
    for satisfied in LOCKS if wanted == "dev" else (wanted,):  # the development lock holds the whole runtime lock
        _mark_of(satisfied).write_text(_digest_of(satisfied))
    print(f"Installed in {time.monotonic() - began:.0f} s", flush=True)


def _pip() -> list[str]:
    """Make `.venv` if needed, and give the pip that installs into it: its own, or else the system's."""
    if importlib.util.find_spec("ensurepip") is not None:
        if not _works(VENV / "bin" / "pip"):
            shutil.rmtree(VENV, ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(VENV)])
        return [str(PYTHON), "-m", "pip"]
    if importlib.util.find_spec("pip") is None or importlib.util.find_spec("venv") is None:
        sys.exit(NO_PIP)
    if not _works(PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        _run([sys.executable, "-m", "venv", "--without-pip", str(VENV)])
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def _works(program: Path) -> bool:
    """Whether the program starts; a `.venv` that was moved or whose Python is gone does not."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _run(command: list[str]) -> None:
    quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    if (status := subprocess.run(command, cwd=REPOSITORY, env=quiet, check=False).returncode) != 0:
        sys.exit(f"This failed with status {status}: {' '.join(command)}")


def _mark_of(wanted: str) -> Path:
    return VENV / f".installed-{wanted}"


def _digest_of(wanted: str) -> str:
    """A digest of everything that decides what is installed: lock, project, folder, Python."""
    parts = [
        (REPOSITORY / LOCKS[wanted]).read_bytes(),
        (REPOSITORY / "pyproject.toml").read_bytes(),
        str(REPOSITORY).encode(),
        sys.version.encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
