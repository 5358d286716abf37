"""What was changed, added or lost on the way from other people's files to ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Change(StrEnum):
    TRIMMED = "trimmed"
    """An invisible mark or spaces at either end were removed."""
    WHOLE_NUMBER = "whole_number"
    """``15.0`` was read as ``15``."""
    ALIAS = "alias"
    """The mapping says that this spelling means another."""
    OPTION_ADDED = "option_added"
    """An answer that stands in the data but in no list became an option."""
    LABEL_REPEATED = "label_repeated"
    """A list holds a label twice; the second was left out."""
    UNREADABLE = "unreadable"
    """A cell could not be read and was left empty."""
    COLUMN_IGNORED = "column_ignored"
    NO_COLUMN = "no_column"
    """A question has no column and was left out of the questionnaire."""
    LEFT_OUT = "left_out"
    """Answers to what routing hides were left out."""


@dataclass
class Report:
    """Counts of cells (or of lists and columns) by what happened, where, and what it was."""

    changes: Counter[tuple[Change, str, str]] = field(default_factory=Counter)

    def add(self, change: Change, place: str, detail: str = "", times: int = 1) -> None:
        self.changes[change, place, detail] += times

    def times(self, change: Change, place: str | None = None) -> int:
        return sum(n for (kind, where, _), n in self.changes.items() if kind is change and place in (None, where))

    def lines(self) -> Iterator[str]:
        """Say every change in a line, in order of kind and place."""
        for (change, place, detail), times in sorted(self.changes.items()):
            yield f"{change.value}: {place}{f' ({detail})' if detail else ''}: {times}"
