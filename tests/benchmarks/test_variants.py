"""The usual ways to protect, each of which must fall before the same attacker."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from barometer.tabulation import Cube, tabulate
from benchmarks.answers import Drawn, draw, without
from benchmarks.second_attacker import attack
from benchmarks.variants import Hide, everything, filtered_release, naive_release, per_table, small_groups, threshold

ITEMS = ("yesno_1", "ways")


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return draw(375, np.random.default_rng(5))


@pytest.mark.parametrize("hide", [threshold(5), per_table(5)])
def test_withholding_without_an_audit_over_linked_tables_falls(drawn: Drawn, hide: Hide) -> None:
    account = attack([naive_release(tabulate(drawn.responses), hide, ITEMS)], finer=False)

    assert account.contradictions == []
    assert account.exact("withheld") > 0
    assert account.fell("withheld") > account.tried["withheld"] / 2


def test_of_each_table_alone_no_row_or_column_gives_one_cell_away() -> None:
    counts = np.random.default_rng(1).integers(1, 30, (6, 7))

    hidden = per_table(5)(counts, 6)

    assert hidden[counts < 5].all()
    assert 1 not in hidden.sum(axis=0) and 1 not in hidden.sum(axis=1)


def test_free_filters_tell_of_groups_that_may_not_be_asked_for(drawn: Drawn) -> None:
    responses = drawn.responses
    group = small_groups(responses, least=5)[0]

    def cube_of(asked: NDArray[np.bool_]) -> Cube:
        return tabulate(without(responses, np.flatnonzero(~asked)))

    account = attack([filtered_release(cube_of, responses, group, ["yesno_1"])])

    assert account.exact("finer") > 0


def test_publishing_again_tells_what_the_one_who_left_had_answered(drawn: Drawn) -> None:
    before = tabulate(drawn.responses)
    after = tabulate(without(drawn.responses, np.array([17])))

    account = attack([naive_release(each, everything, ["yesno_1"]) for each in (before, after)], finer=False)

    assert account.exact("change") == len(before.backgrounds)
