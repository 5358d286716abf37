"""Columns and a list of questions to a drafted questionnaire.

A column is named by question, part and label. One part without a label is a plain question; parts that are questions of
their own make a matrix, and so do parts with labels, unless the format says multiple choice, ranking or text.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from barometer.formats.mapping.description import MappingDescription
from barometer.formats.mapping.report import Change, Report
from barometer.problems import Problem, UnusableInput
from barometer.questionnaire.model import (
    Kind,
    Option,
    OptionKind,
    Page,
    Question,
    Questionnaire,
    Role,
    Row,
    Section,
)
from barometer.responses_csv.table import BYTE_ORDER_MARK, CellTable, decoded, read_cells
from barometer.texts import Text

INVISIBLE = BYTE_ORDER_MARK + "\N{ZERO WIDTH SPACE}"
WITH_OPTIONS = (Kind.SINGLE, Kind.MATRIX, Kind.RANKING)


@dataclass(frozen=True)
class SourceColumn:
    """One column of the data, as its header names it."""

    name: str
    code: str
    part: str
    text: str
    label: str


@dataclass(frozen=True)
class Drafted:
    """A question of ours, and the columns it is filled from."""

    question: Question
    columns: tuple[SourceColumn, ...]
    section: str


@dataclass
class Drafting:
    """What is at hand while drafting: the mapping, the files, the data and the list of questions by code."""

    mapping: MappingDescription
    files: Mapping[str, bytes]
    table: CellTable
    listed: Mapping[str, Mapping[str, str]]
    report: Report = field(default_factory=Report)

    def said_of(self, code: str, name: str) -> str:
        """Give what the list of questions says in its column for ``name``; empty where it says nothing."""
        return trimmed(self.listed.get(code, {}).get(self.mapping.questions.columns.get(name, ""), ""))


def trimmed(cell: str, also: str = "") -> str:
    return cell.strip(INVISIBLE + also + " \t\r\n\N{NO-BREAK SPACE}")


def begin(mapping: MappingDescription, files: Mapping[str, bytes]) -> Drafting:
    """Read the data and the list of questions. Raises UnusableInput where one is missing or cannot be read."""
    answers, questions = mapping.answers, mapping.questions
    table = read_cells(
        _file(files, answers.file), file=answers.file, delimiter=answers.delimiter, encoding=answers.encoding
    )
    # A list that somebody typed often has no line break at its end; a question cut off would show in the columns.
    content = _file(files, questions.file).rstrip(b"\r\n") + b"\n"
    listing = read_cells(content, file=questions.file, delimiter=questions.delimiter, encoding=questions.encoding)
    needed = [*questions.columns.values(), *questions.texts.values()]
    for name in needed:
        if name not in listing.header:
            message = f"The file has no column {name!r}."
            raise _refused("mapping-no-column", message, "Correct the mapping.", questions.file, 1)
    rows = [{name: listing.columns[name][row] for name in needed} for row in range(listing.rows)]
    code = questions.columns["code"]
    return Drafting(mapping, files, table, {trimmed(row[code]): row for row in rows})


def draft(drafting: Drafting) -> tuple[Questionnaire, tuple[Drafted, ...]]:
    """Draft the questionnaire: a section and page for each section of the source, questions in the data's order."""
    mapping, by_code = drafting.mapping, _columns_by_code(drafting)
    drafted = [
        Drafted(question, columns, drafting.said_of(_listed_code(drafting, columns), "section") or "1")
        for code, columns in by_code.items()
        for question in _questions(drafting, code, columns)
    ]
    _report_missing(drafting, by_code)
    sections = tuple(
        _section(name, [each.question for each in drafted if each.section == name])
        for name in sorted({each.section for each in drafted})
    )
    questionnaire = Questionnaire(
        mapping.id, mapping.version, mapping.title, mapping.source_language(), mapping.languages, sections
    )
    return questionnaire, tuple(drafted)


def _columns_by_code(drafting: Drafting) -> dict[str, tuple[SourceColumn, ...]]:
    by_code: dict[str, list[SourceColumn]] = {}
    answers = drafting.mapping.answers
    for name in drafting.table.header:
        if name in answers.ignore:
            drafting.report.add(Change.COLUMN_IGNORED, name or "(no name)")
            continue
        found = answers.header.match(name)
        if not found:
            message = f"The header {name[:60]!r} does not fit the pattern."
            remedy = "Correct the pattern, or list the column under `ignore`."
            raise _refused("mapping-header", message, remedy, answers.file, 1)
        groups = {key: trimmed(value or "") for key, value in found.groupdict().items()}
        column = SourceColumn(
            name, groups["code"], groups.get("part", ""), groups.get("text", ""), groups.get("label", "")
        )
        if column.code in drafting.mapping.leave_out:
            drafting.report.add(Change.COLUMN_IGNORED, name)
        else:
            by_code.setdefault(column.code, []).append(column)
    return {code: tuple(columns) for code, columns in by_code.items()}


def _listed_code(drafting: Drafting, columns: Sequence[SourceColumn]) -> str:
    """Give the code under which the list of questions knows these columns: their own, or that of their first part."""
    first = columns[0]
    return first.code if first.code in drafting.listed else first.part


def _questions(drafting: Drafting, code: str, columns: tuple[SourceColumn, ...]) -> Iterator[Question]:
    mapping = drafting.mapping
    kind = _kind(drafting, code, columns)
    source, condition = mapping.show_if.get(code, ("", None))
    options = _options(drafting, code, columns, kind)
    rows = tuple(Row(_code(column.part), _row_text(drafting, column)) for column in columns)
    yield Question(
        id=_code(code),
        kind=kind,
        text=_wording(
            drafting, _listed_code(drafting, columns) if code in drafting.listed else "", columns[0].text or code
        ),
        options=options,
        rows=rows if kind is Kind.MATRIX else (),
        show_if=condition,
        show_if_source=source,
        role=Role.BACKGROUND if code in mapping.backgrounds and kind is Kind.SINGLE else None,
        max_choices=len(columns) if kind is Kind.RANKING else None,
        decimals=2 if kind is Kind.NUMBER else 0,
        never_raw=kind is Kind.TEXT,
    )


def _kind(drafting: Drafting, code: str, columns: Sequence[SourceColumn]) -> Kind:
    listed = _listed_code(drafting, columns)
    format_ = drafting.said_of(listed, "format")
    kind = drafting.mapping.kind_of.get(code) or drafting.mapping.questions.kinds.get(format_)
    if kind is None:
        message = f"The mapping does not say what kind of question {format_ or 'no format'!r} is."
        raise _refused("mapping-kind", message, f"Add it under `kinds`, or {code} under `kind_of`.", item=code)
    if kind is Kind.SINGLE and (len(columns) > 1 or columns[0].label):
        return Kind.MATRIX
    return kind


def _options(drafting: Drafting, code: str, columns: Sequence[SourceColumn], kind: Kind) -> tuple[Option, ...]:
    if kind is Kind.MULTIPLE:
        labels = [Text.of({drafting.mapping.source_language(): column.label}) for column in columns]
        return tuple(
            Option(_code(column.part), label, _option_kind(drafting, column.label))
            for column, label in zip(columns, labels, strict=True)
        )
    if kind not in WITH_OPTIONS:
        return ()
    labels = _listed_labels(drafting, code, columns)
    known = {text.in_(drafting.mapping.source_language()) for text in labels}
    for label in _unlisted(drafting, code, columns, known):
        labels.append(Text.of({drafting.mapping.source_language(): label}))
    return _coded(drafting, labels)


def _listed_labels(drafting: Drafting, code: str, columns: Sequence[SourceColumn]) -> list[Text]:
    mapping, listed = drafting.mapping, _listed_code(drafting, columns)
    format_ = drafting.said_of(listed, "format")
    name = mapping.list_of.get(code) or drafting.said_of(listed, "list") or mapping.questions.lists.get(format_, "")
    name = (mapping.lists.renamed or {}).get(name, name)
    labels = read_list(drafting, name) if name else []
    other = mapping.lists.other
    if other and drafting.said_of(listed, "other") and all(other not in dict(text).values() for text in labels):
        labels.append(Text.of({mapping.source_language(): other}))
    return labels


def read_list(drafting: Drafting, name: str) -> list[Text]:
    """Read an answer list: one label a line, in one language or several parted by the delimiter."""
    lists = drafting.mapping.lists
    path = lists.files.replace("{name}", name)
    lines = decoded(_file(drafting.files, path), path, lists.encoding).lstrip(BYTE_ORDER_MARK).splitlines()
    rows = [[line] for line in lines] if lists.delimiter is None else csv.reader(lines, delimiter=lists.delimiter)
    labels: list[Text] = []
    for row in rows:
        said = [trimmed(cell, lists.strip) for cell in row]
        text = Text.of(dict(zip(lists.languages, said, strict=False)))
        if not text:
            continue
        if text in labels:
            drafting.report.add(Change.LABEL_REPEATED, path, said[0])
        else:
            labels.append(text)
    return labels


def _unlisted(drafting: Drafting, code: str, columns: Sequence[SourceColumn], known: set[str]) -> list[str]:
    added: list[str] = []
    for column in columns:
        for cell in drafting.table.columns[column.name]:
            label = meaning(drafting.mapping, code, cell, known)
            if label and label not in known and label not in added:
                added.append(label)
    if added and not drafting.mapping.adds_unlisted:
        message = f"{added[0][:60]!r} stands in the data, but in no answer list."
        raise _refused("mapping-unlisted", message, "Add an alias, or write `unlisted: add`.", item=code)
    for label in added:
        drafting.report.add(Change.OPTION_ADDED, code, label)
    return sorted(added)


def meaning(mapping: MappingDescription, code: str, cell: str, known: set[str]) -> str:
    """Give the label a cell of this question means: without invisible ends, by alias, or as a whole number."""
    label = trimmed(cell)
    label = mapping.aliases.get(code, {}).get(label, label)
    if label not in known and re.fullmatch(r"-?\d+\.0", label):
        return label[:-2]
    return label


def _coded(drafting: Drafting, labels: Sequence[Text]) -> tuple[Option, ...]:
    options: list[Option] = []
    for text in labels:
        label = text.in_(drafting.mapping.source_language())
        code, taken = _slug(label), {option.code for option in options}
        unique = next(name for name in (code, *(f"{code}-{n}" for n in range(2, 1000))) if name not in taken)
        options.append(Option(unique, text, _option_kind(drafting, label)))
    return tuple(options)


def _option_kind(drafting: Drafting, label: str) -> OptionKind:
    return drafting.mapping.option_kinds.get(label, OptionKind.SUBSTANTIVE)


def _code(name: str) -> str:
    """Keep a code of the source where our questionnaires accept it; else make one of its words."""
    return name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,47}", name) else _slug(name)


def _slug(label: str) -> str:
    """Make a code of a label: small letters, digits, hyphen and underscore, at most 48 of them."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]*[^a-z0-9-][^a-z0-9]*", "_", plain).strip("_-")[:48].strip("_-") or "x"


def _wording(drafting: Drafting, listed: str, otherwise: str) -> Text:
    said = {
        language: trimmed(drafting.listed.get(listed, {}).get(column, ""))
        for language, column in drafting.mapping.questions.texts.items()
    }
    text = {language: words for language, words in said.items() if words}
    return Text.of(text or {drafting.mapping.source_language(): otherwise})


def _row_text(drafting: Drafting, column: SourceColumn) -> Text:
    own_question = column.part if column.part in drafting.listed and column.part != column.code else ""
    return _wording(drafting, own_question, column.label or column.part)


def _section(name: str, questions: Sequence[Question]) -> Section:
    title = Text.of({"en": f"Section {name}", "fi": f"Osio {name}", "sv": f"Avsnitt {name}", "de": f"Abschnitt {name}"})
    page = Page(f"page_{_code(name)}", title, tuple(questions))
    return Section(f"section_{_code(name)}", title, (page,))


def _report_missing(drafting: Drafting, by_code: Mapping[str, Sequence[SourceColumn]]) -> None:
    parts = {column.part for columns in by_code.values() for column in columns}
    for code in drafting.listed:
        if code not in by_code and code not in parts and code not in drafting.mapping.leave_out:
            drafting.report.add(Change.NO_COLUMN, code)


def _file(files: Mapping[str, bytes], path: str) -> bytes:
    if path not in files:
        raise _refused("mapping-no-file", "There is no such file.", "Check the name, or use `renamed`.", path)
    return files[path]


def _refused(code: str, message: str, remedy: str, file: str = "", line: int = 0, item: str = "") -> UnusableInput:
    return UnusableInput([Problem(code, message, remedy, file, line, item)])
