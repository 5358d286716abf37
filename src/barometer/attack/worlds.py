"""What the tables of one wave speak of: its worlds, and the finest classes of answers and groups they tell apart.

A *world* is one state of the answers: the releases of one wave whose numbers agree. The tables of an item share one
list of answer classes and, by background, one list of group classes, so that merged categories, nets and overlapping
groupings become sums of the same variables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from barometer.attack.findings import Cell
from barometer.attack.system import Classes
from barometer.published import Category, Group, Part, PublishedTables, Table
from barometer.questionnaire.conditions import Compare, Selected, items_in, parse_condition, parts_of

UNANSWERED = "_not_answered"
"""The member code of a group for those who did not answer the background question."""

MISSING = frozenset({"_skipped", "_not_reached", "_not_shown"})
"""The member codes of categories for those without an answer, apart or merged with others."""


@dataclass(frozen=True)
class Target:
    """A cell whose count is not printed, and the variable that stands for it."""

    cell: Cell
    variable: int
    is_withheld: bool


@dataclass
class World:
    """One state of the answers of one wave, its tables, and the codes they distinguish."""

    number: int
    releases: tuple[PublishedTables, ...]
    answers: dict[str, Classes] = field(default_factory=dict)
    """By item, the finest answers that any of its tables tells apart."""
    groups: dict[str, Classes] = field(default_factory=dict)
    """By background, the finest groups that any table tells apart."""
    crossed_answers: dict[tuple[str, str], Classes] = field(default_factory=dict)
    crossed_groups: dict[tuple[str, str], Classes] = field(default_factory=dict)
    """By item and background, what the tables of the two tell apart. Finer parts can always be filled in to match
    their margins, so that leaving them out loses nothing (unless routing joins the item with others)."""
    targets: list[Target] = field(default_factory=list)

    @property
    def respondents(self) -> int:
        return self.releases[0].wave.respondents

    @property
    def wave(self) -> str:
        return self.releases[0].wave.id

    def tables(self) -> Iterator[Table]:
        for release in self.releases:
            yield from release.tables

    def tables_of(self, item: str) -> tuple[Table, ...]:
        return self._tables_by_item.get(item, ())

    @cached_property
    def _tables_by_item(self) -> dict[str, tuple[Table, ...]]:
        found: dict[str, list[Table]] = {}
        for table in self.tables():
            found.setdefault(table.item, []).append(table)
        return {item: tuple(tables) for item, tables in found.items()}

    def answers_of(self, item: str, by: str | None) -> Classes:
        """Give the classes of answers in which an item is counted by a background, in a table or on a route."""
        return self.answers[item] if by is None else self.crossed_answers.get((item, by), self.answers[item])

    def groups_of(self, item: str, by: str) -> Classes:
        """Give the classes of groups in which an item is counted by a background, in a table or on a route."""
        return self.crossed_groups.get((item, by), self.groups[by])

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(self._tables_by_item)

    def backgrounds_of(self, item: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(table.by for table in self.tables_of(item) if table.by is not None))


def members(category: Category) -> frozenset[str]:
    """Give the answer codes a category stands for."""
    return frozenset(category.members or (category.code,))


def group_members(group: Group) -> frozenset[str]:
    return frozenset(group.members or (group.code,))


def codes_of(world: World, item: str, *parts: Part) -> frozenset[str]:
    """Give the codes of an item's categories of these parts, in whichever of its tables they stand apart."""
    return frozenset(
        code
        for table in world.tables_of(item)
        for category in table.categories
        if category.part in parts
        for code in members(category)
    )


def cut_classes(worlds: Sequence[World]) -> None:
    """Find the classes of answers and groups that the worlds of one wave distinguish, the same for all."""
    cuts = _Cuts(worlds)
    for world in worlds:
        world.answers = {item: Classes.cut_by(unions) for item, unions in cuts.answers.items()}
        world.groups = {background: Classes.cut_by(unions) for background, unions in cuts.groups.items()}
        for (item, by), unions in cuts.crossed_answers.items():
            whole = item in cuts.joined
            world.crossed_answers[item, by] = world.answers[item] if whole else Classes.cut_by(unions)
            groups = cuts.crossed_groups[item, by]
            world.crossed_groups[item, by] = world.groups[by] if whole else Classes.cut_by(groups)


class _Cuts:
    """The unions of codes that tables publish: of each item and background, and of each crossing of the two."""

    def __init__(self, worlds: Sequence[World]) -> None:
        self.answers: dict[str, list[frozenset[str]]] = {}
        self.groups: dict[str, list[frozenset[str]]] = {}
        self.crossed_answers: dict[tuple[str, str], list[frozenset[str]]] = {}
        self.crossed_groups: dict[tuple[str, str], list[frozenset[str]]] = {}
        for table in (table for world in worlds for table in world.tables()):
            self._take_in(table)
        for item, codes in _codes_in_conditions(worlds):
            if item in self.answers and any(codes <= union for union in self.answers[item]):
                self.answers[item].append(codes)
        self._match_backgrounds()
        self.joined = _joined_by_routing(worlds)

    def _take_in(self, table: Table) -> None:
        unions = [members(category) for category in table.categories if adds_up_within(table, category)]
        self.answers.setdefault(table.item, []).extend(unions)
        if table.by is not None:
            if any(mean.status.is_shown for mean in table.means):
                unions += [frozenset({code}) for union in unions for code in union]
            groups = [group_members(group) for group in table.groups]
            self.groups.setdefault(table.by, []).extend(groups)
            self.crossed_answers.setdefault((table.item, table.by), []).extend(unions)
            self.crossed_groups.setdefault((table.item, table.by), []).extend(groups)

    def _match_backgrounds(self) -> None:
        """A background's own table counts its groups too: each cuts the other."""
        for background, groups in self.groups.items():
            grouped = frozenset().union(*groups)
            if background in self.answers:
                own = [union & grouped for union in self.answers[background] if union & grouped]
                self.answers[background].extend(union - {UNANSWERED} for union in groups if union - {UNANSWERED})
                groups.extend(own)


def _joined_by_routing(worlds: Sequence[World]) -> frozenset[str]:
    """Give the items that routing joins with others, filters and followers alike."""
    joined: set[str] = set()
    for table in (table for world in worlds for table in world.tables()):
        filters = {*table.routed_by, *(items_in(parse_condition(table.shown_if)) if table.shown_if else ())}
        if filters:
            joined |= {table.item, *filters}
    return frozenset(joined)


def _codes_in_conditions(worlds: Sequence[World]) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the answers that decide what is shown: they have to be told apart even where no table does."""
    for condition in dict.fromkeys(table.shown_if for world in worlds for table in world.tables() if table.shown_if):
        for part in parts_of(parse_condition(condition)):
            if isinstance(part, Compare | Selected):
                value = part.code if isinstance(part, Selected) else part.value
                yield part.item, frozenset({value if isinstance(value, str) else f"{value:g}"})
            yield from ((part.item, frozenset({code})) for code in MISSING)


def adds_up_within(table: Table, category: Category) -> bool:
    return category.part.adds_up or (category.part is Part.NET and table.kind != "multiple")
