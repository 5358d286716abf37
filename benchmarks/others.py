"""Other people's software, in an environment of its own: made from hashed requirements, never mixed with ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"


class NotToBeHadError(Exception):
    """The other software could not be installed or did not run; the message says why."""


def environment(folder: Path) -> Path:
    """Give the Python of the environment in this folder, made where it is not there yet."""
    python = folder / "bin" / "python"
    done = folder / "installed"
    if not done.exists():
        _run([sys.executable, "-m", "venv", str(folder)], "")
        _run([str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(REQUIREMENTS)], "")
        done.touch()
    return python


def ask(python: Path, script: str, question: dict[str, Any], seconds: float = 1800.0) -> dict[str, Any]:
    """Run one of the scripts in `peers` with a question as JSON, and give its answer."""
    return dict(json.loads(_run([str(python), str(HERE / "peers" / script)], json.dumps(question), seconds)))


def _run(command: list[str], given: str, seconds: float = 1800.0) -> str:
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotToBeHadError(str(error)) from error
    if done.returncode:
        raise NotToBeHadError((done.stderr.strip().splitlines() or ["no reason given"])[-1])
    return done.stdout
