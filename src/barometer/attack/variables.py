"""The unknowns of one world, by table: how many respondents of each finest group class gave each finest answer."""

from __future__ import annotations

from collections.abc import Iterable

from barometer.attack.system import Counted, Size, System
from barometer.attack.worlds import World

Grid = list[list[int]]
"""Variables by group class and answer class."""


class Variables:
    """Hands out the variables of a world; those of one table together, as they are wanted together."""

    def __init__(self, world: World, system: System) -> None:
        self.world, self.system = world, system
        self._grids: dict[tuple[str, str | None], Grid] = {}
        self._sizes: dict[tuple[str, int], int] = {}

    def grid(self, item: str, by: str | None) -> Grid:
        """Give the variables of an item by a background; of the whole item as its one row."""
        found = self._grids.get((item, by))
        if found is None:
            groups = (0,) if by is None else self.world.groups_of(item, by).all
            answers = self.world.answers_of(item, by).all
            number, ceiling, variable = self.world.number, self.world.respondents, self.system.variable
            found = [
                [variable(Counted(number, item, by, (group,), (answer,)), ceiling) for answer in answers]
                for group in groups
            ]
            self._grids[item, by] = found
        return found

    def counted(self, item: str, by: str | None, groups: Iterable[int], answers: Iterable[int]) -> list[int]:
        grid, answers = self.grid(item, by), tuple(answers)
        return [grid[group][answer] for group in groups for answer in answers]

    def sizes(self, item: str, background: str, group: int) -> list[int]:
        """Give the variables that count everybody of the group class in which an item is counted."""
        codes = self.world.groups_of(item, background).codes(group)
        return [self.size(background, number) for number in self.world.groups[background].within(codes)]

    def size(self, background: str, group: int) -> int:
        """Give the variable that counts everybody of a group class."""
        found = self._sizes.get((background, group))
        if found is None:
            found = self.system.variable(Size(self.world.number, background, group), self.world.respondents)
            self._sizes[background, group] = found
        return found
