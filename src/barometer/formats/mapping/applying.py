"""The cells of other people's data, put into our columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from barometer.formats.mapping.description import MappingDescription
from barometer.formats.mapping.drafting import Drafted, Drafting, begin, draft, meaning, trimmed
from barometer.formats.mapping.report import Change, Report
from barometer.questionnaire.model import Kind, Questionnaire
from barometer.responses import ResponseSet
from barometer.responses_csv.assembling import Cells, assemble
from barometer.responses_csv.coding import EMPTY_RANK, NUMBER


@dataclass(frozen=True)
class Mapped:
    questionnaire: Questionnaire
    responses: ResponseSet
    report: Report


def apply_mapping(mapping: MappingDescription, files: Mapping[str, bytes]) -> Mapped:
    """Draft the questionnaire and read the answers. ``files`` are by their path from the mapping's point of view.

    Raises UnusableInput where a file is missing or unreadable, a header does not fit, or an answer is in no list and
    the mapping does not say that it may be added.
    """
    drafting = begin(mapping, files)
    questionnaire, drafted = draft(drafting)
    columns: dict[str, Sequence[str]] = {}
    for each in drafted:
        columns |= _cells(drafting, each)
    if mapping.finds_break_off:
        columns["_last_page"] = _last_pages(drafting, questionnaire, drafted)
    cells = Cells(drafting.table.rows, columns, lambda row: (mapping.answers.file, drafting.table.line_of(row)))
    responses = assemble(questionnaire, cells, leave_out_hidden=True)
    if "left_out" in responses.notes:
        drafting.report.add(Change.LEFT_OUT, mapping.answers.file, responses.notes["left_out"])
    return Mapped(questionnaire, responses, drafting.report)


def _cells(drafting: Drafting, drafted: Drafted) -> dict[str, Sequence[str]]:
    question, columns = drafted.question, drafted.columns
    raw = [drafting.table.columns[column.name] for column in columns]
    match question.kind:
        case Kind.SINGLE:
            return {question.id: _choices(drafting, drafted, columns[0].code, raw[0])}
        case Kind.MATRIX:
            code = columns[0].code
            return {
                item: _choices(drafting, drafted, code, cells) for item, cells in zip(question.items, raw, strict=True)
            }
        case Kind.MULTIPLE:
            return {question.id: _ticks(drafting, drafted, raw)}
        case Kind.RANKING:
            by_rank = [_choices(drafting, drafted, columns[0].code, cells) for cells in raw]
            return {question.id: [_ranking(ranks) for ranks in zip(*by_rank, strict=True)]}
        case Kind.NUMBER:
            return {question.id: [_number(drafting, question.id, cell) for cell in raw[0]]}
        case Kind.TEXT:
            return {question.id: ["\n".join(filter(None, map(trimmed, cells))) for cells in zip(*raw, strict=True)]}
    return {}


def _choices(drafting: Drafting, drafted: Drafted, code: str, cells: Sequence[str]) -> list[str]:
    language = drafting.mapping.source_language()
    codes = {option.label.in_(language): option.code for option in drafted.question.options} | {"": ""}
    known = set(codes)
    means: dict[str, str] = {}
    for cell in cells:
        if cell not in means:
            means[cell] = meaning(drafting.mapping, code, cell, known)
        _report(drafting, code, cell, means[cell])
    return [codes[means[cell]] for cell in cells]


def _report(drafting: Drafting, code: str, cell: str, label: str) -> None:
    if trimmed(cell) != cell:
        drafting.report.add(Change.TRIMMED, code, trimmed(cell))
    if trimmed(cell) in drafting.mapping.aliases.get(code, {}):
        drafting.report.add(Change.ALIAS, code, f"{trimmed(cell)} = {label}")
    elif label != trimmed(cell):
        drafting.report.add(Change.WHOLE_NUMBER, code, f"{trimmed(cell)} = {label}")


def _ticks(drafting: Drafting, drafted: Drafted, raw: Sequence[Sequence[str]]) -> list[str]:
    answers = drafting.mapping.answers
    codes = [option.code for option in drafted.question.options]
    ticked: list[list[str]] = [[] for _ in range(drafting.table.rows)]
    for code, cells in zip(codes, raw, strict=True):
        for row, cell in enumerate(cells):
            if trimmed(cell) == answers.yes:
                ticked[row].append(code)
            elif trimmed(cell) not in ("", answers.no):
                drafting.report.add(Change.UNREADABLE, f"{drafted.question.id} {code}")
    return [" ".join(row) for row in ticked]


def _ranking(ranks: Sequence[str]) -> str:
    last = max((place for place, code in enumerate(ranks, start=1) if code), default=0)
    return " ".join(code or EMPTY_RANK for code in ranks[:last])


def _number(drafting: Drafting, item: str, cell: str) -> str:
    plain = trimmed(cell)
    if plain.endswith(".0"):
        drafting.report.add(Change.WHOLE_NUMBER, item)
        plain = plain[:-2]
    if plain and not NUMBER.fullmatch(plain):
        drafting.report.add(Change.UNREADABLE, item)
        return ""
    return plain


def _last_pages(drafting: Drafting, questionnaire: Questionnaire, drafted: Sequence[Drafted]) -> list[str]:
    """Give the last page on which each respondent left any answer; empty for those who came to the last page.

    An unticked option is no sign of having been there: some files hold "No" for everybody who left before.
    """
    pages = [page for _, page in questionnaire.pages()]
    page_of = {question.id: place for place, page in enumerate(pages) for question in page.questions}
    last = [0] * drafting.table.rows
    for each in drafted:
        place = page_of[each.question.id]
        nothing = {"", drafting.mapping.answers.no} if each.question.kind is Kind.MULTIPLE else {""}
        for column in each.columns:
            for row, cell in enumerate(drafting.table.columns[column.name]):
                if place > last[row] and trimmed(cell) not in nothing:
                    last[row] = place
    return ["" if place == len(pages) - 1 else pages[place].id for place in last]
