"""Charts as SVG that stretches: lengths in percent, letters of a fixed size, so that a phone shows the same text.

No style attributes (strict Content-Security-Policy): colours hang on classes of `report.css`. Right-to-left readers get
the mirror image. Every chart says in its description all that it shows.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise

from barometer.report.model import Bar, BarChart, Chart, ComparedLine, Interval, Number, Segment, Stack, StackedChart
from barometer.texts import direction_of

LETTERS_IN_LINE = 40
"""So many letters of the label's size fit on a screen 320 px wide."""
LINE, BAR, GAP, TOP = 20, 30, 14, 4
ALWAYS_NAMED, SOMETIMES_NAMED = 0.145, 0.07
"""A piece this wide shows its share on every screen; one this wide on wide screens alone."""
ASIDE_GAP = 0.9
"""Percent of the width between the scale and what lies outside it."""


def chart_svg(chart: Chart, *, name: str, language: str) -> str:
    """Draw a chart; ``name`` makes its ids unique in the page."""
    rtl = direction_of(language) == "rtl"
    drawn, height = _stacked(chart, rtl) if isinstance(chart, StackedChart) else _bars(chart, rtl)
    return (
        f'<svg class="chart" role="img" aria-labelledby="{name}-t {name}-d" width="100%" height="{height}"'
        f' xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-t">{escape(chart.title)}</title><desc id="{name}-d">{escape(chart.description)}</desc>'
        f"{drawn}</svg>"
    )


def legend_html(chart: StackedChart) -> str:
    """List the answers with their tones, in the order of the bars. The bars carry their shares as text."""
    entries = "".join(f"<li>{swatch_svg(key.tone)}{escape(key.label)}</li>" for key in chart.keys)
    return f'<ul class="legend">{entries}</ul>'


def swatch_svg(tone: str) -> str:
    return (
        '<svg class="swatch" width="14" height="14" aria-hidden="true" focusable="false">'
        f'<rect class="tone {tone}" width="14" height="14" rx="2"/>{_texture(tone, 0, 0, 14, 14)}</svg>'
    )


def bar_svg(bar: Bar, *, language: str) -> str:
    """Draw one bar to stand under its label in a table; the table itself is its text alternative."""
    rtl, height = direction_of(language) == "rtl", 12
    inner = f'<rect class="track" width="100%" height="{height}"/>'
    inner += _withheld(height) if bar.share is None else _shown(bar, height, rtl)
    return f'<svg class="bar" width="100%" height="{height}" aria-hidden="true" focusable="false">{inner}</svg>'


def change_svg(line: ComparedLine, *, broken: bool, language: str) -> str:
    """Draw two points under their label in a table: the earlier one hollow above, the later one filled below.

    A line joins them where the waves may be compared; the table itself is the text alternative.
    """
    rtl = direction_of(language) == "rtl"
    drawn = '<rect class="track" y="2" width="100%" height="18"/>'
    earlier, later = _point_of(line.earlier, rtl), _point_of(line.later, rtl)
    if earlier and later and not broken:
        drawn += f'<line class="joint" x1="{earlier}" y1="7" x2="{later}" y2="15"/>'
    drawn += _dot(earlier, line.earlier_interval, 7, "was", rtl) + _dot(later, line.later_interval, 15, "now", rtl)
    return f'<svg class="bar" width="100%" height="22" aria-hidden="true" focusable="false">{drawn}</svg>'


def _point_of(number: Number, rtl: bool) -> str:
    return "" if number.value is None else f"{_place(100 * number.value, 0, rtl)}%"


def _dot(x: str, interval: Interval | None, y: int, tone: str, rtl: bool) -> str:
    if not x:
        return ""
    whisker = ""
    if interval is not None:
        ends = [_place(100 * end, 0, rtl) for end in (interval.low, interval.high)]
        whisker = f'<line class="reach" x1="{ends[0]}%" y1="{y}" x2="{ends[1]}%" y2="{y}"/>'
    return f'{whisker}<circle class="dot {tone}" cx="{x}" cy="{y}" r="4"/>'


def patterns_svg() -> str:
    """Define the two textures once a page: hatched for withheld, dotted for what lies outside the scale."""
    return (
        '<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
        '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hatch" width="2.5" height="7"/></pattern>'
        '<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<circle class="dots" cx="2" cy="2" r="1"/></pattern></defs></svg>'
    )


def _stacked(chart: StackedChart, rtl: bool) -> tuple[str, int]:
    drawn, y = [], TOP
    for stack in chart.stacks:
        label, y = _label(stack.label, y, rtl)
        drawn.append(label + _stack(stack, y, rtl))
        y += BAR + GAP
    return "".join(drawn), y - GAP + TOP


def _stack(stack: Stack, y: int, rtl: bool) -> str:
    """Draw one bar of 100 %; what lies outside the scale is moved a little apart."""
    aside = any(segment.tone in ("aside", "withheld") for segment in stack.segments)
    room = 100 - (ASIDE_GAP if aside else 0)
    return "".join(_segment(segment, y, room, rtl) for segment in stack.segments)


def _segment(segment: Segment, y: int, room: float, rtl: bool) -> str:
    apart = 100 - room if segment.tone in ("aside", "withheld") else 0
    start, width = segment.start * room + apart, segment.width * room
    x = _place(start, width, rtl)
    tip = f"<title>{escape(segment.label)}: {escape(segment.text)}</title>"
    box = f'<rect class="tone {segment.tone}" x="{x}%" y="{y}" width="{_short(width)}%" height="{BAR}"/>'
    texture = _texture(segment.tone, f"{x}%", y, f"{_short(width)}%", BAR)
    return f"<g>{tip}{box}{texture}{_share_in(segment, start + width / 2, y, rtl)}</g>"


def _texture(tone: str, x: object, y: object, width: object, height: object) -> str:
    texture = {"withheld": "hatch", "aside": "dots"}.get(tone)
    if texture is None:
        return ""
    return f'<rect fill="url(#{texture})" x="{x}" y="{y}" width="{width}" height="{height}"/>'


def _share_in(segment: Segment, middle: float, y: int, rtl: bool) -> str:
    if segment.width < SOMETIMES_NAMED:
        return ""
    wide = "" if segment.width >= ALWAYS_NAMED else " wide-only"
    x = _place(middle, 0, rtl)
    place = f'x="{x}%" y="{y + 20}" text-anchor="middle"'
    return f'<text class="on {segment.tone}{wide}" {place}>{escape(segment.text)}</text>'


def _bars(chart: BarChart, rtl: bool) -> tuple[str, int]:
    drawn, y = [], TOP
    for bar in chart.bars:
        label, y = _label(bar.label, y, rtl)
        drawn.append(label + _bar(bar, y, rtl))
        y += BAR - 10 + GAP
    return "".join(drawn), y - GAP + TOP


def _bar(bar: Bar, y: int, rtl: bool) -> str:
    """Draw the track, the bar, the whisker, and the share at the end of the line."""
    height = BAR - 10
    track = f'<rect class="track" width="100%" height="{height}"/>'
    inner = track + (_withheld(height) if bar.share is None else _shown(bar, height, rtl))
    shift = "14%" if rtl else "0"
    end = "0%" if rtl else "100%"
    text = f'<text class="value" x="{end}" y="{y + 15}" text-anchor="end">{escape(bar.text)}</text>'
    return f'<svg x="{shift}" y="{y}" width="86%" height="{height}">{inner}</svg>{text}'


def _withheld(height: int) -> str:
    return f'<rect fill="url(#hatch)" width="100%" height="{height}"/>'


def _shown(bar: Bar, height: int, rtl: bool) -> str:
    share = 100 * (bar.share or 0)
    drawn = f'<rect class="tone {bar.tone}" x="{_place(0, share, rtl)}%" width="{_short(share)}%" height="{height}"/>'
    if bar.low is None or bar.high is None:
        return drawn
    ends = [_place(100 * end, 0, rtl) for end in (bar.low, bar.high)]
    middle, top, bottom = height / 2, height / 2 - 4, height / 2 + 4
    lines = [(ends[0], middle, ends[1], middle), *((x, top, x, bottom) for x in ends)]
    return drawn + "".join(_whisker(*line) for line in lines)


def _whisker(x1: str, y1: float, x2: str, y2: float) -> str:
    place = f'x1="{x1}%" y1="{_short(y1)}" x2="{x2}%" y2="{_short(y2)}"'
    return f'<line class="halo" {place}/><line class="whisker" {place}/>'


def _label(label: str, y: int, rtl: bool) -> tuple[str, int]:
    """Write a label above its bar, in as many lines as a narrow screen needs."""
    if not label:
        return "", y
    x = "100%" if rtl else "0"
    lines = wrapped(label)
    spans = "".join(
        f'<tspan x="{x}" y="{y + 14 + LINE * number}">{escape(line)}</tspan>' for number, line in enumerate(lines)
    )
    return f'<text class="label">{spans}</text>', y + LINE * len(lines)


def wrapped(label: str) -> list[str]:
    """Break a label into lines of at most LETTERS_IN_LINE letters, between words where there are any."""
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LETTERS_IN_LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    cut = [range(0, max(1, len(line)), LETTERS_IN_LINE) for line in lines]
    return [line[a:b] for line, starts in zip(lines, cut, strict=True) for a, b in pairwise([*starts, len(line) + 1])]


def _place(start: float, width: float, rtl: bool) -> str:
    return _short(100 - start - width if rtl else start)


def _short(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".") or "0"
