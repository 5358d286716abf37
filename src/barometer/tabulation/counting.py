"""Counting: all items by all backgrounds in few passes, by one count of the joint code of several columns.

A joint code of items a, b and backgrounds c, d is ((a·B + b)·C + c)·D + d; one `bincount` holds all four crossings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from barometer.questionnaire.model import Kind, Role
from barometer.responses import ChoiceColumn, ResponseSet
from barometer.tabulation.coding import Coded, coded
from barometer.tabulation.cube import NOT_ANSWERED, NOT_SHOWN, BackgroundLeaves, Counts, Cube, ItemCounts, ItemKind
from barometer.tabulation.routes import RouteBlock, joint_routes

LEAST_JOINT, MOST_JOINT = 1 << 10, 1 << 15
"""A joint code has about as many values as there are respondents, within these bounds: more would leave the cache."""


@dataclass(frozen=True, eq=False)
class _Column:
    """Something to count, and where it belongs."""

    item: str
    values: NDArray[np.int64]
    size: int
    source: Coded | None = None


def tabulate(responses: ResponseSet) -> Cube:
    """Count every item by every background question, exactly."""
    backgrounds = _background_columns(responses)
    items = [
        _Column(question.id if "." not in item else item, part.values, part.size, part)
        for question in responses.questionnaire.questions()
        for item in question.items
        if item in responses.columns
        for part in coded(responses.columns[item], question)
    ]
    routes = joint_routes(responses)
    blocks = [_Column(f"route {place}", block.values, block.size) for place, block in enumerate(routes)]
    counted = _cross([*items, *blocks], backgrounds, responses.respondents)
    of_blocks = counted[len(items) :]
    route_blocks = tuple(block.counted(total, by) for block, (total, by) in zip(routes, of_blocks, strict=True))
    return Cube(
        questionnaire=responses.questionnaire,
        respondents=responses.respondents,
        backgrounds=MappingProxyType(
            {b.item: BackgroundLeaves(b.item, _leaf_codes(responses, b.item)) for b in backgrounds}
        ),
        items=MappingProxyType(_gathered(items, counted[: len(items)], responses, route_blocks)),
        routes=route_blocks,
    )


def _background_columns(responses: ResponseSet) -> list[_Column]:
    columns = []
    for question in responses.questionnaire.questions():
        column = responses.columns.get(question.id)
        if question.role is Role.BACKGROUND and question.kind is Kind.SINGLE and isinstance(column, ChoiceColumn):
            values = column.values.astype(np.int64)
            columns.append(_Column(question.id, np.where(values < 0, len(column.codes), values), len(column.codes) + 1))
    return columns


def _leaf_codes(responses: ResponseSet, question: str) -> tuple[str, ...]:
    column = responses.columns[question]
    assert isinstance(column, ChoiceColumn)
    return (*column.codes, NOT_ANSWERED)


def _cross(
    items: Sequence[_Column], backgrounds: Sequence[_Column], respondents: int
) -> list[tuple[Counts, dict[str, Counts]]]:
    """Give for every item its total and its table by every background."""
    limit = min(max(respondents, LEAST_JOINT), MOST_JOINT)
    tables: list[dict[str, Counts]] = [{} for _ in items]
    everybody = _Column("", np.zeros(respondents, np.int64), 1)
    for across in _bundles(list(enumerate([*backgrounds, everybody])), lambda size: size * 8 <= limit):
        across_values, across_sizes = _fused([column for _, column in across], respondents)
        across_size = int(np.prod(across_sizes))
        for down in _bundles(list(enumerate(items)), lambda size, a=across_size: size * a <= limit):  # type: ignore[misc]
            values, sizes = _fused([column for _, column in down], respondents)
            joint = np.bincount(values * across_size + across_values, minlength=int(np.prod(sizes)) * across_size)
            shaped = joint.reshape(*sizes, *across_sizes)
            for axis, (place, _) in enumerate(down):
                for other, (_, background) in enumerate(across):
                    kept = {axis, len(sizes) + other}
                    rest = tuple(each for each in range(shaped.ndim) if each not in kept)
                    tables[place][background.item] = shaped.sum(axis=rest)
    return [(table.pop("")[:, 0], table) for table in tables]


def _bundles(columns: Sequence[tuple[int, _Column]], fits: Callable[[int], bool]) -> list[list[tuple[int, _Column]]]:
    """Put columns together, in order, as long as their joint code fits; each bundle has at least one."""
    bundles: list[list[tuple[int, _Column]]] = []
    size = 1
    for place, column in columns:
        if bundles and fits(size * column.size):
            bundles[-1].append((place, column))
            size *= column.size
        else:
            bundles.append([(place, column)])
            size = column.size
    return bundles


def _fused(columns: Sequence[_Column], respondents: int) -> tuple[NDArray[np.int64], list[int]]:
    values = columns[0].values
    for column in columns[1:]:
        values = values * column.size + column.values
    return values, [column.size for column in columns]


def _gathered(
    columns: Sequence[_Column],
    counted: Sequence[tuple[Counts, dict[str, Counts]]],
    responses: ResponseSet,
    routes: Sequence[RouteBlock],
) -> dict[str, ItemCounts]:
    items: dict[str, ItemCounts] = {}
    pairs = zip(columns, counted, strict=True)
    for item, parts in groupby(pairs, key=lambda pair: pair[0].item):
        states: list[tuple[Coded, Counts, dict[str, Counts]]] = []
        ticks: list[tuple[Coded, Counts, dict[str, Counts]]] = []
        for column, (total, by) in parts:
            source = column.source
            assert source is not None
            read = source.reading.astype(np.int64)
            gathered = (source, read @ total, {name: read @ table for name, table in by.items()})
            (ticks if source.is_ticks else states).append(gathered)
        ((source, total, by),) = states
        counts = ItemCounts(
            item=item,
            kind=ItemKind.MULTIPLE if ticks else ItemKind.PARTITION,
            codes=source.codes,
            total=total,
            by=MappingProxyType(by),
            tick_codes=tuple(code for part, _, _ in ticks for code in part.codes),
            tick_total=_joined([total for _, total, _ in ticks]),
            tick_by=MappingProxyType({name: _joined([by[name] for _, _, by in ticks]) for name in by} if ticks else {}),
            weighted_total=_weighted(responses, item),
            routing_holds=_routing_holds(item, source.codes, total, by, routes),
        )
        items[item] = counts
    return items


def _joined(parts: Sequence[Counts]) -> Counts:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _weighted(responses: ResponseSet, item: str) -> NDArray[np.float64] | None:
    if responses.weights is None:
        return None
    question = responses.questionnaire.question_of_item(item)
    sums = [
        part.reading.astype(np.float64) @ np.bincount(part.values, weights=responses.weights, minlength=part.size)
        for part in coded(responses.columns[item], question)
    ]
    return np.concatenate(sums)


def _routing_holds(
    item: str, codes: Sequence[str], total: Counts, by: Mapping[str, Counts], routes: Sequence[RouteBlock]
) -> bool:
    for block in routes:
        if item in block.hidden_by:
            hidden = block.hidden_by[item]
            row = codes.index(NOT_SHOWN)
            return bool(total[row] == block.total[hidden].sum()) and all(
                np.array_equal(table[row], block.by[name][hidden].sum(axis=0)) for name, table in by.items()
            )
    return bool(total[codes.index(NOT_SHOWN)] == 0)
