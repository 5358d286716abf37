"""Routing is an equation: those who were shown a question are those who gave certain answers to its filters.

With the condition known, everybody is on one *route*, a combination of what the filters answered; every base is a sum
of routes. Inequalities between numbers count like answers, so long as the published classes tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from barometer.attack.findings import Step
from barometer.attack.system import Counted, Routed, Silent, System, Ticked
from barometer.attack.worlds import MISSING, Route, World, codes_of
from barometer.published import Part
from barometer.questionnaire.conditions import Expression, Selected, Truth, items_in, parse_condition, parts_of, truth

MOST_ROUTES = 512
"""Blocks with more combinations of filter answers than this are not tried."""

Given = str | tuple[str, ...] | None
Place = tuple[str | None, int]


def write_routing(world: World, system: System) -> list[Step]:
    """Add the equations of every routing whose condition is known; give a step for each that could not be used."""
    conditions = {item: parse_condition(condition) for item, condition in conditions_of(world).items()}
    not_tried: list[Step] = []
    for block in _blocks(conditions):
        refusal = _Block(world, system, block, conditions).write()
        if refusal:
            not_tried.append(refusal)
    return not_tried


def conditions_of(world: World) -> dict[str, str]:
    """Give the published conditions by item."""
    return {table.item: table.shown_if for table in world.tables() if table.shown_if}


def _blocks(conditions: Mapping[str, Expression]) -> list[list[str]]:
    """Give the items that conditions join, filters and followers alike."""
    joined: list[set[str]] = []
    for item, condition in conditions.items():
        together = {item, *items_in(condition)}
        for other in [each for each in joined if each & together]:
            together |= other
            joined.remove(other)
        joined.append(together)
    return [sorted(each) for each in joined]


def unions_that_decide(world: World) -> dict[str, list[frozenset[str]]]:
    """Give the codes of the joined items' classes by what they decide (who is asked) or say (who was not)."""
    conditions = {item: parse_condition(condition) for item, condition in conditions_of(world).items()}
    found: dict[str, list[frozenset[str]]] = {}
    for items in _blocks(conditions):
        block = _Block(world, System(), items, conditions)
        is_open = block.find_routes() is None
        for item in block.items:
            if item in world.answers:
                marks: dict[object, set[str]] = {}
                for number in world.answers[item].all:
                    mark = block.mark(item, number) if is_open else number
                    marks.setdefault(mark, set()).update(world.answers[item].codes(number))
                found[item] = [frozenset(codes) for codes in marks.values()]
    return found


def _hidden(world: World, item: str) -> frozenset[str]:
    """Give the codes of those who were not shown the item."""
    return codes_of(world, item, Part.NOT_SHOWN) or MISSING & {"_not_shown"}


Behaviour = tuple[bool, tuple[Truth, ...]]
"""Whether an answer is missing, and what each single test of the conditions says of it."""


class _Behaviours:
    """What an item's answers do to the conditions that look at it."""

    def __init__(self, world: World, item: str, conditions: Iterable[Expression]) -> None:
        self.item = item
        self.parts = [part for condition in conditions for part in parts_of(condition) if part.item == item]
        self.missing = MISSING | codes_of(world, item, Part.SKIPPED, Part.NOT_REACHED, Part.NOT_SHOWN)

    def of(self, codes: Iterable[str]) -> frozenset[Behaviour]:
        return frozenset(self._of_one(code) for code in codes)

    def _of_one(self, code: str) -> Behaviour:
        is_missing = code in self.missing
        return is_missing, tuple(truth(part, {} if is_missing else {self.item: code}) for part in self.parts)


@dataclass(frozen=True)
class _Choice:
    """What one filter can have answered, as far as conditions tell apart: an example and who gave such an answer."""

    given: Given
    classes: tuple[int, ...]
    """Answer classes of a single choice; none for a multiple choice."""
    ticked: frozenset[str] = frozenset()


class _Block:
    """Items joined by routing, and the routes through their filters."""

    def __init__(
        self, world: World, system: System, items: Sequence[str], conditions: Mapping[str, Expression]
    ) -> None:
        self.world, self.system, self.items = world, system, items
        self.conditions = {item: conditions[item] for item in items if item in conditions}
        self.filters = sorted({item for condition in self.conditions.values() for item in items_in(condition)})
        self.name = ", ".join(items)

    def find_routes(self) -> Step | None:
        """Find the routes through the filters, or say why they were not tried."""
        unpublished = [item for item in self.filters if item not in self.world.answers]
        if unpublished:
            return Step("not_tried_filter_unpublished", {"item": self.name, "filter": ", ".join(unpublished)})
        choices = [self._choices(item) for item in self.filters]
        if any(each is None for each in choices) or prod(len(each or ()) for each in choices) > MOST_ROUTES:
            return Step("not_tried_many_routes", {"item": self.name})
        self.choices = [each for each in choices if each is not None]
        for at in range(len(self.filters)):
            self.choices[at] = self._told_apart(at)
        self.routes = [route for route in product(*self.choices) if self._is_possible(route)]
        return None

    def mark(self, item: str, number: int) -> object:
        """Say what tells an answer class of an item from others: what it decides, and whether it was not asked."""
        codes, hidden = frozenset(self.world.answers[item].codes(number)), _hidden(self.world, item)
        decided = None
        if item in self.filters:
            choices = self.choices[self.filters.index(item)]
            decided = next((at for at, choice in enumerate(choices) if number in choice.classes), None)
        return decided, not hidden.isdisjoint(codes), codes <= hidden

    def write(self) -> Step | None:
        """Add the block's equations, or say why they were not tried."""
        refusal = self.find_routes()
        if refusal is not None:
            return refusal
        for place in self._places():
            self._write_place(place)
        self._write_totals()
        self.world.routes.append(
            {self._said(number): self._answers_of(route) for number, route in enumerate(self.routes)}
        )
        return None

    def _choices(self, item: str) -> list[_Choice] | None:
        """Give the answers of a filter that its conditions tell apart; None where its classes hide one."""
        if any(table.kind == "multiple" for table in self.world.tables_of(item)):
            return self._subsets(item)
        behaviours = _Behaviours(self.world, item, self.conditions.values())
        classes = self.world.answers[item]
        found: dict[Behaviour, _Choice] = {}
        for number in classes.all:
            seen = behaviours.of(classes.codes(number))
            if len(seen) > 1 or any(".." in code for code in classes.codes(number)):
                return None
            (behaviour,) = seen
            example = None if behaviour[0] else classes.codes(number)[0]
            held = found[behaviour].classes if behaviour in found else ()
            found[behaviour] = _Choice(example, (*held, number))
        return list(found.values())

    def _told_apart(self, at: int) -> list[_Choice]:
        """Put together the choices of a filter after which everybody is asked the same, whatever else was answered.

        How many took which of them can always be filled in, so that telling them apart says nothing more.
        """
        if any(choice.ticked for choice in self.choices[at]):
            return self.choices[at]
        others = list(product(*(choices for place, choices in enumerate(self.choices) if place != at)))
        found: dict[object, _Choice] = {}
        for choice in self.choices[at]:
            routes = [(*other[:at], choice, *other[at:]) for other in others]
            asked = tuple(
                tuple(self._sees(item, route) for item in self.conditions) if self._is_possible(route) else None
                for route in routes
            )
            held = found.get(asked)
            found[asked] = choice if held is None else _Choice(choice.given, (*held.classes, *choice.classes))
        return list(found.values())

    def _subsets(self, item: str) -> list[_Choice] | None:
        asked = sorted(
            {
                part.code
                for condition in self.conditions.values()
                for part in parts_of(condition)
                if isinstance(part, Selected) and part.item == item
            }
        )
        answered = self.world.answers[item].within(codes_of(self.world, item, Part.ANSWERED))
        others = tuple(number for number in self.world.answers[item].all if number not in answered)
        if not answered or len(asked) > MOST_ROUTES.bit_length():
            return None
        subsets = [tuple(code for bit, code in enumerate(asked) if mask >> bit & 1) for mask in range(1 << len(asked))]
        chosen = [_Choice(subset or ("",), answered, frozenset(subset)) for subset in subsets]
        return [*chosen, _Choice(None, others)]

    def _is_possible(self, route: Sequence[_Choice]) -> bool:
        """Nobody answered a filter that was not shown."""
        return all(
            choice.given is None or self._sees(item, route) for item, choice in zip(self.filters, route, strict=True)
        )

    def _sees(self, item: str, route: Sequence[_Choice]) -> bool:
        if item not in self.conditions:
            return True
        answers = {
            name: choice.given for name, choice in zip(self.filters, route, strict=True) if choice.given is not None
        }
        return truth(self.conditions[item], answers) is Truth.TRUE

    def _places(self) -> list[Place]:
        backgrounds = dict.fromkeys(by for item in self.items for by in self.world.backgrounds_of(item))
        return [(None, 0), *((by, group) for by in backgrounds for group in self.world.joined_groups[by].all)]

    def _route(self, place: Place, number: int) -> int:
        return self.system.variable(Routed(self.world.number, *place, self._said(number)), self.world.respondents)

    def _said(self, number: int) -> str:
        """Write a route as its answers; answers that no condition tells apart stand together."""
        parts = []
        for item, choice in zip(self.filters, self.routes[number], strict=True):
            codes = [code for each in choice.classes for code in self.world.answers[item].codes(each)]
            ticked = [code for code in choice.given or () if code] if isinstance(choice.given, tuple) else None
            parts.append(f"{item} = {' / '.join(codes) if ticked is None else '{' + ', '.join(ticked) + '}'}")
        return ", ".join(parts)

    def _counted(self, item: str, place: Place, classes: Sequence[int]) -> list[int]:
        by, group = place
        return [
            self.system.variable(Counted(self.world.number, item, by, (group,), (number,)), self.world.respondents)
            for number in self.world.crossed(item, by, classes)
        ]

    def _answers_of(self, route: Sequence[_Choice]) -> Route:
        """Say what somebody on a route answered to the filters, and where he was asked."""
        found: dict[tuple[str, str], frozenset[str]] = {}
        for at, (item, choice) in enumerate(zip(self.filters, route, strict=True)):
            classes = self.world.answers[item]
            found[item, ""] = frozenset(code for number in choice.classes for code in classes.codes(number))
            for option in sorted({code for each in self.choices[at] for code in each.ticked}):
                found[item, option] = frozenset({str(option in choice.ticked)})
        for item in self.conditions.keys() & self.world.answers.keys():
            every, hidden = frozenset(self.world.answers[item].of_code), _hidden(self.world, item)
            asked = every - hidden if self._sees(item, route) else every & hidden
            found[item, ""] = found.get((item, ""), asked) & asked
        return found

    def _write_place(self, place: Place) -> None:
        routes = {number: self._route(place, number) for number in range(len(self.routes))}
        for at, item in enumerate(self.filters):
            step = Step("route_answers", {"filter": item})
            for classes in dict.fromkeys(choice.classes for choice in self.choices[at]):
                held = [routes[number] for number, route in enumerate(self.routes) if route[at].classes == classes]
                self.system.equal(held, self._counted(item, place, classes), step)
            for option in sorted({code for choice in self.choices[at] for code in choice.ticked}):
                held = [routes[number] for number, route in enumerate(self.routes) if option in route[at].ticked]
                by, group = place
                key = Ticked(self.world.number, item, by, (group,), frozenset({option}))
                self.system.equal(held, [self.system.variable(key, self.world.respondents)], step)
        for item in self.conditions:
            if item in self.world.answers:
                self._write_shown(item, place, routes)

    def _write_shown(self, item: str, place: Place, routes: Mapping[int, int]) -> None:
        """Who is on a route that does not see the item is among those counted as not shown, merged or not."""
        hidden = _hidden(self.world, item)
        classes = self.world.answers[item]
        touching = classes.within(hidden)
        pure = [number for number in touching if hidden.issuperset(classes.codes(number))]
        away = [routes[number] for number, route in enumerate(self.routes) if not self._sees(item, route)]
        filters = ", ".join(sorted(items_in(self.conditions[item])))
        step = Step("routing", {"item": item, "filter": filters})
        if list(touching) == pure:
            self.system.equal(away, self._counted(item, place, pure), step)
            return
        by, group = place
        silent = self.system.variable(Silent(self.world.number, item, by, group), self.world.respondents)
        self.system.equal([*away, silent], self._counted(item, place, touching), step)

    def _write_totals(self) -> None:
        for by in dict.fromkeys(by for by, _ in self._places() if by is not None):
            for number in range(len(self.routes)):
                parts = [self._route((by, group), number) for group in self.world.joined_groups[by].all]
                step = Step("groups_add_up", {"item": self.name, "background": by})
                self.system.equal(parts, [self._route((None, 0), number)], step)
