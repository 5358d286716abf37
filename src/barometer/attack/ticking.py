"""Multiple choice: options overlap, so their counts do not add up, but each option parts those who answered in two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from barometer.attack.findings import Step
from barometer.attack.system import Ticked
from barometer.attack.variables import Variables
from barometer.attack.worlds import World, codes_of, members
from barometer.published import Category, Group, Part, Table


def tick(variables: Variables, item: str, by: str | None, group: int, category: Category) -> int:
    """Give the variable that counts who of a group class ticked this option."""
    world = variables.world
    return variables.system.variable(Ticked(world.number, item, by, (group,), members(category)), world.respondents)


def write_not_ticked(
    variables: Variables, table: Table, category: Category, group: Group, classes: tuple[int, ...], ticked: int
) -> None:
    """Those who answered and did not tick an option are counted too, though no cell prints them."""
    world = variables.world
    answered = world.answers_of(table.item, table.by).within(codes_of(world, table.item, Part.ANSWERED))
    base = variables.counted(table.item, table.by, classes, answered)
    key = Ticked(world.number, table.item, table.by, classes, members(category), is_ticked=False)
    rest = variables.system.variable(key, world.respondents)
    step = Step("ticked_or_not", {"table": table.id, "group": group.label or group.code})
    variables.system.equal(base, [rest, ticked], step)


def write_ticks(variables: Variables, item: str) -> None:
    """Options overlap: each is at most those who answered, and together they are at least those who answered."""
    world, options = variables.world, options_of(variables.world, item)
    if not options:
        return
    codes = codes_of(world, item, Part.ANSWERED)
    is_listed = lists_all_options(world, item)
    for by in (None, *world.backgrounds_of(item)):
        answered = world.answers_of(item, by).within(codes)
        for group in (0,) if by is None else world.groups_of(item, by).all:
            ticks = {union: tick(variables, item, by, group, option) for union, option in options.items()}
            base = variables.counted(item, by, (group,), answered)
            _write_rests(variables, item, by, group, ticks, base)
            _write_unions(variables, item, ticks)
            if is_listed:
                _write_someone_ticked(variables, item, ticks, base)
    for by in world.backgrounds_of(item):
        step = Step("groups_add_up", {"item": item, "background": by})
        for option in options.values():
            parts = [tick(variables, item, by, group, option) for group in world.groups_of(item, by).all]
            variables.system.equal(parts, [tick(variables, item, None, 0, option)], step)


def options_of(world: World, item: str) -> dict[frozenset[str], Category]:
    """Give the options of a multiple choice, and the unions of them, that any of its tables prints."""
    return {
        members(category): category
        for table in world.tables_of(item)
        for category in table.categories
        if table.kind == "multiple" and category.part in (Part.TICKED, Part.NET)
    }


def lists_all_options(world: World, item: str) -> bool:
    """Whether every option there was is printed, each for itself, so that who answered ticked one of them."""
    is_whole = any(table.by is None and table.kind == "multiple" for table in world.tables_of(item))
    return is_whole and all(len(union) == 1 for union in options_of(world, item))


def _write_someone_ticked(
    variables: Variables, item: str, ticks: Mapping[frozenset[str], int], base: Sequence[int]
) -> None:
    """Who answered ticked an option; the whole table lists them all, even those a crossed table leaves out."""
    form = (*((variable, 1) for variable in ticks.values()), *((variable, -1) for variable in base))
    most = variables.world.respondents * len(ticks)
    variables.system.require(form, 0, most, Step("someone_ticked_something", {"item": item}))


def _write_rests(
    variables: Variables,
    item: str,
    by: str | None,
    group: int,
    ticks: Mapping[frozenset[str], int],
    base: Sequence[int],
) -> None:
    """An option is ticked by those who answered at most: what is left of them did not tick it."""
    step = Step("ticked_at_most_answered", {"item": item})
    for union, ticked in ticks.items():
        key = Ticked(variables.world.number, item, by, (group,), union, is_ticked=False)
        rest = variables.system.variable(key, variables.world.respondents)
        variables.system.equal(base, [rest, ticked], step)


def _write_unions(variables: Variables, item: str, ticks: Mapping[frozenset[str], int]) -> None:
    """A union of options holds each of them, and is at most their sum."""
    system, ceiling = variables.system, variables.world.respondents
    for union, variable in ticks.items():
        parts = [part for smaller, part in ticks.items() if smaller < union]
        for part in parts:
            system.require(((variable, 1), (part, -1)), 0, ceiling, Step("union_holds_option", {"item": item}))
        if parts and frozenset().union(*(smaller for smaller in ticks if smaller < union)) == union:
            form = ((variable, -1), *((part, 1) for part in parts))
            system.require(form, 0, ceiling * len(parts), Step("union_at_most_options", {"item": item}))
