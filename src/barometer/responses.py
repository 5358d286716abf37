"""A wave's opened answers as columns. Not shown, not reached and skipped are three different things and stay so.

Column values are numpy arrays of one length; a ResponseSet is never published, only tabulated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from barometer.questionnaire.model import Questionnaire


class Missing(IntEnum):
    """Why a cell holds no answer. "Cannot say", "refuse" and "not applicable" are answers with codes: not here."""

    SKIPPED = -1
    """Shown on a page that was sent, and left empty."""
    NOT_SHOWN = -2
    """Routing was not TRUE."""
    NOT_REACHED = -3
    """The respondent left before its page."""


@dataclass(frozen=True, eq=False)
class ChoiceColumn:
    """A single choice, or one row of a matrix: the index into ``codes``, or a Missing value."""

    item: str
    codes: tuple[str, ...]
    values: NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class MultipleColumn:
    """A multiple choice: ``ticked[i, j]`` says respondent i ticked ``codes[j]``; ``state`` is 0 or a Missing value."""

    item: str
    codes: tuple[str, ...]
    ticked: NDArray[np.bool_]
    state: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class RankingColumn:
    """A ranking: ``ranks[i, j]`` is the rank (1 first) that i gave ``codes[j]``, 0 for none; ``state`` as above."""

    item: str
    codes: tuple[str, ...]
    ranks: NDArray[np.int16]
    state: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """A number: NaN where ``state`` is a Missing value."""

    item: str
    values: NDArray[np.float64]
    state: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class DateColumn:
    """A date (``datetime64[D]``): NaT where ``state`` is a Missing value."""

    item: str
    values: NDArray[np.datetime64]
    state: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class TextColumn:
    """An open text. Never tabulated; only its state is counted."""

    item: str
    values: tuple[str, ...]
    state: NDArray[np.int8]


Column = ChoiceColumn | MultipleColumn | RankingColumn | NumberColumn | DateColumn | TextColumn


@dataclass(frozen=True, eq=False)
class ResponseSet:
    """All answers of one wave to one questionnaire, one position a respondent."""

    questionnaire: Questionnaire
    respondents: int
    columns: Mapping[str, Column]
    """By item: ``question``, ``question.row``; the text of "other, specify" under ``question.other``."""
    weights: NDArray[np.float64] | None = None
    languages: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    last_pages: tuple[str, ...] = ()
    flags: tuple[frozenset[str], ...] = ()
    notes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
