"""What is wrong with something a person handed in: where, what, and what to do about it.

Every reader returns or raises Problems; the command line and the site print them, a line each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    """It blocks: nothing is opened, sealed or written."""
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One fault. ``code`` is permanent and stands in the error catalogue of the reference."""

    code: str
    message: str
    remedy: str
    file: str = ""
    line: int = 0
    item: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = ":".join(part for part in (self.file, str(self.line or "")) if part)
        head = ", ".join(part for part in (place, self.item) if part)
        return f"{head + ': ' if head else ''}{self.message} {self.remedy} [{self.code}]"


class UnusableInput(Exception):
    """The input cannot be used; nothing has been written. Carries every problem found, the first of them first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
