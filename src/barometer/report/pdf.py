"""The report as a PDF: tagged for screen readers (PDF/UA-1), fit for archives (PDF/A-2a), the same bytes every time.

Python fills blocks, `report.typ` lays them out. The data goes in as JSON, so that no text can become markup; the fonts
come from packages, so that no machine's own fonts matter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
import typst

from barometer.report.model import (
    Background,
    BarChart,
    Chart,
    Compared,
    CrossLine,
    Crosstab,
    Finding,
    Item,
    Line,
    Mark,
    MeasureLine,
    Number,
    Panel,
    Question,
    Report,
    Said,
    StackedChart,
)
from barometer.report.sentences import outside_of_base
from barometer.report.words import Words

TEMPLATE = Path(__file__).parent / "report.typ"

Block = dict[str, Any]


def render_pdf(report: Report) -> bytes:
    """Lay the report out as a PDF. Its only date is the day the collection ended; without one it is PDF/UA alone."""
    made = _compiler().compile(
        format="pdf",
        pdf_standards=["ua-1", "a-2a"] if report.closed else ["ua-1"],  # PDF/A asks for a date
        sys_inputs={"report": json.dumps(_document(report))},
        timestamp=0,
    )
    if not isinstance(made, bytes):
        raise TypeError("The layout gave several files where one was asked for.")
    return made


@cache
def _compiler() -> typst.Compiler:
    folders = [str(package.ROOT / "files") for package in (fontpkg_noto_sans, fontpkg_noto_sans_arabic)]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    return typst.Compiler(input=str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts)


def _document(report: Report) -> Block:
    words = report.words
    unsafe = ["[UNSAFE]"] if report.unsafe else []
    return {
        "title": " – ".join([*unsafe, report.title, words.say("report")]),
        "heading": report.title,
        "kicker": words.say("report"),
        "keywords": [report.wave, *(["demonstration: true"] if report.demonstration else []), *unsafe],
        "date": [int(part) for part in report.closed.split("-")] if report.closed else None,
        "language": report.language.split("-")[0],
        "rtl": report.direction == "rtl",
        "unsafe": report.unsafe,
        "banners": list(report.banners),
        "foot": " · ".join(filter(None, (report.title, report.label.text if report.label else ""))),
        "page": words.say("pdf.page"),
        "blocks": list(_blocks(report)),
    }


def _blocks(report: Report) -> Iterator[Block]:
    words = report.words
    yield from _summary(report)
    yield {"kind": "contents", "text": words.say("contents"), "page": True}
    yield _chapter("results", words)
    yield _note(words.say("base.rounding"))
    yield _note(words.say("interval.note", label=words.say("interval.label")))
    for question in report.questions:
        yield from _question(question, words)
    if report.backgrounds:
        yield _chapter("backgrounds", words)
        yield _note(words.say("table.by_base"))
    for background in report.backgrounds:
        yield from _background(background, words)
    if report.comparison is not None:
        yield _chapter("comparison", words)
        yield from _comparison(report.comparison, words)
    if report.cited is not None:
        yield _chapter("cited", words)
        yield from _cited(report)
    yield from _statements(report)


def _chapter(key: str, words: Words) -> Block:
    return {"kind": "h1", "text": words.say(f"section.{key}"), "page": True}


def _note(sentence: str) -> Block:
    return {"kind": "note", "text": sentence}


def _said(kind: str, prose: Said | None) -> Iterator[Block]:
    if prose is not None and prose.text:
        yield {"kind": kind, "text": prose.text, "lang": prose.language}


def _summary(report: Report) -> Iterator[Block]:
    words = report.words
    yield from _said("lead", report.label)
    yield from _said("note", report.attribution)
    yield {"kind": "h1", "text": words.say("section.summary")}
    yield {"kind": "facts", "items": [[fact.label, fact.text] for fact in report.summary.facts]}
    if report.summary.highest:
        yield {
            "kind": "extremes",
            "titles": [words.say("summary.highest"), words.say("summary.lowest")],
            "columns": [_found(report.summary.highest), _found(report.summary.lowest)],
        }
    yield {"kind": "h2", "text": words.say("summary.findings")}
    yield {"kind": "findings", "items": _found(report.summary.findings)}
    yield {"kind": "boxed", "title": words.say("summary.reading"), "items": list(report.summary.reading)}


def _found(findings: Sequence[Finding]) -> list[list[str]]:
    return [[finding.figure, finding.question, finding.sentence] for finding in findings]


def _question(question: Question, words: Words) -> Iterator[Block]:
    yield {"kind": "h2", "text": question.wording}
    for panel in question.panels:
        yield from _panel(panel, question, words)
    for note in question.notes:
        yield from _said("note", note)


def _panel(panel: Panel, question: Question, words: Words) -> Iterator[Block]:
    yield {"kind": "finding", "text": panel.finding}
    if isinstance(panel.chart, StackedChart):
        yield _stacked(panel.chart)
    yield _base(panel, words)
    if len(panel.items) > 1:
        yield _rows(panel, question.wording, words)
        yield _counts(panel, question.wording, words)
    else:
        item = panel.items[0]
        if not item.is_open:
            yield _answers(item, panel.chart, question.wording, words)
        if outside := outside_of_base(item, words):
            yield _note(outside)
    yield from _marks(panel.marks, words)


def _stacked(chart: StackedChart) -> Block:
    """Hand stacked bars over as lengths and tones, with their description as alternative text."""
    stacks = [
        {
            "label": stack.label,
            "segments": [{"tone": piece.tone, "width": piece.width, "text": piece.text} for piece in stack.segments],
        }
        for stack in chart.stacks
    ]
    keys = [{"label": key.label, "tone": key.tone} for key in chart.keys]
    return {"kind": "stacked", "alt": chart.description, "keys": keys, "stacks": stacks}


def _base(panel: Panel, words: Words) -> Block:
    size = f" {words.say('table.size', n=panel.items[0].base.text)}." if len(panel.items) == 1 else ""
    text = words.say("term", label=words.say("base.label"), text=panel.base.text + size)
    return {"kind": "base", "text": text, "lang": panel.base.language}


def _marks(marks: Sequence[Mark], words: Words) -> Iterator[Block]:
    if marks:
        parts = "; ".join(words.say("mark.legend_part", mark=mark.letter, meaning=mark.meaning) for mark in marks)
        yield _note(words.say("mark.legend", parts=parts))


def _table(
    caption: str,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    strong: Sequence[int] = (),
    washed: Sequence[int] = (),
) -> Block:
    return {
        "kind": "table",
        "caption": caption,
        "head": list(head),
        "rows": [list(row) for row in rows],
        "strong": list(strong),
        "washed": list(washed),
    }


def _prose_table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Block:
    return _table(caption, head, rows) | {"prose": True, "widths": list(widths)}


def _answers(item: Item, chart: Chart | None, title: str, words: Words) -> Block:
    head = [words.say(key) for key in ("table.answer", "table.share", "interval.short", "table.count")]
    rows = [_answer(line) for line in (*item.lines, *item.nets)]
    if item.mean is not None:
        rows.append([words.say("table.mean"), item.mean.text, "", _text(item.mean_n)])
    caption = words.say("table.caption_shares", title=f"{title} – {item.label}" if item.label else title)
    made = _table(caption, head, rows, strong=[1], washed=range(len(item.lines), len(rows)))
    if not isinstance(chart, BarChart):
        return made
    bars = [{"share": bar.share, "low": bar.low, "high": bar.high, "tone": bar.tone} for bar in chart.bars]
    return made | {"bars": bars}


def _answer(line: Line) -> list[str]:
    return [line.label, _text(line.share), line.interval, line.count.text]


def _text(number: Number | None) -> str:
    return "" if number is None else number.text


def _rows(panel: Panel, title: str, words: Words) -> Block:
    first = panel.items[0]
    head = [words.say("table.row"), words.say("table.base_n"), *(line.label for line in (*first.lines, *first.nets))]
    means = any(item.mean is not None for item in panel.items)
    rows = [
        [
            item.label,
            item.base.text,
            *([_text(line.share), line.interval] for line in (*item.lines, *item.nets)),
            *([_text(item.mean)] if means else []),
        ]
        for item in panel.items
    ]
    head += [words.say("table.mean")] if means else []
    return _table(words.say("table.caption_shares", title=title), head, rows)


def _counts(panel: Panel, title: str, words: Words) -> Block:
    first = panel.items[0]
    head = [words.say("table.row"), *(line.label for line in (*first.lines, *first.nets, *first.outside))]
    rows = [
        [item.label, *(line.count.text for line in (*item.lines, *item.nets, *item.outside))] for item in panel.items
    ]
    return _table(words.say("table.caption_counts", title=title), head, rows)


def _background(background: Background, words: Words) -> Iterator[Block]:
    yield {"kind": "h2", "text": words.say("table.by_heading", by=background.label)}
    for _, asked in groupby(background.crosstabs, key=lambda crosstab: crosstab.item):
        crosstabs = list(asked)
        yield {"kind": "h3", "text": crosstabs[0].question, "bookmark": False}
        alike: dict[tuple[object, ...], list[Crosstab]] = {}
        for crosstab in crosstabs:
            alike.setdefault(_layout(crosstab), []).append(crosstab)
        for together in alike.values():
            yield from _crosstabs(together, background, words)


def _layout(crosstab: Crosstab) -> tuple[object, ...]:
    """Rows of a matrix share a table where they have the same groups and are printed in as many lines."""
    return tuple(column.code for column in crosstab.columns), _answer_and_rest(crosstab)


def _answer_and_rest(crosstab: Crosstab) -> tuple[str, str] | None:
    """Give the labels of a row of a matrix that is split in two, so that the first share tells the second."""
    labels = [line.label for line in _printed(crosstab)]
    return (labels[0], labels[1]) if crosstab.row and len(labels) == 2 and not crosstab.means else None


def _crosstabs(crosstabs: Sequence[Crosstab], background: Background, words: Words) -> Iterator[Block]:
    """Print the rows of a matrix in one table, so that the groups are named once."""
    first = crosstabs[0]
    beside = [words.say("table.beside")] if any(crosstab.has_beside for crosstab in crosstabs) else []
    head = [words.say("table.answer"), *(column.label for column in first.columns), *beside]
    caption = words.say("table.caption_cross", title=first.question, by=background.label)
    split = _answer_and_rest(first)
    yield from _cross_bases(crosstabs, words)
    if split is not None:
        yield {"kind": "base", "text": words.say("table.split", answer=split[0], rest=split[1])}
    rows, washed = _rows_of_crosstabs(crosstabs, words)
    filled = [[*row, *("" for _ in range(len(head) - len(row)))] for row in rows]
    yield _table(caption, head, filled, washed=washed)
    yield from _marks(list(dict.fromkeys(mark for crosstab in crosstabs for mark in crosstab.marks)), words)
    for note in dict.fromkeys(note for crosstab in crosstabs for note in crosstab.notes):
        yield from _said("note", note)


def _rows_of_crosstabs(crosstabs: Sequence[Crosstab], words: Words) -> tuple[list[list[object]], list[int]]:
    """Give the rows, the base once where all share it, and which rows are headings of their own."""
    bases = [[words.say("table.base_row"), *(number.text for number in crosstab.base)] for crosstab in crosstabs]
    is_shared = all(base == bases[0] for base in bases)
    rows: list[list[object]] = [list(bases[0])] if is_shared else []
    washed: list[int] = []
    for crosstab, base in zip(crosstabs, bases, strict=True):
        if _answer_and_rest(crosstab) and is_shared:
            rows.append([crosstab.row, *_cross_row(_printed(crosstab)[0])[1:]])
            continue
        if crosstab.row:
            washed.append(len(rows))
            rows.append([crosstab.row])
        if not is_shared:
            rows.append(list(base))
        printed = _printed(crosstab)[:1] if _answer_and_rest(crosstab) else _printed(crosstab)
        rows += [_cross_row(line) for line in printed]
        if crosstab.means:
            rows.append([words.say("table.mean"), *(number.text for number in crosstab.means)])
    return rows, washed


def _printed(crosstab: Crosstab) -> list[CrossLine]:
    return [line for line in crosstab.lines if any(share is not None for share in line.shares)]


def _cross_row(line: CrossLine) -> list[object]:
    beside = [] if line.beside is None else [[_text(line.beside.share), line.beside.base]]
    return [line.label, *(_text(share) for share in line.shares), *beside]


def _cross_bases(crosstabs: Sequence[Crosstab], words: Words) -> Iterator[Block]:
    """Say the base once where the rows share it, and for each row where they do not."""
    by_wording: dict[Said, list[str]] = {}
    for crosstab in crosstabs:
        by_wording.setdefault(crosstab.base_wording, []).append(crosstab.row)
    for wording, named in by_wording.items():
        of = f" ({', '.join(named)})" if len(by_wording) > 1 else ""
        text = words.say("term", label=words.say("base.label") + of, text=wording.text)
        yield {"kind": "base", "text": text, "lang": wording.language}


def _comparison(compared: Compared, words: Words) -> Iterator[Block]:
    for note in compared.notes:
        yield from _said("p", note)
    yield _note(words.say("compare.unit"))
    if compared.crossed:
        yield _note(words.say("compare.elsewhere"))
    head = [words.say("compare.answer"), compared.earlier, compared.later]
    head += [words.say("compare.difference"), words.say("compare.interval")]
    for item in compared.items:
        rows = [
            [line.answer, line.earlier.text, line.later.text, line.difference.text, line.interval]
            for line in item.lines
        ]
        if item.broken:
            yield _note(words.say("compare.broken"))
        yield from _said("note", item.reason)
        yield _table(words.say("compare.caption", title=item.title), head, rows)
        yield from _marks(item.marks, words)
    if compared.refused:
        yield {"kind": "h2", "text": words.say("compare.refused")}
    for refusal in compared.refused:
        yield {"kind": "p", "text": refusal.reason}
        yield {"kind": "list", "items": list(refusal.titles)}


def _cited(report: Report) -> Iterator[Block]:
    if report.cited is None:
        return
    words = report.words
    yield {"kind": "p", "text": words.say("cited.intro")}
    yield from _said("p", report.cited.note)
    head = [words.say(f"cited.{key}") for key in ("about", "figure", "wave", "base", "source")]
    rows = [
        [line.about.text, line.figure, line.wave, words.say("cited.no_base"), line.source]
        for line in report.cited.figures
    ]
    yield _prose_table(words.say("cited.caption"), head, rows, (3, 1.4, 1, 1.4, 2.4))


def _statements(report: Report) -> Iterator[Block]:
    words = report.words
    yield _chapter("methods", words)
    yield _note(words.say("method.intro"))
    if report.missing_method_items:
        missing = ", ".join(item.heading for item in report.methods if item.text is None)
        yield {"kind": "warning", "text": words.say("method.missing_many", items=missing)}
    stated = [
        [item.heading, words.say("method.missing") if item.text is None else item.text.text, item.text is None]
        for item in report.methods
    ]
    yield {"kind": "terms", "items": stated}
    yield from _losses(report)
    yield from _protection(report)
    yield {"kind": "h1", "text": words.say("section.marks")}
    yield {"kind": "terms", "items": [[f"[{mark.letter}]", mark.meaning, False] for mark in report.marks]}
    yield {"kind": "h1", "text": words.say("section.data")}
    yield {"kind": "p", "text": words.say("data.intro")}
    yield {"kind": "terms", "items": [[file.name, file.holds, False] for file in report.files]}


def _losses(report: Report) -> Iterator[Block]:
    words = report.words
    yield {"kind": "h1", "text": words.say("section.losses")}
    if not report.losses:
        yield {"kind": "p", "text": words.say("loss.none")}
        return
    yield {"kind": "p", "text": words.say("loss.intro")}
    yield {"kind": "list", "items": [group.sentence for group in report.losses]}
    yield _note(words.say("loss.elsewhere"))


def _protection(report: Report) -> Iterator[Block]:
    words, protection = report.words, report.protection
    yield {"kind": "h1", "text": words.say("section.protection")}
    for sentence in protection.sentences:
        yield {"kind": "p", "text": sentence}
    if protection.rules:
        yield {"kind": "h2", "text": words.say("protect.heading_rules")}
        yield {"kind": "list", "items": list(protection.rules)}
    if protection.measures:
        yield {"kind": "h2", "text": words.say("protect.heading_measures")}
        yield {"kind": "list", "items": [_measure(line) for line in protection.measures]}
    if protection.not_modelled:
        yield {"kind": "h2", "text": words.say("protect.heading_beyond")}
        yield {"kind": "p", "text": words.say("protect.not_modelled")}
        yield {"kind": "list", "items": [item.text for item in protection.not_modelled]}
    for sentence in protection.checks:
        yield {"kind": "p", "text": sentence}
    for identity in protection.identities:
        yield _note(identity)
    if protection.audits:
        yield _note(words.say("protect.elsewhere"))


def _measure(line: MeasureLine) -> str:
    """One measure in a line: a table of six columns would not fit the page."""
    return f"{line.attacker}: {line.what}: {line.held} / {line.tried} ({line.share}), {line.how}"
