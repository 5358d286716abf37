"""A comparison as plain lines, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from barometer.comparison.standing import Change, Comparison, ItemComparison, Point, Standing
from barometer.comparison.words import say
from barometer.estimation import percent, percent_decimals, points


def tell(comparison: Comparison, language: str) -> str:
    """Say every change, interruption and refusal in a line each, and then what every reader must know."""
    lines = [line for item in comparison.items for line in _lines(item, language)]
    return "\n".join([*lines, *(note.in_(language) for note in comparison.notes)])


def _lines(compared: ItemComparison, language: str) -> Iterator[str]:
    name = compared.item if compared.by is None else f"{compared.item}/{compared.by}"
    if compared.reason:
        yield say("line.refused", item=name, reason=compared.reason).in_(language)
    for change in compared.changes:
        yield _line(name, change, compared.standing, language)


def _line(name: str, change: Change, standing: Standing, language: str) -> str:
    places = {
        "item": name,
        "category": change.label.in_(language) or change.category,
        "group": change.group_label.in_(language) or say("line.everybody").in_(language),
    }
    then, now = _counts(change.earlier), _counts(change.later)
    if then is None or now is None:
        return say("line.withheld", **places).in_(language)
    places |= {"earlier": str(percent(*then)), "earlier_base": str(then[1])}
    places |= {"later": str(percent(*now)), "later_base": str(now[1])}
    if change.difference is None or standing is Standing.BROKEN:
        return say("line.broken", **places).in_(language)
    decimals = percent_decimals(min(then[1], now[1]))
    ends = {"low": change.difference.low, "high": change.difference.high}
    places |= {end: f"{100 * value:.{decimals}f}" for end, value in ends.items()}
    return say("line.change", points=str(points(*now, *then)), **places).in_(language)


def _counts(point: Point) -> tuple[int, int] | None:
    return None if point.count is None or not point.base else (point.count, point.base)
