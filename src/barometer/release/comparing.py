"""`comparison.json`: the change since an earlier release, cell by cell, as the report prints it.

Whoever has both releases can make it again with `barometer compare`; whoever has this one alone can still check that
its numbers are this release's and that every interval follows from its counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from barometer.comparison import Change, Class, Comparison, ItemComparison, Point, newcombe
from barometer.estimation import wilson
from barometer.published import PublishedTables
from barometer.published_json import to_plain, value_from_plain

COMPARISON = "comparison.json"
SCHEMA = "kumppani/comparison/1"
SMALLEST_DIFFERENCE = 1e-9
"""Numbers closer than this are the same; they were written out in full."""


@dataclass(frozen=True)
class Compared:
    """A comparison, and the identity of the release it compares with."""

    earlier: str
    comparison: Comparison


def comparison_document(compared: Compared, release: str) -> dict[str, Any]:
    """Give the whole of `comparison.json`; ``release`` is the identity of the later release."""
    identities = {"release": release, "earlier_release": compared.earlier}
    return {"schema": SCHEMA, **identities, **to_plain(compared.comparison)}


def comparison_faults(document: Mapping[str, Any], tables: PublishedTables, release: str) -> Iterator[tuple[str, str]]:
    """Give place and fault of whatever does not fit this release. Raises UnusableInput where it cannot be read."""
    beside = ("schema", "release", "earlier_release")
    comparison = value_from_plain(Comparison, {key: document[key] for key in document if key not in beside})
    if document.get("schema") != SCHEMA or document.get("release") != release or comparison.later != tables.wave:
        yield "release", "It belongs to another release."
    for item in comparison.items:
        for change in item.changes:
            place = f"{item.item}{f'/{item.by}' if item.by else ''}, {change.category}, {change.group}"
            if not all(_follows(point) for point in (change.earlier, change.later)) or not _is_difference(change):
                yield place, "An interval does not follow from its counts."
            if not _is_released(item, change, tables):
                yield place, "The count is not the one in release.json."


def _follows(point: Point) -> bool:
    if point.count is None or not point.base:
        return point.share is None and point.low is None and point.high is None
    ends = wilson(point.count, point.base)
    return _are_same((point.share, point.low, point.high), (point.count / point.base, ends.low, ends.high))


def _is_difference(change: Change) -> bool:
    then, now, stated = change.earlier, change.later, change.difference
    if stated is None:
        return True
    if now.count is None or not now.base or then.count is None or not then.base:
        return False
    made = newcombe(now.count, now.base, then.count, then.base)
    return _are_same((stated.value, stated.low, stated.high, stated.p), (made.value, made.low, made.high, made.p))


def _are_same(stated: tuple[float | None, ...], made: tuple[float, ...]) -> bool:
    return all(
        one is not None and abs(one - other) < SMALLEST_DIFFERENCE for one, other in zip(stated, made, strict=True)
    )


def _is_released(item: ItemComparison, change: Change, tables: PublishedTables) -> bool:
    """Compare a count with its own cell; what is added up from several has none of its own, and is passed over."""
    if item.by is not None or item.kind is Class.RECODED:
        return True
    cells = [cell for table in tables.tables if (table.item, table.by) == (item.item, None) for cell in table.cells]
    return all(cell.count == change.later.count for cell in cells if cell.category == change.category)
