"""What a command says: progress and faults on stderr for people, one JSON object on stdout for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from barometer.problems import Problem, Severity

FINE = 0
FINDINGS = 1
UNUSABLE = 2
MOST_LINES = 40
LONGEST_LINE = 600
"""Characters of a fault; what stands in a bad file may be of any length."""


class Console:
    """Where one command's words go."""

    def __init__(self, *, json_wanted: bool) -> None:
        self._json_wanted = json_wanted

    def say(self, words: str) -> None:
        """Tell the person at the keyboard."""
        print(words, file=sys.stderr)

    def progress(self, doing: str) -> None:
        """Tell what long work is at; shown on a terminal only, so that logs stay short."""
        if sys.stderr.isatty():
            print(f"  … {doing}", file=sys.stderr)

    def result(self, plain: dict[str, Any]) -> None:
        """Give the machine its object, when it asked for one."""
        if self._json_wanted:
            print(json.dumps(plain, ensure_ascii=False, indent=1, default=str))

    def problems(self, problems: Sequence[Problem]) -> None:
        """Print each fault on a line of its own, errors before warnings; a long one is cut in the middle."""
        ordered = sorted(problems, key=lambda one: one.severity is not Severity.ERROR)
        for problem in ordered[:MOST_LINES]:
            line = " ".join(f"{problem.severity.value}: {problem}".split())
            half = LONGEST_LINE // 2
            self.say(line if len(line) <= LONGEST_LINE else f"{line[:half]} … {line[-half:]}")
        if len(ordered) > MOST_LINES:
            self.say(f"… and {len(ordered) - MOST_LINES} more; `--json` lists them all.")

    def refuse(self, problems: Sequence[Problem]) -> int:
        """Say why the input cannot be used, to the person and to the machine; give the exit status."""
        self.problems(problems)
        self.result({"problems": [asdict(problem) for problem in problems]})
        return UNUSABLE
