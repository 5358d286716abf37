"""Releases as others would make them, each of which must fall: the same answers, protected in the usual ways.

They are written in the form of `release.json`, so that the same attacker reads them as reads ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barometer.questionnaire.conditions import to_source
from barometer.responses import ChoiceColumn, ResponseSet
from barometer.tabulation import NOT_ANSWERED, Cube, ItemCounts
from benchmarks.background import BACKGROUNDS, FIVE_ORGANISATIONS, NINE_AREAS, Grouping
from benchmarks.published_files import PublishedRelease, published

Hide = Callable[[NDArray[np.int64], int], NDArray[np.bool_]]
"""From the counts of a table and how many rows add up (those come first), say which cells are withheld."""
LEVELS: Mapping[str, Grouping] = {
    **{each.id: {code: (code,) for code in each.sizes} for each in BACKGROUNDS},
    "region": NINE_AREAS,
    "org_type": FIVE_ORGANISATIONS,
}
"""The groups that results are crossed by: nine areas, five groups of organisations, of the others every answer."""
STATES = {"_skipped": "skipped", "_not_reached": "not_reached", "_not_shown": "not_shown", "_answered": "answered"}


def everything(counts: NDArray[np.int64], adding: int) -> NDArray[np.bool_]:
    """Withhold nothing."""
    return np.zeros(counts.shape, np.bool_)


def threshold(least: int) -> Hide:
    """Withhold every count below the least but nought, and nothing else."""
    return lambda counts, adding: (counts > 0) & (counts < least)


def per_table(least: int) -> Hide:
    """Withhold small counts, and in every row and column that would give one away the smallest other count."""

    def hide(counts: NDArray[np.int64], adding: int) -> NDArray[np.bool_]:
        hidden = threshold(least)(counts, adding)
        inner = hidden[:adding] if counts.shape[1] > 1 else hidden[:adding, :]
        changed = True
        while changed:
            changed = False
            for lines, values in ((inner, counts[:adding]), (inner.T, counts[:adding].T)):
                for line, value in zip(lines, values, strict=True):
                    others = np.flatnonzero(~line & (value > 0))
                    if line.sum() == 1 and len(others) and len(line) > 1:
                        line[others[value[others].argmin()]] = changed = True
        return hidden

    return hide


def naive_release(cube: Cube, hide: Hide, items: Sequence[str], *, k: int = 5) -> PublishedRelease:
    """Publish these items, whole and by every background, with these cells withheld; all margins are printed."""
    wanted = [cube.items[item] for item in items]
    backgrounds = [cube.items[background] for background in cube.backgrounds]
    return published(
        {
            "wave": {"respondents": cube.respondents},
            "policy": {"k": k},
            "tables": [next(_tables(cube, item, hide)) for item in backgrounds]
            + [table for item in wanted for table in _tables(cube, item, hide)],
        }
    )


def _tables(cube: Cube, item: ItemCounts, hide: Hide) -> Iterator[dict[str, Any]]:
    whole = np.concatenate((item.total, item.tick_total))[:, None]
    yield _table(cube, item, None, {"-": ("-",)}, np.array([cube.respondents]), whole, hide)
    for background, leaves in cube.backgrounds.items():
        groups = _with_the_rest(LEVELS[background], item.by[background], leaves.codes)
        places = [[leaves.codes.index(leaf) for leaf in group] for group in groups.values()]
        counts = np.vstack((item.by[background], item.tick_by.get(background, item.by[background][:0])))
        grouped = np.stack([counts[:, place].sum(axis=1) for place in places], axis=1)
        sizes = grouped[: len(item.codes)].sum(axis=0)
        kept = sizes > 0
        some = {code: of for (code, of), keep in zip(groups.items(), kept, strict=True) if keep}
        yield _table(cube, item, background, some, sizes[kept], grouped[:, kept], hide)


def _with_the_rest(groups: Grouping, counts: NDArray[np.int64], leaves: Sequence[str]) -> Grouping:
    """Let those without an answer join the smallest group, as they would alone be too few."""
    sizes = dict(zip(leaves, counts.sum(axis=0).tolist(), strict=True))
    smallest = min(groups, key=lambda code: sum(sizes[leaf] for leaf in groups[code]))
    return {code: (*of, NOT_ANSWERED) if code == smallest else of for code, of in groups.items()}


def _table(
    cube: Cube,
    item: ItemCounts,
    by: str | None,
    groups: Mapping[str, Sequence[str]],
    sizes: NDArray[np.int64],
    counts: NDArray[np.int64],
    hide: Hide,
) -> dict[str, Any]:
    question = cube.questionnaire.question_of_item(item.item)
    scores = {option.code: option.score for option in question.options if option.score is not None}
    totals = np.concatenate((item.total, item.tick_total))[: len(counts)]
    given = totals > 0
    adding = int(given[: len(item.codes)].sum())
    codes = [code for code, some in zip((*item.codes, *item.tick_codes), given, strict=False) if some]
    hidden = hide(counts[given], adding)
    cells = [
        {"category": code, "group": group, **_said(int(counts[given][row, column]), bool(hidden[row, column]))}
        for row, code in enumerate(codes)
        for column, group in enumerate(groups)
    ]
    categories = [
        {
            "code": code,
            "part": STATES.get(code, "answer") if row < adding else "ticked",
            "members": [code],
            **({"score": scores[code]} if code in scores else {}),
        }
        for row, code in enumerate(codes)
    ]
    return {
        "item": item.item,
        **({} if by is None else {"by": by}),
        "kind": "multiple" if item.tick_codes else "partition",
        "base": {"rule": "all", "categories": codes[:adding]},
        "categories": categories,
        "groups": [
            {"code": code, "respondents": int(size), "members": list(of)}
            for (code, of), size in zip(groups.items(), sizes, strict=True)
        ],
        "cells": cells,
        "shown_if": "" if question.show_if is None else to_source(question.show_if),
    }


def _said(count: int, hidden: bool) -> dict[str, Any]:
    return {"status": "c"} if hidden else {"status": "shown", "count": count}


def small_groups(responses: ResponseSet, *, least: int) -> list[tuple[str, str, str, str]]:
    """Give all groups of two backgrounds too small to be asked for that a free filter lets be subtracted.

    One is (first background, its leaf, second background, its leaf): whoever may ask for the leaf of the first alone,
    and for the same without that leaf of the second, has the difference.
    """
    columns = {each.id: responses.columns[each.id] for each in BACKGROUNDS}
    found: list[tuple[str, str, str, str]] = []
    for first, second in combinations(columns, 2):
        a, b = columns[first], columns[second]
        assert isinstance(a, ChoiceColumn) and isinstance(b, ChoiceColumn)
        counts = np.zeros((len(a.codes), len(b.codes)), np.int64)
        both = (a.values >= 0) & (b.values >= 0)
        np.add.at(counts, (a.values[both], b.values[both]), 1)
        sizes = np.bincount(a.values[a.values >= 0], minlength=len(a.codes))
        is_hidden = (counts > 0) & (counts < least) & (sizes[:, None] - counts >= least)
        found += [(first, a.codes[i], second, b.codes[j]) for i, j in zip(*np.nonzero(is_hidden), strict=True)]
    return found


def filtered_release(
    cube_of: Callable[[NDArray[np.bool_]], Cube],
    responses: ResponseSet,
    group: tuple[str, str, str, str],
    items: Sequence[str],
    *,
    k: int = 5,
) -> PublishedRelease:
    """Give what two answers of a free filter say: the leaf of the first background, and it without the small group."""
    first, leaf, second, small = group
    a, b = responses.columns[first], responses.columns[second]
    assert isinstance(a, ChoiceColumn) and isinstance(b, ChoiceColumn)
    asked = a.values == a.codes.index(leaf)
    whole = cube_of(asked)
    rest = cube_of(asked & (b.values != b.codes.index(small)))
    others = [code for code in (*b.codes, NOT_ANSWERED) if code != small]
    tables = []
    for item in items:
        total, left = whole.items[item], rest.items[item]
        total_counts, left_counts = total.total[:, None], left.total[:, None]
        tables.append(
            _table(whole, total, None, {"-": ("-",)}, np.array([whole.respondents]), total_counts, everything)
        )
        left_over = _table(
            whole, total, second, {"others": others}, np.array([rest.respondents]), left_counts, everything
        )
        between = whole.respondents - rest.respondents
        left_over["groups"].append({"code": small, "respondents": between, "members": [small]})
        tables.append(left_over)
    return published({"wave": {"respondents": whole.respondents}, "policy": {"k": k}, "tables": tables})
