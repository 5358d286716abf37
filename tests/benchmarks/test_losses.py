"""What is kept for readers, and the least that has to be lost."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.tabulation import tabulate
from benchmarks.answers import draw
from benchmarks.losses import ReferenceTable, kept_in, reference_tables
from benchmarks.optimum import optimum
from benchmarks.second_attacker import attack
from benchmarks.variants import everything, naive_release
from tests.benchmarks.releases import release, table


def test_a_release_of_everything_keeps_everybody() -> None:
    cube = tabulate(draw(200, np.random.default_rng(2)).responses)
    references = [each for each in reference_tables(cube) if each.item in ("agree_1", "matrix_4.r1", "yesno_1")]

    kept = kept_in(naive_release(cube, everything, ["agree_1", "matrix_4.r1", "yesno_1"]), references)

    assert {each.share for each in kept.values()} == {1.0}
    assert kept["region"].published_cells == kept["region"].cells


def test_what_is_withheld_or_merged_is_lost_and_what_is_left_over_is_not() -> None:
    classes = {"for": frozenset({"a", "b"}), "against": frozenset({"c"})}
    groups = {"x": ("x",), "y": ("y",), "z": ("z",)}
    reference = ReferenceTable("q", "region", classes, groups, np.array([[3, 10, 5], [9, 5, 6]]))
    rows = {"a": [None, 6, 4], "b": [None, 4, 1], "c": [9, 5, 6]}
    crossed = table("q", "region", {"x": 12, "y": 15, "z": 11}, rows)
    merged = {**crossed, "groups": [*crossed["groups"][:2], {"code": "z", "respondents": 11, "members": ["z", "v"]}]}

    kept = kept_in(release(38, merged), [reference])["region"]

    assert (kept.mass, kept.published_mass, kept.cells, kept.published_cells) == (38, 3 + 9 + 10 + 5, 6, 4)


@settings(max_examples=25)
@given(seed=st.integers(0, 100_000))
def test_the_optimum_is_the_cheapest_pattern_that_the_attacker_cannot_narrow(seed: int) -> None:
    counts = np.random.default_rng(seed).integers(1, 9, (2, 3))

    best = optimum(counts, k=3)

    assert best.is_optimal
    cost = None if best.withheld is None else int(counts[best.withheld].sum())
    assert cost == cheapest(counts, k=3)


def cheapest(counts: np.ndarray, *, k: int) -> int | None:
    """Try all patterns: the respondents withheld by the cheapest in which every small cell spans k."""
    costs = []
    for pattern in product([False, True], repeat=counts.size):
        hidden = np.array(pattern).reshape(counts.shape)
        if (hidden | (counts >= k)).all() and not narrow_small_cells(counts, hidden, k):
            costs.append(int(counts[hidden].sum()))
    return min(costs, default=None)


def narrow_small_cells(counts: np.ndarray, hidden: np.ndarray, k: int) -> bool:
    rows = {f"r{i}": [None if h else int(n) for n, h in zip(counts[i], hidden[i], strict=True)] for i in range(2)}
    sizes = {f"c{j}": int(counts[:, j].sum()) for j in range(3)}
    total = table("q", None, {"-": int(counts.sum())}, {f"r{i}": [int(counts[i].sum())] for i in range(2)})
    account = attack([release(int(counts.sum()), total, table("q", "b", sizes, rows), k=k)])
    small = {f"q/b r{i} c{j}" for i, j in zip(*np.nonzero(counts < k), strict=True)}
    return any(each.name in small for each in account.fallen)


def test_a_table_that_no_pattern_protects_has_no_optimum() -> None:
    assert optimum(np.array([[1, 2]])).withheld is None


@pytest.mark.parametrize("span", [5, 9])
def test_a_wider_span_costs_as_much_or_more(span: int) -> None:
    counts = np.array([[20, 3, 15, 30], [25, 12, 10, 8], [9, 14, 30, 20]])

    near, far = (optimum(counts, k=each) for each in (5, span))

    assert near.withheld is not None and far.withheld is not None
    assert counts[near.withheld].sum() <= counts[far.withheld].sum()
