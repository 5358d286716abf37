"""What readers lose with a form and its marks, by published numbers."""

from __future__ import annotations

import numpy as np
import pytest

from barometer.disclosure.crossed_forms import headline
from barometer.disclosure.drafts import HEADLINE, Rung, Undrafted
from barometer.disclosure.forms import leaves_of
from barometer.disclosure.network import Mask
from barometer.disclosure.patterns import choose
from barometer.disclosure.puzzle import Demand
from barometer.disclosure.whole_forms import whole_form
from tests.barometer.disclosure.surveys import AGREE, YES_NO, single

COUNTS = np.array([[20, 10], [15, 15], [12, 8], [10, 10], [3, 7], [6, 6]])
"""Five answers from agree to disagree, and cannot say, by two groups."""


@pytest.fixture
def finest() -> Rung:
    codes = ("a5", "a4", "a3", "a2", "a1", "cannot_say")
    totals = dict(zip(codes, COUNTS.sum(axis=1).tolist(), strict=True))
    leaves = leaves_of(single("q", AGREE), codes, totals, ordered=True, languages=("en",), some_stopped=False)
    whole = whole_form(leaves, 5, sensitive=False)
    assert whole is not None
    return Rung.of(whole, codes, finest=whole, headline=headline(whole, leaves))


def heads_lost(finest: Rung, hidden: Mask) -> float:
    puzzle = Undrafted(COUNTS, 5).in_form(finest)
    assert puzzle is not None
    return finest.heads_lost(puzzle, hidden)


def hiding(*answers: int) -> Mask:
    """Hide these answers in the first group."""
    hidden = np.zeros(COUNTS.shape, np.bool_)
    hidden[list(answers), 0] = True
    return hidden


@pytest.mark.parametrize("answers", [(), (3, 4), (2, 5)])
def test_a_headline_is_told_where_all_its_parts_are_or_all_that_is_hidden_is_inside(
    finest: Rung, answers: tuple[int, ...]
) -> None:
    """Nobody's headline is lost beside what is hidden: disagree alone, or neither with cannot say."""
    assert heads_lost(finest, hiding(*answers)) == 0


def test_a_headline_of_which_a_part_is_hidden_with_others_is_lost_with_its_shown_parts(finest: Rung) -> None:
    """With a1 and a3 hidden, how many disagree is not told; a2 is shown, and no longer adds up to it."""
    a2_everywhere, first_group, everybody = 20, 66, 122

    assert heads_lost(finest, hiding(2, 4)) == pytest.approx(HEADLINE * a2_everywhere * first_group / everybody**2)


def test_where_a_small_group_agrees_all_small_groups_are_left_uncounted() -> None:
    """All nine of the last group agree: that nobody disagrees cannot be withheld, so nothing is said of the small."""
    counts = np.array([[40, 25, 9, 9], [30, 20, 3, 0], [20, 15, 2, 0]])
    codes = ("yes", "no", "cannot_say")
    totals = dict(zip(codes, counts.sum(axis=1).tolist(), strict=True))
    leaves = leaves_of(single("q", YES_NO), codes, totals, ordered=False, languages=("en",), some_stopped=False)
    whole = whole_form(leaves, 5, sensitive=False)
    assert whole is not None
    rung = Rung.of(whole, codes, finest=whole, headline=headline(whole, leaves))

    alone = Undrafted(counts, 5).in_form(rung)
    beside = Undrafted(counts, 5, small=frozenset({2, 3})).in_form(rung)

    assert alone is None
    assert beside is not None and beside.blank.all(axis=0).tolist() == [False, False, True, True]
    pattern = choose(beside, Demand(5, colluders=2, detail=25))
    assert pattern is not None and pattern.untold[:, 2:].all() and not pattern.untold[:, :2].any()
