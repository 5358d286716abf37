"""cited.yaml: figures that others published, kept exactly as they were published.

A range stays a range, a source is always named, and there is no field for a base or an interval: none was published.
"""

from __future__ import annotations

from barometer.checked_yaml import read_checked, refuse
from barometer.published import CitedFigure, CitedTables
from barometer.questionnaire.yaml_source import Located
from barometer.texts import Text


def read_cited(data: bytes, *, file: str = "cited.yaml") -> CitedTables:
    """Read the cited figures, in their order. Raises UnusableInput where one is incomplete or stands there twice."""
    document = read_checked(data, "cited", file=file)
    seen: set[str] = set()
    for figure in document.each("figures"):
        identity = figure.of("id")
        if identity in seen:
            message = f"The figure {identity} is cited twice."
            raise refuse("cited-duplicate", message, "Keep one of them.", file=file, line=figure.line)
        seen.add(identity)
    figures = tuple(_figure(figure, file) for figure in document.each("figures"))
    return CitedTables(Text.of(document.of("title")), Text.of(document.of("note")), figures)


def _figure(figure: Located, file: str) -> CitedFigure:
    low, high = _as_published(figure, file)
    said = figure.plain()
    return CitedFigure(
        id=said["id"],
        wave=said["wave"],
        kind=said["kind"],
        item=said.get("item"),
        about=Text.of(said["about"]),
        low=low,
        high=high,
        unit=said["unit"],
        source=said["source"],
        printed=said.get("printed", ""),
    )


def _as_published(figure: Located, file: str) -> tuple[float, float]:
    value, span = figure.of("value"), figure.of("range")
    if (value is None) == (span is None):
        message = f"The figure {figure.of('id')} has not exactly one of `value` and `range`."
        raise refuse("cited-value", message, "Give the one that was published.", file=file, line=figure.line)
    low, high = span or (value, value)
    if span and low >= high:
        message = f"The range of {figure.of('id')} does not go upwards."
        raise refuse("cited-range", message, "Give the lower end first.", file=file, line=figure.line)
    return float(low), float(high)
