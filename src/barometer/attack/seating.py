"""Where a respondent can be counted: every cell wants certain answers and groups of whoever sits in it.

One person gives one answer to each question, is in one group of each background, and is on one route through the
filters. A placing of colluders is possible where its seats can be dealt out to them so that nobody needs more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from math import ceil

import numpy as np
from numpy.typing import NDArray

from barometer.attack.bounds import Block
from barometer.attack.programs import Values
from barometer.attack.system import Key, Moved, Routed, Silent, Size, Ticked
from barometer.attack.ticking import lists_all_options, options_of
from barometer.attack.turnover import ONE_SIDED
from barometer.attack.worlds import MISSING, UNANSWERED, World, codes_of
from barometer.published import Part

Seats = Mapping[int, int]
"""How many colluders sit in a column, or (from the number of columns on) how far a row is filled by them."""

YES, NO = frozenset({"True"}), frozenset({"False"})
YES_OR_NO = frozenset({"True", "False"})
"""Of an option, whether it was ticked."""

Wants = Mapping[object, frozenset[str]]
"""By question or background, the codes of which a person has one."""

Person = dict[object, frozenset[str]]
"""What is still open to a colluder, by question and background."""


class Seating:
    """The seats of one block, for so many colluders."""

    def __init__(self, block: Block, worlds: Sequence[World], count: int) -> None:
        self.block, self.worlds, self.count = block, worlds, count
        self._possible: dict[frozenset[tuple[int, int]], bool] = {}

    @cached_property
    def wants(self) -> list[Wants | None]:
        """What each column wants of who is counted there; None for sums of cells, as their parts say it all."""
        keys = self.block.bounds.system.keys
        return [wants_of(keys[variable], self.worlds[keys[variable].world]) for variable in self.block.variables]

    @cached_property
    def most(self) -> NDArray[np.int64]:
        """How many colluders can sit in a column beyond those it surely holds, and how far they can fill a row."""
        low, high = np.array(self.block.low), np.array(self.block.high)
        seats = np.array([each is not None for each in self.wants])
        columns = np.where(seats & (np.minimum(high, self.count) > low), np.minimum(high, self.count), 0)
        rows = np.zeros(len(self.block.equations), np.int64)
        for row, most in self.rows.items():
            rows[row] = self.count * most
        return np.concatenate([columns, rows]).astype(np.int64)

    @cached_property
    def rows(self) -> dict[int, int]:
        """The rows that say "at most" about any people, with how far one person can fill them."""
        found = {}
        for row, number in enumerate(self.block.equations):
            equation = self.block.bounds.system.equations[number]
            if equation.step.rule in ONE_SIDED and (equation.low == 0) != (equation.high == 0):
                found[row] = max(1, sum(factor * self.sign(row) > 0 for _, factor in equation.form) - 1)
        return found

    def sign(self, row: int) -> int:
        """Give 1 for a row that is at least something, -1 for one that is at most something."""
        return 1 if self.block.bounds.system.equations[self.block.equations[row]].low == 0 else -1

    @cached_property
    def _fill(self) -> tuple[Values, Values]:
        """By row that people fill, how far a person in each column fills it, and how far it must be filled."""
        rows = self.block.program.rows
        factors, least = np.zeros((len(self.rows), len(self.block.low))), np.zeros(len(self.rows))
        for at, row in enumerate(self.rows):
            sign = self.sign(row)
            least[at] = rows.low[row] if sign > 0 else -rows.high[row]
            factors[at, list(rows.columns[row])] = sign * np.array(rows.factors[row], dtype=float)
        return factors, least

    def room(self, world: Values) -> Values:
        """Give how many could sit in every column of this world, and how far every row could be filled."""
        rows = np.zeros(len(self.block.equations))
        factors, least = self._fill
        rows[list(self.rows)] = factors @ world - least
        return np.concatenate([world, rows])

    # -- possible placings

    def may_be_one(self, seat: int, other: int) -> bool:
        """Whether one row of answers may sit in both."""
        one, also = self._wants_at(seat), self._wants_at(other)
        return one is None or also is None or _joined(one, also) is not None

    def _wants_at(self, seat: int) -> Wants | None:
        return self.wants[seat] if seat < len(self.wants) else self._wants_of_row(seat - len(self.wants))

    def can_sit(self, seats: Seats) -> bool:
        """Can the colluders sit in all these places, each with one row of answers?"""
        key = frozenset(seats.items())
        if key not in self._possible:
            self._possible[key] = next(self.deals(seats), None) is not None
        return self._possible[key]

    def deals(self, seats: Seats) -> Iterator[list[Person]]:
        """Deal the seats out in every way: for each colluder, the answers and groups that are still open to him."""
        needs, filled = [], dict[int, int]()
        for seat, count in sorted(seats.items()):
            if seat >= len(self.wants):
                row = seat - len(self.wants)
                filled[row] = count
                needs.append((self._wants_of_row(row), ceil(count / self.rows[row])))
            elif (wants := self.wants[seat]) is not None:
                needs.append((wants, count))
        if all(count <= self.count for _, count in needs):
            needs.sort(key=lambda need: -need[1])
            yield from self._deal(needs, 0, [{} for _ in range(self.count)], filled)

    def _deal(
        self, needs: Sequence[tuple[Wants, int]], at: int, people: list[Person], filled: Mapping[int, int]
    ) -> Iterator[list[Person]]:
        if at == len(needs):
            can_be = all(self._is_on_a_route(person) and self._ticks_something(person) for person in people)
            if can_be and all(sum(self._may_fill(row, one) for one in people) >= n for row, n in filled.items()):
                yield people
            return
        wants, count = needs[at]
        tried: list[list[Person]] = []
        for chosen in combinations(range(self.count), count):
            further = [_joined(person, wants) if one in chosen else person for one, person in enumerate(people)]
            seated = [person for person in further if person is not None]
            if len(seated) == self.count and seated not in tried:
                tried.append(seated)
                yield from self._deal(needs, at + 1, seated, filled)

    def _is_on_a_route(self, person: Wants) -> bool:
        return all(any(_joined(person, wants) is not None for wants in routes) for routes in self.routes)

    def _ticks_something(self, person: Wants) -> bool:
        """Nobody answered a multiple choice, all of whose options are printed, and ticked none of them."""
        return not any(
            question in person and person[question] <= answered and all(person.get(option) == NO for option in options)
            for question, answered, options in self._lists
        )

    @cached_property
    def _lists(self) -> list[tuple[object, frozenset[str], list[object]]]:
        """By multiple choice that prints all options: the question, the codes of who answered, and the options."""
        keys = {self.block.bounds.system.keys[variable] for variable in self.block.variables}
        asked = dict.fromkeys((key.world, key.item) for key in keys if isinstance(key, Ticked))
        items = [(self.worlds[number], item) for number, item in asked]
        return [
            (
                (world.number, item),
                codes_of(world, item, Part.ANSWERED),
                [(world.number, item, union) for union in options_of(world, item)],
            )
            for world, item in items
            if lists_all_options(world, item)
        ]

    def _may_fill(self, row: int, person: Wants) -> int:
        """Give how far at most somebody fills a row: an option counts unless he is known not to have ticked it."""
        if _joined(person, self._wants_of_row(row)) is None:
            return 0
        system, equation = self.block.bounds.system, self.block.bounds.system.equations[self.block.equations[row]]
        asked = next((wants_of(system.keys[v], self.worlds[system.keys[v].world]) for v, _ in equation.form), None)
        answers = {what: codes for what, codes in (asked or {}).items() if not _is_option(what)}
        if _joined(person, answers) is None:
            return 0
        held = [(factor * self.sign(row), system.keys[variable]) for variable, factor in equation.form]
        told = [(factor, self._ticked(key, person)) for factor, key in held]
        most = sum(factor for factor, answer in told if factor > 0 and "True" in answer)
        if equation.step.rule == "union_holds_option":
            return most - sum(-factor for factor, answer in told if factor < 0 and answer == YES)
        return max(0, most - 1)

    def _ticked(self, key: Key, person: Wants) -> frozenset[str]:
        return person.get((key.world, key.item, key.options), YES_OR_NO) if isinstance(key, Ticked) else YES_OR_NO

    @cached_property
    def routes(self) -> list[list[Wants]]:
        """What every route wants, by the blocks of questions that routing joins."""
        joined = any(isinstance(self.block.bounds.system.keys[variable], Routed) for variable in self.block.variables)
        return [
            [_wants_of_route(world, said) for said in block]
            for world in (self.worlds if joined else ())
            for block in world.routes
        ]

    def _wants_of_row(self, row: int) -> Wants:
        """A row is filled by people of its group."""
        first = self.block.bounds.system.equations[self.block.equations[row]].form[0][0]
        key = self.block.bounds.system.keys[first]
        wants = wants_of(key, self.worlds[key.world]) or {}
        return {what: codes for what, codes in wants.items() if isinstance(what, tuple) and what[0] == "by"}

    def surely_taken(self, people: Sequence[Person]) -> Seats:
        """Give the seats that these people take whatever else they answered."""
        taken: dict[int, int] = {}
        for person in people:
            for column, wants in enumerate(self.wants):
                if wants is not None and _holds(wants, person):
                    taken[column] = taken.get(column, 0) + 1
        return taken

    def whole_rows(self, people: Sequence[Person], world: Values) -> Seats:
        """Give the seats of these people with whole rows: for the rest, what this world has most people for."""
        left, taken = world.copy(), dict[int, int]()
        for person in people:
            row = self._whole_row(person, left)
            held = [column for column, wants in enumerate(self.wants) if wants is not None and _holds(wants, row)]
            left[held] -= 1
            for seat, count in (*((column, 1) for column in held), *self._filled_by(row)):
                taken[seat] = taken.get(seat, 0) + count
        return {seat: count for seat, count in taken.items() if count > 0}

    def _filled_by(self, person: Wants) -> Iterator[tuple[int, int]]:
        """Say how far a whole row of answers fills the rows of the block, by counts that are known or not."""
        system = self.block.bounds.system
        for row in self.rows:
            form = system.equations[self.block.equations[row]].form
            held = ((factor, wants_of(system.keys[v], self.worlds[system.keys[v].world])) for v, factor in form)
            filled = sum(factor for factor, wants in held if wants is not None and _holds(wants, person))
            yield len(self.wants) + row, filled * self.sign(row)

    def _whole_row(self, person: Wants, left: Values) -> Wants:
        row = dict(person)
        for routes in self.routes:
            open_to = [joined for wants in routes if (joined := _joined(row, wants)) is not None]
            row = max(open_to, key=lambda joined: self._room_for(joined, left)) if open_to else row
        for what, codes in self._codes.items():
            choices = [frozenset({code}) for code in sorted(row.get(what, codes))]
            row[what] = max(choices, key=lambda choice: self._room_for({**row, what: choice}, left, what))
        return row

    def _room_for(self, row: Wants, left: Values, what: object = None) -> float:
        """Give the least that is left in any seat that is settled by what is known of a row."""
        columns = range(len(self.wants)) if what is None else self._columns_of[what]
        return min((float(left[column]) for column in columns if _holds(self.wants[column] or {}, row)), default=0.0)

    @cached_property
    def _columns_of(self) -> dict[object, list[int]]:
        found: dict[object, list[int]] = {}
        for column, wants in enumerate(self.wants):
            for what in wants or ():
                found.setdefault(what, []).append(column)
        return found

    @cached_property
    def _codes(self) -> dict[object, frozenset[str]]:
        """By question and background, all the codes that any seat wants; backgrounds first."""
        found: dict[object, frozenset[str]] = {}
        for wants in self.wants:
            for what, codes in (wants or {}).items():
                found[what] = found.get(what, frozenset()) | codes
        return dict(sorted(found.items(), key=lambda each: str(each[0])[:5] != "('by'"))


def wants_of(key: Key, world: World) -> Wants | None:
    """Say what a variable wants of those it counts; None for a sum of cells, and for who came or left."""
    if isinstance(key, Moved):
        return None
    if isinstance(key, Size):
        return {("by", key.background): frozenset(world.groups[key.background].codes(key.group))}
    if isinstance(key, Routed):
        route = _wants_of_route(world, key.route)
        if key.by is None:
            return route
        return _with(route, ("by", key.by), frozenset(world.joined_groups[key.by].codes(key.group)))
    group = key.group if isinstance(key, Silent) else key.groups[0]
    if not isinstance(key, Silent) and len(key.groups) != 1:
        return None
    wants: dict[object, frozenset[str]] = {}
    if key.by is not None:
        wants["by", key.by] = frozenset(world.groups_of(key.item, key.by).codes(group))
    if isinstance(key, Silent):
        return wants
    if isinstance(key, Ticked):
        wants[_asked(world, key.item)] = codes_of(world, key.item, Part.ANSWERED)
        return {**wants, **_ticks(world, key.item, key.options, is_ticked=key.is_ticked)}
    if len(key.answers) != 1:
        return None
    return _with(wants, *_answer(world, key.item, world.answers_of(key.item, key.by).codes(key.answers[0])))


def _wants_of_route(world: World, said: str) -> Wants:
    block = next(block for block in world.routes if said in block)
    wants: dict[object, frozenset[str]] = {}
    for (item, option), codes in block[said].items():
        what = _ticks(world, item, frozenset({option}), is_ticked="True" in codes) if option else {}
        wants = {**wants, **what} if option else _with(wants, *_answer(world, item, codes))
    return wants


def _asked(world: World, item: str) -> object:
    return "by" if item in world.groups else world.number, item


def _answer(world: World, item: str, codes: Iterable[str]) -> tuple[object, frozenset[str]]:
    """A background's answers are its groups; who did not answer it is of the group of those who did not."""
    if item not in world.groups:
        return (world.number, item), frozenset(codes)
    return ("by", item), frozenset(UNANSWERED if code in MISSING else code for code in codes) | frozenset(codes)


def _ticks(world: World, item: str, options: frozenset[str], *, is_ticked: bool) -> Wants:
    """Who ticked an option ticked every union that holds it; who ticked nothing of a union ticked no part of it."""
    unions = {options}
    for table in world.tables_of(item):
        unions.update(frozenset(category.members or (category.code,)) for category in table.categories)
    told = frozenset({str(is_ticked)})
    return {
        (world.number, item, union): told for union in unions if (options <= union if is_ticked else union <= options)
    }


def _with(wants: Wants, what: object, codes: frozenset[str]) -> dict[object, frozenset[str]]:
    return {**wants, what: wants[what] & codes if what in wants else codes}


def _joined(person: Wants, wants: Wants) -> dict[object, frozenset[str]] | None:
    """Give the person with these wants besides; None where nothing is left of one."""
    joined = dict(person)
    for what, codes in wants.items():
        left = joined[what] & codes if what in joined else codes
        if not left:
            return None
        joined[what] = left
    return joined


def _is_option(what: object) -> bool:
    return isinstance(what, tuple) and len(what) == 3


def _holds(wants: Wants, row: Wants) -> bool:
    """Whether a person of this row surely is what is wanted."""
    return bool(wants) and all(what in row and row[what] <= codes for what, codes in wants.items())
