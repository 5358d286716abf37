"""The intervals of the attack against a slow, obvious second implementation: try every table of whole counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from barometer.attack import Confined, attack
from barometer.published import TOTAL, Part, PublishedTables, Status, Table
from tests.barometer.attack.building import Row, multiple, release_of, rows_of, single, withhold

CODES, GROUPS = "123", "ab"
SCORES = {"1": 1.0, "2": 2.0, "3": 5.0}

World = Mapping[tuple[str, str], int]
"""Counts by answer and group."""


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def all_worlds(sizes: Mapping[str, int]) -> Iterator[World]:
    for columns in product(*(compositions(size, len(CODES)) for size in sizes.values())):
        yield {(code, g): column[i] for g, column in zip(sizes, columns, strict=True) for i, code in enumerate(CODES)}


def count_in(world: World, table: Table, category: str, group: str) -> int:
    groups = GROUPS if group == TOTAL else group
    return sum(world[code, g] for code in table.category(category).members for g in groups)


def fits(world: World, release: PublishedTables) -> bool:
    for table, cell in release.cells():
        count = count_in(world, table, cell.category, cell.group)
        if cell.status is Status.CONFIDENTIAL and count < 1:
            return False
        if cell.status.is_shown and count != cell.count:
            return False
    for table in release.tables:
        for mean in table.means:
            answers = [(SCORES[code], count_in(world, table, code, mean.group)) for code in CODES]
            total = sum(n for _, n in answers)
            if mean.value is not None and (
                total == 0 or abs(sum(s * n for s, n in answers) / total - mean.value) > 0.0501
            ):
                return False
    return True


@st.composite
def releases(draw: st.DrawFn, *, with_mean: bool) -> PublishedTables:
    counts = {(code, group): draw(st.integers(0, 3)) for code in CODES for group in GROUPS}
    rows: list[Row] = rows_of(*((n, {"q": code, "g": group}) for (code, group), n in counts.items()))
    for group in GROUPS:
        rows += rows_of((1, {"q": "3", "g": group}))
    spec = dict.fromkeys(CODES, Part.ANSWER)
    nets = {"low": ("1", "2")} if draw(st.booleans()) else None
    crossed = single(rows, "q", spec, by="g", groups={g: (g,) for g in GROUPS}, nets=nets)
    whole = single(rows, "q", spec, scores=SCORES, mean_decimals=1 if with_mean else None)
    return release_of(_hidden(draw, whole), _hidden(draw, crossed), respondents=len(rows))


def _hidden(draw: st.DrawFn, table: Table) -> Table:
    """Withhold some cells that are not zero, and the bases, which would be further equations."""
    open_to = [(cell.category, cell.group) for cell in table.cells if cell.count]
    chosen = draw(st.lists(st.sampled_from(open_to), unique=True)) if open_to else []
    return withhold(table, *chosen)


def enumerated(release: PublishedTables) -> dict[tuple[str, str, str], tuple[int, int]]:
    sizes = {group.code: group.respondents for group in release.tables[1].groups}
    worlds = [world for world in all_worlds(sizes) if fits(world, release)]
    hidden = [(table, cell) for table, cell in release.cells() if cell.status is Status.CONFIDENTIAL]
    found = {}
    for table, cell in hidden:
        counts = [count_in(world, table, cell.category, cell.group) for world in worlds]
        found[table.id, cell.category, cell.group] = (min(counts), max(counts))
    return found


def bounded(withheld: tuple[Confined, ...]) -> dict[tuple[str, str, str], tuple[int, int]]:
    return {(c.cell.table, c.cell.category, c.cell.group): (c.low, c.high) for c in withheld}


@settings(max_examples=60, deadline=None)
@given(releases(with_mean=False))
def test_the_intervals_of_a_table_and_its_totals_are_exact(release: PublishedTables) -> None:
    found = bounded(attack([release], complete=True).withheld)

    assert found == enumerated(release)


@settings(max_examples=60, deadline=None)
@given(releases(with_mean=True))
def test_with_a_mean_no_possible_world_lies_outside(release: PublishedTables) -> None:
    found = bounded(attack([release], complete=True).withheld)

    for cell, (least, most) in enumerated(release).items():
        assert found[cell][0] <= least <= most <= found[cell][1]


@settings(max_examples=60, deadline=None)
@given(releases(with_mean=True), st.integers(2, 5))
def test_stopping_early_finds_the_same_cells(release: PublishedTables, k: int) -> None:
    """A cell is found out where its whole interval is narrow, whether or not the search went to its ends."""
    early, complete = attack([release], k=k), attack([release], k=k, complete=True)

    narrow = {(c.cell.table, c.cell.category, c.cell.group) for c in complete.withheld if c.span < k}
    assert {
        (c.cell.table, c.cell.category, c.cell.group) for c in early.withheld if c.complete and c.span < k
    } == narrow


TICKS = ("x", "y", "xy")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["", *TICKS]), min_size=2, max_size=7), st.data())
def test_the_intervals_of_a_multiple_choice_hold_every_possible_world(ticked: list[str], data: st.DataObject) -> None:
    rows = [{"q": set(each)} for each in ticked]
    table = multiple(rows, "q", "xy")
    hidden = data.draw(st.lists(st.sampled_from([c.category for c in table.cells if c.count]), unique=True))
    release = release_of(withhold(table, *((code, "-") for code in hidden)), respondents=len(rows))

    found = bounded(attack([release], complete=True).withheld)

    shown = {cell.category: cell.count for cell in release.tables[0].cells if cell.count is not None}
    for numbers in compositions(len(rows), 4):
        counts = {
            "skipped": numbers[0],
            "answered": sum(numbers[1:]),
            "x": numbers[1] + numbers[3],
            "y": numbers[2] + numbers[3],
        }
        base = release.tables[0].group("-").base
        possible = all(counts[code] == n for code, n in shown.items()) and all(counts[code] >= 1 for code in hidden)
        if possible and counts["answered"] == base:
            for code in hidden:
                low, high = found["q", code, "-"]
                assert low <= counts[code] <= high
