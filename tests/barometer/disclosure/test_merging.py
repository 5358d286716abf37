"""Groups merged along their tree until each is large enough."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.disclosure.merging import merge_groups
from barometer.disclosure.policy import Background, Grouping, NamedGroup
from barometer.tabulation import NOT_ANSWERED
from tests.barometer.disclosure.surveys import background, said

QUESTION = background("b", 6)
CODES = [option.code for option in QUESTION.options]
PAIRS = Grouping(
    "pairs", tuple(NamedGroup(f"pair{i}", said(f"pair {i}"), tuple(CODES[2 * i : 2 * i + 2])) for i in range(3))
)
HALVES = Grouping(
    "halves", (NamedGroup("most", said("most"), tuple(CODES[:4])), NamedGroup("last", said("last"), tuple(CODES[4:])))
)
TREE = Background("b", (PAIRS, HALVES))


def merged(
    counts: list[int], *, tree: Background = TREE, unanswered: int = 0, m: int = 20
) -> list[tuple[str, int]] | None:
    found = merge_groups(tree, QUESTION, {**dict(zip(CODES, counts, strict=True)), NOT_ANSWERED: unanswered}, m)
    return None if found is None else [(group.code, group.respondents) for group in found.groups]


def test_groups_that_are_large_enough_stay_apart() -> None:
    assert merged([20, 21, 22, 23, 24, 25]) == [("b0", 20), ("b1", 21), ("b2", 22), ("b3", 23), ("b4", 24), ("b5", 25)]


def test_a_small_group_takes_its_siblings_along() -> None:
    assert merged([19, 40, 22, 23, 24, 25]) == [("pair0", 59), ("b2", 22), ("b3", 23), ("b4", 24), ("b5", 25)]


def test_what_is_still_too_small_climbs_on() -> None:
    assert merged([9, 9, 22, 23, 24, 25]) == [("most", 63), ("b4", 24), ("b5", 25)]


def test_an_answer_nobody_gave_makes_no_group_and_forces_no_merging() -> None:
    assert merged([0, 40, 22, 23, 24, 25]) == [("b1", 40), ("b2", 22), ("b3", 23), ("b4", 24), ("b5", 25)]


def test_those_without_an_answer_are_a_group_of_their_own_only_where_they_are_enough() -> None:
    assert (merged([30] * 6, unanswered=20) or [])[-1] == (NOT_ANSWERED, 20)
    assert merged([30, 31, 32, 33, 34, 35], unanswered=3) == [
        ("b0", 33), ("b1", 31), ("b2", 32), ("b3", 33), ("b4", 34), ("b5", 35),
    ]  # fmt: skip


def test_few_without_an_answer_join_a_group_though_they_are_enough() -> None:
    """Alone they would be a small group, and its neighbour would show little more than they."""
    counts = {**dict(zip(CODES, [30, 31, 32, 33, 34, 35], strict=True)), NOT_ANSWERED: 22}

    apart, joined = (merge_groups(TREE, QUESTION, counts, 20, unanswered_alone=least) for least in (20, 25))

    assert apart is not None and [group.respondents for group in apart.groups] == [30, 31, 32, 33, 34, 35, 22]
    assert joined is not None and [group.respondents for group in joined.groups] == [52, 31, 32, 33, 34, 35]


def test_without_a_tree_the_small_are_pooled() -> None:
    assert merged([7, 8, 13, 17, 18, 128], tree=Background("b")) == [("_others", 63), ("b5", 128)]


def test_a_background_that_leaves_one_group_is_not_crossed() -> None:
    assert merged([5, 5, 5, 5, 5, 5]) is None


@settings(max_examples=200)
@given(st.lists(st.integers(0, 60), min_size=6, max_size=6), st.integers(0, 30), st.booleans(), st.booleans())
def test_every_group_has_m_and_everybody_is_in_one(
    counts: list[int], unanswered: int, with_tree: bool, outside: bool
) -> None:
    inside = [code for code in CODES if not outside or code != "b5"]
    levels = [
        Grouping(
            level.id, tuple(NamedGroup(g.code, g.label, tuple(c for c in g.of if c in inside)) for g in level.groups)
        )
        for level in (PAIRS, HALVES)
    ]
    tree = Background("b", tuple(levels) if with_tree else (), ("b5",) if outside else ())
    every = {**dict(zip(CODES, counts, strict=True)), NOT_ANSWERED: unanswered}

    found = merge_groups(tree, QUESTION, every, 20)

    if found is not None:
        members = [code for group in found.groups for code in group.members]
        assert len(members) == len(set(members))
        assert all(group.respondents == sum(every[code] for code in group.members) >= 20 for group in found.groups)
        assert sum(group.respondents for group in found.groups) == sum(every.values())
