"""The options of a multiple choice by a background, each a table of its own beside who answered."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from functools import lru_cache

import numpy as np

from barometer.disclosure.drafts import LARGEST_LOSS, Draft, is_small, marking, rows_of, small_ticks
from barometer.disclosure.forms import Form
from barometer.disclosure.network import Mask, Whole
from barometer.disclosure.patterns import choose
from barometer.disclosure.puzzle import Demand, Puzzle
from barometer.published import Category, Group, Part
from barometer.tabulation import ItemCounts

TOLERATED_LOSS = 0.1
"""Of a multiple choice the finest form that withholds at most this share of its cells is taken."""


def multiple_draft(
    counts: ItemCounts,
    by: str,
    groups: tuple[Group, ...],
    leaf_counts: Whole,
    tick_leaf_counts: Whole,
    forms: Sequence[Form],
    ticks: Sequence[Category],
    demand: Demand,
    *,
    sensitive: bool,
    unasked: Set[int] = frozenset(),
) -> Draft | None:
    """Give the options of a multiple choice by a background, each as a table of its own; None without a base.

    How many were not asked is withheld in the groups ``unasked``, where the form does not count who answered either.
    """
    best: Draft | None = None
    for form in forms:
        table = rows_of(form.categories, counts.codes, leaf_counts)
        withheld = _withheld_bases(form, table, unasked, demand)
        if withheld is None:
            continue
        base_rows = [i for i, category in enumerate(form.categories) if category.code in form.base]
        base = table[base_rows].sum(axis=0)
        shown, omitted, patterns = _options(counts, ticks, tick_leaf_counts, base, demand, sensitive)
        if not shown:
            continue
        draft = Draft(
            item=counts.item,
            by=by,
            form=form,
            groups=groups,
            counts=table,
            withheld=withheld,
            ticks=tuple(shown),
            tick_counts=rows_of(shown, counts.tick_codes, tick_leaf_counts),
            tick_withheld=np.array(patterns, np.bool_).reshape(len(shown), len(groups)),
            omitted=tuple(omitted),
        )
        draft.lost = draft.loss()
        if best is None or draft.lost < best.lost:
            best = draft
        if best.lost <= TOLERATED_LOSS:
            break
    return best


def _withheld_bases(form: Form, table: Whole, unasked: Set[int], demand: Demand) -> Mask | None:
    """Say where it is withheld who answered, or who was asked, of a multiple choice; None where that is no help.

    Two printed categories make a table of two rows, withheld in the same groups. More than two hold small counts
    nowhere, or those not asked alone, whose number is decided elsewhere.
    """
    withheld = _withheld_unasked(form, table, unasked)
    printed = np.array([category.code not in form.unavailable for category in form.categories])
    if len(form.categories) == 2 and printed.all() and not withheld.any():
        pattern = option_pattern(table[1], table.sum(axis=0), demand)
        withheld = withheld if pattern is None else np.tile(pattern, (2, 1))
    elif withheld.any() and not form.unavailable:
        return None
    small = is_small(table, demand.k) & printed[:, None] & ~withheld
    if small.any() or (withheld & (table == 0)).any() or withheld.any(axis=0).mean() > LARGEST_LOSS:
        return None
    return withheld


def _withheld_unasked(form: Form, table: Whole, groups: Set[int]) -> Mask:
    rows = np.array([category.part is Part.NOT_SHOWN for category in form.categories])
    return rows[:, None] & marking(groups, table.shape[1])


def _options(
    counts: ItemCounts, ticks: Sequence[Category], leaf_counts: Whole, base: Whole, demand: Demand, sensitive: bool
) -> tuple[list[Category], list[Category], list[Mask]]:
    shown: list[Category] = []
    omitted: list[Category] = []
    patterns: list[Mask] = []
    for option in ticks:
        (row,) = rows_of([option], counts.tick_codes, leaf_counts)
        pattern = None if sensitive and (row == 0).any() else option_pattern(row, base, demand)
        if pattern is None or pattern.mean() > LARGEST_LOSS:
            omitted.append(option)
        else:
            shown.append(option)
            patterns.append(pattern)
    return shown, omitted, patterns


def option_pattern(row: Whole, base: Whole, demand: Demand) -> Mask | None:
    """Withhold groups of one option: a table of two rows, ticked and not, of which only the first is printed."""
    return _option_pattern(tuple(row.tolist()), tuple(base.tolist()), demand)


@lru_cache(maxsize=4096)
def _option_pattern(ticked: tuple[int, ...], base: tuple[int, ...], demand: Demand) -> Mask | None:
    """Remembered, because while tables are settled together the same options come again and again."""
    row, everybody = np.array(ticked, np.int64), np.array(base, np.int64)
    table = np.stack([row, everybody - row])
    puzzle = replace(
        Puzzle.of(table, np.tile(small_ticks(row, everybody, demand.k), (2, 1))),
        may=np.tile(row > 0, (2, 1)),
        least=np.stack([np.ones_like(row), np.zeros_like(row)]),
    )
    pattern = choose(puzzle, demand)
    return None if pattern is None else pattern.withheld[0] | pattern.withheld[1]
