"""Worlds of small surveys, against all worlds there are; and what is claimed of a whole wave."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.published import Measure, Part, PublishedTables, Table
from barometer.questionnaire.model import Kind, Question
from barometer.responses import ResponseSet
from barometer.worlds import Deniability, Pinned, Unmoved, deniability
from barometer.worlds.ledger import Ledger
from barometer.worlds.printed import PrintedItem, printed_items
from barometer.worlds.retabulating import reproduces
from barometer.worlds.searching import search_of
from tests.barometer.disclosure.surveys import background, is_, option, questionnaire, said
from tests.barometer.worlds.made_up import all_worlds, choices, published, sets, table

APART = [("a", "a", Part.ANSWER), ("b", "b", Part.ANSWER), ("c", "c", Part.ANSWER), ("skipped", "-", Part.SKIPPED)]
A_OR_NOT = [("a", "a", Part.ANSWER), ("others", "bc-", Part.NO_VIEW)]
TICKS = [
    ("answered", "x", Part.ANSWERED), ("skipped", "-", Part.SKIPPED),
    ("x", "x", Part.TICKED), ("y", "y", Part.TICKED), ("z", "z", Part.TICKED),
]  # fmt: skip
SINGLE = Question("q", Kind.SINGLE, said("q"), options=tuple(option(code) for code in "abc"))
MULTIPLE = Question("q", Kind.MULTIPLE, said("q"), options=tuple(option(code) for code in "xyz"))
POSSIBLE_SETS = ["x", "y", "z", "xy", "xz", "yz", "xyz", "-"]


def survey(question: Question, given: Sequence[str], *groups: str) -> ResponseSet:
    """Answers to one question, and for every background a string with a letter for everybody's group."""
    asked = questionnaire(*(background(f"b{place}", 2) for place in range(len(groups))), question, scales=())
    column = choices("q", "abc", "".join(given)) if question is SINGLE else sets("q", "xyz", given)
    columns = {f"b{place}": choices(f"b{place}", "uvw", letters) for place, letters in enumerate(groups)}
    return ResponseSet(asked, len(given), {**columns, "q": column})


def the_item(responses: ResponseSet, tables: Sequence[Table]) -> PrintedItem:
    (item,) = printed_items(responses, published(responses, tables))
    return item


def searched(item: PrintedItem, seed: int = 1) -> Ledger:
    turns = itertools.count()
    return search_of(item, 2, np.random.default_rng(seed), keep=2000).run(lambda: next(turns) < 300)


def as_letters(item: PrintedItem, answer: int) -> str:
    answers = item.answers
    if answers.ticks is None:
        return {"_skipped": "-", "_not_shown": "."}.get(answers.codes[answer], answers.codes[answer])
    ticked = "".join(code for code, tick in zip(answers.tick_codes, answers.ticks[answer], strict=True) if tick)
    return ticked if answers.is_answered[answer] else "-"


def seen_by(ledger: Ledger) -> list[set[str]]:
    return [{as_letters(ledger.item, answer) for answer in np.flatnonzero(row)} for row in ledger.seen]


def test_two_of_the_same_groups_may_have_answered_the_other_way_round() -> None:
    responses = survey(SINGLE, "abca", "uuvv", "wwuw")
    tables = [table(responses, "q", by, APART) for by in (None, "b0", "b1")]

    ledger = searched(the_item(responses, tables))

    assert seen_by(ledger) == [{"a", "b"}, {"a", "b"}, {"c"}, {"a"}]
    assert ledger.another_class.tolist() == [True, True, False, False]
    assert ledger.every_category.tolist() == [True, True, False, False]


def test_who_is_alone_in_a_group_is_never_said_to_be_deniable() -> None:
    responses = survey(SINGLE, "abcab", "uvvvv")
    tables = [table(responses, "q", by, APART) for by in (None, "b0")]

    ledger = searched(the_item(responses, tables))

    assert not ledger.another_answer[0]
    assert ledger.another_answer[1:].all()


def test_inside_a_merged_answer_everybody_is_deniable_but_what_is_told_stands() -> None:
    responses = survey(SINGLE, "bcb-a", "uuvvv")
    tables = [table(responses, "q", None, APART), table(responses, "q", "b0", A_OR_NOT)]

    ledger = searched(the_item(responses, tables))

    assert ledger.another_class.all()
    assert ledger.every_category.tolist() == [False, False, True, True, True]


def test_four_who_only_together_leave_the_tables_as_they_are() -> None:
    responses = survey(SINGLE, "aabb", "uvuv", "uvvu")
    tables = [table(responses, "q", by, APART) for by in (None, "b0", "b1")]

    ledger = searched(the_item(responses, tables))

    assert seen_by(ledger) == [{"a", "b"}] * 4


def test_three_answers_that_only_together_go_round() -> None:
    responses = survey(SINGLE, "abcbca", "uvwuvw", "uuuvvv")
    tables = [table(responses, "q", by, APART) for by in (None, "b0", "b1")]

    ledger = searched(the_item(responses, tables))

    assert set(all_worlds(responses, "q", tables, "abc-")) == {tuple("abcbca"), tuple("bcaabc")}
    assert seen_by(ledger) == [{"a", "b"}, {"b", "c"}, {"a", "c"}] * 2


def test_a_withheld_cell_keeps_at_least_one() -> None:
    responses = survey(SINGLE, "abab", "uuvv")
    tables = [table(responses, "q", None, APART), table(responses, "q", "b0", APART, withheld=[("a", "u"), ("b", "u")])]

    ledger = searched(the_item(responses, tables))

    assert ledger.low.tolist() == ledger.high.tolist() == [1, 1]
    assert not ledger.wide.any()


@settings(max_examples=40)
@given(data=st.data())
def test_of_a_single_choice_only_worlds_that_there_are_are_claimed(data: st.DataObject) -> None:
    size = data.draw(st.integers(4, 5))
    given_answers = data.draw(st.text("abc-", min_size=size, max_size=size))
    groups = [data.draw(st.text("uv", min_size=size, max_size=size)) for _ in range(2)]
    responses = survey(SINGLE, given_answers, *groups)
    cells = [(name, group) for name, _, _ in APART for group in "uv"]
    withheld = data.draw(st.sets(st.sampled_from(cells), max_size=4))
    crossed = data.draw(st.sampled_from([APART, A_OR_NOT]))
    tables = [
        table(responses, "q", None, APART),
        table(responses, "q", "b0", APART, withheld=_filled(responses, "b0", withheld)),
        table(responses, "q", "b1", crossed),
    ]
    worlds = set(all_worlds(responses, "q", tables, "abc-"))

    item = the_item(responses, tables)
    _compare(item, worlds, "abc-")


@settings(max_examples=12)
@given(data=st.data())
def test_of_a_multiple_choice_only_worlds_that_there_are_are_claimed(data: st.DataObject) -> None:
    given_sets = data.draw(st.lists(st.sampled_from(POSSIBLE_SETS), min_size=4, max_size=4))
    groups = data.draw(st.text("uv", min_size=4, max_size=4))
    responses = survey(MULTIPLE, given_sets, groups)
    tables = [table(responses, "q", by, TICKS) for by in (None, "b0")]
    worlds = set(all_worlds(responses, "q", tables, POSSIBLE_SETS))

    _compare(the_item(responses, tables), worlds, POSSIBLE_SETS)


def _filled(responses: ResponseSet, by: str, cells: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the cells that hold somebody: an empty cell is never withheld."""
    counted = table(responses, "q", by, APART)
    return [(c.category, c.group) for c in counted.cells if (c.category, c.group) in cells and c.count]


def _compare(item: PrintedItem, worlds: set[tuple[str, ...]], possible: Sequence[str]) -> None:
    """Every recorded world is one there is, every other is refused, and nobody is called deniable who is not."""
    letters = [as_letters(item, answer) for answer in range(len(item.answers.codes))]
    fresh = Ledger(item, 2)
    for world in itertools.islice(itertools.product(possible, repeat=item.respondents), 0, None, 7):
        if all(one in letters for one in world):
            assert fresh.record(np.array([letters.index(one) for one in world])) == (world in worlds)

    ledger = searched(item)

    reachable = [{world[person] for world in worlds} for person in range(item.respondents)]
    for person, seen in enumerate(seen_by(ledger)):
        assert seen <= reachable[person]
        assert bool(ledger.another_answer[person]) == (len(seen) > 1)
    for place, (low, high) in enumerate(zip(ledger.low, ledger.high, strict=True)):
        counts = {_cell_count(item, place, world, letters) for world in worlds}
        assert {low, high} <= counts


def _cell_count(item: PrintedItem, place: int, world: Sequence[str], letters: Sequence[str]) -> int:
    at, row, group = item.withheld_cells()[place]
    chosen = item.tables[at]
    return sum(
        bool(chosen.rows[row, letters.index(one)]) for person, one in enumerate(world) if chosen.group[person] == group
    )


def test_the_shares_of_a_wave_are_summed_up_for_the_certificate() -> None:
    responses = survey(SINGLE, "abca", "uuvv")
    tables = [table(responses, "q", by, APART) for by in (None, "b0")]

    found = deniability(
        responses, published(responses, tables), seconds=100.0, seed=1, clock=itertools.count().__next__
    )

    assert found.measures() == (
        Measure("A1", "deniability", 4, 4, "rate"),
        Measure("A1", "category_deniability", 4, 4, "rate"),
        Measure("A1", "exact", 0, 0, "rate"),
        Measure("A1", "width", 0, 0, "rate"),
    )


def test_who_is_alone_in_a_group_is_told_with_the_table_that_keeps_him_there() -> None:
    responses = survey(SINGLE, "abcab", "uvvvv", "uuvvv")
    tables = [table(responses, "q", by, APART) for by in (None, "b0", "b1")]

    found = deniability(responses, published(responses, tables), seconds=1e4, seed=1, clock=itertools.count().__next__)
    in_haste = deniability(responses, published(responses, tables), seconds=0, seed=1, clock=itertools.count().__next__)

    assert found.pinned == (Pinned("q/b0", 2),)  # the second is the first's only companion in the other table
    assert in_haste.pinned == ()


def test_some_questions_are_searched_with_all_that_routing_joins_to_them() -> None:
    first, other = (Question(name, Kind.SINGLE, said(name), options=SINGLE.options) for name in ("f", "other"))
    behind = Question("q", Kind.SINGLE, said("q"), options=SINGLE.options, show_if=is_("f", "a"))
    asked = questionnaire(background("b0", 2), first, behind, other, scales=())
    given_to = {"f": "aabb", "q": "ab..", "other": "abab"}
    columns = {item: choices(item, "abc", letters) for item, letters in given_to.items()}
    responses = ResponseSet(asked, 4, {"b0": choices("b0", "uv", "uvuv"), **columns})
    tables = published(
        responses, [table(responses, item, None, [*APART, ("not_shown", ".", Part.NOT_SHOWN)]) for item in given_to]
    )

    found = deniability(responses, tables, seconds=9, seed=1, clock=itertools.count().__next__, only={"q"})

    assert [item.item for item in found.items] == ["f", "q"]


def test_a_later_search_takes_the_place_of_what_was_found_before() -> None:
    responses = survey(SINGLE, "abca", "uuvv")
    tables = published(responses, [table(responses, "q", by, APART) for by in (None, "b0")])
    later = deniability(responses, tables, seconds=9, seed=1, clock=itertools.count().__next__)
    (of_q,) = later.items
    before = Deniability(
        (replace(of_q, item="gone"), replace(of_q, worlds=0)),
        2,
        (Unmoved("q/b0", "a", "u", True), Unmoved("gone/b0", "a", "u", True)),
        (Pinned("q/b0", 3),),
    )

    assert before.updated(later, tables) == later


def test_worlds_found_before_are_counted_again_by_the_new_tables_and_kept_where_they_hold() -> None:
    responses = survey(SINGLE, "abcabc", "uuuvvv", "uvvvvu")
    finer = published(responses, [table(responses, "q", by, APART) for by in (None, "b0")])
    other = published(responses, [table(responses, "q", by, APART) for by in (None, "b0", "b1")])
    before = deniability(responses, finer, seconds=1e3, seed=1, clock=itertools.count().__next__)

    def in_no_time(tables: PublishedTables) -> Deniability:
        return deniability(responses, tables, seconds=0, seed=1, clock=itertools.count().__next__, before=before)

    assert in_no_time(finer).items[0].another_class == before.items[0].another_class == 6
    (ledger,) = in_no_time(other).ledgers
    assert all(reproduces(ledger.item, world) for world in ledger.kept)
    assert len(ledger.kept) < len(before.ledgers[0].kept)


@pytest.mark.parametrize("seed", [1, 2])
def test_cycles_deny_what_exchanges_among_the_alike_cannot(seed: int) -> None:
    chance = np.random.default_rng(seed)
    groups = ["".join(chance.choice(list("uvw"), 150)) for _ in range(8)]
    responses = survey(SINGLE, "".join(chance.choice(list("abc"), 150)), *groups)
    tables = [table(responses, "q", by, APART) for by in (None, *(f"b{at}" for at in range(8)))]
    item = the_item(responses, tables)

    alike = search_of(item, 5, np.random.default_rng(seed)).run(lambda: False)
    turns = itertools.count()
    found = search_of(item, 5, np.random.default_rng(seed), keep=30_000).run(lambda: next(turns) < 3000)

    assert alike.every_category.mean() < 0.6
    assert found.every_category.all()
