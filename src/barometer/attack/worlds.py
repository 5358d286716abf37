"""What the tables of one wave speak of: its worlds, and the finest classes of answers and groups they tell apart.

A *world* is one state of the answers: the releases of one wave whose numbers agree. The tables of an item share one
list of answer classes and, by background, one list of group classes, so that merged categories, nets and overlapping
groupings become sums of the same variables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from barometer.attack.findings import Cell
from barometer.attack.system import Classes
from barometer.published import Category, Group, Part, PublishedTables, Table

UNANSWERED = "_not_answered"
"""The member code of a group for those who did not answer the background question."""

MISSING = frozenset({"_skipped", "_not_reached", "_not_shown"})
"""The member codes of categories for those without an answer, apart or merged with others."""


Route = Mapping[tuple[str, str], frozenset[str]]
"""What somebody on a route answered: codes by item; by item and option, whether it was ticked (True, False)."""


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
    their margins, so that leaving them out loses nothing."""
    joined_groups: dict[str, Classes] = field(default_factory=dict)
    """By background, the groups that any of the questions joined by routing tells apart."""
    routes: list[Mapping[str, Route]] = field(default_factory=list)
    """By block of questions that routing joins, every route by what it is called."""
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

    def crossed(self, item: str, by: str | None, classes: Iterable[int]) -> tuple[int, ...]:
        """Give the classes by a background that hold these classes of the whole item."""
        if by is None:
            return tuple(classes)
        whole = self.answers[item]
        return self.answers_of(item, by).within(code for number in classes for code in whole.codes(number))

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


def adds_up_within(table: Table, category: Category) -> bool:
    return category.part.adds_up or (category.part is Part.NET and table.kind != "multiple")
