"""What may leave: protected tables, figures cited from elsewhere, and the certificate that goes with them.

Only `disclosure` makes PublishedTables; everything after it (estimates, report, release, attack) reads these alone.
`published_json` writes and reads them as JSON, which is what `release.json` holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from barometer.texts import Text

TOTAL = "-"
"""The code of the one group of a table that is not crossed: all respondents."""


class Status(StrEnum):
    """The mark a cell carries. The letters are those of the printed report."""

    SHOWN = "shown"
    CONFIDENTIAL = "c"
    """Withheld to protect respondents: any count from 1 up is possible."""
    UNRELIABLE = "u"
    """Shown, but its base is under 50 answers."""
    NOT_AVAILABLE = "x"
    NOT_APPLICABLE = "z"
    BREAK = "b"

    @property
    def is_shown(self) -> bool:
        return self in (Status.SHOWN, Status.UNRELIABLE, Status.BREAK)


class Part(StrEnum):
    """What a category counts, which decides whether it belongs to the base and to which sum."""

    ANSWER = "answer"
    CANNOT_SAY = "cannot_say"
    REFUSE = "refuse"
    NOT_APPLICABLE = "not_applicable"
    SKIPPED = "skipped"
    NOT_REACHED = "not_reached"
    NOT_SHOWN = "not_shown"
    NO_VIEW = "no_view"
    """Cannot say, refusal, skip and the like merged into one category, where apart they would be too few to show."""
    ANSWERED = "answered"
    """Of a multiple choice: gave an answer at all. Its partition is answered / skipped / not reached / not shown."""
    TICKED = "ticked"
    """Of a multiple choice: ticked this option. Options overlap; each is at most ``answered``."""
    NET = "net"
    """A union of ANSWER categories of the same table, published beside them; not part of the sum."""

    @property
    def adds_up(self) -> bool:
        """Whether the category is one of the parts that together make the group."""
        return self not in (Part.TICKED, Part.NET)


@dataclass(frozen=True)
class Category:
    code: str
    label: Text
    part: Part
    members: tuple[str, ...] = ()
    """The option codes it stands for (one, or several after merging or in a net); codes of Missing states otherwise."""
    score: float | None = None


@dataclass(frozen=True)
class Group:
    """A group of respondents: all of them, or the merged groups of one background question."""

    code: str
    label: Text
    respondents: int
    """How many respondents belong to the group. Always at least the policy's m, or the whole wave."""
    members: tuple[str, ...] = ()
    """The codes of the background's answers it holds; ``_not_answered`` for those who gave none."""
    base: int | None = None
    """How many answers the shares of this group are of; None where that is withheld."""


@dataclass(frozen=True)
class Cell:
    category: str
    group: str
    status: Status
    count: int | None = None
    share: float | None = None
    """Count over base, unrounded, between 0 and 1; for categories of the base and nets only."""
    low: float | None = None
    high: float | None = None
    """The ends of the 95 % Wilson interval of the share."""


@dataclass(frozen=True)
class Mean:
    """A mean of scores over the substantive answers of a group, already rounded as published."""

    group: str
    status: Status
    value: float | None = None
    decimals: int = 1
    n: int | None = None


@dataclass(frozen=True)
class Base:
    """Whom a share speaks of."""

    rule: str
    """``answered`` (substantive, cannot say, refuse), ``shown`` (everybody who saw the question), ``view`` (substantive
    answers alone) or ``all`` (everybody in the group). The wording says it to the reader."""
    wording: Text
    categories: tuple[str, ...]
    """The categories (of the adding-up kind) that together make the base."""


@dataclass(frozen=True)
class Table:
    """Counts of one item, whole or by one background. Everybody is in exactly one group and one adding-up category."""

    item: str
    """``question`` or ``question.row``."""
    by: str | None
    title: Text
    """The question as asked; of a matrix the question and the row joined by the row title below."""
    row_title: Text
    by_title: Text
    kind: str
    """``partition`` (single choice, matrix row, number classes) or ``multiple``."""
    base: Base
    categories: tuple[Category, ...]
    groups: tuple[Group, ...]
    cells: tuple[Cell, ...]
    """For every category and group one cell, category by category."""
    means: tuple[Mean, ...] = ()
    routed_by: tuple[str, ...] = ()
    """The items whose answers decide who is shown this one; its base is then an equation about them."""
    notes: tuple[Text, ...] = ()
    shown_if: str = ""
    """The whole condition under which the item is shown, as the questionnaire says it; empty where everybody is."""

    @property
    def id(self) -> str:
        return self.item if self.by is None else f"{self.item}/{self.by}"

    @cached_property
    def _cell_index(self) -> dict[tuple[str, str], Cell]:
        return {(cell.category, cell.group): cell for cell in self.cells}

    def cell(self, category: str, group: str = TOTAL) -> Cell:
        """Give the cell of this category and group; KeyError where the table has none."""
        return self._cell_index[category, group]

    def category(self, code: str) -> Category:
        return next(category for category in self.categories if category.code == code)

    def group(self, code: str) -> Group:
        return next(group for group in self.groups if group.code == code)

    def with_cells(self, cells: Sequence[Cell]) -> Table:
        return replace(self, cells=tuple(cells))


@dataclass(frozen=True)
class Wave:
    """What the reader must know of the wave the tables come from. Dates are ISO days, as text."""

    id: str
    title: Text
    questionnaire: str
    questionnaire_version: str
    questionnaire_digest: str
    languages: tuple[str, ...]
    respondents: int
    opened: str = ""
    closed: str = ""
    demonstration: bool = False
    label: Text = Text()
    """What kind of data it is, for example "invented answers"; printed on every page."""
    methods: Mapping[str, Text] = field(default_factory=dict)
    """The method statement by item (strategy, sponsor, population, recruitment, modes, …)."""
    attribution: Text = Text()


@dataclass(frozen=True)
class Loss:
    """Something that was merged or withheld, and why, in words for the reader."""

    table: str
    what: str
    """``merged``, ``withheld`` or ``dropped``."""
    why: Text


@dataclass(frozen=True)
class PublishedTables:
    """Everything of one wave that may be read by anybody."""

    wave: Wave
    policy: Mapping[str, Any]
    """The policy as it was frozen, in plain values; its digest stands in the certificate."""
    tables: tuple[Table, ...]
    losses: tuple[Loss, ...] = ()
    unsafe: bool = False
    """Made under a policy that does not protect, for tests; every file of such a release says so."""

    def table(self, item: str, by: str | None = None) -> Table:
        """Give the table of this item, crossed or not; KeyError where it is not published."""
        for table in self.tables:
            if table.item == item and table.by == by:
                return table
        raise KeyError(item if by is None else f"{item}/{by}")

    def cells(self) -> Iterator[tuple[Table, Cell]]:
        for table in self.tables:
            for cell in table.cells:
                yield table, cell


@dataclass(frozen=True)
class CitedFigure:
    """A figure that others published: shown exactly as published, outside attack, certificate and trends."""

    id: str
    wave: str
    kind: str
    """``count``, ``share`` or ``mean``."""
    item: str | None
    about: Text
    low: float
    high: float
    """Equal to ``low`` unless a range was published; a range stays a range."""
    unit: str
    source: str
    printed: str = ""
    """How the source printed it where that is not a number ("almost 800")."""


@dataclass(frozen=True)
class CitedTables:
    title: Text
    note: Text
    figures: tuple[CitedFigure, ...]


@dataclass(frozen=True)
class TableAudit:
    """How one table was audited."""

    table: str
    kind: str
    """``flow`` (exact integer bounds), ``lp`` (outer bounds over all equations of its block), or ``open`` (nothing is
    withheld)."""
    withheld: int
    smallest_span: int | None
    """The least width (most minus fewest) over its withheld cells; None where nothing is withheld."""


@dataclass(frozen=True)
class Measure:
    """What one attacker was tried on, and how much of it held: never more than was really tried."""

    attacker: str
    """``A0`` reads everything published, ``R`` knows rows of his own as well, ``A1`` everybody's backgrounds, ``A2``
    which withheld cells are the small ones; ``A3`` reruns the protection; ``union`` puts earlier releases beside."""
    what: str
    """What was attacked, by code: ``withheld_cells_narrow`` (held: the cell spans k), ``exact`` (it is not known to
    the last person), ``narrowed`` (rerunning leaves its span at k), ``values`` (each of 1 to k - 1 stays possible),
    ``deniability`` (a world in which this person answered otherwise), ``category_deniability`` (worlds that leave each
    published category of the answer), ``width`` (two worlds k apart)."""
    tried: int
    held: int
    how: str
    """``exact`` (all possibilities were gone through), ``bound`` (outer bounds: the truth may be confined more), or
    ``rate`` (of a sample, or of what could be settled with the effort spent)."""


@dataclass(frozen=True)
class Certificate:
    """What was protected, against whom, and how that was checked. The public part only.

    A digest of the answers is not in it and stands in the controller's record alone: whoever knows every answer but one
    could try that one's few possibilities against a digest until it fits.
    """

    release: str
    policy_digest: str
    software: str
    attacker: str
    k: int
    m: int
    respondents: int
    audits: tuple[TableAudit, ...]
    blocks: tuple[tuple[str, ...], ...]
    """Tables audited together because an equation joins them."""
    not_modelled: tuple[str, ...]
    unsafe: bool = False
    colluders: int = 0
    """How many respondents may pool their own rows without reaching anybody else's (attacker R)."""
    audited_with: tuple[str, ...] = ()
    """The ids of the earlier releases that were audited together with this one."""
    rules: tuple[str, ...] = ()
    """The rules applied, by code: ``threshold``, ``margins``, ``agreement`` (nobody in a group may be alone against the
    rest, nor all answer alike), ``fixed_sums``, ``shares``, ``means``, ``routing``, ``same_pattern``."""
    measures: tuple[Measure, ...] = ()
    replaces: str | None = None
    """The id of the public release of the same wave that this one replaces; its own where only words differ."""


def cell_id(wave: str, table: Table, cell: Cell) -> str:
    """Name a cell for ever: wave / item / statistic / option or net / base / background=group."""
    across = TOTAL if table.by is None else f"{table.by}={cell.group}"
    return f"{wave}/{table.item}/share/{cell.category}/{table.base.rule}/{across}"
