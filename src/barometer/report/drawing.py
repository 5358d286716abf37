"""From items to the charts of a panel: which piece lies where and which tone it has. Nothing is drawn here yet.

Tones follow meaning: the answers of the first net are one colour, the answers away from it the other, whatever the
order of the scale; what lies outside the scale is last and apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from barometer.published import Part, Table
from barometer.report.figures import Writer, nets_of, shares_of
from barometer.report.model import Bar, BarChart, Chart, Item, Key, Line, Segment, Stack, StackedChart
from barometer.report.sentences import bars_alternative, plain, stacked_alternative

LAST_STEP = 9


def chart_of(tables: Sequence[Table], items: Sequence[Item], title: str, writer: Writer) -> Chart | None:
    """Draw a scale as stacked bars and anything else as bars of shares; None where no base is known."""
    drawable = [item for item in items if item.base.value]
    if not drawable or all(item.is_open for item in drawable):
        return None
    if len(items) > 1 or is_scale(tables[0]):
        return _stacked(tables[0], drawable, title, writer)
    return bar_chart(drawable[0].lines, title, writer)


def is_scale(table: Table) -> bool:
    """Whether the answers have an order: they are scored, or a net is published of them."""
    answers = [category for category in table.categories if category.part is Part.ANSWER]
    return table.kind == "partition" and (bool(nets_of(table)) or any(answer.score is not None for answer in answers))


def bar_chart(lines: Sequence[Line], title: str, writer: Writer) -> BarChart | None:
    bars = tuple(bar_of(line) for line in lines)
    if all(bar.share is None for bar in bars):
        return None
    return BarChart(title, bars_alternative(bars, [line.interval for line in lines], writer), bars)


def bar_of(line: Line, label: str = "") -> Bar:
    share = None if line.share is None else line.share.value
    tone = "for1" if line.part in (Part.ANSWER, Part.TICKED, Part.NET) else "aside"
    return Bar(label or line.label, plain(line.share), share, line.low, line.high, tone)


def _stacked(table: Table, items: Sequence[Item], title: str, writer: Writer) -> StackedChart:
    tones = tones_of(table)
    stacks = tuple(_stack(item, tones, writer) for item in items)
    keys = tuple(Key(line.label, tones[line.code]) for line in items[0].lines)
    if any(segment.tone == "withheld" for stack in stacks for segment in stack.segments):
        keys = (*keys, Key(writer.words.say("alt.remainder"), "withheld"))
    return StackedChart(title, stacked_alternative(stacks, writer), stacks, keys)


def _stack(item: Item, tones: dict[str, str], writer: Writer) -> Stack:
    """Lay the shown shares end to end; what is left of the base is the withheld answers together."""
    segments, start = [], 0.0
    for line in sorted(item.lines, key=lambda line: tones[line.code] == "aside"):
        if line.share is None or line.share.value is None:
            continue
        segments.append(Segment(line.label, tones[line.code], start, line.share.value, plain(line.share)))
        start += line.share.value
    if start < 1 - 1e-9:
        segments.append(Segment(writer.words.say("alt.remainder"), "withheld", start, 1 - start, "[c]"))
    return Stack(item.label, tuple(segment for segment in segments if segment.width > 0))


def tones_of(table: Table) -> dict[str, str]:
    """Give each part of the base its tone."""
    codes = [code for code in shares_of(table) if table.category(code).part is Part.ANSWER]
    tones = dict.fromkeys(shares_of(table), "aside")
    nets = nets_of(table)
    favoured = {code for code in codes if nets and _is_part_of(table, code, nets[0])}
    return tones | (_two_sided(codes, favoured) if favoured else _ramp(table, codes))


def _is_part_of(table: Table, code: str, net: str) -> bool:
    category = table.category(code)
    return set(category.members or (code,)) <= set(table.category(net).members)


def _two_sided(codes: Sequence[str], favoured: set[str]) -> dict[str, str]:
    """Colour from the far end of the favoured answers to the far end of the others."""
    towards = list(codes) if codes[0] in favoured else list(reversed(codes))
    near = [code for code in towards if code in favoured]
    far = [code for code in towards if code not in favoured]
    tones = dict(zip(near, ["for1", "for2", *["for3"] * len(near)], strict=False))
    ends = ["against2", "against1"] if len(far) > 1 else []
    middle = ["mid"] * (len(far) - len(ends))
    return tones | dict(zip(far, [*middle, *ends], strict=True))


def _ramp(table: Table, codes: Sequence[str]) -> dict[str, str]:
    """Colour from dark to light in the given order, or from light to dark where the scores grow."""
    scores = [score for code in codes if (score := table.category(code).score) is not None]
    grows = bool(scores) and scores[0] < scores[-1]
    ordered = list(reversed(codes)) if grows else list(codes)
    last = max(1, len(ordered) - 1)
    return {code: f"step{round(place * LAST_STEP / last)}" for place, code in enumerate(ordered)}
