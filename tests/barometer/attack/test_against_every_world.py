"""The attack against a slow, obvious one that writes down every possible world, alone and with colluders."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.attack import attack
from tests.barometer.attack.enumeration import KINDS, disagreements, intervals, small_survey, worlds_of
from tests.barometer.attack.long_run import check_attack, check_protection
from tests.barometer.attack.protected import K, small_release

SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=200, deadline=None)
@given(SEEDS)
def test_no_world_lies_outside_an_interval_and_each_exact_end_is_reached(seed: int) -> None:
    survey = small_survey(seed)

    assert disagreements(survey, colluders=0) == []


@settings(max_examples=200, deadline=None)
@given(SEEDS, st.integers(1, 3))
def test_colluders_in_the_worst_seats_leave_as_much_as_every_placing_shows(seed: int, colluders: int) -> None:
    survey = small_survey(seed)

    assert disagreements(survey, colluders) == []


def test_nearly_every_interval_is_exact_and_the_surveys_are_of_every_kind() -> None:
    kinds: Counter[str] = Counter()
    exact = withheld = 0
    for seed in range(40):
        survey = small_survey(seed)
        found = attack([survey.release], k=1, m=1, complete=True)
        kinds[survey.kind] += len(found.withheld)
        withheld += len(found.withheld)
        exact += sum(confined.exact for confined in found.withheld)

    assert set(kinds) == set(KINDS)
    assert exact > 0.95 * withheld


@pytest.mark.parametrize("seed", range(5))
def test_the_slow_attack_itself_knows_the_truth_among_its_worlds(seed: int) -> None:
    survey = small_survey(seed)

    assert len(worlds_of(survey)) >= 1
    assert all(1 <= low <= high for low, high in intervals(survey, worlds_of(survey)).values())


def test_the_long_run_counts_what_it_compared() -> None:
    told: Counter[str] = Counter()

    wrong = [each for seed in range(12) for check in (check_attack, check_protection) for each in check(seed, told)]

    assert wrong == []
    assert told["surveys"] == told["waves"] == 12
    assert told["intervals"] > 50


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_no_placing_leaves_less_than_k_of_a_cell_that_the_protection_withheld(seed: int) -> None:
    assert list(check_protection(seed, Counter())) == []


def test_a_filter_that_gave_way_for_what_follows_is_not_confined_by_it() -> None:
    """Three gave the first answer to what follows, so as many were asked: two more who know it leave a span of 2."""
    assert list(check_protection(1270279130, Counter())) == []


def test_who_was_asked_and_gave_another_answer_knows_of_two_and_is_reckoned_with() -> None:
    """Who gave the answer withheld below the filter was asked too: two more who know that of themselves make three.

    All worlds of this wave are too many to write down; the attack tries every placing of the two.
    """
    survey = small_release(2065168956, 2)

    assert survey is not None
    found = attack([survey.release], k=K, m=1, colluders=2)
    assert found.withheld
    assert found.findings == ()
