"""What a comparison says: for each table a line, an interrupted line, or a refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from barometer.comparison.changes import Difference
from barometer.comparison.comparability import Class
from barometer.published import Status, Wave
from barometer.texts import Text


class Standing(StrEnum):
    LINE = "line"
    BROKEN = "broken"
    """Both points are shown and the line between them is interrupted; no difference is given."""
    REFUSED = "refused"


@dataclass(frozen=True)
class Point:
    """One wave's share of one row and group, added up from released cells; without numbers where one is withheld."""

    status: Status
    count: int | None = None
    base: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Change:
    category: str
    label: Text
    group: str
    group_label: Text
    earlier: Point
    later: Point
    status: Status
    difference: Difference | None = None
    smallest: float | None = None
    """The smallest change these two bases could show (80 % power, 5 % level, around a half)."""


@dataclass(frozen=True)
class ItemComparison:
    """One table of the later wave beside its predecessor."""

    item: str
    was: str
    by: str | None
    title: Text
    kind: Class | None
    """How a person classified the pair; None where nobody did."""
    standing: Standing
    reason: Text
    """Why it is refused or interrupted, or on what scale it stands; empty for a plain line."""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Comparison:
    earlier: Wave
    later: Wave
    items: tuple[ItemComparison, ...]
    notes: tuple[Text, ...]
    """What every reader of these changes must know, the assumption of independence first."""

    def item(self, item: str, by: str | None = None) -> ItemComparison:
        """Give the comparison of this table; KeyError where the later wave has none."""
        for compared in self.items:
            if compared.item == item and compared.by == by:
                return compared
        raise KeyError(item if by is None else f"{item}/{by}")
