"""People moved about within a part: no equation breaks, and there is room for whoever may sit there."""

from __future__ import annotations

import numpy as np

from barometer.attack.bounds import Block, blocks
from barometer.attack.cutting import cut_classes
from barometer.attack.equations import write_equations
from barometer.attack.parting import Part
from barometer.attack.programs import Values
from barometer.attack.propagation import Bounds
from barometer.attack.seating import Seating
from barometer.attack.system import System
from barometer.attack.worlds import World
from barometer.published import Part as Role
from barometer.published import PublishedTables
from tests.barometer.attack.building import release_of, rows_of, single, withhold


def cycle() -> PublishedTables:
    """Four withheld cells, of which 6, 24, 8 and 22 are true.

    ::

              north  south
        yes   [c]    [c]    14
        no    [c]    [c]    46
    """
    rows = rows_of(
        (6, {"q": "y", "g": "north"}), (24, {"q": "n", "g": "north"}), (8, {"q": "y", "g": "south"}),
        (22, {"q": "n", "g": "south"}),
    )  # fmt: skip
    crossed = single(rows, "q", {"y": Role.ANSWER, "n": Role.ANSWER}, by="g")
    hidden = withhold(crossed, *((code, region) for code in "yn" for region in ("north", "south")))
    return release_of(single(rows, "q", {"y": Role.ANSWER, "n": Role.ANSWER}), hidden, respondents=len(rows))


def whole_part(release: PublishedTables, colluders: int) -> Part:
    worlds, system = [World(0, (release,))], System()
    cut_classes(worlds)
    write_equations(worlds[0], system, is_alone=True)
    bounds = Bounds(system)
    bounds.take_in()
    ((variables, equations),) = blocks(bounds)
    block = Block(bounds, variables, equations)
    return Part(block, Seating(block, worlds, colluders))


def roomiest(part: Part) -> Values:
    values = part.program.solve(np.zeros(len(part.columns)), {})
    assert values is not None
    return np.rint(values)


def test_four_cells_make_one_move() -> None:
    part = whole_part(cycle(), 2)

    assert [sorted(move.values()) for move in part.moves.all] == [[-1, -1, 1, 1]]


def test_a_move_goes_as_far_as_there_are_people() -> None:
    part = whole_part(cycle(), 2)
    world = roomiest(part)

    start = part.moves.start(world, part.seating.room(world), {})

    assert (start.most - start.least).tolist() == [12]


def test_a_move_through_a_wide_cell_leaves_room_for_everybody_and_a_wider_one_does_not() -> None:
    """One to thirteen said yes in the north: two to twelve leave two in each cell."""
    part = whole_part(cycle(), 2)
    world = roomiest(part)
    start = part.moves.start(world, part.seating.room(world), {})

    assert part.moves.through(start, 0, 10) == []
    assert len(part.moves.through(start, 0, 11) or ()) == 1
    assert part.moves.through(start, 0, 13) is None


def test_where_both_sit_in_one_cell_nobody_sits_in_another() -> None:
    """More than two said no in either region whatever else holds, so that only the two cells of yes are seats."""
    part = whole_part(cycle(), 2)

    assert part.moves.wanted({}).tolist() == [2, 2]
    assert part.moves.wanted({0: 1}).tolist() == [2, 1]
    assert part.moves.wanted({0: 2}).tolist() == [2, 0]
