"""Interval tightening in whole numbers: cheap, sound, and able to tell how it got there.

Each equation bounds each of its variables by the bounds of the others; this is repeated until nothing moves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from barometer.attack.findings import Step
from barometer.attack.system import Equation, System

MOST_VISITS = 40
"""How often one equation is looked at; long chains of tiny improvements end here."""


class NoWorldFits(Exception):
    """No counts satisfy the published numbers. Carries the steps that contradict each other."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        super().__init__("the published numbers contradict each other")
        self.steps = steps


@dataclass(frozen=True)
class _Event:
    """A bound became tighter, by these steps and the bounds that other variables had."""

    steps: tuple[Step, ...]
    parents: tuple[int, ...]


class Bounds:
    """The lowest and highest possible value of every variable of a system, as far as known."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.low: list[int] = []
        self.high: list[int] = []
        self._events: list[_Event] = []
        self._latest: tuple[list[int], list[int]] = ([], [])
        self.equations_of: list[list[int]] = []
        self._taken_in = 0

    def take_in(self) -> None:
        """Take in what the system gained, and propagate. Raises NoWorldFits."""
        new = len(self.system.keys) - len(self.low)
        self.low.extend([0] * new)
        self.high.extend(self.system.ceiling[len(self.high) :])
        for side in self._latest:
            side.extend([-1] * new)
        self.equations_of.extend([] for _ in range(new))
        gained = range(self._taken_in, len(self.system.equations))
        for number in gained:
            for variable, _ in self.system.equations[number].form:
                self.equations_of[variable].append(number)
        self._taken_in = len(self.system.equations)
        self.tighten(gained)

    def is_fixed(self, variable: int) -> bool:
        return self.low[variable] == self.high[variable]

    def tighten(self, start: Iterable[int]) -> None:
        """Propagate from these equations until nothing moves. Raises NoWorldFits."""
        waiting = deque(start)
        queued = set(waiting)
        visits: dict[int, int] = {}
        while waiting:
            number = waiting.popleft()
            queued.discard(number)
            visits[number] = visits.get(number, 0) + 1
            if visits[number] > MOST_VISITS:
                continue
            for variable in self._apply(number):
                for other in self.equations_of[variable]:
                    if other not in queued:
                        queued.add(other)
                        waiting.append(other)

    def narrow(self, variable: int, low: int, high: int, steps: tuple[Step, ...]) -> None:
        """Take in bounds found elsewhere, by these steps, and propagate. Raises NoWorldFits."""
        moved = (low > self.low[variable], high < self.high[variable])
        self.low[variable], self.high[variable] = max(self.low[variable], low), min(self.high[variable], high)
        for side in (0, 1):
            if moved[side]:
                self._events.append(_Event(steps, ()))
                self._latest[side][variable] = len(self._events) - 1
        if any(moved):
            self.tighten(self.equations_of[variable])

    def steps_to(self, variable: int) -> tuple[Step, ...]:
        """Tell which equations led to the bounds of this variable, in the order they were used."""
        return self.steps_of_events({self._latest[0][variable], self._latest[1][variable]})

    def steps_of_events(self, start: set[int]) -> tuple[Step, ...]:
        seen: set[int] = set()
        waiting = [event for event in start if event >= 0]
        while waiting:
            event = waiting.pop()
            if event not in seen:
                seen.add(event)
                waiting.extend(parent for parent in self._events[event].parents if parent >= 0)
        return tuple(dict.fromkeys(step for event in sorted(seen) for step in self._events[event].steps))

    def _apply(self, number: int) -> list[int]:
        equation = self.system.equations[number]
        lows, highs = self.low, self.high
        least = most = 0
        for variable, factor in equation.form:
            if factor > 0:
                least += factor * lows[variable]
                most += factor * highs[variable]
            else:
                least += factor * highs[variable]
                most += factor * lows[variable]
        if least > equation.high or most < equation.low:
            raise NoWorldFits(self._steps_around(number))
        if least >= equation.low and most <= equation.high:
            return []
        return [
            variable
            for variable, factor in equation.form
            if lows[variable] != highs[variable] and self._bound(number, equation, variable, factor, least, most)
        ]

    def _bound(self, number: int, equation: Equation, variable: int, factor: int, least: int, most: int) -> bool:
        """Bound one variable; ``least`` and ``most`` are of the whole sum and were right when this visit began."""
        low, high = self.low[variable], self.high[variable]
        size = abs(factor)
        others_least = least - (factor * low if factor > 0 else factor * high)
        others_most = most - (factor * high if factor > 0 else factor * low)
        room_low, room_high = equation.low - others_most, equation.high - others_least
        if factor < 0:
            room_low, room_high = -room_high, -room_low
        new_low, new_high = -(-room_low // size), room_high // size
        if new_low <= low and new_high >= high:
            return False
        if max(new_low, low) > min(new_high, high):
            raise NoWorldFits(self._steps_around(number))
        for side, moved in ((0, new_low > low), (1, new_high < high)):
            if moved:
                self._record(equation, variable, factor, side)
        self.low[variable], self.high[variable] = max(low, new_low), min(high, new_high)
        return True

    def _record(self, equation: Equation, variable: int, factor: int, side: int) -> None:
        parents = []
        for other, other_factor in equation.form:
            if other != variable:
                same_sign = (factor > 0) == (other_factor > 0)
                parents.append(self._latest[1 - side if same_sign else side][other])
        self._events.append(_Event((equation.step,), tuple(parents)))
        self._latest[side][variable] = len(self._events) - 1

    def _steps_around(self, number: int) -> tuple[Step, ...]:
        events = {side[variable] for variable, _ in self.system.equations[number].form for side in self._latest}
        return tuple(dict.fromkeys((*self.steps_of_events(events), self.system.equations[number].step)))
