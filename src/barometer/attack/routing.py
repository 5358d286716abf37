"""Routing is an equation: those who were shown a question are those who gave certain answers to its filter.

Which answers these are stands in the questionnaire, not in the tables. The attack tries every choice of answers and
keeps those that fit all published numbers; where one is left, it is the routing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from barometer.attack.equations import World, members
from barometer.attack.findings import Step
from barometer.attack.propagation import Bounds
from barometer.attack.system import Counted, System, Ticked
from barometer.published import Part

MOST_ANSWERS = 14
"""Filters with more answers than this are not tried: the choices double with each."""

ANSWERS = (Part.ANSWER, Part.CANNOT_SAY, Part.REFUSE, Part.NOT_APPLICABLE)


@dataclass(frozen=True)
class _Rule:
    """Shown to those whose filter answer is one of these, given by the variables of each place."""

    codes: str
    plus: dict[tuple[str | None, int], list[int]]
    minus: dict[tuple[str | None, int], list[int]]


def write_routing(world: World, system: System, bounds: Bounds) -> list[Step]:
    """Add the routing equations that the numbers reveal; give a step for each routing that could not be used."""
    not_tried = []
    for item in world.items:
        filters = {name for table in world.tables_of(item) for name in table.routed_by}
        if not filters:
            continue
        if len(filters) > 1:
            not_tried.append(Step("not_tried_many_filters", {"item": item, "filters": ", ".join(sorted(filters))}))
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
    fitting = [rule for rule in _rules(world, system, name, places) if _fits(rule, shown, bounds)]
    if len(fitting) != 1:
        return "not_tried_routing_unknown"
    (rule,) = fitting
    step = Step("routing", {"item": item, "filter": name, "codes": rule.codes})
    for place, variables in shown.items():
        system.equal([*(variables or []), *rule.minus[place]], rule.plus[place], step)
    return None


def _places(world: World, item: str, name: str) -> list[tuple[str | None, int]]:
    """Give the groups in which both the item and its filter are counted."""
    backgrounds = [by for by in world.backgrounds_of(item) if by in world.backgrounds_of(name)]
    return [(None, 0), *((by, group) for by in backgrounds for group in world.groups[by].all)]


def _variable(world: World, system: System, item: str, place: tuple[str | None, int], answer: int) -> int:
    by, group = place
    return system.variable(Counted(world.number, item, by, (group,), (answer,)), world.respondents)


def _codes_of(world: World, item: str, *parts: Part) -> frozenset[str]:
    return frozenset(
        code
        for table in world.tables_of(item)
        for category in table.categories
        if category.part in parts
        for code in members(category)
    )


def _shown(world: World, system: System, item: str, place: tuple[str | None, int]) -> list[int] | None:
    """Give the variables that count who saw the item; None where the tables never tell them apart."""
    hidden = _codes_of(world, item, Part.NOT_SHOWN)
    classes = world.answers[item]
    away = set(classes.within(hidden))
    if any(code not in hidden for number in away for code in classes.codes(number)):
        return None
    return [_variable(world, system, item, place, number) for number in classes.all if number not in away]


def _rules(world: World, system: System, name: str, places: list[tuple[str | None, int]]) -> Iterator[_Rule]:
    classes = world.answers[name]
    options = classes.within(_codes_of(world, name, *ANSWERS))
    ticked = [
        (category.code, members(category))
        for table in world.tables_of(name)[:1]
        for category in table.categories
        if category.part is Part.TICKED
    ]
    if len(options) <= MOST_ANSWERS:
        for choice in range(1, 2 ** len(options)):
            chosen = [number for bit, number in enumerate(options) if choice >> bit & 1]
            plus = {place: [_variable(world, system, name, place, number) for number in chosen] for place in places}
            codes = ", ".join(code for number in chosen for code in classes.codes(number))
            yield _Rule(codes, plus, {place: [] for place in places})
    answered = classes.within(_codes_of(world, name, Part.ANSWERED))
    for code, union in ticked:
        ticks = {place: [_tick(world, system, name, place, union)] for place in places}
        bases = {place: [_variable(world, system, name, place, number) for number in answered] for place in places}
        yield _Rule(code, ticks, {place: [] for place in places})
        yield _Rule(f"not {code}", bases, ticks)


def _tick(world: World, system: System, name: str, place: tuple[str | None, int], union: frozenset[str]) -> int:
    by, group = place
    return system.variable(Ticked(world.number, name, by, (group,), union), world.respondents)


def _fits(rule: _Rule, shown: dict[tuple[str | None, int], list[int] | None], bounds: Bounds) -> bool:
    for place, variables in shown.items():
        low, high = _interval(bounds, variables or [])
        plus_low, plus_high = _interval(bounds, rule.plus[place])
        minus_low, minus_high = _interval(bounds, rule.minus[place])
        if plus_high - minus_low < low or plus_low - minus_high > high:
            return False
    return True


def _interval(bounds: Bounds, variables: list[int]) -> tuple[int, int]:
    return int(np.sum([bounds.low[v] for v in variables])), int(np.sum([bounds.high[v] for v in variables]))
