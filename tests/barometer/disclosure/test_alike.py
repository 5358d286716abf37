"""Which groups could be the one with something to hide: the rule beside every table written down."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barometer.disclosure.alike import are_alike


@pytest.mark.parametrize(
    ("sums", "total", "room", "alike"),
    [
        ([20, 30], 25, 0, True),  # either may hold the small count, at either end
        ([20], 3, 10, False),  # it can only be small itself, and then 1 to 3
        ([20], 25, 30, True),  # small groups take up what it leaves
        ([9, 9, 9], 12, 0, True),  # one or two of them are small, and each could be, at either end
        ([9, 9], 6, 0, False),  # together so few that each is surely small
    ],
)
def test_groups_are_withheld_together_until_each_could_be_the_reason(
    sums: list[int], total: int, room: int, alike: bool
) -> None:
    assert are_alike(tuple(sums), total, room, 5) is alike


@given(st.lists(st.integers(9, 14), min_size=1, max_size=3), st.integers(1, 30), st.integers(0, 6))
def test_alike_are_groups_whose_counts_span_k_over_all_tables_that_may_be_meant(
    sums: list[int], total: int, room: int
) -> None:
    """Every table written down, and sorted by which counts an informed attacker knows to be small."""
    by_kind: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for held in product(*(range(1, each) for each in sums)):
        if 0 <= total - sum(held) <= room and all(n >= 5 or each - n >= 5 for n, each in zip(held, sums, strict=True)):
            kind = tuple(0 if n < 5 else 2 if each - n < 5 else 1 for n, each in zip(held, sums, strict=True))
            by_kind.setdefault(kind, []).append(held)
    meant = []
    for kind, tables in by_kind.items():
        values = [{table[place] if kind[place] == 0 else sums[place] - table[place] for table in tables}
                  for place in range(len(sums)) if kind[place] != 1]  # fmt: skip
        if values and all(each == {1, 2, 3, 4} for each in values):
            meant += tables

    spans = [max(column) - min(column) for column in zip(*meant, strict=True)]
    assert are_alike(tuple(sums), total, room, 5) is (bool(meant) and all(span >= 5 for span in spans))
