"""A filter and a question behind it: in a world others may have been asked, and every table still holds."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.published import Part, Table
from barometer.questionnaire.model import Kind, Question
from barometer.responses import ResponseSet
from barometer.worlds.ledger import Ledger
from barometer.worlds.printed import printed_items
from barometer.worlds.routes import filters, search_of_routes
from tests.barometer.disclosure.surveys import background, is_, option, questionnaire, said
from tests.barometer.worlds.made_up import all_worlds, choices, published, table

FILTER = Question("f", Kind.SINGLE, said("f"), options=(option("y"), option("n")))
BEHIND = Question("q", Kind.SINGLE, said("q"), options=(option("a"), option("b")), show_if=is_("f", "y"))
YES_NO = [("y", "y", Part.ANSWER), ("n", "n", Part.ANSWER)]
A_B = [("a", "a", Part.ANSWER), ("b", "b", Part.ANSWER), ("not_shown", ".", Part.NOT_SHOWN)]
ROUTES = {"ya", "yb", "n."}


def searched(given_routes: list[str], groups: str) -> tuple[ResponseSet, list[Table], dict[str, Ledger]]:
    """Search both questions together; a route is what somebody answered to the filter and to the question behind."""
    responses = ResponseSet(
        questionnaire(background("b0", 2), FILTER, BEHIND, scales=()),
        len(given_routes),
        {
            "b0": choices("b0", "uv", groups),
            "f": choices("f", "yn", "".join(route[0] for route in given_routes)),
            "q": choices("q", "ab", "".join(route[1] for route in given_routes)),
        },
    )
    tables = [table(responses, item, by, rows) for item, rows in (("f", YES_NO), ("q", A_B)) for by in (None, "b0")]
    ledgers = {item.item: Ledger(item, 2) for item in printed_items(responses, published(responses, tables))}
    for name, behind in filters(responses.questionnaire, ledgers).items():
        search_of_routes(ledgers[name], behind, np.random.default_rng(1), keep=2000).run(lambda: True)
    return responses, tables, ledgers


def letters_seen(ledger: Ledger) -> list[set[str]]:
    codes = ledger.item.answers.codes
    return [{"." if codes[at] == "_not_shown" else codes[at] for at in np.flatnonzero(row)} for row in ledger.seen]


def test_who_was_not_asked_could_have_been_asked() -> None:
    _, _, ledgers = searched(["ya", "n.", "yb", "n."], "uuvv")

    assert letters_seen(ledgers["f"]) == [{"y", "n"}] * 4
    assert letters_seen(ledgers["q"]) == [{"a", "."}, {"a", "."}, {"b", "."}, {"b", "."}]


def test_where_everybody_of_a_group_was_asked_nobody_there_could_not_have_been() -> None:
    _, _, ledgers = searched(["ya", "yb", "yb", "n."], "uuvv")

    assert letters_seen(ledgers["f"])[:2] == [{"y"}, {"y"}]


@settings(max_examples=30)
@given(data=st.data())
def test_only_joint_worlds_that_there_are_are_claimed(data: st.DataObject) -> None:
    routes = data.draw(st.lists(st.sampled_from(sorted(ROUTES)), min_size=5, max_size=5))
    groups = data.draw(st.text("uv", min_size=5, max_size=5))

    responses, tables, ledgers = searched(routes, groups)

    of_filter = set(all_worlds(responses, "f", tables[:2], "yn"))
    of_question = set(all_worlds(responses, "q", tables[2:], "ab."))
    joint = [
        world
        for world in product(sorted(ROUTES), repeat=5)
        if tuple(route[0] for route in world) in of_filter and tuple(route[1] for route in world) in of_question
    ]
    for person in range(5):
        assert letters_seen(ledgers["f"])[person] <= {world[person][0] for world in joint}
        assert letters_seen(ledgers["q"])[person] <= {world[person][1] for world in joint}
