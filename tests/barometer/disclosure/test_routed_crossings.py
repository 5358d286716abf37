"""Tables by a background that routing joins: what gives way where they tell a small count together."""

from __future__ import annotations

import numpy as np
import pytest

from barometer.attack import Kind, attack
from barometer.controlling import small_cells
from barometer.disclosure.crossed_forms import crossing_forms, headline
from barometer.disclosure.drafts import MOST_LOST, Draft, Rung, Undrafted
from barometer.disclosure.forms import Form, leaves_of
from barometer.disclosure.joining import JoinedTables
from barometer.disclosure.network import Whole
from barometer.disclosure.policy import Policy
from barometer.disclosure.protecting import protect
from barometer.disclosure.puzzle import Puzzle
from barometer.disclosure.standing import Standing, ways_of
from barometer.disclosure.whole_forms import whole_form
from barometer.published import Group, PublishedTables, Status
from barometer.questionnaire.model import Role
from barometer.responses import ChoiceColumn, Missing, MultipleColumn, ResponseSet
from barometer.tabulation import NOT_SHOWN, tabulate
from barometer.texts import Text
from tests.barometer.disclosure.surveys import (
    AGREE,
    YES_NO,
    background,
    is_,
    multiple,
    pairs_of,
    questionnaire,
    single,
    wave_of,
)

K = 5
NOBODY = frozenset[int]()


def answered(asked_yes: Whole, asked_no: Whole, undecided: Whole, *, seed: int) -> ResponseSet:
    """Answer a filter by group; those who said yes answer a question on a scale as well."""
    base = background("b", len(asked_yes))
    asked = questionnaire(
        base, single("f", YES_NO, role=Role.FILTER), single("g", AGREE, show_if=is_("f", "yes")), scales=(YES_NO, AGREE)
    )
    filters = np.concatenate(
        [np.repeat((0, 1, 2), each) for each in np.stack([asked_yes, asked_no, undecided], axis=1)]
    )
    groups = np.repeat(np.arange(len(asked_yes)), asked_yes + asked_no + undecided)
    chance = np.random.default_rng(seed)
    answers = chance.choice(6, len(filters), p=(0.15, 0.25, 0.2, 0.15, 0.15, 0.1))
    codes = {question.id: tuple(option.code for option in question.options) for question in asked.questions()}
    values = {"b": groups, "f": filters, "g": np.where(filters == 0, answers, Missing.NOT_SHOWN)}
    columns = {item: ChoiceColumn(item, codes[item], each.astype(np.int16)) for item, each in values.items()}
    return ResponseSet(asked, len(filters), columns)


def protected(responses: ResponseSet) -> PublishedTables:
    policy = Policy(backgrounds=tuple(map(pairs_of, responses.questionnaire.backgrounds)), k=K, m=10)
    return protect(tabulate(responses), policy, wave_of(responses)).tables


def released(asked_yes: Whole, asked_no: Whole, undecided: Whole, *, seed: int) -> PublishedTables:
    return protected(answered(asked_yes, asked_no, undecided, seed=seed))


def told_to_who_knows_the_small(tables: PublishedTables, responses: ResponseSet) -> list[str]:
    """Name the small counts of which some value from 1 to k - 1 is ruled out for who knows that they are small."""
    small = small_cells(tables, tabulate(responses), K)
    found = attack([tables], colluders=0, primary=small).of_kind(Kind.PRIMARY)
    return [f"{each.cell.table} {each.cell.category} {each.cell.group}: {each.low} to {each.high}" for each in found]


def rungs(counts: Whole) -> list[Rung]:
    """Give the ladder of a question on the scale, with its answers, who skipped it, and who was not asked."""
    question = single("q", AGREE)
    codes = (*(option.code for option in question.options), "_skipped", NOT_SHOWN)
    totals = dict(zip(codes, counts.sum(axis=1).tolist(), strict=True))
    leaves = leaves_of(question, codes, totals, ordered=True, languages=("en",), some_stopped=False)
    whole = whole_form(leaves, K, sensitive=False)
    assert whole is not None
    forms = crossing_forms(whole, leaves, asked_is_visible=True)
    return [Rung.of(form, codes, finest=whole, headline=headline(whole, leaves)) for form in forms]


FOUR_GROUPS = np.array(
    [
        [20, 9, 8, 3],  # fully agree
        [22, 9, 9, 2],  # agree
        [12, 7, 6, 1],
        [10, 6, 6, 1],
        [10, 6, 5, 0],
        [2, 1, 0, 0],  # cannot say
        [6, 1, 0, 0],  # skipped
        [60, 40, 30, 10],
    ]
)


def merging() -> Rung:
    """Give the form with both nets in which those who were not asked are among all others."""
    return next(r for r in rungs(FOUR_GROUPS) if r.form.rule == "all" and len(r.form.categories) == 3)


def merged(undrafted: Undrafted) -> Puzzle:
    puzzle = undrafted.in_form(merging())
    assert puzzle is not None
    return puzzle


def test_who_was_asked_something_more_is_the_last_to_be_withheld() -> None:
    """The undecided are few in two groups: it is those who said no who hide them, though more said so than yes."""
    yes, no, undecided = np.array([30, 25, 24, 22]), np.array([40, 44, 39, 40]), np.array([12, 11, 3, 4])

    tables = released(yes, no, undecided, seed=1)

    shown = [cell.group for cell in tables.table("f", "b").cells if cell.category == "yes" and cell.status.is_shown]
    assert len(shown) == 4
    unasked = [cell.status for cell in tables.table("g", "b").cells if cell.category == NOT_SHOWN]
    assert unasked == [Status.SHOWN] * 4


@pytest.mark.parametrize("seed", range(4))
def test_a_followup_by_groups_of_which_some_are_small_is_kept(seed: int) -> None:
    """Few said yes in the smallest groups: what follows is silent about those, not about large ones."""
    yes, no = np.array([45, 30, 24, 18, 8, 7]), np.array([50, 30, 28, 20, 6, 6])

    tables = released(yes, no, np.array([9, 0, 0, 0, 0, 0]), seed=seed)

    followup = tables.table("g", "b")
    told = {cell.group for cell in followup.cells if cell.status.is_shown and cell.category != NOT_SHOWN}
    assert {group.code for group in followup.groups[:2]} <= told
    assert attack([tables]).is_clean


FEW_ASKED = ([4, 13, 20, 30], [16, 14, 13, 23], [6, 3, 3, 6], 0)
FEW_NOT_ASKED = ([20, 13, 20, 16, 23, 36], [5, 9, 17, 9, 3, 19], [1, 5, 9, 4, 3, 4], 7)
MANY_ASKED = ([33, 32, 32, 21], [7, 13, 3, 14], [7, 9, 1, 3], 3)
MOST_ASKED = ([23, 27, 12, 18, 20, 33, 30], [13, 8, 13, 9, 3, 14, 19], [4, 6, 4, 5, 5, 5, 7], 1)


@pytest.mark.parametrize("few", [FEW_ASKED, FEW_NOT_ASKED, MANY_ASKED, MOST_ASKED])
def test_who_knows_which_counts_are_small_rules_out_none_of_their_values(
    few: tuple[list[int], list[int], list[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by not asking it: then what is marked below a filter tells how many at least, or at most, gave an answer.

    Of FEW_ASKED four were asked in a group, and two of their answers carry a mark: so two were asked at least.
    """
    yes, no, undecided, seed = few
    responses = answered(np.array(yes), np.array(no), np.array(undecided), seed=seed)

    assert told_to_who_knows_the_small(protected(responses), responses) == []

    monkeypatch.setattr(JoinedTables, "told_by_the_small", lambda _: iter(()))
    assert told_to_who_knows_the_small(protected(responses), responses) != []


@pytest.mark.parametrize("few", [FEW_NOT_ASKED, MANY_ASKED, MOST_ASKED])
def test_a_followup_that_told_it_is_made_coarser_not_left_out(few: tuple[list[int], list[int], list[int], int]) -> None:
    yes, no, undecided, seed = few

    tables = released(np.array(yes), np.array(no), np.array(undecided), seed=seed)

    assert {"f/b", "g/b"} <= {table.id for table in tables.tables}


def test_who_was_not_asked_is_subtracted_where_that_is_told_elsewhere() -> None:
    told = FOUR_GROUPS[-1] * np.array([1, 1, 1, 0])

    hidden = merged(Undrafted(FOUR_GROUPS, K))
    beside = merged(Undrafted(FOUR_GROUPS, K, unasked=frozenset({3}), told=told))

    assert hidden.primary[-1].tolist() == [False] * 4
    assert beside.counts[-1].tolist() == hidden.counts[-1].tolist()
    few = FOUR_GROUPS.copy()
    few[2:3, 2], few[5:7, 2] = 3, 0
    seen = merged(Undrafted(few, K, unasked=frozenset({3}), told=told))
    assert seen.primary[-1].tolist() == [False, False, True, False]
    assert seen.least[-1].tolist() == [60, 40, 30, 1]


def test_forced_groups_say_nothing_and_small_ones_not_even_that_anybody_answered() -> None:
    puzzle = merged(Undrafted(FOUR_GROUPS, K, forced=frozenset({2, 3}), small=frozenset({3})))

    assert puzzle.given.all(axis=0).tolist() == [False, False, True, False]
    assert puzzle.blank.all(axis=0).tolist() == [False, False, False, True]
    assert not (puzzle.primary & puzzle.blank).any()


def test_a_table_tells_how_many_must_have_been_asked() -> None:
    """Of the answers those shown; or all but those who were not asked, where these are shown, alone or with others."""
    form, table = merging().form, merging().members @ FOUR_GROUPS
    nothing = np.zeros(table.shape, np.bool_)
    asked = FOUR_GROUPS[[0, 1, 3, 4], 1].sum()

    def drafted(*withheld: int) -> Draft:
        marks = nothing.copy()
        marks[list(withheld), 1] = True
        return Draft("q", "b", form, (), table, marks)

    assert drafted().least_asked(1) == drafted(0, 1).least_asked(1) == asked
    assert drafted(0, 2).least_asked(1) == FOUR_GROUPS[[3, 4], 1].sum()
    assert drafted(0, 1, 2).least_asked(1) == 0


def test_ways_begin_with_what_hides_least_and_end_with_nobody_told_who_was_asked() -> None:
    for unasked in (None, NOBODY, frozenset({1, 2})):
        ways = ways_of(unasked)

        assert (ways[0].unasked, ways[0].forced, ways[0].spares) == (unasked, NOBODY, True)
        assert (ways[-1].unasked, ways[-1].spares) == (None, False)
        assert len(ways) == len(set(ways)) <= 6


def test_a_standing_is_left_as_it_was_by_what_is_tried_from_it() -> None:
    form = Form((), "shown", (), is_routed=False)
    group = Group("a", Text.of({"en": "a"}), 9, ("a",))
    draft = Draft("q", "b", form, (group,), np.zeros((0, 1), np.int64), np.zeros((0, 1), np.bool_), lost=0.25)
    begun = Standing({"q": draft})

    tried = begun.copy()
    del tried.drafts["q"]

    assert tried.force("q", {1})
    assert not tried.force("q", {1})
    assert begun.forced == {}
    assert begun.lost(["q"]) == 0.25
    assert tried.lost(["q"]) == MOST_LOST


def test_options_of_a_routed_multiple_choice_are_settled_beside_its_filter() -> None:
    """Few ticked in small groups, and a filter's table tells who was asked: both are drafted, and nothing is found."""
    base = background("b", 4)
    asked = questionnaire(
        base, single("f", YES_NO, role=Role.FILTER), multiple("m", ["x", "y", "z"], show_if=is_("f", "yes")),
        scales=(YES_NO,),
    )  # fmt: skip
    chance = np.random.default_rng(3)
    groups = np.repeat(np.arange(4), (120, 90, 60, 40))
    yes = chance.random(len(groups)) < 0.55
    ticked = (chance.random((len(groups), 4)) < (0.5, 0.2, 0.1, 0)) & yes[:, None]
    ticked[:, 3] = yes & ~ticked[:, :3].any(axis=1)
    codes = {question.id: tuple(option.code for option in question.options) for question in asked.questions()}
    responses = ResponseSet(asked, len(groups), {
        "b": ChoiceColumn("b", codes["b"], groups.astype(np.int16)),
        "f": ChoiceColumn("f", codes["f"], np.where(yes, 0, 1).astype(np.int16)),
        "m": MultipleColumn("m", codes["m"], ticked, np.where(yes, 0, Missing.NOT_SHOWN).astype(np.int8)),
    })  # fmt: skip
    policy = Policy(backgrounds=(pairs_of(base),), k=K, m=10)

    tables = protect(tabulate(responses), policy, wave_of(responses)).tables

    by_group = {table.item for table in tables.tables if table.by == "b"}
    assert by_group == {"f", "m"}
    assert attack([tables]).is_clean
