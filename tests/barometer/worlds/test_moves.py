"""Moves that cancel, what they may leave behind, and what can be proved: against sums over everything there is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from barometer.published import Part, Table
from barometer.questionnaire.model import Kind, Question
from barometer.responses import ResponseSet
from barometer.worlds import Unmoved, deniability
from barometer.worlds.atoms import Atoms
from barometer.worlds.cycles import Moves, grow, reach
from barometer.worlds.printed import PrintedItem, printed_items
from barometer.worlds.proving import is_proved_exact
from barometer.worlds.retabulating import reproduces
from barometer.worlds.searching import search_of
from barometer.worlds.settling import Settling
from tests.barometer.disclosure.surveys import background, option, questionnaire, said
from tests.barometer.worlds.made_up import all_worlds, choices, published, sets, table

APART = [("a", "a", Part.ANSWER), ("b", "b", Part.ANSWER), ("c", "c", Part.ANSWER), ("skipped", "-", Part.SKIPPED)]
SINGLE = Question("q", Kind.SINGLE, said("q"), options=tuple(option(code) for code in "abc"))
MULTIPLE = Question("q", Kind.MULTIPLE, said("q"), options=tuple(option(code) for code in "xyz"))
TICKS = [
    ("answered", "x", Part.ANSWERED), ("skipped", "-", Part.SKIPPED),
    ("x", "x", Part.TICKED), ("y", "y", Part.TICKED), ("z", "z", Part.TICKED),
]  # fmt: skip


def survey(answers: str, *groups: str) -> ResponseSet:
    asked = questionnaire(*(background(f"b{place}", 3) for place in range(len(groups))), SINGLE, scales=())
    columns = {f"b{place}": choices(f"b{place}", "uvw", letters) for place, letters in enumerate(groups)}
    return ResponseSet(asked, len(answers), {**columns, "q": choices("q", "abc", answers)})


def moves_of(people: int, cells: int, chance: np.random.Generator) -> Moves:
    """Moves between two answers: who gave the first leaves his cells for the second, and the other way round."""
    counted = (chance.random((people, cells)) < 0.4).astype(np.int8)
    counted[:, 0] = 1
    gave_first = chance.random(people) < 0.5
    effect = np.where(gave_first[:, None], -counted, counted).astype(np.int8)
    there, back = np.flatnonzero(gave_first), np.flatnonzero(~gave_first)
    return Moves(np.arange(people), gave_first.astype(np.intp), effect, np.arange(cells), there, back)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_grown_cycles_cancel_and_move_nobody_twice(seed: int) -> None:
    chance = np.random.default_rng(seed)
    moves = moves_of(80, 8, chance)

    grown = grow(moves, chance, wanted=np.zeros(80), keep=2000, look=10_000)

    assert grown is not None
    for cycle in grown.some(200, chance):
        assert not moves.effect[cycle].sum(axis=0).any()
        assert len(set(cycle.tolist())) == len(cycle)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_moves_that_reach_a_sum_make_up_for_it(seed: int) -> None:
    chance = np.random.default_rng(seed)
    moves = moves_of(80, 8, chance)
    chosen = np.array([moves.there[0], moves.back[0]])
    others = Moves(moves.person, moves.to, moves.effect, moves.part, moves.there[1:], moves.back[1:])
    off = moves.effect[chosen].sum(axis=0, dtype=np.int64)

    found = reach(others, off, chance, keep=2000, most=5)

    assert found
    for each in found:
        assert not (moves.effect[each].sum(axis=0) + off).any()
        assert not set(each.tolist()) & set(chosen.tolist())


@settings(max_examples=40)
@given(data=st.data())
def test_kept_are_the_sums_of_shown_rows_that_count_whole_clusters(data: st.DataObject) -> None:
    answers = data.draw(st.text("abc-", min_size=8, max_size=8))
    responses = survey(answers, data.draw(st.text("uv", min_size=8, max_size=8)))
    filled = [(c.category, c.group) for c in table(responses, "q", "b0", APART).cells if c.count]
    withheld = data.draw(st.sets(st.sampled_from(filled)))
    tables = [table(responses, "q", None, APART), table(responses, "q", "b0", APART, withheld=sorted(withheld))]
    atoms = Atoms(the_item(responses, tables), close=data.draw(st.integers(0, 8)))
    (crossed,) = atoms.crossed

    kept = atoms.kept(crossed)

    rows = atoms.rows(crossed).astype(np.int64)
    for group in range(kept.shape[0]):
        assert all(is_whole(total, atoms) for total in kept[group])
        shown = rows[crossed.counts[:, group] >= 0]
        assert rank(shown, *kept[group]) == rank(shown)
        for size in range(len(shown) + 1):
            for chosen in itertools.combinations(shown, size):
                total = np.sum(chosen, axis=0, dtype=np.int64) if chosen else np.zeros(atoms.count, np.int64)
                assert not is_whole(total, atoms) or rank(*kept[group], total) == rank(*kept[group])


def is_whole(total: NDArray[np.int64], atoms: Atoms) -> bool:
    """Whether a sum of rows counts all atoms of a cluster alike."""
    return all((total[list(cluster)] == total[cluster[0]]).all() for cluster in atoms.clusters)


def rank(*rows: NDArray[np.int64]) -> int:
    filled = [row for row in np.vstack([np.atleast_2d(row) for row in rows]) if row.any()] if rows else []
    return int(np.linalg.matrix_rank(np.array(filled))) if filled else 0


def test_the_closest_atoms_are_put_together_until_one_cluster_is_left() -> None:
    responses = survey("abcbc-a", "uuuvvvv", "uuvvwww")
    b_or_c, others = ("b_or_c", "bc", Part.NET), ("others", "bc-", Part.NO_VIEW)
    skipped_apart = table(responses, "q", "b0", [APART[0], b_or_c, APART[3]])
    tables = [table(responses, "q", None, APART), skipped_apart, table(responses, "q", "b1", [APART[0], others])]

    atoms = Atoms(the_item(responses, tables))

    a, b_and_c, skipped = (int(atoms.of_answer[place]) for place in (0, 1, 3))
    assert atoms.of_answer[1] == atoms.of_answer[2]
    assert [(farthest, {frozenset(each) for each in clusters}) for farthest, clusters in atoms.clusterings] == [
        (0, {frozenset({a}), frozenset({b_and_c}), frozenset({skipped})}),
        (2, {frozenset({a}), frozenset({b_and_c, skipped})}),
        (5, {frozenset({a, b_and_c, skipped})}),
    ]


@settings(max_examples=40)
@given(data=st.data())
def test_what_is_put_right_split_by_split_is_as_printed(data: st.DataObject) -> None:
    answers, groups = (
        data.draw(st.text("abc-", min_size=9, max_size=9)),
        data.draw(st.text("uv", min_size=9, max_size=9)),
    )
    responses = survey(answers, groups)
    tables = [table(responses, "q", by, APART) for by in (None, "b0")]
    item = the_item(responses, tables)
    settling = Settling(Atoms(item, close=data.draw(st.integers(0, 20))))
    chance = np.random.default_rng(1)
    mixed = settling.atoms.true.copy()
    for cluster in settling.atoms.clusters:
        inside = np.flatnonzero(np.isin(mixed, cluster))
        mixed[inside] = chance.permutation(mixed[inside])

    found = settling.repaired(mixed, chance)

    assert found is not None
    assert (settling.atoms.cluster[found] == settling.atoms.cluster[mixed]).all()
    assert reproduces(item, settling.atoms.filled(found, item.answers.values, chance))


@settings(max_examples=40)
@given(data=st.data())
def test_what_is_proved_exact_is_the_same_in_every_world(data: st.DataObject) -> None:
    answers = data.draw(st.text("abc", min_size=5, max_size=5))
    responses = survey(answers, *(data.draw(st.text("uv", min_size=5, max_size=5)) for _ in range(2)))
    filled = [(c.category, c.group) for c in table(responses, "q", "b0", APART).cells if c.count]
    withheld = sorted(data.draw(st.sets(st.sampled_from(filled), min_size=1)))
    tables = [
        table(responses, "q", None, APART),
        table(responses, "q", "b0", APART, withheld=withheld),
        table(responses, "q", "b1", APART),
    ]
    item = the_item(responses, tables)
    letters = {"_skipped": "-", "_not_shown": ".", "_not_reached": "!"}
    place = {letters.get(code, code): at for at, code in enumerate(item.answers.codes)}
    worlds = [np.array([place[one] for one in world]) for world in all_worlds(responses, "q", tables, "abc-")]

    for cell in item.withheld_cells():
        at, row, group = cell
        counts = {int(item.tables[at].counted(world)[row, group]) for world in worlds}
        assert not is_proved_exact(item, cell) or len(counts) == 1


def test_what_follows_from_the_other_numbers_is_proved_and_told() -> None:
    responses = survey("abab", "uuvv")
    tables = [table(responses, "q", None, APART), table(responses, "q", "b0", APART, withheld=[("a", "u"), ("b", "u")])]

    found = deniability(
        responses, published(responses, tables), seconds=100.0, seed=1, clock=itertools.count().__next__
    )

    assert found.unmoved == (Unmoved("q/b0", "a", "u", True), Unmoved("q/b0", "b", "u", True))


def test_somebody_else_may_have_skipped_a_multiple_choice() -> None:
    asked = questionnaire(background("b0", 2), MULTIPLE, scales=())
    given_sets = ["x", "-", "y", "xy", "x", "y"]
    columns = {"b0": choices("b0", "uv", "uuvvvv"), "q": sets("q", "xyz", given_sets)}
    responses = ResponseSet(asked, 6, columns)
    tables = [table(responses, "q", by, TICKS) for by in (None, "b0")]
    turns = itertools.count()

    ledger = search_of(the_item(responses, tables), 2, np.random.default_rng(1)).run(lambda: next(turns) < 300)

    assert ledger.another_class[:2].all()


def the_item(responses: ResponseSet, tables: Sequence[Table]) -> PrintedItem:
    (item,) = printed_items(responses, published(responses, tables))
    return item
