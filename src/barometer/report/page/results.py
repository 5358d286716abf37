"""The results on the page: summary, topline, crosstabs and the comparison of waves."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from barometer.report.charts import bar_svg, change_svg, chart_svg, legend_html
from barometer.report.model import (
    Background,
    Bar,
    BarChart,
    Beside,
    Chart,
    Compared,
    ComparedItem,
    ComparedLine,
    CrossLine,
    Crosstab,
    Finding,
    Item,
    Line,
    Number,
    Panel,
    Question,
    Report,
    StackedChart,
)
from barometer.report.page.parts import element, marks_note, number, row, said, table, text
from barometer.report.sentences import outside_of_base
from barometer.report.words import Words


def summary_html(report: Report) -> str:
    words = report.words
    facts = "".join(element("div", text("dt", fact.label) + text("dd", fact.text)) for fact in report.summary.facts)
    reading = "".join(text("li", sentence) for sentence in report.summary.reading)
    return (
        element("dl", facts, class_="facts")
        + _extremes_html(report)
        + text("h3", words.say("summary.findings"), id="findings")
        + _findings_html(report.summary.findings)
        + element(
            "div", text("h3", words.say("summary.reading"), id="reading") + element("ul", reading), class_="aside-box"
        )
    )


def _extremes_html(report: Report) -> str:
    """The highest and the lowest results side by side."""
    if not report.summary.highest:
        return ""
    named = (("highest", report.summary.highest), ("lowest", report.summary.lowest))
    columns = "".join(
        element("div", text("h3", report.words.say(f"summary.{key}"), id=key) + _findings_html(findings), class_=key)
        for key, findings in named
    )
    return element("div", columns, class_="extremes")


def _findings_html(findings: Sequence[Finding]) -> str:
    return element("ol", "".join(_finding_html(finding) for finding in findings), class_="findings")


def _finding_html(finding: Finding) -> str:
    figure = element("span", escape(finding.figure), class_="figure", aria_hidden="true")
    link = element("a", escape(finding.question), href=f"#{finding.anchor}", class_="of")
    return element("li", figure + element("div", link + text("p", finding.sentence)))


def questions_html(report: Report) -> str:
    rounding = text("p", report.words.say("base.rounding"), class_="note")
    interval = text("p", report.words.say("interval.note", label=report.words.say("interval.label")), class_="note")
    return rounding + interval + "".join(_question_html(question, report) for question in report.questions)


def _question_html(question: Question, report: Report) -> str:
    panels = "".join(
        _panel_html(panel, question, f"{question.anchor}-{place}", report)
        for place, panel in enumerate(question.panels)
    )
    notes = "".join(said("p", note, class_="note") for note in question.notes)
    heading = text("h3", question.wording, id=question.anchor)
    return element("section", heading + panels + notes, class_="question", aria_labelledby=question.anchor)


def _panel_html(panel: Panel, question: Question, name: str, report: Report) -> str:
    """A finding, its chart and its table; bars of shares stand inside the table, under their labels."""
    words = report.words
    body = text("p", panel.finding, class_="finding")
    if isinstance(panel.chart, StackedChart):
        body += figure_html(panel.chart, name=name, language=report.language)
    body += _base_html(panel, words)
    title = _panel_title(panel, question)
    if len(panel.items) > 1:
        counts = text("summary", words.say("table.show_counts")) + _counts_table(panel, title, words)
        return body + _rows_table(panel, title, words) + marks_note(panel.marks, words) + element("details", counts)
    item = panel.items[0]
    if not item.is_open:
        body += _answers_table(item, panel.chart, title, report)
    return body + text("p", outside_of_base(item, words), class_="note") + marks_note(panel.marks, words)


def _panel_title(panel: Panel, question: Question) -> str:
    """Name the panel's table; panels of one question are told apart by their rows."""
    if len(question.panels) == 1 and len(panel.items) > 1:
        return question.wording
    rows = ", ".join(item.label for item in panel.items if item.label)
    return f"{question.wording} – {rows}" if rows else question.wording


def figure_html(chart: Chart, *, name: str, language: str) -> str:
    legend = legend_html(chart) if isinstance(chart, StackedChart) else ""
    return element("div", legend + chart_svg(chart, name=name, language=language), class_="picture")


def _base_html(panel: Panel, words: Words) -> str:
    wording = said("span", panel.base)
    if len(panel.items) > 1:
        return element("p", text("strong", words.say("base.label")) + f": {wording}", class_="base")
    base = panel.items[0].base
    size = " " + escape(words.say("table.size", n=base.text)) + "."
    return element("p", text("strong", words.say("base.label")) + f": {wording}{size}", class_="base")


def _answers_table(item: Item, chart: Chart | None, title: str, report: Report) -> str:
    """One question: an answer a row, then the answers taken together."""
    words = report.words
    head = [words.say(key) for key in ("table.answer", "table.share", "interval.short", "table.count")]
    bars = chart.bars if isinstance(chart, BarChart) else (None,) * len(item.lines)
    rows = [_answer_row(line, bar, report.language) for line, bar in zip(item.lines, bars, strict=True)]
    bodies = [element("tbody", "".join(rows))]
    together = [_answer_row(line, None, report.language) for line in item.nets]
    if item.mean is not None:
        cells = [element("td", number(item.mean), class_="share"), "<td></td>", element("td", number(item.mean_n))]
        together.append(row(words.say("table.mean"), cells))
    if together:
        bodies.append(element("tbody", "".join(together), class_="nets"))
    kind = "answers with-bars" if isinstance(chart, BarChart) else "answers"
    return table(words.say("table.caption_shares", title=title), head, bodies, words=words, class_=kind)


def _answer_row(line: Line, bar: Bar | None, language: str) -> str:
    drawn = "" if bar is None else bar_svg(bar, language=language)
    label = element("th", escape(line.label) + drawn, scope="row")
    cells = element("td", number(line.share), class_="share") + text_cell(line.interval)
    return element("tr", label + cells + element("td", number(line.count)))


def text_cell(content: str) -> str:
    return element("td", escape(content))


def _rows_table(panel: Panel, title: str, words: Words) -> str:
    """A matrix: a row a row, an answer a column, the base first."""
    first = panel.items[0]
    head = [words.say("table.row"), words.say("table.base_n"), *(line.label for line in (*first.lines, *first.nets))]
    means = any(item.mean is not None for item in panel.items)
    if means:
        head.append(words.say("table.mean"))
    rows = []
    for item in panel.items:
        cells = [element("td", number(item.base))]
        cells += [_share_cell(line.share, line.interval) for line in item.lines]
        cells += [_share_cell(line.share, line.interval, class_="net") for line in item.nets]
        if means:
            cells.append(element("td", number(item.mean), class_="net"))
        rows.append(row(item.label, cells))
    body = element("tbody", "".join(rows))
    return table(words.say("table.caption_shares", title=title), head, [body], words=words, class_="wide")


def _share_cell(share: Number | None, interval: str, class_: str = "") -> str:
    below = text("span", interval, class_="interval")
    return element("td", element("span", number(share), class_="share") + below, class_=class_)


def _counts_table(panel: Panel, title: str, words: Words) -> str:
    """The same rows in numbers of answers, with everybody who is outside the base."""
    first = panel.items[0]
    columns = (*first.lines, *first.nets, *first.outside)
    head = [words.say("table.row"), words.say("table.base_n"), *(line.label for line in columns)]
    rows = [
        row(item.label, [element("td", number(shown)) for shown in (item.base, *_counts(item))]) for item in panel.items
    ]
    caption = words.say("table.caption_counts", title=title)
    return table(caption, head, [element("tbody", "".join(rows))], words=words, class_="wide")


def _counts(item: Item) -> list[Number]:
    return [line.count for line in (*item.lines, *item.nets, *item.outside)]


def backgrounds_html(report: Report) -> str:
    if not report.backgrounds:
        return ""
    note = text("p", report.words.say("table.by_base"), class_="note")
    return note + "".join(_background_html(background, report) for background in report.backgrounds)


def _background_html(background: Background, report: Report) -> str:
    """One background: a list of questions that open, so that the page stays calm."""
    entries = "".join(
        element(
            "details", text("summary", crosstabs[0].question) + "".join(_crosstab_html(c, report) for c in crosstabs)
        )
        for crosstabs in (list(group) for _, group in groupby(background.crosstabs, key=lambda crosstab: crosstab.item))
    )
    groups = _groups_note(background, report.words)
    heading = text("h3", report.words.say("table.by_heading", by=background.label), id=background.anchor)
    return element("section", heading + groups + entries, class_="background", aria_labelledby=background.anchor)


def _groups_note(background: Background, words: Words) -> str:
    columns = background.crosstabs[0].columns[1:]
    parts = "; ".join(f"{column.label} {column.respondents.text}" for column in columns)
    return text("p", words.say("term", label=words.say("table.group_size"), text=parts), class_="note")


def _crosstab_html(crosstab: Crosstab, report: Report) -> str:
    words = report.words
    caption = words.say("table.caption_cross", title=crosstab.title, by=_label_of(crosstab, report))
    head = [words.say("table.answer"), *(column.label for column in crosstab.columns)]
    empty = []
    if crosstab.has_beside:
        head.append(words.say("table.beside"))
        empty = ["<td></td>"]
    rows = [row(words.say("table.base_row"), [*_cells(crosstab.base), *empty], class_="base-row")]
    shown = [line for line in crosstab.lines if any(share is not None for share in line.shares)]
    rows += [_cross_row(line, empty) for line in shown]
    if crosstab.means:
        rows.append(row(words.say("table.mean"), [*_cells(crosstab.means), *empty], class_="net"))
    notes = "".join(said("p", note, class_="note") for note in crosstab.notes)
    picture = ""
    if crosstab.chart is not None:
        title = text("p", crosstab.chart.title, class_="chart-title")
        picture = title + figure_html(crosstab.chart, name=crosstab.anchor, language=report.language)
    base = element(
        "p", text("strong", words.say("base.label")) + ": " + said("span", crosstab.base_wording), class_="base"
    )
    row_title = text("h4", crosstab.row, id=crosstab.anchor)
    whole = table(caption, head, [element("tbody", "".join(rows))], words=words, class_="wide")
    return row_title + picture + base + whole + marks_note(crosstab.marks, words) + notes


def _label_of(crosstab: Crosstab, report: Report) -> str:
    return next(background.label for background in report.backgrounds if background.code == crosstab.by)


def _cells(shown: tuple[Number, ...]) -> list[str]:
    return [element("td", number(figure)) for figure in shown]


def _cross_row(line: CrossLine, empty: list[str]) -> str:
    cells = [element("td", number(share), class_="share") for share in line.shares]
    cells += empty if line.beside is None else [_beside(line.beside)]
    return row(line.label, cells, class_="net" if line.part.value == "net" else "")


def _beside(beside: Beside) -> str:
    return element("td", number(beside.share) + text("span", beside.base, class_="interval"), class_="beside")


def comparison_html(compared: Compared, words: Words) -> str:
    """The waves side by side: all respondents open, the backgrounds to be opened, the refusals with their reasons."""
    body = "".join(said("p", note) for note in compared.notes)
    body += text("p", f"{words.say('compare.unit')} {words.say('compare.picture')}", class_="note")
    body += "".join(_compared_html(item, compared, words) for item in compared.items)
    if compared.crossed:
        crossed = "".join(_compared_html(item, compared, words) for item in compared.crossed)
        body += element("details", text("summary", words.say("compare.by_background")) + crossed)
    if not compared.refused:
        return body
    refused = "".join(
        text("p", refusal.reason) + element("ul", "".join(text("li", title) for title in refusal.titles))
        for refusal in compared.refused
    )
    return body + text("h3", words.say("compare.refused"), id="not-compared") + refused


def _compared_html(item: ComparedItem, compared: Compared, words: Words) -> str:
    head = [words.say("compare.answer"), compared.earlier, compared.later]
    head += [words.say("compare.difference"), words.say("compare.interval")]
    rows = [_compared_row(line, item, compared.language) for line in item.lines]
    broken = text("p", words.say("compare.broken"), class_="note") if item.broken else ""
    caption = words.say("compare.caption", title=item.title)
    whole = table(caption, head, [element("tbody", "".join(rows))], words=words, class_="compared")
    return broken + said("p", item.reason, class_="note") + whole + marks_note(item.marks, words)


def _compared_row(line: ComparedLine, item: ComparedItem, language: str) -> str:
    drawn = change_svg(line, broken=item.broken, language=language)
    cells = "".join(_cells((line.earlier, line.later, line.difference))) + text_cell(line.interval)
    return element("tr", element("th", escape(line.answer) + drawn, scope="row") + cells)
