"""The results of all respondents, question by question, in the order of the release."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from barometer.published import TOTAL, Table
from barometer.report.drawing import chart_of
from barometer.report.figures import Writer, nets_of, outside_of, shares_of
from barometer.report.model import Finding, Item, Line, Number, Panel, Question
from barometer.report.sentences import figure, finding

MOST_FINDINGS = 12
"""So many sentences fit on the summary's page, those of the extremes among them."""
MOST_EXTREMES = 3
"""So many of the highest and as many of the lowest results are told first."""
LEAST_TO_ORDER = 4


def questions_of(writer: Writer) -> tuple[Question, ...]:
    """Gather the tables of all respondents under their questions."""
    gathered: dict[str, list[Table]] = {}
    for table in writer.tables.tables:
        if table.by is None:
            gathered.setdefault(question_id(table), []).append(table)
    return tuple(_question(name, tables, writer) for name, tables in gathered.items())


def question_id(table: Table) -> str:
    return table.item.split(".", 1)[0]


def _question(name: str, tables: Sequence[Table], writer: Writer) -> Question:
    panels: dict[tuple[object, ...], list[Table]] = {}
    for table in tables:
        panels.setdefault(_sort_of_panel(table), []).append(table)
    notes = dict.fromkeys(writer.said(note) for table in tables for note in table.notes if note)
    made = tuple(_panel(alike, writer) for alike in panels.values())
    return Question(
        anchor=f"q-{name}",
        id=name,
        wording=writer.text(tables[0].title),
        multiple=tables[0].kind == "multiple",
        finding=finding(_items(made), writer),
        panels=made,
        notes=tuple(notes),
    )


def _items(panels: Sequence[Panel]) -> tuple[Item, ...]:
    return tuple(item for panel in panels for item in panel.items)


def _sort_of_panel(table: Table) -> tuple[object, ...]:
    """Rows of a matrix share a table where they have the same answers, nets and base."""
    return shares_of(table), nets_of(table), outside_of(table), table.base.wording


def _panel(tables: Sequence[Table], writer: Writer) -> Panel:
    items = tuple(item_of(table, writer) for table in tables)
    said = finding(items, writer)
    numbers = tuple(numbers_in(items))
    return Panel(
        finding=said,
        chart=chart_of(tables, items, said, writer),
        items=items,
        base=writer.said(tables[0].base.wording),
        marks=writer.marks(numbers),
        intervals=any(line.interval for item in items for line in (*item.lines, *item.nets)),
    )


def item_of(table: Table, writer: Writer) -> Item:
    lines = [writer.line(table, code, with_share=True) for code in shares_of(table)]
    if table.kind == "multiple":
        lines.sort(key=_largest_first)
    mean = next((mean for mean in table.means if mean.group == TOTAL), None)
    return Item(
        id=table.item,
        label=writer.text(table.row_title),
        base=writer.base(table.group(TOTAL)),
        lines=tuple(lines),
        nets=tuple(writer.line(table, code, with_share=True) for code in nets_of(table)),
        outside=tuple(writer.line(table, code, with_share=False) for code in outside_of(table)),
        mean=None if mean is None else writer.mean(mean),
        mean_n=None if mean is None else writer.plain(mean.n),
    )


def _largest_first(line: Line) -> float:
    return 1.0 if line.count.value is None else -line.count.value


def numbers_in(items: Iterable[Item]) -> Iterable[Number | None]:
    for item in items:
        yield from (item.base, item.mean)
        for line in (*item.lines, *item.nets, *item.outside):
            yield from (line.count, line.share)


def extremes_of(questions: Sequence[Question], writer: Writer) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Give the results that are most and least often positive: by the first net, where its base is large enough.

    A result is in one of the two alone; where fewer than four can be set in order, nothing is said.
    """
    shares = [
        (line.share.value, place, question, item)
        for place, (question, item) in enumerate((q, item) for q in questions for item in _items(q.panels))
        for line in item.nets[:1]
        if line.share is not None and line.share.value is not None and not line.share.mark
    ]
    ordered = sorted(shares, key=lambda each: (-each[0], each[1]))
    most = min(MOST_EXTREMES, len(ordered) // 2) if len(ordered) >= LEAST_TO_ORDER else 0
    highest, lowest = ordered[:most], list(reversed(ordered))[:most]
    return (
        tuple(_extreme(question, item, writer) for _, _, question, item in highest),
        tuple(_extreme(question, item, writer) for _, _, question, item in lowest),
    )


def _extreme(question: Question, item: Item, writer: Writer) -> Finding:
    title = f"{question.wording} – {item.label}" if item.label else question.wording
    return Finding(finding([replace(item, label="")], writer), title, question.anchor, figure([item]))


def findings_of(
    questions: Sequence[Question], backgrounds: frozenset[str], said: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Choose the summary's sentences: one a question, in the order asked; scales first where there are too many.

    What the extremes have ``said`` in full is not said again.
    """
    known, most = {finding.sentence for finding in said}, MOST_FINDINGS - len(said)
    asked = [question for question in questions if question.id not in backgrounds and question.finding not in known]
    ranked = sorted(range(len(asked)), key=lambda place: (_weight(asked[place]), place))
    chosen = (asked[place] for place in sorted(ranked[:most]))
    return tuple(
        Finding(question.finding, question.wording, question.anchor, figure(_items(question.panels)))
        for question in chosen
    )


def _weight(question: Question) -> int:
    """Rank scales before matrices of them, these before lists of options, then plain choices; open questions last."""
    item = question.panels[0].items[0]
    if item.is_open:
        return 4
    if item.nets:
        return 0 if len(_items(question.panels)) == 1 else 1
    return 2 if question.multiple or item.mean is not None else 3
