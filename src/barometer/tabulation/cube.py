"""The values of the cube: exact counts of every answer and every kind of missing, whole and by background.

Nothing here is protected. Everything but `disclosure` and the analyst's own screen must stay away from it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from barometer.questionnaire.model import Questionnaire
from barometer.tabulation.routes import RouteBlock

ANSWERED = "_answered"
SKIPPED = "_skipped"
NOT_SHOWN = "_not_shown"
NOT_REACHED = "_not_reached"
NOT_ANSWERED = "_not_answered"
"""The leaf of a background for everybody who gave no answer to it."""

Counts = NDArray[np.int64]


class ItemKind(StrEnum):
    PARTITION = "partition"
    """Everybody is in exactly one code."""
    MULTIPLE = "multiple"
    """Everybody is in exactly one of answered, skipped, not reached, not shown; who answered ticked any options."""


@dataclass(frozen=True, eq=False)
class ItemCounts:
    """Counts of one item. ``codes`` add up to all respondents; ``tick_codes`` overlap and are empty for a partition."""

    item: str
    kind: ItemKind
    codes: tuple[str, ...]
    total: Counts
    by: Mapping[str, Counts]
    """By background: one row a code, one column a leaf of that background."""
    tick_codes: tuple[str, ...] = ()
    tick_total: Counts = field(default_factory=lambda: np.zeros(0, np.int64))
    tick_by: Mapping[str, Counts] = field(default_factory=lambda: MappingProxyType({}))
    weighted_total: NDArray[np.float64] | None = None
    """Sums of weights in the order of ``codes``, then ``tick_codes``; None where the answers carry no weights."""
    weighted_by: Mapping[str, NDArray[np.float64]] = field(default_factory=lambda: MappingProxyType({}))
    """The same by background: one column a leaf; empty where the answers carry no weights."""
    routing_holds: bool = True
    """Whether exactly those whom the routing leaves out are counted as not shown; imported answers may differ."""


@dataclass(frozen=True)
class BackgroundLeaves:
    """The leaves of one background: its answers in the questionnaire's order, then those without an answer."""

    question: str
    codes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Cube:
    questionnaire: Questionnaire
    respondents: int
    backgrounds: Mapping[str, BackgroundLeaves]
    items: Mapping[str, ItemCounts]
    routes: tuple[RouteBlock, ...] = ()
    """The items joined by routing, with the joint counts that join them."""

    def as_csv(self) -> bytes:
        """Write every count, a line each, for the analyst's own eyes: NOT protected."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["item", "code", "by", "group", "count"])
        for counts in self.items.values():
            for codes, total, by in (
                (counts.codes, counts.total, counts.by),
                (counts.tick_codes, counts.tick_total, counts.tick_by),
            ):
                writer.writerows([counts.item, code, "", "", int(n)] for code, n in zip(codes, total, strict=True))
                for background, table in by.items():
                    for code, row in zip(codes, table, strict=True):
                        leaves = self.backgrounds[background].codes
                        writer.writerows(
                            [counts.item, code, background, leaf, int(n)] for leaf, n in zip(leaves, row, strict=True)
                        )
        return out.getvalue().encode()
