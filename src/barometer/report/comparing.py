"""The section that compares two waves: points with their marks, changes with their intervals, refusals with reasons."""

from __future__ import annotations

from collections.abc import Sequence

from barometer import estimation
from barometer.comparison import Change, Comparison, ItemComparison, Point, Standing
from barometer.published import Table
from barometer.report import numbers
from barometer.report.figures import Writer
from barometer.report.model import Compared, ComparedItem, ComparedLine, Interval, Number, Refused
from barometer.report.statements import table_name


def compared_of(comparison: Comparison | None, writer: Writer) -> Compared | None:
    if comparison is None:
        return None
    named = {(table.item, table.by): table for table in writer.tables.tables}
    shown = [item for item in comparison.items if item.standing is not Standing.REFUSED]
    refused = [item for item in comparison.items if item.standing is Standing.REFUSED]
    return Compared(
        language=writer.language,
        earlier=writer.text(comparison.earlier.title),
        later=writer.text(comparison.later.title),
        notes=tuple(writer.said(note) for note in comparison.notes),
        items=tuple(_item(item, named, writer) for item in shown if item.by is None),
        crossed=tuple(_item(item, named, writer) for item in shown if item.by is not None),
        refused=_refusals(refused, named, writer),
    )


def _item(item: ItemComparison, named: dict[tuple[str, str | None], Table], writer: Writer) -> ComparedItem:
    lines = tuple(_line(change, item, writer) for change in item.changes)
    used = [number for line in lines for number in (line.earlier, line.later, line.difference)]
    return ComparedItem(
        title=_title(item, named, writer),
        broken=item.standing is Standing.BROKEN,
        reason=writer.said(item.reason) if item.reason else None,
        lines=lines,
        marks=writer.marks(used),
    )


def _title(item: ItemComparison, named: dict[tuple[str, str | None], Table], writer: Writer) -> str:
    table = named.get((item.item, item.by))
    return writer.text(item.title) if table is None else table_name(table, writer)


def _line(change: Change, item: ItemComparison, writer: Writer) -> ComparedLine:
    answer = writer.text(change.label)
    if item.by is not None:
        answer = writer.words.say("term", label=writer.text(change.group_label), text=answer)
    interval = ""
    if change.difference is not None:
        ends = (_points(100 * end, writer) for end in (change.difference.low, change.difference.high))
        interval = writer.words.say("compare.points_interval", **dict(zip(("low", "high"), ends, strict=True)))
    return ComparedLine(
        answer=answer,
        earlier=_point(change.earlier, writer),
        later=_point(change.later, writer),
        difference=_change(change, writer),
        interval=interval,
        earlier_interval=_interval(change.earlier),
        later_interval=_interval(change.later),
    )


def _interval(point: Point) -> Interval | None:
    return None if point.low is None or point.high is None else Interval(point.low, point.high)


def _point(point: Point, writer: Writer) -> Number:
    if not point.status.is_shown or point.count is None or not point.base:
        return writer.without_value(point.status)
    mark = "" if point.status.value == "shown" else point.status.value
    return writer.marked(numbers.percent(point.count, point.base, writer.language), point.count / point.base, mark)


def _change(change: Change, writer: Writer) -> Number:
    """Write a change from the unrounded shares; where there is none, the mark says why."""
    earlier, later = change.earlier, change.later
    if change.difference is None or None in (earlier.count, earlier.base, later.count, later.base):
        return writer.without_value(change.status)
    points = estimation.points(later.count or 0, later.base or 0, earlier.count or 0, earlier.base or 0)
    decimals = estimation.percent_decimals(min(later.base or 0, earlier.base or 0))
    written = numbers.signed(points, decimals, writer.language)
    return Number(writer.words.say("compare.points", number=written), change.difference.value)


def _points(value: float, writer: Writer) -> str:
    return numbers.signed(value, 0, writer.language)


def _refusals(
    refused: Sequence[ItemComparison], named: dict[tuple[str, str | None], Table], writer: Writer
) -> tuple[Refused, ...]:
    """Gather what is not compared under its reason, so that one reason is read once."""
    gathered: dict[str, list[str]] = {}
    for item in refused:
        gathered.setdefault(writer.text(item.reason), []).append(_title(item, named, writer))
    return tuple(Refused(reason, tuple(titles)) for reason, titles in gathered.items())
