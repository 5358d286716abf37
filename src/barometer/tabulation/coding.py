"""Columns of answers as small whole numbers, so that counting is one pass over one array.

A choice is counted as it stands, its missing states below nought; a multiple choice becomes a bit mask of up to eight
options at a time, and its counts are read off the mask afterwards.
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
LEAST = min(STATES)
BITS = 8
MOST_CLASSES = 12
"""A number with at most this many possible whole values is counted value by value, else in ten equal classes."""


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of small whole numbers from ``least`` on, and what to add up of them.

    Row r of ``reading`` marks the numbers that code r counts, the codes before the tick codes; its first column is for
    ``least``.
    """

    values: NDArray[np.int16]
    least: int
    reading: NDArray[np.bool_]
    codes: tuple[str, ...]
    tick_codes: tuple[str, ...] = ()


def coded(column: Column, question: Question) -> list[Coded]:
    """Give the column as one coded column, or for a multiple choice of many options as several masks."""
    match column:
        case ChoiceColumn():
            return [_partition(column.codes, column.values)]
        case MultipleColumn():
            return _masks(column)
        case RankingColumn():
            first = np.where((column.ranks == 1).any(axis=1), (column.ranks == 1).argmax(axis=1), Missing.SKIPPED)
            return [_partition(column.codes, np.where(column.state < 0, column.state, first).astype(np.int16))]
        case NumberColumn() if question.minimum is not None and question.maximum is not None:
            return [_number(column, question.minimum, question.maximum, question.decimals)]
        case _:
            return [_partition(("_answered",), column.state.astype(np.int16))]


def _partition(codes: Sequence[str], values: NDArray[np.int16]) -> Coded:
    size = len(codes) + len(STATES)
    places = [*range(len(STATES), size), *(state - LEAST for state in STATES)]
    return Coded(values, LEAST, np.eye(size, dtype=np.bool_)[places], (*codes, *STATE_CODES))


def _masks(column: MultipleColumn) -> list[Coded]:
    """Give the masks of eight options at a time; the first holds also why somebody did not answer."""
    answered = column.state == 0
    width = -(-len(column.codes) // BITS)
    padded = np.zeros((len(answered), width * BITS), np.bool_)
    padded[:, : len(column.codes)] = column.ticked
    masks = np.packbits(padded.reshape(-1), bitorder="little").reshape(-1, width)
    found = []
    for place in range(width):
        options = column.codes[place * BITS : (place + 1) * BITS]
        ticking = (np.arange(1 << len(options)) >> np.arange(len(options))[:, None]) & 1 == 1
        otherwise = 0 if place else column.state
        values = np.where(answered, masks[:, place], otherwise).astype(np.int16)
        found.append(Coded(values, 0, ticking, (), options) if place else _first_mask(values, ticking, options))
    return found


def _first_mask(values: NDArray[np.int16], ticking: NDArray[np.bool_], options: tuple[str, ...]) -> Coded:
    states, masks = len(STATES), ticking.shape[1]
    reading = np.zeros((1 + states + len(options), states + masks), np.bool_)
    reading[0, states:] = True
    reading[range(1, 1 + states), [state - LEAST for state in STATES]] = True
    reading[1 + states :, states:] = ticking
    return Coded(values, LEAST, reading, ("_answered", *STATE_CODES), options)


def _number(column: NumberColumn, least: float, most: float, decimals: int) -> Coded:
    """Count a number in classes that the questionnaire alone decides, so that they tell nothing of the answers."""
    whole = decimals == 0 and most - least < MOST_CLASSES
    count = int(most - least) + 1 if whole else 10
    width = 1.0 if whole else (most - least) / count
    ends = [least + width * place for place in range(count + 1)]
    codes = [f"{end:g}" for end in ends[:count]] if whole else [f"{a:g}..{b:g}" for a, b in pairwise(ends)]
    safe = np.nan_to_num(column.values, nan=least)
    classes = np.clip(((safe - least) // width).astype(np.int16), 0, count - 1)
    return _partition(codes, np.where(column.state < 0, column.state, classes).astype(np.int16))
