"""The tables as an accessible workbook: title in A1, one table a sheet, nothing merged, contents first, notes last.

One workbook for all languages: labels stand side by side, numbers stand once. Numbers stay numbers (a mark is part of
the cell's format), withheld ones are the text ``[c]``, and no text can become a formula.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from barometer.report.model import Background, CrossLine, Crosstab, Item, Line, Number, Question, Report

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a workbook whose wave names no day; never the day it was made."""
JOINED = " / "
LONGEST_NAME = 31

Value = str | float | Number | None


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, what it holds, and one table."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    texts: int
    """So many first columns are text and wide."""


def render_workbook(reports: Sequence[Report]) -> bytes:
    """Write the reports of one release, a language each, as one xlsx file; the first report's order is kept."""
    written = io.BytesIO()
    book = Workbook(
        written,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    _set_properties(book, reports)
    sheets = _sheets(reports)
    formats = _Formats(book)
    _write_contents(book, sheets, reports, formats)
    for sheet in sheets:
        _write_sheet(book.add_worksheet(sheet.name), sheet, reports, formats)
    book.close()
    return written.getvalue()


def _set_properties(book: Workbook, reports: Sequence[Report]) -> None:
    first = reports[0]
    closed = datetime.fromisoformat(first.closed).replace(tzinfo=UTC) if first.closed else EPOCH
    book.set_properties(
        {
            "title": _joined(reports, lambda report: report.title),
            "subject": "; ".join(first.banners),
            "keywords": ", ".join([first.wave, *(["demonstration: true"] if first.demonstration else [])]),
            "comments": f"release {first.release}",
            "created": closed,
        }
    )
    book.set_custom_property("demonstration", first.demonstration)
    book.set_custom_property("unsafe", first.unsafe)
    book.set_custom_property("release", first.release)


class _Formats:
    """The few cell formats of the workbook; xlsxwriter wants each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._numbers: dict[tuple[str, str], Format] = {}
        self.title = book.add_format({"bold": True, "font_size": 15})
        self.warning = book.add_format({"bold": True, "font_color": "#7a2410"})
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.plain = book.add_format({"valign": "top"})
        self.mark = book.add_format({"align": "right", "valign": "top"})

    def number(self, kind: str, mark: str) -> Format:
        """Show a number with its mark, so that the cell still holds a number."""
        key = (kind, mark)
        if key not in self._numbers:
            shown = kind + (f'" [{mark}]"' if mark else "")
            self._numbers[key] = self._book.add_format({"num_format": shown, "valign": "top"})
        return self._numbers[key]


def _sheets(reports: Sequence[Report]) -> tuple[Sheet, ...]:
    crossed = [sheet for place in range(len(reports[0].backgrounds)) for sheet in _cross_sheets(reports, place)]
    names: set[str] = set()
    made = [_results_sheet(reports), *crossed, *_cited_sheet(reports), _methods_sheet(reports)]
    made += [*_losses_sheet(reports), _notes_sheet(reports)]
    return tuple(_named(sheet, names) for sheet in made)


def _named(sheet: Sheet, taken: set[str]) -> Sheet:
    """Give a sheet a name that a workbook allows and no other sheet has."""
    allowed = re.sub(r"[\[\]:*?/\\']", " ", sheet.name).strip()[:LONGEST_NAME] or "-"
    name, number = allowed, 2
    while name.lower() in taken:
        name = f"{allowed[: LONGEST_NAME - 3]} {number}"
        number += 1
    taken.add(name.lower())
    return replace(sheet, name=name)


def _joined(reports: Sequence[Report], text: Callable[[Report], str]) -> str:
    """Say the same in every language, side by side, each wording once."""
    return JOINED.join(dict.fromkeys(filter(None, map(text, reports))))


def _word(reports: Sequence[Report], key: str, **places: str) -> str:
    return _joined(reports, lambda report: report.words.say(key, **places))


def _in_languages(reports: Sequence[Report], key: str) -> list[str]:
    """Head a column a language."""
    return [f"{report.words.say(key)} ({report.language})" for report in reports]


def _named_by(reports: Sequence[Report]) -> tuple[str, ...]:
    """Head the columns that say which number a row holds."""
    question, answer = (_in_languages(reports, key) for key in ("book.question", "book.answer"))
    return (_word(reports, "book.item"), *question, *answer)


def _results_sheet(reports: Sequence[Report]) -> Sheet:
    columns = ("part", "base_n", "count", "share", "low", "high", "mark")
    head = [
        *_named_by(reports),
        *(_word(reports, f"book.{key}") for key in columns),
        *_in_languages(reports, "book.base"),
    ]
    rows: list[tuple[Value, ...]] = []
    for questions in zip(*(report.questions for report in reports), strict=True):
        for panels in zip(*(question.panels for question in questions), strict=True):
            bases = [panel.base.text for panel in panels]
            for items in zip(*(panel.items for panel in panels), strict=True):
                rows += _item_rows(reports, questions, items, bases)
    title = _word(reports, "book.results")
    return Sheet("results", title, tuple(head), tuple(rows), 1 + 2 * len(reports))


def _item_rows(
    reports: Sequence[Report], questions: Sequence[Question], items: Sequence[Item], bases: Sequence[str]
) -> list[tuple[Value, ...]]:
    titles = [
        f"{question.wording} – {item.label}" if item.label else question.wording
        for question, item in zip(questions, items, strict=True)
    ]
    by_code = [{line.code: line for line in (*item.lines, *item.nets, *item.outside)} for item in items]
    rows: list[tuple[Value, ...]] = []
    for code, line in by_code[0].items():
        labels = [lines[code].label for lines in by_code]
        share = line.share
        marks = "".join(dict.fromkeys(number.mark for number in (line.count, share) if number is not None))
        numbers = (items[0].base, line.count, share, line.low, line.high, f"[{marks}]" if marks else None)
        rows.append((items[0].id, *titles, *labels, _part(reports, line), *numbers, *bases))
    if items[0].mean is not None:
        labels = [report.words.say("book.mean") for report in reports]
        mean = (items[0].mean_n, items[0].mean, None, None, None, None)
        rows.append((items[0].id, *titles, *labels, _word(reports, "book.mean"), *mean, *bases))
    return rows


def _part(reports: Sequence[Report], line: Line | CrossLine) -> str:
    keys = {"answer": "part.answer", "net": "part.net", "ticked": "part.ticked"}
    return _word(reports, keys.get(line.part.value, f"state.{line.part.value}"))


def _cross_sheets(reports: Sequence[Report], place: int) -> tuple[Sheet, Sheet]:
    """One background: a sheet of shares and a sheet of numbers, the groups as columns, all respondents first."""
    backgrounds = [report.backgrounds[place] for report in reports]
    groups = _groups_of(backgrounds)
    head = (*_named_by(reports), _word(reports, "book.part"), *groups.values())
    texts = 1 + 2 * len(reports)
    shares, counts = _cross_rows(reports, backgrounds, list(groups))
    code = backgrounds[0].code
    return (
        Sheet(
            f"by {code} %",
            _title_by(reports, place, "book.shares_by"),
            (*head, _word(reports, "table.beside")),
            tuple(shares),
            texts,
        ),
        Sheet(f"by {code} n", _title_by(reports, place, "book.counts_by"), head, tuple(counts), texts),
    )


def _title_by(reports: Sequence[Report], place: int, key: str) -> str:
    return _joined(reports, lambda report: report.words.say(key, by=report.backgrounds[place].label))


def _groups_of(backgrounds: Sequence[Background]) -> dict[str, str]:
    """Give every group that any table of this background has, in order, with its label in every language."""
    labels: dict[str, dict[str, None]] = {}
    for background in backgrounds:
        for crosstab in background.crosstabs:
            for column in crosstab.columns:
                labels.setdefault(column.code, {})[column.label] = None
    return {code: JOINED.join(said) for code, said in labels.items()}


def _cross_rows(
    reports: Sequence[Report], backgrounds: Sequence[Background], groups: Sequence[str]
) -> tuple[list[tuple[Value, ...]], list[tuple[Value, ...]]]:
    shares: list[tuple[Value, ...]] = []
    counts: list[tuple[Value, ...]] = []
    for crosstabs in zip(*(background.crosstabs for background in backgrounds), strict=True):
        first = crosstabs[0]
        item = first.id.rsplit("/", 1)[0]
        titles = [crosstab.title for crosstab in crosstabs]
        base = (item, *titles, *(report.words.say("book.base_n") for report in reports), _word(reports, "part.base"))
        for rows in (shares, counts):
            rows.append((*base, *_spread(first, first.base, groups)))
        for lines in zip(*(crosstab.lines for crosstab in crosstabs), strict=True):
            named = (item, *titles, *(line.label for line in lines), _part(reports, lines[0]))
            if any(share is not None for share in lines[0].shares):
                beside = None if lines[0].beside is None else lines[0].beside.share
                shares.append((*named, *_spread(first, lines[0].shares, groups), beside))
            counts.append((*named, *_spread(first, lines[0].counts, groups)))
        if first.means:
            mean = (item, *titles, *(report.words.say("book.mean") for report in reports), _word(reports, "book.mean"))
            shares.append((*mean, *_spread(first, first.means, groups)))
    return shares, counts


def _spread(crosstab: Crosstab, numbers: Sequence[Number | None], groups: Sequence[str]) -> list[Number | None]:
    """Put a row's numbers under their groups; a group this table does not have stays ``[z]``."""
    here = dict(zip((column.code for column in crosstab.columns), numbers, strict=True))
    return [here.get(group, Number("[z]", None, "z")) for group in groups]


def _cited_sheet(reports: Sequence[Report]) -> list[Sheet]:
    cited = [report.cited for report in reports if report.cited is not None]
    if not cited:
        return []
    head = [_word(reports, "book.item"), *_in_languages(reports, "cited.about")]
    head += [_word(reports, key) for key in ("book.printed", "cited.wave", "cited.source", "cited.base")]
    rows = [
        (
            lines[0].id,
            *(line.about.text for line in lines),
            JOINED.join(dict.fromkeys(line.figure for line in lines)),
            lines[0].wave,
            lines[0].source,
            _word(reports, "cited.no_base"),
        )
        for lines in zip(*(each.figures for each in cited), strict=True)
    ]
    return [Sheet("cited", _word(reports, "book.cited"), tuple(head), tuple(rows), len(head))]


def _methods_sheet(reports: Sequence[Report]) -> Sheet:
    head = [_word(reports, "book.subject"), *_in_languages(reports, "book.note")]
    rows: list[tuple[Value, ...]] = []
    for items in zip(*(report.methods for report in reports), strict=True):
        said = [
            report.words.say("method.missing") if item.text is None else item.text.text
            for report, item in zip(reports, items, strict=True)
        ]
        rows.append((JOINED.join(dict.fromkeys(item.heading for item in items)), *said))
    return Sheet("methods", _word(reports, "section.methods"), tuple(head), tuple(rows), len(head))


def _notes_sheet(reports: Sequence[Report]) -> Sheet:
    """Marks, the meaning of the interval, what was lost and how respondents are protected."""
    head = [_word(reports, "book.subject"), *_in_languages(reports, "book.note")]
    rows: list[tuple[Value, ...]] = [
        (f"[{marks[0].letter}]", *(mark.meaning for mark in marks))
        for marks in zip(*(report.marks for report in reports), strict=True)
    ]
    intervals = (report.words.say("interval.note", label=report.words.say("interval.label")) for report in reports)
    rows.append((_word(reports, "interval.short"), *intervals))
    rows.append((_word(reports, "table.beside"), *(report.words.say("table.by_base") for report in reports)))
    rows.append((_word(reports, "book.share"), *(report.words.say("base.rounding") for report in reports)))
    for sentences in zip(*(report.protection.sentences for report in reports), strict=True):
        rows.append((_word(reports, "section.protection"), *sentences))
    for rules in zip(*(report.protection.rules for report in reports), strict=True):
        rows.append((_word(reports, "protect.heading_rules"), *rules))
    for gaps in zip(*(report.protection.not_modelled for report in reports), strict=True):
        rows.append((_word(reports, "protect.heading_beyond"), *(gap.text for gap in gaps)))
    for groups in zip(*(report.losses for report in reports), strict=True):
        rows.append((_word(reports, "section.losses"), *(group.sentence for group in groups)))
    return Sheet("notes", _word(reports, "book.notes"), tuple(head), tuple(rows), len(head))


def _losses_sheet(reports: Sequence[Report]) -> list[Sheet]:
    """Every table that lost something: a row each for what was done, and why."""
    if not reports[0].losses:
        return []
    head = [_word(reports, "loss.what"), *_in_languages(reports, "loss.table"), *_in_languages(reports, "loss.why")]
    rows: list[tuple[Value, ...]] = []
    for groups in zip(*(report.losses for report in reports), strict=True):
        for lines in zip(*(group.lines for group in groups), strict=True):
            what, why = JOINED.join(dict.fromkeys(line.what for line in lines)), [line.why.text for line in lines]
            rows += [(what, *tables, *why) for tables in zip(*(line.tables for line in lines), strict=True)]
    return [Sheet("losses", _word(reports, "section.losses"), tuple(head), tuple(rows), len(head))]


def _write_contents(book: Workbook, sheets: Sequence[Sheet], reports: Sequence[Report], formats: _Formats) -> None:
    """The first sheet: what it is, what kind of data, and where everything is."""
    page = book.add_worksheet("contents")
    page.set_column(0, 0, 24, formats.text)
    page.set_column(1, 1, 90, formats.text)
    page.write_string(0, 0, _joined(reports, lambda report: report.title), formats.title)
    lines = [line for report in reports for line in report.banners]
    lines.append(_joined(reports, lambda report: report.label.text if report.label else ""))
    row = 1
    for line in filter(None, lines):
        page.write_string(row, 0, line, formats.warning)
        row += 1
    page.write_row(row, 0, [_word(reports, "book.sheet"), _word(reports, "book.holds")], formats.head)
    for sheet in sheets:
        row += 1
        page.write_url(row, 0, f"internal:'{sheet.name}'!A1", string=sheet.name)
        page.write_string(row, 1, sheet.title, formats.text)
    page.hide_gridlines(2)


def _write_sheet(page: Worksheet, sheet: Sheet, reports: Sequence[Report], formats: _Formats) -> None:
    page.write_string(0, 0, sheet.title, formats.title)
    top = 1
    for banners in zip(*(report.banners for report in reports), strict=True):
        page.write_string(top, 0, JOINED.join(dict.fromkeys(banners)), formats.warning)
        top += 1
    page.write_row(top, 0, sheet.head, formats.head)
    page.freeze_panes(top + 1, 1)
    page.set_column(0, 0, 22, formats.text)
    page.set_column(1, max(1, sheet.texts - 1), 34, formats.text)
    if len(sheet.head) > sheet.texts:
        page.set_column(sheet.texts, len(sheet.head) - 1, 16)
    for number, row in enumerate(sheet.rows, top + 1):
        for column, value in enumerate(row):
            _write_value(page, number, column, value, formats)
    page.autofilter(top, 0, top + len(sheet.rows), len(sheet.head) - 1)


def _write_value(page: Worksheet, row: int, column: int, value: Value, formats: _Formats) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, column, value, formats.text)
    elif isinstance(value, Number):
        if value.value is None:
            page.write_string(row, column, value.text, formats.mark)
        else:
            page.write_number(row, column, value.value, formats.number(_kind(value), value.mark))
    else:
        page.write_number(row, column, value, formats.number("0%", ""))


def _kind(number: Number) -> str:
    """Give the format of a count, a share or a mean by how it is written in the report."""
    if "%" in number.text:
        return "0.0%" if "," in number.text or "." in number.text else "0%"
    return "0.0" if isinstance(number.value, float) else "#,##0"
