"""The second attacker: against enumeration on small tables, and on releases that were made to fall."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.equations import Equations
from benchmarks.published_files import PublishedRelease
from benchmarks.second_attacker import attack
from tests.benchmarks.releases import release, table

CODES, LEAVES = ("a", "b", "c"), ("x", "y", "z")


def spans(*releases: PublishedRelease) -> dict[str, tuple[int, int]]:
    """Give the interval of every withheld cell."""
    items = sorted({item for each in releases for item in each.by_item})
    equations = Equations(items, releases)
    return {
        target.name: equations.programme.span(target.column)
        for target in equations.targets
        if target.kind == "withheld"
    }


def enumerated(counts: np.ndarray, hidden: np.ndarray) -> dict[str, tuple[int, int]]:
    """Go through all tables with these margins that agree where nothing is hidden, with at least one where it is."""
    of_row = []
    for row, hide in zip(counts.tolist(), hidden.tolist(), strict=True):
        ranges = [range(1, sum(row) + 1) if at else [count] for count, at in zip(row, hide, strict=True)]
        of_row.append([each for each in product(*ranges) if sum(each) == sum(row)])
    worlds = np.array(list(product(*of_row)))
    worlds = worlds[(worlds.sum(axis=1) == counts.sum(axis=0)).all(axis=1)]
    return {
        f"q/r {CODES[i]} {LEAVES[j]}": (int(worlds[:, i, j].min()), int(worlds[:, i, j].max()))
        for i, j in zip(*np.nonzero(hidden), strict=True)
    }


@settings(max_examples=80)
@given(seed=st.integers(0, 100_000))
def test_intervals_of_a_crossed_table_are_those_of_all_tables_that_agree_with_it(seed: int) -> None:
    chance = np.random.default_rng(seed)
    counts = chance.integers(1, 4, (3, 3))
    hidden = chance.random((3, 3)) < 0.6
    rows = {
        code: [None if hide else int(count) for count, hide in zip(counts[i], hidden[i], strict=True)]
        for i, code in enumerate(CODES)
    }
    groups = {leaf: int(counts[:, j].sum()) for j, leaf in enumerate(LEAVES)}
    total = table("q", None, {"-": int(counts.sum())}, {code: [int(counts[i].sum())] for i, code in enumerate(CODES)})

    found = spans(release(int(counts.sum()), total, table("q", "r", groups, rows)))

    assert found == enumerated(counts, hidden)


@settings(max_examples=30)
@given(seed=st.integers(0, 100_000))
def test_the_truth_is_never_outside_however_many_statements_there_are(seed: int) -> None:
    chance = np.random.default_rng(seed)
    people = chance.integers(0, 3, (30, 3))  # an answer and two backgrounds of everybody
    whole = {code: [int((people[:, 0] == i).sum())] for i, code in enumerate(CODES)}
    both = {"net": [whole["a"][0] + whole["b"][0]]}
    scores = [{"code": code, "part": "answer", "members": [code], "score": float(i)} for i, code in enumerate(CODES)]
    mean = {"group": "-", "status": "shown", "value": round(float(people[:, 0].mean()), 1), "decimals": 1, "n": 30}
    total = table("q", None, {"-": 30}, whole | both, parts={"net": "net"}, members={"net": ["a", "b"]}, means=[mean])
    total["categories"][:3] = scores
    crossed, truth = [], {}
    for at, by in ((1, "r"), (2, "s")):
        counts = np.array([[((people[:, 0] == i) & (people[:, at] == j)).sum() for j in range(3)] for i in range(3)])
        rows = {c: [None if 0 < n < 5 else int(n) for n in counts[i]] for i, c in enumerate(CODES)}
        crossed.append(table("q", by, {leaf: int(counts[:, j].sum()) for j, leaf in enumerate(LEAVES)}, rows))
        truth |= {f"q/{by} {CODES[i]} {LEAVES[j]}": int(counts[i, j]) for i, j in np.ndindex(3, 3)}

    found = spans(release(30, total, *crossed))

    assert all(least <= truth[name] <= most for name, (least, most) in found.items())


def test_a_single_withheld_cell_is_what_is_left() -> None:
    #        x    y
    #  a   [c]    9   | 11
    #  b     8   10   | 18
    total = table("q", None, {"-": 29}, {"a": [11], "b": [18]})
    crossed = table("q", "r", {"x": 10, "y": 19}, {"a": [None, 9], "b": [8, 10]})

    account = attack([release(29, total, crossed)])

    assert [(each.name, each.least, each.most) for each in account.fallen] == [("q/r a x", 2, 2)]


def test_a_mean_gives_away_what_two_withheld_cells_hide() -> None:
    # A group of six with the mean 4.83 on a scale from 1 to 5: five 5s and one 4.
    scale = [{"code": f"s{n}", "part": "answer", "members": [f"s{n}"], "score": float(n)} for n in (3, 4, 5)]
    groups = {"x": 6, "y": 60}
    crossed = table("q", "r", groups, {"s3": [0, 20], "s4": [None, 20], "s5": [None, 20]})
    with_mean = {
        **crossed,
        "categories": scale,
        "means": [{"group": "x", "status": "shown", "value": 4.83, "decimals": 2, "n": 6}],
    }
    free = {**crossed, "categories": scale}

    assert spans(release(66, free)) == {"q/r s4 x": (1, 5), "q/r s5 x": (1, 5)}
    assert spans(release(66, with_mean)) == {"q/r s4 x": (1, 1), "q/r s5 x": (5, 5)}


def test_a_net_is_an_equation() -> None:
    crossed = table(
        "q", "r", {"x": 30, "y": 30}, {"a": [None, 10], "b": [None, 10], "c": [None, 10], "top": [12, 20]},
        parts={"top": "net"}, members={"top": ["a", "b"]},
    )  # fmt: skip

    found = spans(release(60, crossed))

    assert found["q/r c x"] == (18, 18)
    assert found["q/r a x"] == (1, 11)


def test_the_base_of_a_routed_question_gives_its_filter_away() -> None:
    asked = table("f", "r", {"x": 20, "y": 20}, {"yes": [None, None], "no": [None, None]})
    whole = table("f", None, {"-": 40}, {"yes": [30], "no": [10]})
    followed = table(
        "q", "r", {"x": 20, "y": 20}, {"a": [5, 12], "b": [8, 5], "_not_shown": [7, 3]},
        parts={"_not_shown": "not_shown"}, shown_if="f = 'yes'",
    )  # fmt: skip

    alone = spans(release(40, whole, asked))
    together = spans(release(40, whole, asked, followed))

    assert alone["f/r yes x"] == (11, 19)
    assert together["f/r yes x"] == (13, 13)


@pytest.mark.parametrize(
    ("condition", "least"), [("selected(m, 'one') or selected(m, 'two')", 15), ("selected(m, 'one')", 15)]
)
def test_routes_through_a_multiple_choice_are_equations_too(condition: str, least: int) -> None:
    parts = {"_answered": "answered", "_skipped": "skipped", "one": "ticked", "two": "ticked"}
    rows = {"_answered": [25, 25], "_skipped": [5, 5], "one": [None, 20], "two": [15, 10]}
    ticked = table("m", "r", {"x": 30, "y": 30}, rows, parts=parts)
    followed = table(
        "q", "r", {"x": 30, "y": 30}, {"a": [15, 20], "_not_shown": [15, 10]},
        parts={"_not_shown": "not_shown"}, shown_if=condition,
    )  # fmt: skip

    (found,) = spans(release(60, ticked, followed)).values()

    assert found[1] == 15 and found[0] <= least


def test_an_option_that_stands_alone_leaves_fewer_for_the_others() -> None:
    parts = {"_answered": "answered", "none": "ticked", "one": "ticked"}
    asked = release(30, table("m", "r", {"x": 30}, {"_answered": [30], "none": [25], "one": [None]}, parts=parts))

    account = attack([asked], exclusive={"m": frozenset({"none"})})

    assert [(each.least, each.most) for each in account.fallen] == [(5, 5)]


def test_two_releases_that_differ_by_one_person_show_that_persons_answers() -> None:
    before = release(40, table("q", "r", {"x": 20, "y": 20}, {"a": [10, 12], "b": [10, 8]}))
    after = release(39, table("q", "r", {"x": 19, "y": 20}, {"a": [9, 12], "b": [10, 8]}))

    account = attack([before, after])

    assert [(each.kind, each.name, each.most) for each in account.fallen] == [("change", "q/r a x", 1)]


def test_two_who_pool_their_rows_narrow_what_was_wide_enough_for_others() -> None:
    #        x     y
    #  a   [c]   [c]   | 8
    #  b   [c]   [c]   | 12
    total = table("q", None, {"-": 20}, {"a": [8], "b": [12]})
    crossed = table("q", "r", {"x": 7, "y": 13}, {"a": [None, None], "b": [None, None]})
    published = release(20, total, crossed)
    people = [({"q": frozenset({"a"})}, {"r": "x"})] * 3 + [({"q": frozenset({"b"})}, {"r": "x"})] * 2

    assert spans(published)["q/r a x"] == (1, 6)
    assert attack([published]).fallen == []
    assert attack([published], people=people).fell("withheld, two colluders") == 4


def test_numbers_that_cannot_all_be_true_are_reported_and_nothing_is_claimed() -> None:
    crossed = table("q", "r", {"x": 5, "y": 5}, {"a": [None, 3], "b": [9, 2]})

    account = attack([release(10, crossed)])

    assert (account.contradictions, account.fallen) == (["q"], [])


def test_the_mean_counts_merged_answers_with_the_scores_they_have_elsewhere() -> None:
    # q has its two lowest answers merged, as if they had no score; p prints all of them.
    scale = [{"code": f"s{n}", "part": "answer", "members": [f"s{n}"], "score": float(n)} for n in (1, 2, 3)]
    elsewhere = {**table("p", None, {"-": 30}, {"s1": [10], "s2": [10], "s3": [10]}), "categories": scale}
    mean = {"group": "-", "status": "shown", "value": 2.3, "decimals": 1, "n": 30}
    merged = table("q", None, {"-": 30}, {"low": [12], "s3": [18]}, members={"low": ["s1", "s2"]}, means=[mean])

    account = attack([release(30, elsewhere, merged)])

    assert account.contradictions == []
