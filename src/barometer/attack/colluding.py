"""Respondents as attackers: a few of them pool their own rows, and each knows where he himself is counted.

What colluders know. In every table c colluders occupy c places (a cell each), and everybody else is at least nobody: a
count is at least the number of colluders in it. So a placing raises the least of each cell to the number that sit in
it, and that is all it does to the equations; the interval of the count is then that of the others, moved by a known
number. A withheld cell is at least one anyway: one colluder alone in it adds nothing, n of them add n - 1. (In a
single table with printed margins that costs at most n - 1 from either end of another cell's interval, as raising a
bound of a network reroutes one unit.)

What is searched. The published files do not say who colludes, so the worst placing counts. Two worlds that are k
apart in a cell answer every placing that both have room for; a placing that narrows the cell to less than k must
therefore seat more people somewhere than one of the two worlds holds there. The search branches over exactly these
seats, which leaves no placing out. It is kept short in three ways. Worlds are sought that have as much room as there
can be. With its links held (see `parting`) a table finds room for its own colluders by itself, so that only seats no
part can make room for are branched over. And worlds are shared by all counts of a part.

How exact. What can be is settled by worlds of whole people; a placing is found only if whole rows of answers can take
its seats (see `seating`) and the equations leave less than k then. Against every world of small surveys the span left
is the true one. In blocks that join several questions the equations bound it from outside, as they bound the
interval itself. A search that reaches its limit says so. Nobody's seat among those who came or left between two
releases is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from barometer.attack.bounds import Block
from barometer.attack.moving import Start
from barometer.attack.parting import Held, Part, UnsolvedError, is_whole, least_of, merged, together
from barometer.attack.programs import SLACK, Values
from barometer.attack.seating import Seating, Seats
from barometer.attack.worlds import World

MOST_WORK = 4_000
"""How many programs are solved for one cell; the search says where it stopped."""

MOST_AT_ONCE = 200
"""Columns of a block in which everybody is first given room everywhere at once; in larger ones that never fits."""

MOST_BRANCHES = 24
"""How many placings a part may leave open before the search looks at more of the block."""

MOST_DEALS = 30
"""In how many ways the seats of a placing are dealt out to see whether it can happen."""

MOST_WINDOWS = 6
"""How many pairs of worlds are compared for one placing before the search goes on with the best of them."""

FEW_SEATS = 4
"""So few seats left to try that no other pair of worlds is looked for."""

MOST_LACKING = 60
"""Seats for which a world has no room, if it is remembered."""

Key = tuple[object, ...]


@dataclass(frozen=True)
class Placing:
    """Where colluders sit, and what is left of a cell's interval then."""

    seats: tuple[tuple[int, int], ...]
    """Variables and the number of colluders in each."""
    low: int
    high: int

    @property
    def span(self) -> int:
        return self.high - self.low


@dataclass(frozen=True)
class _Aim:
    """A count that is to span so much."""

    column: int
    enough: int


@dataclass(frozen=True)
class _Met:
    """A world of one part, and the room it has in the seats of the part."""

    world: Values
    values: Values
    room: Values


class _Known:
    """The worlds of one part that were met while the same was held around it."""

    def __init__(self) -> None:
        self.worlds: list[_Met] = []
        self._stacked: tuple[Values, Values] = np.empty((0, 0)), np.empty((0, 0))

    @property
    def stacked(self) -> tuple[Values, Values]:
        """Their counts and the room in their seats, a world a row."""
        if len(self._stacked[0]) != len(self.worlds):
            self._stacked = np.array([one.values for one in self.worlds]), np.array([one.room for one in self.worlds])
        return self._stacked


class _Found(Exception):
    def __init__(self, placing: Placing) -> None:
        super().__init__()
        self.placing = placing


class Colluders:
    """So many colluding respondents in one block."""

    def __init__(self, block: Block, worlds: Sequence[World], count: int) -> None:
        self.block, self.worlds, self.count = block, worlds, count
        self.seating = Seating(block, worlds, count)
        self.gave_up = self._doubtful = False
        """Whether a narrow placing was met for which no whole rows of answers were found, or the work was too much."""
        self._whole: Part | None = None
        self._solved = 0
        self._nowhere = np.zeros(len(block.low))
        self._worlds: dict[Key, Values | None] = {}
        self._broken: dict[Key, Values] = {}
        self._absorbed: dict[Key, list[dict[int, int]]] = {}
        self._met: dict[Key, _Known] = {}
        self._open: dict[Key, list[dict[int, int]]] = {}
        self._starts: dict[Key, Start] = {}
        self._wanted_beside: dict[Key, Values] = {}

    @property
    def whole(self) -> Part:
        if self._whole is None:
            self._whole = Part(self.block, self.seating)
        return self._whole

    def leave(self, variables: Sequence[int], enough: int) -> set[int]:
        """Give the variables that span ``enough`` even if each colluder sat everywhere at once. Cheap; often all."""
        width = len(self.block.low)
        if width > MOST_AT_ONCE:
            return set()
        most = self.seating.most
        columns = {int(seat): int(most[seat]) for seat in np.flatnonzero(most[:width])}
        rows = {int(row): int(most[width + row]) * self.seating.sign(int(row)) for row in np.flatnonzero(most[width:])}
        return self._spanning(variables, enough, columns, rows)

    def _spanning(
        self, variables: Sequence[int], enough: int, columns: Mapping[int, int], rows: Mapping[int, int]
    ) -> set[int]:
        """Give the variables that span ``enough`` with these columns and rows raised."""
        left: set[int] = set()
        least, most = np.full(len(self.block.low), np.inf), np.full(len(self.block.low), -np.inf)
        with self.block.program.raised(columns, rows):
            for variable in variables:
                column = self.block.column[variable]
                for sign in (1.0, -1.0):
                    if most[column] - least[column] < enough:
                        optimum = self.block.program.extreme(column, sign)
                        if optimum is None:
                            return left
                        self.block.meet(optimum.world)
                        if optimum.world is not None:
                            np.minimum(least, optimum.world, out=least)
                            np.maximum(most, optimum.world, out=most)
                if most[column] - least[column] >= enough:
                    left.add(variable)
        return left

    def narrowing(self, variable: int, enough: int, *, worst: bool) -> Placing | None:
        """Find a placing that leaves less than ``enough``; the worst one only if asked to."""
        found: Placing | None = None
        self.gave_up = False
        while enough > 0:
            self._solved, self._doubtful = 0, False
            try:
                self._uncertain(self.whole, self._nowhere, {}, _Aim(self.block.column[variable], enough))
            except _Found as one:
                found, enough = one.placing, one.placing.span
                if worst:
                    continue
            except UnsolvedError:
                self._doubtful = True
            self.gave_up = self._doubtful and (found is None or worst)
            break
        return found

    # -- the search

    def _uncertain(self, part: Part, world: Values, seats: Seats, aim: _Aim) -> list[dict[int, int]]:
        """Give placings that hold every one which may leave less than enough, whatever is held around the part.

        Of the whole block each placing given is one that does leave less; it is raised as found if it can happen.
        """
        key = (part, part.holding(world), frozenset(seats.items()), aim)
        if key not in self._open:
            self._open[key] = least_of(self._look_at(part, world, seats, aim))
        return self._open[key]

    def _look_at(self, part: Part, world: Values, seats: Seats, aim: _Aim) -> list[dict[int, int]]:
        left_open = self._in_one_part(part, world, seats, aim)
        if left_open is None and not part.children:
            left_open = self._by_a_move(part, world, seats, aim)
        if left_open is None and self._is_seen(part, world, seats, aim):
            return []
        if left_open is None:
            left_open = self._around_the_middle(part, world, seats, aim)
        if left_open is None:
            left_open = self._between_ends(part, world, seats, aim)
        if left_open == [seats]:
            return left_open
        found: list[dict[int, int]] = []
        for further in left_open:
            found += self._uncertain(part, world, further, aim)
            if len(found) > MOST_BRANCHES and not part.is_whole:
                return [dict(seats)]
        return found

    def _between_ends(self, part: Part, world: Values, seats: Seats, aim: _Aim) -> list[dict[int, int]]:
        """Compare worlds between the ends of the count; in fractions as long as that is all it takes."""
        for whole in (False, True):
            ends = self._ends(part, world, seats, aim.column, whole=whole)
            if ends is None:
                return [] if part.is_whole else [dict(seats)]
            if ends[1] - ends[0] < aim.enough and (whole or not part.is_whole):
                if part.is_whole:
                    self._judge(seats, ends)
                return [dict(seats)]
            left_open = self._in_two_worlds(part, world, seats, aim, ends, whole=whole)
            if left_open is not None:
                return left_open
        raise UnsolvedError("no worlds of whole people were found between the ends")

    def _is_seen(self, part: Part, world: Values, seats: Seats, aim: _Aim) -> bool:
        """Whether worlds that were met, with room for everybody beside these seats, are far enough apart already."""
        known = self._met.get((part, part.holding(world)))
        if known is None or np.ptp(counts := known.stacked[0][:, part.program.at[aim.column]]) < aim.enough:
            return False
        lacking = self._lacking_beside(part, known, seats)
        child = part.child_of.get(aim.column)
        order = sorted(lacking, key=lambda at: float(counts[at]))
        lowest = self._first_with_room(part, known, lacking, order, seats, child)
        highest = None
        if lowest is not None and counts[order[-1]] - counts[lowest] >= aim.enough:
            far = [at for at in reversed(order) if counts[at] - counts[lowest] >= aim.enough]
            highest = self._first_with_room(part, known, lacking, far, seats, child)
        return highest is not None

    def _first_with_room(
        self, part: Part, known: _Known, lacking: Mapping[int, set[int]], order: Sequence[int], seats: Seats,
        unmoved: Part | None,
    ) -> int | None:  # fmt: skip
        made = (at for at in order if self._makes_room(part, known.worlds[at], lacking[at], seats, unmoved=unmoved))
        return next(made, None)

    def _lacking_beside(self, part: Part, known: _Known, seats: Seats) -> dict[int, set[int]]:
        """Give the worlds with these seats that can have room for all the rest, with the children that must make it."""
        rooms = known.stacked[1]
        taken, counts = [part.moves.seat_at[seat] for seat in seats], np.array(list(seats.values()), float)
        is_open = (rooms[:, np.array(taken, np.int64)] >= counts - SLACK).all(axis=1)
        lacks = rooms < self._wanted(part, seats) - SLACK
        children = part.child_at[part.moves.seats]
        is_open &= ~lacks[:, children < 0].any(axis=1)
        return {at: set(children[lacks[at]].tolist()) for at in np.flatnonzero(is_open).tolist()}

    def _wanted(self, part: Part, seats: Seats) -> Values:
        key = (part, frozenset(seats.items()))
        if key not in self._wanted_beside:
            self._wanted_beside[key] = part.moves.wanted(seats)
        return self._wanted_beside[key]

    def _makes_room(
        self, part: Part, one: _Met, lacking: set[int], seats: Seats, held: Held | None = None,
        unmoved: Part | None = None,
    ) -> bool:  # fmt: skip
        """Whether the children that lack room make it, but for the unmoved."""
        children = [part.children[number] for number in sorted(lacking)]
        return unmoved not in children and all(self._absorbs(child, one.world, seats, held) for child in children)

    def _absorbs(self, child: Part, world: Values, seats: Seats, held: Held | None) -> bool:
        own = held if held is not None and child.holds(held.column) else None
        left_open = self._not_absorbed(child, world, child.within(seats), own)
        return not any(self.seating.can_sit(merged(seats, each)) for each in left_open)

    def _in_one_part(self, part: Part, world: Values, seats: Seats, aim: _Aim) -> list[dict[int, int]] | None:
        """Let the one child move that holds the count; None where it cannot move enough by itself."""
        child = part.child_of.get(aim.column)
        middle = self._roomiest(part, world, seats) if child is not None else None
        if child is None or middle is None:
            return None
        own = child.within(seats)
        left_open = self._uncertain(child, middle, own, aim)
        if own in left_open or len(left_open) > MOST_BRANCHES:
            return None
        further = [merged(seats, each) for each in left_open]
        return self._possible([*further, *self._without_room(part, middle, seats, besides=child)])

    def _by_a_move(self, part: Part, world: Values, seats: Seats, aim: _Aim) -> list[dict[int, int]] | None:
        """Move people about in the roomiest world; None where no move that was met goes far enough."""
        middle = self._roomiest(part, world, seats)
        if middle is None:
            return None
        start = self._start(part, middle, seats)
        return self._lacking(seats, part.moves.through(start, aim.column, aim.enough))

    def _start(self, part: Part, one: Values, seats: Seats, held: Held | None = None) -> Start:
        """Look how far moves can go; asked for many counts."""
        key = (part, part.holding(one), one[part.columns].tobytes(), frozenset(seats.items()), held)
        if key not in self._starts:
            self._starts[key] = part.moves.start(one, self.seating.room(one), seats, held)
        return self._starts[key]

    def _lacking(self, seats: Seats, too_many: list[tuple[int, int]] | None) -> list[dict[int, int]] | None:
        """Give the placings for which there is no room beside these seats; None where there is none for these."""
        if too_many is None or any(seats.get(seat, 0) >= count for seat, count in too_many):
            return None
        return self._possible([merged(seats, {seat: count}) for seat, count in too_many])

    def _around_the_middle(self, part: Part, world: Values, seats: Seats, aim: _Aim) -> list[dict[int, int]] | None:
        """Compare the roomiest world with one far enough above or below it; None where there is no such one."""
        middle = self._roomiest(part, world, seats)
        if middle is None:
            return None
        at, found = round(float(middle[aim.column])), list[list[dict[int, int]]]()
        for above, below in ((at + aim.enough, at), (at, at - aim.enough)):
            if below < self.block.low[aim.column] or above > self.block.high[aim.column]:
                continue
            apart = self._apart(part, world, seats, aim, below, above, whole=False)
            if apart == []:
                return []
            found.extend([] if apart is None else [apart])
        return next((apart for apart in found if len(apart) == 1), None)

    def _in_two_worlds(
        self, part: Part, world: Values, seats: Seats, aim: _Aim, ends: tuple[int, int], *, whole: bool
    ) -> list[dict[int, int]] | None:
        """Take the two worlds far enough apart that leave the fewest seats to try, near the roomiest one."""
        middle = self._roomiest(part, world, seats)
        centre = (ends[0] + ends[1]) // 2 if middle is None else round(float(middle[aim.column]))
        lows = sorted(range(ends[0], ends[1] - aim.enough + 1), key=lambda low: abs(2 * (low - centre) + aim.enough))
        found: list[dict[int, int]] | None = None
        for low in lows[:MOST_WINDOWS]:
            apart = self._apart(part, world, seats, aim, low, low + aim.enough, whole=whole)
            if apart is not None and (found is None or len(apart) < len(found)):
                found = apart
            if found is not None and len(found) <= FEW_SEATS:
                break
        return found

    def _apart(
        self, part: Part, world: Values, seats: Seats, aim: _Aim, below: int, above: int, *, whole: bool
    ) -> list[dict[int, int]] | None:
        """Give the seats that matter to two worlds this far apart: those that one of them has no room for."""
        limits = Held(aim.column, above, np.inf), Held(aim.column, -np.inf, below)
        worlds = [self._roomiest(part, world, seats, held, whole=whole) for held in limits]
        if any(one is None for one in worlds):
            return None
        pairs = zip(limits, worlds, strict=True)
        return self._possible(
            [each for held, one in pairs if one is not None for each in self._without_room(part, one, seats, held)]
        )

    def _possible(self, placings: Sequence[dict[int, int]]) -> list[dict[int, int]]:
        return [placing for placing in least_of(placings) if self.seating.can_sit(placing)]

    def _judge(self, seats: Seats, ends: tuple[int, int]) -> None:
        """Raise a placing as found if whole rows of answers can take its seats; doubt it where none are seen."""
        width = len(self.block.variables)
        for number, people in enumerate(self.seating.deals(seats)):
            taken = merged(seats, self.seating.surely_taken(people))
            world = None if number > MOST_DEALS else self._roomiest(self.whole, self._nowhere, taken)
            if world is not None:
                rows = self.seating.whole_rows(people, world)
                takes_all = all(rows.get(seat, 0) >= count for seat, count in seats.items())
                if takes_all and self.whole.program.solve(self._nowhere, rows) is not None:
                    named = sorted((seat, count) for seat, count in seats.items() if seat < width)
                    raise _Found(Placing(tuple((self.block.variables[seat], count) for seat, count in named), *ends))
            self._doubtful |= world is not None or number > MOST_DEALS

    # -- room

    def _without_room(
        self, part: Part, world: Values, seats: Seats, held: Held | None = None, besides: Part | None = None
    ) -> list[dict[int, int]]:
        """Give placings that hold every one for which this world, its links held, has no room and cannot make it."""
        room = self.seating.room(world)
        lacking = part.lacking(room)
        found = [
            merged(seats, {seat: floor(float(room[seat]) + SLACK) + 1}) for seat in lacking if part.child_at[seat] < 0
        ]
        found = [each for each in found if self.seating.can_sit(each)]
        for number in sorted({int(part.child_at[seat]) for seat in lacking} - {-1}):
            child = part.children[number]
            if child is not besides:
                own = held if held is not None and child.holds(held.column) else None
                found += [merged(seats, each) for each in self._not_absorbed(child, world, child.within(seats), own)]
        if any(each == seats for each in found):
            raise UnsolvedError("a world and its parts do not agree")
        return found

    def _not_absorbed(self, part: Part, world: Values, seats: Seats, held: Held | None) -> list[dict[int, int]]:
        """Give placings that hold every one in this part for which nothing else in the part can make room."""
        key = (part, part.holding(world), frozenset(seats.items()), held)
        if key not in self._absorbed:
            is_room_made = not part.children and self._is_room_made(part, world, seats, held)
            if is_room_made or self._has_seen_room(part, world, seats, held):
                self._absorbed[key] = []
                return []
            one = self._roomiest(part, world, seats, held)
            if one is None:
                self._absorbed[key] = [dict(seats)]
            else:
                further = self._possible(self._without_room(part, one, seats, held))
                found = [each for more in further for each in self._not_absorbed(part, world, more, held)]
                self._absorbed[key] = least_of(found)
        return self._absorbed[key]

    def _is_room_made(self, part: Part, world: Values, seats: Seats, held: Held | None) -> bool:
        """Whether one move from the roomiest world there is with nobody seated makes room for all."""
        one = self._roomiest(part, world, {}, held) if seats else None
        if one is None:
            return False
        start = self._start(part, one, seats, held)
        return self._lacking(seats, part.moves.making_room(start)) == []

    def _has_seen_room(self, part: Part, world: Values, seats: Seats, held: Held | None) -> bool:
        """Whether a world that was met has room for all."""
        known = self._met.get((part, part.holding(world)))
        lacking = {} if known is None else self._lacking_beside(part, known, seats)
        return known is not None and any(
            self._is_within(part, known.worlds[at], held)
            and self._makes_room(part, known.worlds[at], children, seats, held)
            for at, children in lacking.items()
        )

    def _is_within(self, part: Part, one: _Met, held: Held | None) -> bool:
        return held is None or held.low <= one.values[part.program.at[held.column]] <= held.high

    def _roomiest(
        self, part: Part, world: Values, seats: Seats, held: Held | None = None, *, whole: bool = True
    ) -> Values | None:
        """Give a world of whole people with these seats and as much room in the part as can be; None where none is.

        Unless ``whole`` people are insisted on, none is given where the program and a look near it answer in fractions.
        """
        key = (part, part.holding(world), frozenset(seats.items()), held)
        if key not in self._worlds and (whole or key not in self._broken):
            limits = () if held is None else (held,)
            values = self._solve(part, world, seats, limits) if key not in self._broken else self._broken[key]
            if values is not None and not is_whole(values):
                near = None if key in self._broken else part.program.near(world, seats, limits, values)
                if near is None and not whole:
                    self._broken[key] = values
                    return None
                values = self._solve(part, world, seats, limits, whole=True) if near is None else near
            self._worlds[key] = values
            if values is not None:
                self._remember(part, world, values)
        values = self._worlds.get(key)
        return None if values is None else together(world, part, values)

    def _remember(self, part: Part, world: Values, values: Values) -> None:
        """Keep a world of the part with what it has no room for."""
        one = together(world, part, values)
        room = self.seating.room(one)
        if len(part.lacking(room)) <= MOST_LACKING:
            met = _Met(one, np.rint(values), room[part.moves.seats])
            self._met.setdefault((part, part.holding(world)), _Known()).worlds.append(met)

    def _solve(
        self, part: Part, world: Values, seats: Seats, held: Sequence[Held], *, whole: bool = False
    ) -> Values | None:
        self._count()
        return part.program.solve(world, seats, held, whole=whole)

    def _ends(self, part: Part, world: Values, seats: Seats, column: int, *, whole: bool) -> tuple[int, int] | None:
        """Give the least and the most of a column; of worlds of whole people if they are insisted on."""
        ends = []
        for sign in (1.0, -1.0):
            self._count()
            values = part.program.solve(world, seats, end=(column, sign))
            if whole and values is not None and not is_whole(values):
                values = part.program.solve(world, seats, end=(column, sign), whole=True)
            if values is None:
                return None
            ends.append(float(values[part.program.at[column]]))
        return ceil(ends[0] - SLACK), floor(ends[1] + SLACK)

    def _count(self) -> None:
        self._solved += 1
        if self._solved > MOST_WORK:
            raise UnsolvedError("the search stopped at its limit")
