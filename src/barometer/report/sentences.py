"""What a result says in a sentence, and what a chart shows to those who cannot see it.

Labels are quoted, never inflected: the sentences are built so that Finnish endings fall on our own words.
"""

from __future__ import annotations

from collections.abc import Sequence

from barometer.published import Part
from barometer.report.figures import Writer
from barometer.report.model import Bar, Item, Number, Stack
from barometer.report.words import Words

SUBSTANTIVE = frozenset({Part.ANSWER, Part.TICKED})


def finding(items: Sequence[Item], writer: Writer) -> str:
    """Say in one sentence what these rows of a question show; of a single row, which it is."""
    if len(items) > 1:
        return _finding_of_rows(items, writer)
    said = _finding_of_one(items[0], writer)
    return writer.words.say("find.row", row=items[0].label, sentence=said) if items[0].label else said


def _finding_of_one(item: Item, writer: Writer) -> str:
    words = writer.words
    if item.base.value == 0:
        return words.say("find.empty")
    if item.is_open and item.base.value is not None:
        return words.count("find.open", int(item.base.value), n=item.base.text)
    net = next((net for net in item.nets if _is_shown(net.share)), None)
    if net is not None and net.share is not None and item.base.value is not None:
        label = writer.quoted(net.label)
        return words.count("find.net", int(item.base.value), n=item.base.text, share=plain(net.share), label=label)
    if item.mean is not None and item.mean.value is not None:
        return words.say("find.mean", mean=plain(item.mean))
    return _most_common(item, writer)


def _most_common(item: Item, writer: Writer) -> str:
    candidates = [line for line in item.lines if line.part in SUBSTANTIVE]
    shown = [line for line in candidates if _is_shown(line.share)]
    if not shown:
        return writer.words.say("find.withheld")
    highest = max(_value(line.share) for line in shown)
    text = next(plain(line.share) for line in shown if _value(line.share) == highest)
    best = [writer.quoted(line.label) for line in shown if plain(line.share) == text]
    key = "find.most" if len(shown) == len(candidates) else "find.most_shown"
    if len(best) == 1:
        return writer.words.say(key, label=best[0], share=text, n=item.base.text)
    return writer.words.say(f"{key}_tied", labels=listed(best, writer), share=text, n=item.base.text)


def _finding_of_rows(items: Sequence[Item], writer: Writer) -> str:
    if all(item.nets for item in items) and len({item.nets[0].code for item in items}) == 1:
        return _rows_by_net(items, writer)
    if any(item.mean is not None and item.mean.value is not None for item in items):
        return _rows_by_mean(items, writer)
    shown = any(_is_shown(line.share) for item in items for line in item.lines)
    return writer.words.say("find.table" if shown else "find.withheld")


def figure(items: Sequence[Item]) -> str:
    """Give the number a finding is about, as printed: the highest of its rows or answers."""
    if all(item.nets for item in items):
        candidates = [item.nets[0].share for item in items]
    elif all(item.mean is not None for item in items):
        candidates = [item.mean for item in items]
    elif len(items) == 1:
        candidates = [line.share for line in items[0].lines if line.part in SUBSTANTIVE]
    else:
        return ""
    shown = [number for number in candidates if _is_shown(number)]
    return plain(max(shown, key=_value)) if shown else ""


def _rows_by_net(items: Sequence[Item], writer: Writer) -> str:
    shown = [(item.label, item.nets[0].share) for item in items if _is_shown(item.nets[0].share)]
    if not shown:
        return writer.words.say("find.withheld")
    net = writer.quoted(items[0].nets[0].label)
    highest, high, lowest, low = _extremes(shown, writer)
    if high == low:
        key = "find.rows_equal" if len(shown) == len(items) else "find.table"
        return writer.words.say(key, net=net, share=high)
    key = "find.rows" if len(shown) == len(items) else "find.rows_shown"
    return writer.words.say(key, net=net, highest=highest, high=high, lowest=lowest, low=low)


def _rows_by_mean(items: Sequence[Item], writer: Writer) -> str:
    shown = [(item.label, item.mean) for item in items if _is_shown(item.mean)]
    highest, high, lowest, low = _extremes(shown, writer)
    if high == low:
        key = "find.means_equal" if len(shown) == len(items) else "find.table"
        return writer.words.say(key, mean=high)
    key = "find.means" if len(shown) == len(items) else "find.means_shown"
    return writer.words.say(key, highest=highest, high=high, lowest=lowest, low=low)


def _extremes(rows: Sequence[tuple[str, Number | None]], writer: Writer) -> tuple[str, str, str, str]:
    """Give the rows of the highest and of the lowest number as printed, so that equal prints are named together."""
    high = plain(max((number for _, number in rows), key=_value))
    low = plain(min((number for _, number in rows), key=_value))
    at_high = listed([writer.quoted(label) for label, number in rows if plain(number) == high], writer)
    at_low = listed([writer.quoted(label) for label, number in rows if plain(number) == low], writer)
    return at_high, high, at_low, low


def listed(labels: Sequence[str], writer: Writer) -> str:
    """Join labels as the language does: a, b and c."""
    if len(labels) == 1:
        return labels[0]
    return writer.words.say("and_list", first=", ".join(labels[:-1]), last=labels[-1])


def outside_of_base(item: Item, words: Words) -> str:
    """Say who is not in the base, with their numbers; empty where everybody is."""
    counted = [line for line in item.outside if line.count.value != 0]
    parts = [words.say("base.outside_part", label=line.label, count=line.count.text) for line in counted]
    return words.say("base.outside", parts="; ".join(parts)) if parts else ""


def stacked_alternative(stacks: Sequence[Stack], writer: Writer) -> str:
    """Describe stacked bars piece by piece, row by row."""
    rows = []
    for stack in stacks:
        parts = "; ".join(
            writer.words.say("alt.part", label=segment.label, share=segment.text) for segment in stack.segments
        )
        rows.append(writer.words.say("alt.stacked_row", row=stack.label, parts=parts) if stack.label else parts)
    return writer.words.say("alt.stacked", parts=" ".join(rows).rstrip("."))


def bars_alternative(bars: Sequence[Bar], intervals: Sequence[str], writer: Writer) -> str:
    """Describe bars with their intervals; withheld ones by name."""
    parts = [_bar_in_words(bar, interval, writer) for bar, interval in zip(bars, intervals, strict=True)]
    return writer.words.say("alt.bars", parts="; ".join(parts))


def _bar_in_words(bar: Bar, interval: str, writer: Writer) -> str:
    if bar.share is None:
        return writer.words.say("alt.withheld", label=bar.label)
    if not interval:
        return writer.words.say("alt.bar_plain", label=bar.label, share=bar.text)
    return writer.words.say("alt.bar", label=bar.label, share=bar.text, interval=interval)


def plain(number: Number | None) -> str:
    """Give a number's text without its mark, for sentences and bars that stand beside the marked table."""
    if number is None:
        return ""
    return number.text.removesuffix(f"\u00a0[{number.mark}]") if number.value is not None else number.text


def _is_shown(number: Number | None) -> bool:
    return number is not None and number.value is not None


def _value(number: Number | None) -> float:
    return -1.0 if number is None or number.value is None else number.value
