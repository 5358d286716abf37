"""The questionnaire as a frozen tree: sections, pages, questions, scales.

Reading (`reading`) builds it, checking (`checks`) finds faults in it, and nothing changes it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from barometer.questionnaire.conditions import Expression
from barometer.questionnaire.translations import Translation
from barometer.texts import Text


class Kind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    MATRIX = "matrix"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    RANKING = "ranking"
    INFO = "info"


class OptionKind(StrEnum):
    SUBSTANTIVE = "substantive"
    CANNOT_SAY = "cannot_say"
    NOT_APPLICABLE = "not_applicable"
    REFUSE = "refuse"


class Role(StrEnum):
    BACKGROUND = "background"
    FILTER = "filter"


@dataclass(frozen=True)
class Place:
    """Where something stands in its source file, for messages that a person can follow."""

    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Option:
    """One answer a respondent can choose. The code is permanent; the label is its wording."""

    code: str
    label: Text
    kind: OptionKind = OptionKind.SUBSTANTIVE
    exclusive: bool = False
    asks_text: bool = False
    """Choosing it opens a field "other, please specify" (column ``question.other``)."""
    score: float | None = None
    """The number this answer counts as in a mean; None where a mean has no meaning."""


@dataclass(frozen=True)
class Net:
    """A named union of options that is published beside them, for example top-2."""

    id: str
    label: Text
    options: tuple[str, ...]


@dataclass(frozen=True)
class Scale:
    """A shared, ordered list of options, translated once. Also used for plain code lists."""

    id: str
    options: tuple[Option, ...]
    nets: tuple[Net, ...] = ()
    ordered: bool = True
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True)
class Row:
    """A statement of a matrix."""

    code: str
    label: Text


@dataclass(frozen=True)
class Question:
    id: str
    kind: Kind
    text: Text
    help: Text = Text()
    options: tuple[Option, ...] = ()
    """Of single, multiple, matrix (its scale) and ranking questions; empty for the others."""
    nets: tuple[Net, ...] = ()
    scale: str | None = None
    """The id of the shared scale the options came from, if any."""
    rows: tuple[Row, ...] = ()
    show_if: Expression | None = None
    show_if_source: str = ""
    role: Role | None = None
    min_choices: int | None = None
    max_choices: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    earliest: str | None = None
    latest: str | None = None
    max_characters: int | None = None
    required: bool = False
    never_raw: bool = False
    """An open text that may never be published as typed."""
    place: Place = field(default=Place(), compare=False)

    def option(self, code: str) -> Option:
        """Give the option with this code; KeyError where there is none."""
        for option in self.options:
            if option.code == code:
                return option
        raise KeyError(code)

    @property
    def other(self) -> str | None:
        """The column of "other, please specify"; None where no option asks for a text."""
        asks = self.kind in (Kind.SINGLE, Kind.MULTIPLE) and any(option.asks_text for option in self.options)
        return f"{self.id}.other" if asks else None

    @property
    def items(self) -> tuple[str, ...]:
        """The columns this question fills: its id, or ``id.row`` for every row of a matrix; none for an info text."""
        if self.kind is Kind.INFO:
            return ()
        if self.kind is Kind.MATRIX:
            return tuple(f"{self.id}.{row.code}" for row in self.rows)
        return (self.id,)


@dataclass(frozen=True)
class Page:
    id: str
    title: Text
    questions: tuple[Question, ...]
    show_if: Expression | None = None
    show_if_source: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True)
class Section:
    id: str
    title: Text
    pages: tuple[Page, ...]
    show_if: Expression | None = None
    show_if_source: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True)
class Questionnaire:
    id: str
    version: str
    title: Text
    source_language: str
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    scales: tuple[Scale, ...] = ()
    introduction: Text = Text()
    closing: Text = Text()
    translations: tuple[Translation, ...] = field(default=(), compare=False)
    """How far each translation has come, also of languages not offered yet; no part of the identity."""

    def pages(self) -> Iterator[tuple[Section, Page]]:
        for section in self.sections:
            for page in section.pages:
                yield section, page

    def questions(self) -> Iterator[Question]:
        for _, page in self.pages():
            yield from page.questions

    def conditions(self) -> Iterator[Expression]:
        """Give every condition of sections, pages and questions, in the order they are decided."""
        for section in self.sections:
            parts: list[Section | Page | Question] = [section]
            for page in section.pages:
                parts += [page, *page.questions]
            yield from (part.show_if for part in parts if part.show_if is not None)

    def question(self, question_id: str) -> Question:
        """Give the question with this id; KeyError where there is none."""
        for question in self.questions():
            if question.id == question_id:
                return question
        raise KeyError(question_id)

    def question_of_item(self, item: str) -> Question:
        """Give the question that fills this column (``question`` or ``question.row``)."""
        return self.question(item.split(".", 1)[0])

    @property
    def backgrounds(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions() if question.role is Role.BACKGROUND)
