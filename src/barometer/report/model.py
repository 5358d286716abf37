"""The report as a frozen tree in one language: what is said, in which order, with every number already written.

Renderers walk it and decide nothing. A Number keeps the value it was written from, for the workbook and the charts.
"""

from __future__ import annotations

from dataclasses import dataclass

from barometer.published import Part
from barometer.report.words import Words, words_in


@dataclass(frozen=True)
class Number:
    """One published number as the reader sees it. Withheld numbers have no value, only their mark."""

    text: str
    value: float | None = None
    mark: str = ""
    """A letter of `c u x z b`, explained beside the table that shows it; empty for a plain number."""
    cell: str = ""
    """The permanent name of the released cell it comes from."""


@dataclass(frozen=True)
class Said:
    """Prose that somebody wrote, and its language where that is not the report's."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Mark:
    letter: str
    meaning: str


@dataclass(frozen=True)
class Line:
    """One answer, option, net or state of an item."""

    code: str
    label: str
    part: Part
    count: Number
    share: Number | None = None
    """None where a share has no meaning (outside the base)."""
    interval: str = ""
    low: float | None = None
    high: float | None = None
    merged: tuple[str, ...] = ()
    """Codes of the answers it stands for, where they are several."""


@dataclass(frozen=True)
class Item:
    """One table of all respondents: a question, or a row of a matrix."""

    id: str
    label: str
    """The row of a matrix; empty for a question without rows."""
    base: Number
    lines: tuple[Line, ...]
    """What the shares are of: answers, cannot say and the like, or the options that could be ticked."""
    nets: tuple[Line, ...] = ()
    outside: tuple[Line, ...] = ()
    """Who is not in the base, with counts alone."""
    mean: Number | None = None
    mean_n: Number | None = None

    @property
    def is_open(self) -> bool:
        """Whether it was answered in the respondents' own words, so that only the number of answers is told."""
        return all(line.part is Part.ANSWERED for line in self.lines)


@dataclass(frozen=True)
class Segment:
    """A piece of a stacked bar. ``start`` and ``width`` are parts of the whole, between 0 and 1."""

    label: str
    tone: str
    """``for1 for2 mid against1 against2 step0…step9 aside withheld``: what the style sheet and the PDF colour by."""
    start: float
    width: float
    text: str


@dataclass(frozen=True)
class Stack:
    label: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Key:
    label: str
    tone: str


@dataclass(frozen=True)
class StackedChart:
    """Bars of 100 %, one a row, with cannot say and the like last and apart."""

    title: str
    description: str
    stacks: tuple[Stack, ...]
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Bar:
    label: str
    text: str
    share: float | None
    """None where the share is withheld."""
    low: float | None = None
    high: float | None = None
    tone: str = "for1"


@dataclass(frozen=True)
class BarChart:
    """Shares as bars, each with the whisker of its interval."""

    title: str
    description: str
    bars: tuple[Bar, ...]


Chart = StackedChart | BarChart


@dataclass(frozen=True)
class Panel:
    """Items that share their answers and their base: one finding, one chart, one table."""

    finding: str
    chart: Chart | None
    items: tuple[Item, ...]
    base: Said
    marks: tuple[Mark, ...] = ()
    intervals: bool = False


@dataclass(frozen=True)
class Question:
    anchor: str
    id: str
    wording: str
    multiple: bool
    finding: str
    panels: tuple[Panel, ...]
    notes: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Column:
    code: str
    label: str
    respondents: Number
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Beside:
    """A share and the size of its own base, repeated so that two different numbers do not look like a mistake."""

    share: Number
    base: str
    """``n = 300``, as printed."""


@dataclass(frozen=True)
class CrossLine:
    code: str
    label: str
    part: Part
    shares: tuple[Number | None, ...]
    """By column; None where a share has no meaning."""
    counts: tuple[Number, ...]
    beside: Beside | None = None
    """The share of all respondents as the results say it, where that is of another base than this table's."""


@dataclass(frozen=True)
class Crosstab:
    """One item by one background: the column of all first, the base row first."""

    id: str
    anchor: str
    item: str
    by: str
    question: str
    row: str
    columns: tuple[Column, ...]
    base: tuple[Number, ...]
    base_wording: Said
    lines: tuple[CrossLine, ...]
    means: tuple[Number, ...] = ()
    marks: tuple[Mark, ...] = ()
    notes: tuple[Said, ...] = ()
    chart: BarChart | None = None

    @property
    def has_beside(self) -> bool:
        return any(line.beside is not None for line in self.lines)

    @property
    def title(self) -> str:
        return f"{self.question} – {self.row}" if self.row else self.question


@dataclass(frozen=True)
class Background:
    code: str
    anchor: str
    label: str
    crosstabs: tuple[Crosstab, ...]


@dataclass(frozen=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True)
class Finding:
    """A sentence of the summary that leads to its question."""

    sentence: str
    question: str
    anchor: str
    figure: str = ""
    """The number the sentence is about, to be set large; empty where there is none."""


@dataclass(frozen=True)
class Summary:
    facts: tuple[Fact, ...]
    highest: tuple[Finding, ...]
    """The results that are most often positive, the highest first; empty where few results can be set in order."""
    lowest: tuple[Finding, ...]
    """The results that are least often positive, the lowest first."""
    findings: tuple[Finding, ...]
    """A sentence a question, in the order asked."""
    reading: tuple[str, ...]


@dataclass(frozen=True)
class MethodItem:
    key: str
    heading: str
    text: Said | None
    """None where the item is missing."""


@dataclass(frozen=True)
class LossLine:
    """One thing that was merged or withheld, for one reason, and the tables it happened in."""

    what: str
    why: Said
    tables: tuple[str, ...]


@dataclass(frozen=True)
class LossGroup:
    """One kind of loss: how many tables it happened in, and what exactly happened there."""

    sentence: str
    lines: tuple[LossLine, ...]


@dataclass(frozen=True)
class AuditLine:
    table: str
    kind: str
    withheld: str
    span: str


@dataclass(frozen=True)
class MeasureLine:
    attacker: str
    what: str
    tried: str
    held: str
    share: str
    """How much of what was tried held, cut and never rounded up: 100 % means all of it."""
    how: str


@dataclass(frozen=True)
class Protection:
    """The certificate in words, for a reader who may be a statistician."""

    sentences: tuple[str, ...]
    """Against whom, and what holds against him."""
    not_modelled: tuple[Said, ...]
    identities: tuple[str, ...]
    audits: tuple[AuditLine, ...]
    """Of the tables in which something is withheld; the others need no bounds."""
    rules: tuple[str, ...] = ()
    measures: tuple[MeasureLine, ...] = ()
    checks: tuple[str, ...] = ()
    """What anybody can compute again, and what nobody outside can."""


@dataclass(frozen=True)
class CitedLine:
    id: str
    about: Said
    figure: str
    wave: str
    source: str
    low: float
    high: float
    unit: str
    printed: str


@dataclass(frozen=True)
class Cited:
    title: Said
    note: Said
    figures: tuple[CitedLine, ...]


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True)
class ComparedLine:
    answer: str
    earlier: Number
    later: Number
    difference: Number
    interval: str
    """Of the difference, as it is printed; empty where there is none."""
    earlier_interval: Interval | None = None
    later_interval: Interval | None = None


@dataclass(frozen=True)
class ComparedItem:
    title: str
    broken: bool
    """Whether the line between the two waves is interrupted."""
    reason: Said | None
    lines: tuple[ComparedLine, ...]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Refused:
    reason: str
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """Two waves side by side, in the language of the report; it can be shown on a page of its own."""

    language: str
    earlier: str
    later: str
    notes: tuple[Said, ...]
    items: tuple[ComparedItem, ...]
    """Of all respondents."""
    crossed: tuple[ComparedItem, ...]
    """By background."""
    refused: tuple[Refused, ...]


@dataclass(frozen=True)
class DataFile:
    name: str
    holds: str


@dataclass(frozen=True)
class Report:
    language: str
    direction: str
    title: str
    wave: str
    label: Said | None
    banners: tuple[str, ...]
    """Printed on every page and sheet; the first is the weightiest."""
    demonstration: bool
    unsafe: bool
    closed: str
    """The day the collection ended (ISO), or empty. The files carry it as their date."""
    languages: tuple[str, ...]
    release: str
    attribution: Said | None
    summary: Summary
    questions: tuple[Question, ...]
    backgrounds: tuple[Background, ...]
    comparison: Compared | None
    cited: Cited | None
    methods: tuple[MethodItem, ...]
    missing_method_items: tuple[str, ...]
    losses: tuple[LossGroup, ...]
    protection: Protection
    marks: tuple[Mark, ...]
    files: tuple[DataFile, ...]

    @property
    def words(self) -> Words:
        return words_in(self.language)
