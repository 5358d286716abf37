"""Between two releases of one wave some people left and some came: what both together say about whoever stayed.

Neither number is published, only their difference. The attack takes the fewest changes that the printed counts allow
(one withdrawal, three late answers), as somebody may know who hears of them; more changes would tell less. Everybody
who left is counted in the earlier release and not in the later one, and fills a place in every one of its tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from barometer.attack.findings import Step
from barometer.attack.system import Form, Moved, System
from barometer.attack.worlds import World, group_members, members
from barometer.published import PublishedTables, Table

Printed = tuple[str, str | None, frozenset[str], str, frozenset[str]]
"""Item, background, answers, part and groups of a cell, whatever its table calls them."""

HELD_BY_ALL = ("groups_hold_everybody", "answers_make_group")
"""The equations that add up to everybody; among those who left, to all who left."""

ONE_SIDED = ("someone_ticked_something", "union_holds_option", "union_at_most_options")
"""The inequalities that hold of any people, and so of those who left."""


@dataclass(frozen=True)
class Turnover:
    """So many left and so many came."""

    left: int
    came: int

    @property
    def people(self) -> int:
        return self.left + self.came

    def step(self, wave: str) -> Step:
        if self.left:
            return Step("answers_came_and_went", {"wave": wave, "left": self.left, "came": self.came})
        return Step("answers_were_only_added", {"wave": wave, "count": self.came})


def printed_counts(tables: PublishedTables) -> dict[Printed, tuple[Table, str, str, int]]:
    """Give every printed count by what it counts, with its table, category and group."""
    counts: dict[Printed, tuple[Table, str, str, int]] = {}
    for table in tables.tables:
        for cell in table.cells:
            if cell.status.is_shown and cell.count is not None:
                category, group = table.category(cell.category), table.group(cell.group)
                key = (table.item, table.by, members(category), category.part.value, group_members(group))
                counts[key] = (table, cell.category, cell.group, cell.count)
    return counts


def fewest_changes(earlier: World, later: World) -> Turnover:
    """Give the fewest people who can have left and come, by the printed counts of each table."""
    before, after = _parts(earlier), _parts(later)
    fallen: dict[object, int] = {}
    risen: dict[object, int] = {}
    for key in before.keys() & after.keys():
        change = after[key] - before[key]
        whole = fallen if change < 0 else risen
        whole[key[0]] = whole.get(key[0], 0) + abs(change)
    more = later.respondents - earlier.respondents
    left = max(0, -more, max(fallen.values(), default=0), max(risen.values(), default=0) - more)
    return Turnover(left, left + more)


def _parts(world: World) -> dict[tuple[object, object], int]:
    """Give the printed counts that add up within a table, by the table, and the sizes of groups by the background."""
    counts: dict[tuple[object, object], int] = {}
    for table in world.tables():
        for group in table.groups if table.by is not None else ():
            partition = frozenset(group_members(each) for each in table.groups)
            counts[(table.by, partition), group_members(group)] = group.respondents
        categories = {category.code: category for category in table.categories if category.part.adds_up}
        groups = {group.code: group_members(group) for group in table.groups}
        partition = frozenset(members(category) for category in categories.values()) | frozenset(groups.values())
        for cell in table.cells:
            if cell.category in categories and cell.status.is_shown and cell.count is not None:
                place = (members(categories[cell.category]), groups[cell.group])
                counts[(table.item, table.by, partition), place] = cell.count
    return counts


def join_worlds(worlds: Sequence[World], system: System, *, further: int) -> None:
    """Join each world with the next: the fewest people left and came, and ``further`` ones."""
    for earlier, later in pairwise(worlds):
        fewest = fewest_changes(earlier, later)
        _join(earlier, later, Turnover(fewest.left + further, fewest.came + further), system)


def _join(earlier: World, later: World, turnover: Turnover, system: System) -> None:
    step = turnover.step(later.wave)
    for variable, key in enumerate(list(system.keys)):
        if isinstance(key, Moved) or key.world != earlier.number:
            continue
        left: Form = ()
        if turnover.left:
            gone = system.variable(Moved(earlier.number, later.number, key), turnover.left)
            left = ((gone, 1),)
            system.require(((variable, 1), (gone, -1)), 0, earlier.respondents, step)
        grown = system.known(key._replace(world=later.number))
        if grown is not None:
            new = system.variable(Moved(later.number, earlier.number, key), turnover.came)
            system.require(((grown, 1), (variable, -1), *left, (new, -1)), 0, 0, step)
    if turnover.left:
        _add_up_those_who_left(earlier, later, turnover.left, system, step)


def _add_up_those_who_left(earlier: World, later: World, left: int, system: System, step: Step) -> None:
    for form, low, high in list(_of_any_people(earlier, system)):
        gone = [system.known(Moved(earlier.number, later.number, system.keys[variable])) for variable, _ in form]  # type: ignore[arg-type]
        moved = tuple((each, factor) for each, (_, factor) in zip(gone, form, strict=True) if each is not None)
        is_total = low == high == earlier.respondents
        system.require(moved, left if is_total else low, left if is_total else high, step)


def _of_any_people(world: World, system: System) -> Iterator[tuple[Form, int, int]]:
    """Give the equations of a world that hold of any part of its people, or of all of them together."""
    for equation in system.equations:
        keys = [system.keys[variable] for variable, _ in equation.form]
        if len(keys) < 2 or any(isinstance(key, Moved) or key.world != world.number for key in keys):
            continue
        is_total = equation.step.rule in HELD_BY_ALL and equation.low == equation.high == world.respondents
        is_sum = equation.low == equation.high == 0
        is_limit = equation.step.rule in ONE_SIDED and 0 in (equation.low, equation.high)
        if is_total or is_sum or is_limit:
            yield equation.form, equation.low, equation.high
