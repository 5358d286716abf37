"""Tables joined by routing: the equations against every world of a tiny survey, counted one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement

import numpy as np
import pytest

from barometer.disclosure.policy import Policy
from barometer.disclosure.protecting import Protected, protect
from barometer.published import TOTAL, PublishedTables, Status, Table
from barometer.questionnaire.model import Question
from barometer.responses import ChoiceColumn, Missing, ResponseSet
from barometer.tabulation import NOT_SHOWN, SKIPPED, tabulate
from tests.barometer.disclosure.surveys import YES_NO, background, is_, pairs_of, questionnaire, single, wave_of

K = 3
BOTH_PUBLISHED = [0, 5, 12, 13, 15, 16]
"""Seeds whose surveys hold small answers, and whose two tables are published beside each other."""
TOLD_BY_ROUTING = [97, 102, 110, 114, 149, 159, 163, 188]
"""Seeds whose tables, each safe by itself, would tell a small answer together; found by leaving the parts unaudited."""
FILTER = single("f", YES_NO)
FOLLOWER = single("g", YES_NO, show_if=is_("f", "yes"))
ANSWERS = ("yes", "no", "cannot_say", SKIPPED)
ROUTES = [("yes", answer) for answer in ANSWERS] + [(answer, NOT_SHOWN) for answer in ANSWERS if answer != "yes"]
"""Everything one respondent can have answered to the filter and to the question it shows."""


def column(question: Question, given: list[str]) -> ChoiceColumn:
    codes = tuple(option.code for option in question.options)
    missing = {SKIPPED: Missing.SKIPPED, NOT_SHOWN: Missing.NOT_SHOWN}
    values = [missing[answer] if answer in missing else codes.index(answer) for answer in given]
    return ChoiceColumn(question.id, codes, np.array(values, np.int16))


def tiny(seed: int, respondents: int) -> ResponseSet:
    """Two backgrounds' worth of people, each on one of the seven routes."""
    chance = np.random.default_rng(seed)
    base = background("b", 2)
    routes = [ROUTES[number] for number in chance.choice(7, respondents, p=chance.dirichlet(np.ones(7)))]
    groups = [f"b{number}" for number in chance.integers(0, 2, respondents)]
    columns = {
        "b": column(base, groups),
        "f": column(FILTER, [route[0] for route in routes]),
        "g": column(FOLLOWER, [route[1] for route in routes]),
    }
    return ResponseSet(questionnaire(base, FILTER, FOLLOWER, scales=(YES_NO,)), respondents, columns)


def worlds(tables: PublishedTables) -> Iterator[tuple[int, ...]]:
    """Give every way to put the respondents on routes that agrees with all whole tables, as counts by route."""
    for people in combinations_with_replacement(range(len(ROUTES)), tables.wave.respondents):
        world = tuple(people.count(route) for route in range(len(ROUTES)))
        if all(
            agrees(table, world, at) for table in tables.tables for at in [place(table)] if table.by is None and at >= 0
        ):
            yield world


def place(table: Table) -> int:
    return {"f": 0, "g": 1}.get(table.item, -1)


def agrees(table: Table, world: tuple[int, ...], at: int) -> bool:
    for category in table.categories:
        cell = table.cell(category.code)
        if cell.count is not None and counted(world, at, category.members) != cell.count:
            return False
    everything = {code for category in table.categories for code in category.members}
    return counted(world, at, tuple(everything)) == sum(world)


def counted(world: tuple[int, ...], at: int, codes: tuple[str, ...]) -> int:
    return sum(count for count, route in zip(world, ROUTES, strict=True) if route[at] in codes)


def protected(responses: ResponseSet) -> Protected:
    policy = Policy(
        backgrounds=tuple(map(pairs_of, responses.questionnaire.backgrounds)), k=K, m=6, detail=0, colluders=0
    )
    return protect(tabulate(responses), policy, wave_of(responses))


@pytest.mark.parametrize("seed", [*BOTH_PUBLISHED, *TOLD_BY_ROUTING])
def test_every_small_answer_spans_k_among_all_worlds_that_fit_the_whole_tables(seed: int) -> None:
    responses = tiny(seed, 11)
    cube = tabulate(responses)
    tables = protected(responses).tables

    fitting = list(worlds(tables))

    truth = {item: dict(zip(cube.items[item].codes, cube.items[item].total.tolist(), strict=True)) for item in "fg"}
    published = {table.item for table in tables.tables if table.by is None}
    for at, item in enumerate("fg"):
        for code, count in truth[item].items() if item in published else ():
            seen = [counted(world, at, (code,)) for world in fitting]
            assert min(seen) <= count <= max(seen)
            if 0 < count < K:
                assert max(seen) - min(seen) >= K, (item, code, tables)
    for number, route in enumerate(ROUTES):
        seen = [world[number] for world in fitting]
        assert not (seen and 0 < min(seen) == max(seen) < K), (route, tables)


@pytest.mark.parametrize("seed", BOTH_PUBLISHED)
def test_the_tiny_surveys_hold_what_could_be_told(seed: int) -> None:
    responses = tiny(seed, 11)
    cube = tabulate(responses)

    assert any(0 < count < K for item in "fg" for count in cube.items[item].total)
    assert {"f", "g"} <= {table.id for table in protected(responses).tables.tables}


def test_answers_that_do_not_follow_the_routing_make_no_equation_and_say_so() -> None:
    base = background("b", 4)
    chance = np.random.default_rng(3)
    respondents = 160
    filters = [str(answer) for answer in chance.choice(["yes", "no"], respondents)]
    followers = [str(chance.choice(["yes", "no"])) if answer == "yes" else NOT_SHOWN for answer in filters]
    astray = [place for place, answer in enumerate(filters) if answer == "no"][:9]
    for who in astray:
        followers[who] = "yes"
    columns = {
        "b": column(base, [f"b{number}" for number in chance.integers(0, 4, respondents)]),
        "f": column(FILTER, filters),
        "g": column(FOLLOWER, followers),
    }
    responses = ResponseSet(questionnaire(base, FILTER, FOLLOWER, scales=(YES_NO,)), respondents, columns)

    made = protect(tabulate(responses), Policy(backgrounds=(pairs_of(base),)), wave_of(responses)).tables

    table = made.table("g", "b")
    assert table.shown_if == ""
    assert table.routed_by == ()
    assert [note for note in table.notes if "routing" in note.in_("en")]
    assert made.table("g").cell(NOT_SHOWN, TOTAL).count == filters.count("no") - len(astray)
    assert [cell for cell in table.cells if cell.status is Status.SHOWN]
    assert not [loss for loss in made.losses if loss.what == "dropped"]
