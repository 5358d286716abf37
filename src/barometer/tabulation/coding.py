"""Columns of answers as small whole numbers, so that counting is one pass over one array.

A multiple choice becomes a bit mask of up to eight options at a time; its counts are read off the mask afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from barometer.questionnaire.model import Question
from barometer.responses import ChoiceColumn, Column, Missing, MultipleColumn, NumberColumn, RankingColumn

STATES = (Missing.SKIPPED, Missing.NOT_SHOWN, Missing.NOT_REACHED)
STATE_CODES = ("_skipped", "_not_shown", "_not_reached")
BITS = 8
MOST_CLASSES = 12
"""A number with at most this many possible whole values is counted value by value, else in ten equal classes."""


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of numbers below ``size``, and what to add up: row r of ``reading`` marks the numbers code r counts."""

    codes: tuple[str, ...]
    values: NDArray[np.int64]
    size: int
    reading: NDArray[np.bool_]
    is_ticks: bool = False


def coded(column: Column, question: Question) -> list[Coded]:
    """Give the column as one coded column, or for a multiple choice as its states and its masks."""
    match column:
        case ChoiceColumn():
            return [_partition(column.codes, column.values.astype(np.int64))]
        case MultipleColumn():
            return [_partition(("_answered",), column.state.astype(np.int64)), *_masks(column)]
        case RankingColumn():
            first = np.where((column.ranks == 1).any(axis=1), (column.ranks == 1).argmax(axis=1), Missing.SKIPPED)
            return [_partition(column.codes, np.where(column.state < 0, column.state, first).astype(np.int64))]
        case NumberColumn() if question.minimum is not None and question.maximum is not None:
            return [_number(column, question.minimum, question.maximum, question.decimals)]
        case _:
            return [_partition(("_answered",), column.state.astype(np.int64))]


def _partition(codes: Sequence[str], values: NDArray[np.int64]) -> Coded:
    """Code the states -1, -2, -3 as the last three numbers."""
    numbers = np.where(values < 0, len(codes) - 1 - values, values)
    size = len(codes) + len(STATES)
    return Coded((*codes, *STATE_CODES), numbers, size, np.eye(size, dtype=np.bool_))


def _masks(column: MultipleColumn) -> list[Coded]:
    answered = column.state == 0
    found = []
    for start in range(0, len(column.codes), BITS):
        codes = column.codes[start : start + BITS]
        weights = 1 << np.arange(len(codes))
        mask = (column.ticked[:, start : start + BITS] & answered[:, None]) @ weights
        numbers = np.arange(1 << len(codes))
        reading = (numbers[None, :] >> np.arange(len(codes))[:, None]) & 1 == 1
        found.append(Coded(codes, mask.astype(np.int64), 1 << len(codes), reading, is_ticks=True))
    return found


def _number(column: NumberColumn, least: float, most: float, decimals: int) -> Coded:
    """Count a number in classes that the questionnaire alone decides, so that they tell nothing of the answers."""
    whole = decimals == 0 and most - least < MOST_CLASSES
    count = int(most - least) + 1 if whole else 10
    width = 1.0 if whole else (most - least) / count
    ends = [least + width * place for place in range(count + 1)]
    codes = [f"{end:g}" for end in ends[:count]] if whole else [f"{a:g}..{b:g}" for a, b in pairwise(ends)]
    safe = np.nan_to_num(column.values, nan=least)
    classes = np.clip(((safe - least) // width).astype(np.int64), 0, count - 1)
    return _partition(codes, np.where(column.state < 0, column.state, classes))
