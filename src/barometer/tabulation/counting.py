"""The cube from the answers: every item coded, crossed with every background, and read off by answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from barometer.questionnaire.model import Kind, Role
from barometer.responses import ChoiceColumn, Missing, ResponseSet
from barometer.tabulation.coding import Coded, coded
from barometer.tabulation.crossing import Axis, cross
from barometer.tabulation.cube import NOT_ANSWERED, NOT_SHOWN, BackgroundLeaves, Counts, Cube, ItemCounts, ItemKind
from barometer.tabulation.routes import RouteBlock, joint_routes

Tables = dict[str, NDArray[Any]]
EVERYBODY = ""
"""The name of the one column beside the backgrounds in which all are alike."""


@dataclass(frozen=True, eq=False)
class _Column:
    """A coded column of an item; an item of many options has several."""

    item: str
    source: Coded


class _Crossed:
    """All counts, or all sums of weights, in one matrix; what a part of it counts is found by its place."""

    def __init__(self, matrix: NDArray[Any], down: Sequence[Axis], across: Mapping[str, Axis]) -> None:
        self._matrix = matrix
        self._down = _places(down)
        self._across = dict(zip(across, _places(list(across.values())), strict=True))

    def rows(self, number: int, first: int = 0, end: int | None = None) -> tuple[NDArray[Any], Tables]:
        """Give of a column the rows from `first` to before `end`: of everybody, and by every background."""
        table = self._matrix[self._down[number]][first:end]
        by = {name: table[:, place] for name, place in self._across.items()}
        return by.pop(EVERYBODY)[:, 0], by


def _places(axes: Sequence[Axis]) -> list[slice]:
    ends = np.cumsum([len(axis.reading) for axis in axes]).tolist()
    return [slice(end - len(axis.reading), end) for axis, end in zip(axes, ends, strict=True)]


def tabulate(responses: ResponseSet) -> Cube:
    """Count every item by every background question, exactly."""
    backgrounds = _backgrounds(responses)
    columns = [
        _Column(item, part)
        for question in responses.questionnaire.questions()
        for item in question.items
        if item in responses.columns
        for part in coded(responses.columns[item], question)
    ]
    routes = joint_routes(responses)
    down = [Axis(each.source.values, each.source.least, each.source.reading) for each in columns]
    down += [Axis(block.values.astype(np.int16), 0, np.eye(block.size, dtype=np.bool_)) for block in routes]
    across = {name: _leaves(column) for name, column in backgrounds.items()} | {EVERYBODY: _everybody(responses)}
    counts, sums = cross(down, list(across.values()), responses.respondents, responses.weights)
    counted = _Crossed(counts, down, across)
    weighted = None if sums is None else _Crossed(sums, down, across)
    blocks = tuple(block.counted(*counted.rows(len(columns) + place)) for place, block in enumerate(routes))
    return Cube(
        questionnaire=responses.questionnaire,
        respondents=responses.respondents,
        backgrounds=MappingProxyType(
            {name: BackgroundLeaves(name, (*column.codes, NOT_ANSWERED)) for name, column in backgrounds.items()}
        ),
        items=MappingProxyType(_gathered(columns, counted, weighted, blocks)),
        routes=blocks,
    )


def _backgrounds(responses: ResponseSet) -> dict[str, ChoiceColumn]:
    found = {}
    for question in responses.questionnaire.questions():
        column = responses.columns.get(question.id)
        if question.role is Role.BACKGROUND and question.kind is Kind.SINGLE and isinstance(column, ChoiceColumn):
            found[question.id] = column
    return found


def _leaves(column: ChoiceColumn) -> Axis:
    """Take all who gave no answer as one leaf, the last."""
    values = np.maximum(column.values, np.int16(Missing.SKIPPED))
    return Axis(values, Missing.SKIPPED, np.roll(np.eye(len(column.codes) + 1, dtype=np.bool_), -1, axis=0))


def _everybody(responses: ResponseSet) -> Axis:
    return Axis(np.zeros(responses.respondents, np.int16), 0, np.ones((1, 1), np.bool_))


def _gathered(
    columns: Sequence[_Column], counted: _Crossed, weighted: _Crossed | None, routes: Sequence[RouteBlock]
) -> dict[str, ItemCounts]:
    return {
        item: _item_counts(item, [(number, column.source) for number, column in parts], counted, weighted, routes)
        for item, parts in groupby(enumerate(columns), key=lambda part: part[1].item)
    }


def _item_counts(
    item: str,
    parts: Sequence[tuple[int, Coded]],
    counted: _Crossed,
    weighted: _Crossed | None,
    routes: Sequence[RouteBlock],
) -> ItemCounts:
    (number, source), *others = parts
    total, by = counted.rows(number, end=len(source.codes))
    ticks = [(number, len(source.codes)), *((other, 0) for other, _ in others)]
    tick_codes = tuple(code for _, part in parts for code in part.tick_codes)
    tick_total, tick_by = _joined([counted.rows(*each) for each in ticks])
    weighted_total, weighted_by = (None, {}) if weighted is None else _joined([weighted.rows(at) for at, _ in parts])
    return ItemCounts(
        item=item,
        kind=ItemKind.MULTIPLE if tick_codes else ItemKind.PARTITION,
        codes=source.codes,
        total=total,
        by=MappingProxyType(by),
        tick_codes=tick_codes,
        tick_total=tick_total,
        tick_by=MappingProxyType(tick_by if tick_codes else {}),
        weighted_total=weighted_total,
        weighted_by=MappingProxyType(weighted_by),
        routing_holds=_routing_holds(item, source.codes, total, by, routes),
    )


def _joined(parts: Sequence[tuple[NDArray[Any], Tables]]) -> tuple[NDArray[Any], Tables]:
    if len(parts) == 1:
        return parts[0]
    by = {name: np.concatenate([tables[name] for _, tables in parts]) for name in parts[0][1]}
    return np.concatenate([total for total, _ in parts]), by


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
