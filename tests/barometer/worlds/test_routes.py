"""A filter and a question behind it: in a world others may have been asked, and every table still holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, product

import numpy as np
import pytest
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
BEHIND = Question("q", Kind.SINGLE, said("q"), options=tuple(option(code) for code in "abc"), show_if=is_("f", "y"))
YES_NO = [("y", "y", Part.ANSWER), ("n", "n", Part.ANSWER)]
A_B = [("a", "a", Part.ANSWER), ("b", "b", Part.ANSWER), ("not_shown", ".", Part.NOT_SHOWN)]
A_B_C = [*A_B, ("c", "c", Part.ANSWER)]
YES_NO_SKIPPED = [*YES_NO, ("skipped", "-", Part.SKIPPED)]
YES_OR_NOT = [("y", "y", Part.ANSWER), ("others", "n-", Part.NO_VIEW)]
ROUTES = {"ya", "yb", "n.", "-."}


def answered(given_routes: Sequence[str], *groups: str) -> ResponseSet:
    """A route is what somebody answered to the filter and to the question behind it."""
    columns = {f"b{place}": choices(f"b{place}", "uvwxz", letters) for place, letters in enumerate(groups)}
    for place, (item, codes) in enumerate((("f", "yn"), ("q", "abc"))):
        columns[item] = choices(item, codes, "".join(route[place] for route in given_routes))
    backgrounds = [background(f"b{place}", 5) for place in range(len(groups))]
    return ResponseSet(questionnaire(*backgrounds, FILTER, BEHIND, scales=()), len(given_routes), columns)


def searched(given_routes: list[str], groups: str) -> tuple[ResponseSet, list[Table], dict[str, Ledger]]:
    """Search both questions together, each published whole and by one background."""
    responses = answered(given_routes, groups)
    rows = {"f": YES_NO_SKIPPED, "q": A_B}
    tables = [table(responses, item, by, rows[item]) for item in ("f", "q") for by in (None, "b0")]
    return responses, tables, ledgers_of(responses, tables)


def ledgers_of(responses: ResponseSet, tables: Sequence[Table], steps: int = 300) -> dict[str, Ledger]:
    turns = count()
    ledgers = {item.item: Ledger(item, 2) for item in printed_items(responses, published(responses, tables))}
    for name, behind in filters(responses.questionnaire, ledgers).items():
        search_of_routes(ledgers[name], behind, np.random.default_rng(1), keep=4000).run(lambda: next(turns) < steps)
    return ledgers


def letters_seen(ledger: Ledger) -> list[set[str]]:
    letter = {"_not_shown": ".", "_skipped": "-"}
    codes = [letter.get(code, code) for code in ledger.item.answers.codes]
    return [{codes[at] for at in np.flatnonzero(row)} for row in ledger.seen]


def joint_worlds(tables: Sequence[Table], responses: ResponseSet) -> Iterator[tuple[str, ...]]:
    """Try every combination of routes and give those that reproduce every table of both questions."""
    of_filter = set(all_worlds(responses, "f", [each for each in tables if each.item == "f"], "yn-"))
    of_question = set(all_worlds(responses, "q", [each for each in tables if each.item == "q"], "ab."))
    for world in product(sorted(ROUTES), repeat=responses.respondents):
        if tuple(route[0] for route in world) in of_filter and tuple(route[1] for route in world) in of_question:
            yield world


def test_who_was_not_asked_could_have_been_asked() -> None:
    _, _, ledgers = searched(["ya", "n.", "yb", "n."], "uuvv")

    assert letters_seen(ledgers["f"]) == [{"y", "n"}] * 4
    assert letters_seen(ledgers["q"]) == [{"a", "."}, {"a", "."}, {"b", "."}, {"b", "."}]


def test_where_everybody_of_a_group_was_asked_nobody_there_could_not_have_been() -> None:
    _, _, ledgers = searched(["ya", "yb", "yb", "n."], "uuvv")

    assert letters_seen(ledgers["f"])[:2] == [{"y"}, {"y"}]


def test_one_may_have_said_no_and_another_skipped_in_place_of_two_who_were_not_asked() -> None:
    responses = answered(["ya", "-.", "ya", "n."], "uuvv", "uvvu")
    tables = [table(responses, "f", by, rows) for by, rows in (("b0", YES_NO_SKIPPED), ("b1", YES_OR_NOT))]
    tables += [table(responses, "q", by, A_B) for by in (None, "b0", "b1")]

    ledgers = ledgers_of(responses, tables)

    assert set(joint_worlds(tables, responses)) == {("ya", "-.", "ya", "n."), ("-.", "ya", "n.", "ya")}
    assert letters_seen(ledgers["f"]) == [{"y", "-"}, {"y", "-"}, {"y", "n"}, {"y", "n"}]
    assert letters_seen(ledgers["q"]) == [{"a", "."}] * 4


@pytest.mark.parametrize("seed", [1, 2])
def test_others_may_have_been_asked_though_six_tables_tell_what_they_answered(seed: int) -> None:
    chance = np.random.default_rng(seed)
    routes = chance.choice(["ya", "yb", "yc", "n.", "-."], 200, p=[0.2, 0.2, 0.2, 0.3, 0.1]).tolist()
    responses = answered(routes, *("".join(chance.choice(list("uvwxz"), 200)) for _ in range(6)))
    tables = [table(responses, "f", by, YES_NO_SKIPPED) for by in (None, "b0", "b1")]
    tables += [table(responses, "f", by, YES_OR_NOT) for by in ("b2", "b3", "b4", "b5")]
    tables += [table(responses, "q", by, A_B_C) for by in (None, "b0", "b1", "b2", "b3", "b4", "b5")]

    ledgers = ledgers_of(responses, tables, steps=30)

    assert ledgers["f"].another_class.all()
    assert ledgers["q"].another_class.all()


@settings(max_examples=30)
@given(data=st.data())
def test_only_joint_worlds_that_there_are_are_claimed(data: st.DataObject) -> None:
    routes = data.draw(st.lists(st.sampled_from(sorted(ROUTES)), min_size=5, max_size=5))
    groups = data.draw(st.text("uv", min_size=5, max_size=5))

    responses, tables, ledgers = searched(routes, groups)

    joint = list(joint_worlds(tables, responses))
    for person in range(5):
        assert letters_seen(ledgers["f"])[person] <= {world[person][0] for world in joint}
        assert letters_seen(ledgers["q"])[person] <= {world[person][1] for world in joint}
