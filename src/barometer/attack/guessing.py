"""Where a table names its filter but not the condition: the attack tries every choice of filter answers.

Those choices that fit all published numbers are kept; where one is left, it is the routing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from barometer.attack.findings import Step
from barometer.attack.propagation import Bounds
from barometer.attack.system import Counted, System, Ticked
from barometer.attack.worlds import World, codes_of, members
from barometer.published import Part

MOST_ANSWERS = 12
"""Filters with more answers than this are not tried: the choices double with each."""

ANSWERS = (Part.ANSWER, Part.CANNOT_SAY, Part.REFUSE, Part.NOT_APPLICABLE)

Place = tuple[str | None, int]


@dataclass(frozen=True)
class _Rule:
    """Shown to those whose filter answer is one of these, given by the variables of each place."""

    codes: str
    plus: dict[Place, list[int]]
    minus: dict[Place, list[int]]


def filters_to_guess(world: World) -> dict[str, set[str]]:
    """Give the items that name their filters but not their condition, with the filters."""
    found = {item: {name for table in world.tables_of(item) for name in table.routed_by} for item in world.items}
    known = {table.item for table in world.tables() if table.shown_if}
    return {item: filters for item, filters in found.items() if filters and item not in known}


def guess_routing(world: World, system: System, bounds: Bounds) -> list[Step]:
    """Add the routing equations that the numbers reveal; give a step for each routing that they do not."""
    not_tried = []
    for item, filters in filters_to_guess(world).items():
        if len(filters) > 1:
            not_tried.append(Step("not_tried_many_filters", {"item": item, "filter": ", ".join(sorted(filters))}))
            continue
        (name,) = filters
        refusal = _write_one(world, system, bounds, item, name)
        if refusal:
            not_tried.append(Step(refusal, {"item": item, "filter": name}))
    return not_tried


def _write_one(world: World, system: System, bounds: Bounds, item: str, name: str) -> str | None:
    if name not in world.answers:
        return "not_tried_filter_unpublished"
    places = _places(world, item, name)
    shown = {place: _shown(world, system, item, place) for place in places}
    if any(variables is None for variables in shown.values()):
        return "not_tried_not_shown_is_merged"
    fitting = [rule for rule in _rules(world, system, bounds, name, places) if _fits(rule, shown, bounds)]
    if len(fitting) != 1:
        return "not_tried_routing_unknown"
    (rule,) = fitting
    step = Step("routing", {"item": item, "filter": f"{name} ({rule.codes})"})
    for place, variables in shown.items():
        system.equal([*(variables or []), *rule.minus[place]], rule.plus[place], step)
    return None


def _places(world: World, item: str, name: str) -> list[Place]:
    """Give the groups in which both the item and its filter are counted."""
    backgrounds = [by for by in world.backgrounds_of(item) if by in world.backgrounds_of(name)]
    return [(None, 0), *((by, group) for by in backgrounds for group in world.joined_groups[by].all)]


def _variable(world: World, system: System, item: str, place: Place, answer: int) -> int:
    by, group = place
    return system.variable(Counted(world.number, item, by, (group,), (answer,)), world.respondents)


def _shown(world: World, system: System, item: str, place: Place) -> list[int] | None:
    """Give the variables that count who saw the item; None where the tables never tell them apart."""
    hidden = codes_of(world, item, Part.NOT_SHOWN)
    classes = world.answers[item]
    away = set(classes.within(hidden))
    if any(code not in hidden for number in away for code in classes.codes(number)):
        return None
    return [_variable(world, system, item, place, number) for number in classes.all if number not in away]


def _rules(world: World, system: System, bounds: Bounds, name: str, places: list[Place]) -> Iterator[_Rule]:
    classes = world.answers[name]
    given = [
        number
        for number in classes.within(codes_of(world, name, *ANSWERS))
        if _interval(bounds, [_variable(world, system, name, place, number) for place in places])[1] > 0
    ]
    if len(given) <= MOST_ANSWERS:
        for choice in range(1, 1 << len(given)):
            chosen = [number for bit, number in enumerate(given) if choice >> bit & 1]
            plus = {place: [_variable(world, system, name, place, number) for number in chosen] for place in places}
            codes = ", ".join(code for number in chosen for code in classes.codes(number))
            yield _Rule(codes, plus, {place: [] for place in places})
    answered = classes.within(codes_of(world, name, Part.ANSWERED))
    for table in world.tables_of(name)[:1]:
        for category in table.categories:
            if category.part is Part.TICKED:
                ticks = {place: [_tick(world, system, name, place, members(category))] for place in places}
                bases = {place: [_variable(world, system, name, place, n) for n in answered] for place in places}
                yield _Rule(category.code, ticks, {place: [] for place in places})
                yield _Rule(f"not {category.code}", bases, ticks)


def _tick(world: World, system: System, name: str, place: Place, union: frozenset[str]) -> int:
    by, group = place
    return system.variable(Ticked(world.number, name, by, (group,), union), world.respondents)


def _fits(rule: _Rule, shown: dict[Place, list[int] | None], bounds: Bounds) -> bool:
    for place, variables in shown.items():
        low, high = _interval(bounds, variables or [])
        plus_low, plus_high = _interval(bounds, rule.plus[place])
        minus_low, minus_high = _interval(bounds, rule.minus[place])
        if plus_high - minus_low < low or plus_low - minus_high > high:
            return False
    return True


def _interval(bounds: Bounds, variables: list[int]) -> tuple[int, int]:
    return sum(bounds.low[each] for each in variables), sum(bounds.high[each] for each in variables)
