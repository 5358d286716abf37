"""Who can sit where: one answer to each question, one group of each background, one route."""

from __future__ import annotations

from dataclasses import replace

from barometer.attack.bounds import Block, blocks
from barometer.attack.cutting import cut_classes
from barometer.attack.differencing import worlds_of
from barometer.attack.equations import write_equations
from barometer.attack.inferring import place
from barometer.attack.parting import Part
from barometer.attack.propagation import Bounds
from barometer.attack.routing import write_routing
from barometer.attack.seating import Seating
from barometer.attack.system import System
from barometer.published import Part as CategoryPart
from barometer.published import PublishedTables
from tests.barometer.attack.building import multiple, release_of, rows_of, single, withhold


def seating_of(release: PublishedTables, colluders: int) -> Seating:
    """Give the seats of the largest block of a release."""
    worlds, system = worlds_of([release]), System()
    cut_classes(worlds)
    write_equations(worlds[0], system, is_alone=True)
    write_routing(worlds[0], system)
    bounds = Bounds(system)
    bounds.take_in()
    return Seating(Block(bounds, *max(blocks(bounds), key=lambda block: len(block[0]))), worlds, colluders)


def seat(seating: Seating, table: str, category: str, group: str = "") -> int:
    """Give the seat of a cell by its codes."""
    keys = seating.block.bounds.system.keys
    for column, variable in enumerate(seating.block.variables):
        cell = place(seating.worlds[0], keys[variable])
        if (cell.table, cell.category, cell.group) == (table, category, group):
            return column
    raise LookupError(table, category, group)


def routed() -> PublishedTables:
    """A filter f and a follow-up q of those who said yes, by two groups; everything by groups is withheld."""
    rows = rows_of(
        *((8, {"f": "y", "q": q, "g": g}) for q in "12" for g in "ab"),
        *((8, {"f": "n", "q": "_not_shown", "g": g}) for g in "ab"),
    )
    answers, shown = CategoryPart.ANSWER, CategoryPart.NOT_SHOWN
    filters = single(rows, "f", {"y": answers, "n": answers}, by="g")
    follow = single(rows, "q", {"1": answers, "2": answers, "_not_shown": shown}, by="g")
    asked = [single(rows, "q", {"1": answers, "2": answers, "_not_shown": shown}), follow]
    tables = [
        single(rows, "f", {"y": answers, "n": answers}),
        withhold(filters, *((c, g) for c in "yn" for g in "ab"), bases="ab"),
        *(replace(table, routed_by=("f",), shown_if="f = 'y'") for table in asked),
    ]
    tables[-1] = withhold(tables[-1], *((c, g) for c in ("1", "2", "_not_shown") for g in "ab"), bases="ab")
    return release_of(*tables, respondents=len(rows))


def test_one_colluder_gives_one_answer_and_two_give_two() -> None:
    one, two = seating_of(routed(), 1), seating_of(routed(), 2)
    seats = {seat(two, "q/g", "1", "a"): 1, seat(two, "q/g", "2", "a"): 1}

    assert not one.can_sit(seats)
    assert two.can_sit(seats)


def test_who_was_not_asked_gave_no_answer() -> None:
    one, two = seating_of(routed(), 1), seating_of(routed(), 2)
    seats = {seat(two, "f/g", "n", "a"): 1, seat(two, "q/g", "1", "a"): 1}

    assert not one.can_sit(seats)
    assert two.can_sit(seats)


def test_who_answered_a_multiple_choice_ticked_something() -> None:
    rows = rows_of(*((6, {"q": set(ticked), "g": g}) for ticked in ("x", "y", "xy", "") for g in "ab"))
    crossed = multiple(rows, "q", "xy", by="g", groups={"a": ("a",), "b": ("b",)})
    cells = [(c, g) for c in ("answered", "skipped", "x", "y") for g in "ab"]
    seating = seating_of(release_of(multiple(rows, "q", "xy"), withhold(crossed, *cells), respondents=len(rows)), 1)

    assert seating.can_sit({seat(seating, "q/g", "not x", "a"): 1})
    assert not seating.can_sit({seat(seating, "q/g", "not x", "a"): 1, seat(seating, "q/g", "not y", "a"): 1})


def test_a_block_of_joined_questions_falls_into_tables_once_its_routes_are_held() -> None:
    seating = seating_of(routed(), 2)
    whole = Part(seating.block, seating)
    keys = seating.block.bounds.system.keys

    tables = [
        {place(seating.worlds[0], keys[seating.block.variables[c]]).table for c in p.columns} for p in whole.children
    ]

    assert whole.links
    assert all(len(names) == 1 for names in tables)
