"""The exact cube: every item by every background, counted. It never leaves unprotected."""

from barometer.tabulation.counting import tabulate
from barometer.tabulation.cube import (
    ANSWERED,
    NOT_ANSWERED,
    NOT_REACHED,
    NOT_SHOWN,
    SKIPPED,
    BackgroundLeaves,
    Cube,
    ItemCounts,
    ItemKind,
)
from barometer.tabulation.routes import RouteBlock

__all__ = [
    "ANSWERED",
    "NOT_ANSWERED",
    "NOT_REACHED",
    "NOT_SHOWN",
    "SKIPPED",
    "BackgroundLeaves",
    "Cube",
    "ItemCounts",
    "ItemKind",
    "RouteBlock",
    "tabulate",
]
