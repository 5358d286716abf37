"""Runs every check that is not a test, prints a line each, and shows the whole output of those that fail."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS = {
    "style": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "types of the library": ["mypy"],
    "types of the site": ["mypy", "--config-file", "tools/mypy-site.ini"],
    "import contracts": ["lint-imports"],
    "migrations": ["django-admin", "makemigrations", "--check", "--dry-run"],
    "translations": ["python", "tools/messages.py", "--check"],
    "reference pages": ["python", "-m", "tools.reference", "--check"],
}


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="kumppani-check-") as data:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "kumppani.settings.test",
            "KUMPPANI_DATA": data,
            "NO_COLOR": "1",
            "PYTHONPATH": str(REPOSITORY),
        }
        failed = [name for name, command in CHECKS.items() if not passes(name, command, environment)]
    if failed:
        print(f"Failed: {', '.join(failed)}. `make fix` repairs style and format.")
    return 1 if failed else 0


def passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run one check and say how it went."""
    began = time.monotonic()
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=REPOSITORY, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    passed = done.returncode == 0
    print(f"{'ok    ' if passed else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
    if not passed:
        print(done.stdout, flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main())
