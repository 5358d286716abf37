"""What is withheld, judged by every table that could have been, and by one who can run the protection himself."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.disclosure.blocks import Blocks
from barometer.disclosure.network import Mask, Network, Whole
from barometer.disclosure.patterns import Judge, choose, is_protected
from barometer.disclosure.puzzle import Demand, Pattern, Puzzle, small_groups
from tests.barometer.disclosure.worlds import all_tables, interval_by_enumeration

K = 3
AREAS = (121, 73, 44, 43, 30, 20, 19, 13, 12)


@st.composite
def tables(draw: st.DrawFn) -> Whole:
    rows, columns = draw(st.integers(2, 3)), draw(st.integers(2, 3))
    row = st.lists(st.integers(0, 5), min_size=columns, max_size=columns)
    return np.array(draw(st.lists(row, min_size=rows, max_size=rows)))


def small(counts: Whole, k: int = K) -> Mask:
    return (counts > 0) & (counts < k)


def nine_areas(seed: int) -> Whole:
    """Four answers of 375 respondents in nine areas of very different sizes."""
    chance = np.random.default_rng(seed)
    return np.array([chance.multinomial(size, chance.dirichlet((20, 8, 8, 4))) for size in AREAS]).T


def least_of(pattern: Pattern, counts: Whole) -> Whole:
    return np.where(pattern.untold, 0, np.ones_like(counts))


@settings(max_examples=40)
@given(tables(), st.integers(0, 2))
def test_every_withheld_cell_can_be_k_different_things_whoever_colludes(counts: Whole, colluders: int) -> None:
    demand = Demand(K, colluders)

    pattern = choose(Puzzle.of(counts, small(counts)), demand)

    if pattern is None:
        return
    assert (pattern.withheld >= small(counts)).all()
    assert not pattern.withheld[counts == 0].any()
    seats = [tuple(cell) for cell in np.argwhere(pattern.withheld & (counts >= colluders)).tolist()][::2]
    for cell in map(tuple, np.argwhere(pattern.withheld).tolist()):
        for seat in seats or [cell]:
            least = np.ones_like(counts)
            least[seat] = max(1, colluders)
            assert interval_by_enumeration(counts, pattern.withheld, least, cell).span >= K


def test_who_knows_which_cells_are_small_can_still_not_tell_how_small() -> None:
    """Every value from one up stays possible for each of them, with all of them small and all others large."""
    seen = 0
    for seed in range(40):
        counts = nine_areas(seed)[:3, 2:]
        pattern = choose(Puzzle.of(counts, small(counts, 5)), Demand(5, colluders=2))
        if pattern is None:
            continue
        few = pattern.withheld & small(counts, 5)
        hidden = pattern.withheld | pattern.untold
        floor = np.where(few, 1, np.where(pattern.withheld, 5, np.where(pattern.untold, 0, counts)))
        informed = Network(counts, hidden, floor, np.where(few, 4, 1 << 30))
        for row, column in np.argwhere(few).tolist():
            interval = informed.interval(row, column)
            assert (interval.low, interval.high) == (1, 4)
            seen += 1
    assert seen > 20


def test_one_who_can_run_the_protection_does_not_find_a_count() -> None:
    """Of all tables with the same published numbers, those that are withheld alike leave every small count open."""
    known = tried = 0
    for seed in range(150):
        chance = np.random.default_rng(seed)
        counts = np.array([chance.multinomial(size, (0.72, 0.16, 0.12)) for size in (60, 34, 22)]).T
        puzzle = Puzzle.of(counts, small(counts, 5))
        pattern = choose(puzzle, Demand(5, colluders=2))
        if pattern is None or not pattern.withheld.any():
            continue
        fitting = list(islice(all_tables(counts, pattern.withheld, np.ones_like(counts)), 121))
        if len(fitting) > 120:
            continue
        alike = [each for each in fitting if is_withheld_alike(each, pattern)]
        spans = np.max(alike, axis=0) - np.min(alike, axis=0)
        tried += int((pattern.withheld & small(counts, 5)).sum())
        known += int((spans[pattern.withheld & small(counts, 5)] == 0).sum())
    assert tried > 10
    assert known == 0


def test_no_mark_tells_which_of_the_groups_is_the_reason() -> None:
    """Only the largest group has something to hide: marks there and in the smallest would say that it is that one."""
    counts = np.array([[31, 54, 28], [12, 4, 8]])

    assert choose(Puzzle.of(counts, small(counts, 5)), Demand(5)) is None
    assert choose(Puzzle.of(counts[:, ::-1] + [[0], [1]], small(counts + 1, 5)), Demand(5)) is not None


def test_an_answer_that_nobody_gave_is_no_partner() -> None:
    """Paired with the rarest, it would leave that alone; it holds nobody whatever else is printed."""
    two = np.array([[11, 16, 40], [5, 3, 12]])
    three = np.vstack([two, [[0, 0, 0]]])

    pattern, same = (choose(Puzzle.of(counts, small(counts, 5)), Demand(5, detail=20)) for counts in (two, three))

    assert pattern is not None and same is not None
    assert np.array_equal(pattern.withheld, same.withheld[:2])
    assert not (same.withheld | same.untold)[2].any()


def is_withheld_alike(counts: Whole, pattern: Pattern) -> bool:
    other = choose(Puzzle.of(counts, small(counts, 5)), Demand(5, colluders=2))
    return other is not None and np.array_equal(other.withheld, pattern.withheld)


def test_small_areas_show_their_largest_answer_whatever_was_answered() -> None:
    seen = 0
    for seed in range(20):
        counts = nine_areas(seed)
        pattern = choose(Puzzle.of(counts, small(counts, 5)), Demand(5, detail=20))
        if pattern is None:
            continue
        hidden = pattern.withheld | pattern.untold
        assert hidden[1:, 6:].all()
        assert not pattern.untold[0].any()
        for group in np.flatnonzero(pattern.untold[:, :6].any(axis=0)):
            assert 5 <= counts[pattern.untold[:, group], group].sum() < 9
        seen += 1
    assert seen > 15


FEW_BESIDE = np.array([[3, 4, 9, 12], [4, 3, 11, 14], [43, 40, 30, 50]])
"""In two groups seven gave other answers than the commonest: too few for two marks, enough to stay uncounted."""


def test_few_beside_the_commonest_answer_are_left_uncounted_and_it_is_shown() -> None:
    pattern = choose(Puzzle.of(FEW_BESIDE, small(FEW_BESIDE, 5)), Demand(5, colluders=2))

    assert pattern is not None
    assert not pattern.withheld.any()
    assert pattern.untold.tolist() == [[True, True, False, False], [True, True, False, False], [False] * 4]


def test_few_in_one_group_alone_are_not_left_uncounted() -> None:
    """All the others shown, they could be subtracted."""
    counts = np.array([[2, 8, 9, 12], [5, 6, 11, 14], [43, 40, 30, 50]])

    pattern = choose(Puzzle.of(counts, small(counts, 5)), Demand(5, colluders=2))

    assert pattern is None or not pattern.untold.any()


def test_whether_few_are_left_uncounted_follows_from_what_is_shown() -> None:
    """Whatever each of the two answers holds, and if none of them is small."""
    for rarest in range(8):
        counts = FEW_BESIDE.copy()
        counts[:2, 0] = [rarest, 7 - rarest]

        pattern = choose(Puzzle.of(counts, small(counts, 5)), Demand(5, colluders=2))

        assert pattern is None or pattern.untold[:2, 0].all() or pattern.withheld[:2, 0].any()


def test_few_are_not_left_uncounted_beside_anything_else_that_is_hidden() -> None:
    """Nothing shown would tell how many they are; that they are left uncounted would, and with it each small count."""
    counts = np.array([[35, 34, 29], [15, 14, 8], [3, 4, 4], [4, 0, 4]])

    pattern = choose(Puzzle.of(counts, small(counts, 5)), Demand(5, colluders=2, detail=25))

    assert pattern is None or not (pattern.untold.any(axis=0) & pattern.withheld.any(axis=0)).any()


@given(st.integers(0, 10_000), st.integers(3, 5), st.integers(3, 6))
def test_what_is_left_uncounted_in_a_large_group_adds_up_from_what_is_shown(
    seed: int, answers: int, groups: int
) -> None:
    chance = np.random.default_rng(seed)
    shares = chance.dirichlet([8, 3, *[0.6] * (answers - 2)])
    counts = np.array([chance.multinomial(size, shares) for size in chance.integers(30, 70, groups)]).T

    pattern = choose(Puzzle.of(counts, small(counts, 5)), Demand(5, colluders=2, detail=25))

    if pattern is not None:
        assert not (pattern.untold.any(axis=0) & pattern.withheld.any(axis=0)).any()


def test_a_group_too_small_for_detail_is_not_alone() -> None:
    """All the others shown, its counts could be subtracted."""
    assert small_groups([50, 12, 30], 20) == [2, 1]
    assert small_groups([50, 25, 30], 20) == []
    assert small_groups([50, 12, 15, 30], 20) == [2, 1]


def test_answers_are_withheld_two_together_and_the_commonest_last() -> None:
    seen = 0
    for seed in range(20):
        counts = nine_areas(seed)[:3, :6]
        pattern = choose(Puzzle.of(counts, small(counts, 5)), Demand(5))
        if pattern is None or not pattern.withheld.any():
            continue
        seen += 1
        rarest, second, commonest = np.argsort(counts.sum(axis=1), kind="stable").tolist()
        for group in np.flatnonzero(pattern.withheld.any(axis=0)):
            assert pattern.withheld[rarest, group] or counts[rarest, group] == 0
            assert pattern.withheld[second, group] or counts[second, group] == 0
            whole = counts[commonest, group] < 5 or counts[[rarest, second], group].sum() < 7
            assert whole or not pattern.withheld[commonest, group] or pattern.withheld.all(axis=0).sum() > 1
    assert seen > 10


def test_a_table_without_small_counts_is_shown_whole() -> None:
    counts = np.array([[9, 8], [7, 6]])

    pattern = choose(Puzzle.of(counts, small(counts, 5)), Demand(5))

    assert pattern is not None
    assert not pattern.withheld.any()
    assert pattern.loss == 0


def test_a_small_count_that_nothing_can_hide_fails() -> None:
    """The only other cell of its row is empty, and a zero is never withheld."""
    counts = np.array([[3, 0], [7, 9]])

    assert choose(Puzzle.of(counts, small(counts, 5)), Demand(5)) is None


def test_what_was_decided_for_many_tables_is_withheld_in_each() -> None:
    counts = nine_areas(1)[:, :4]
    given_cells = np.zeros(counts.shape, np.bool_)
    given_cells[3, 2:] = True

    pattern = choose(replace(Puzzle.of(counts, small(counts, 5)), given=given_cells), Demand(5))

    assert pattern is None or pattern.withheld[given_cells].all()


def test_nothing_withheld_needs_no_protection() -> None:
    counts = np.array([[9, 8], [7, 6]])
    nothing = np.zeros(counts.shape, np.bool_)

    assert is_protected(Puzzle.of(counts, nothing), nothing, nothing, Demand(5))


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 9), st.sampled_from((0, 20)))
def test_patterns_drawn_together_are_those_drawn_one_by_one(seed: int, answers: int, areas: int, detail: int) -> None:
    chance = np.random.default_rng(seed)
    counts = np.array([chance.multinomial(size, chance.dirichlet([6] * answers)) for size in AREAS[-areas:]]).T
    puzzle = Puzzle.of(counts, small(counts, 5))
    blocks = Blocks(puzzle, Demand(5, detail=detail))

    found = list(blocks.patterns())

    first, *others = [drawn_alone(blocks, *step) for step in blocks._steps()]
    further: dict[bytes, Mask] = {}
    for mask in others:
        further.setdefault(mask.tobytes(), mask)
    in_order = sorted(further.values(), key=lambda mask: puzzle.loss(mask | blocks.untold))
    assert [mask.tobytes() for mask in found] == [mask.tobytes() for mask in (first, *in_order)]
    assert all((mask | blocks.untold)[blocks.least].all() for mask in found)


def drawn_alone(blocks: Blocks, among_small: int, whole: int, more: int) -> Mask:
    """One pattern, cell by cell: blocks of two answers where one of them is small, with the runs that this touches."""
    mask = np.zeros(blocks.puzzle.counts.shape, np.bool_)
    for rows, runs, needed in zip(blocks.sets, blocks.runs, blocks.needed, strict=True):
        inside = {group for group in blocks.big if needed >> group & 1} | set(blocks.big[:whole])
        for at, run in enumerate(runs):
            if needed & run or at < more:
                inside |= {group for group in blocks.big if run >> group & 1}
        for row in rows:
            mask[row, sorted(inside)] = True
    mask[blocks.commonest[0], [group for group in blocks.small if among_small >> group & 1]] = True
    return mask & blocks.puzzle.may | blocks.puzzle.given


def test_a_judge_says_of_a_pattern_what_was_found_out_before() -> None:
    counts = nine_areas(1)
    nothing = np.zeros(counts.shape, np.bool_)
    judge = Judge(Demand(5, colluders=2))

    for marked in (small(counts, 5), counts > 0, counts > 0):
        puzzle = Puzzle.of(counts, small(counts, 5))
        assert judge.approves(puzzle, marked, nothing) == is_protected(puzzle, marked, nothing, judge.demand)


def test_the_share_that_is_hidden_counts_respondents_not_cells() -> None:
    counts = np.array([[5, 5, 5], [5, 5, 5], [90, 90, 90]])
    puzzle = Puzzle.of(counts, np.zeros((3, 3), np.bool_))
    two_rows = np.array([[True] * 3, [True] * 3, [False] * 3])

    assert puzzle.share(two_rows) == pytest.approx(0.1)
    assert puzzle.share(~two_rows) == pytest.approx(0.9)


def test_what_comes_last_is_withheld_last_however_rare_it_is() -> None:
    counts = np.array([[20, 14, 15, 11], [60, 44, 33, 34], [9, 8, 4, 3]])
    plain = Puzzle.of(counts, small(counts, 5))

    by_number = choose(plain, Demand(5))
    asked_last = choose(replace(plain, last=np.array([True, False, False])), Demand(5))

    assert by_number is not None
    assert asked_last is not None
    assert (by_number.withheld[0].any(), by_number.withheld[1].any()) == (True, False)
    assert (asked_last.withheld[0].any(), asked_last.withheld[1].any()) == (False, True)
