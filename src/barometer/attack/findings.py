"""What an intruder found out from published tables, with the steps that led there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from barometer.published import Table
from barometer.texts import Text

Fact = Text | str | int
NOTHING = Text()


class Kind(StrEnum):
    """What was found. The values stand in `--json` output and never change."""

    EXACT = "exact"
    """A withheld count is known to the last person."""
    NARROW = "narrow"
    """A withheld count is confined to fewer values than the policy promises."""
    COLLUDERS = "colluders"
    """A withheld count is confined too much for respondents who pool their own rows, if they sit in the worst cells."""
    PRIMARY = "primary"
    """Who knows which cells were withheld for being small can rule out some of the values 1 to k - 1 of this one."""
    SMALL_COUNT = "small_count"
    """A published count, or one that follows from a share, is of 1 to k - 1 people."""
    SMALL_REST = "small_rest"
    """All but 1 to k - 1 of those who answered ticked an option, so those who did not are few."""
    DERIVED_COUNT = "derived_count"
    """A count that is not published at all follows from published ones and is of 1 to k - 1 people."""
    FIXED_SUM = "fixed_sum"
    """Withheld counts of one row add up to a known number below k."""
    SAME_ANSWER = "same_answer"
    """Everybody in a group answered the same, so each one's answer is known."""
    ALL_BUT_ONE = "all_but_one"
    """All but one in a group answered the same, so the one who did not knows everybody's answer."""
    ALL_BUT_COLLUDERS = "all_but_colluders"
    """All but as many as collude answered the same, so if they are those, they know everybody's answer."""
    SMALL_GROUP = "small_group"
    """A group, or a difference of two published groups, is smaller than the policy's m."""
    LATE_ANSWERS = "late_answers"
    """Two releases of one wave differ by fewer than k respondents."""
    CHANGE = "change"
    """A count differs between two releases of one wave by fewer than k."""
    CONTRADICTION = "contradiction"
    """No answers at all fit the published numbers: they are not the counts of one wave."""


class Severity(StrEnum):
    EXACT = "exact"
    """Something about somebody is known for certain."""
    NARROW = "narrow"
    """It is known to within fewer than k values."""
    RULE = "rule"
    """A rule of the policy is broken, which would help another attack."""


@dataclass(frozen=True)
class Step:
    """One published fact or equation the intruder used; `accounts` says it in words."""

    rule: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @cached_property
    def _hash(self) -> int:
        return hash((self.rule, *self.facts.values()))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class Cell:
    """A place in a table, with the words to name it to a reader."""

    wave: str
    table: str
    title: Text
    category: str = ""
    category_label: Text = NOTHING
    group: str = ""
    group_label: Text = NOTHING

    @classmethod
    def of(cls, wave: str, table: Table, category: str = "", group: str = "") -> Cell:
        return cls(
            wave,
            table.id,
            table.title or table.row_title,
            category,
            table.category(category).label if category else NOTHING,
            group,
            table.group(group).label if group else NOTHING,
        )


@dataclass(frozen=True)
class Finding:
    kind: Kind
    severity: Severity
    cell: Cell
    low: int
    high: int
    """The count lies between these, both included."""
    steps: tuple[Step, ...] = ()

    @property
    def span(self) -> int:
        return self.high - self.low


@dataclass(frozen=True)
class Confined:
    """What could be learned about one withheld cell: its count lies between these, both included."""

    cell: Cell
    low: int
    high: int
    complete: bool
    """False where the search stopped as soon as the interval was known to be wide enough; it may be wider still."""
    exact: bool = False
    """Worlds of whole people reach both ends. Otherwise the interval is an outer one: people may confine it more."""
    span_for_colluders: int | None = None
    """What a placing of the colluders leaves of the span: the worst one in a complete attack; else the first found
    that leaves less than k, or k where none does. None where there are no colluders, nothing is left for them to
    find, or the search stopped at its limit, which `not_tried` says."""

    @property
    def span(self) -> int:
        return self.high - self.low


@dataclass(frozen=True)
class Findings:
    """The whole result of an attack, including what it did not try."""

    found: tuple[Finding, ...]
    withheld: tuple[Confined, ...]
    """Every withheld cell that was attacked."""
    k: int
    m: int
    not_tried: tuple[Step, ...] = ()
    colluders: int = 0
    """How many of the respondents were taken to be attackers."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The same as ``found``."""
        return self.found

    @property
    def is_clean(self) -> bool:
        return not self.found

    @property
    def smallest_span(self) -> int | None:
        return min((confined.span for confined in self.withheld), default=None)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def of_kind(self, kind: Kind) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.found if finding.kind is kind)
