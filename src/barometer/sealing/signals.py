"""Signals that only all sheets together give: the same answers twice, nearly the same, far quicker than the others.

They are computed after opening and mark a sheet; nothing is left out because of them. Who is left out was said in the
exclusion rules before the wave opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from barometer.answering.sheet import Answer, Answers, AnswerSheet
from barometer.sealing.packing import canonical

DUPLICATE = "duplicate"
"""The flag of a sheet whose answers are all the same as an earlier one's, ``DUPLICATE_FROM`` answers or more."""
DUPLICATE_FROM = 5
NEAR_DUPLICATE = "near_duplicate"
"""The flag of a sheet that agrees with another on nearly all that either of the two answers."""
NEAR_FROM = 20
"""So many answers at least; with fewer, strangers agree too often."""
NEAR_SHARE = 0.9
"""Strangers seldom agree on more than 85 % in long questionnaires (Kuriakose and Robbins, Statistical Journal of the
IAOS 32, 2016); people who only tick the same column do. So the flag asks for a look, it proves nothing."""
MOST_COMPARED = 10_000
"""Every sheet is compared with every other; beyond so many that takes minutes, and it is left undone."""
HALF_MEDIAN = "half_median"
"""The flag of a sheet that certainly took less than half as long as the one in the middle."""
HALF_MEDIAN_FROM = 20
MINUTES = (1, 2, 5, 10, 20, 40)
"""Upper ends of the steps in which a sheet says how long it took: the flag ``minutes_5`` means 2 to 5 minutes."""
OVER = "over_40"


def minutes_flag(seconds: float) -> str:
    """The flag that says how long a sheet took, in coarse steps."""
    return f"minutes_{next((str(end) for end in MINUTES if seconds < 60 * end), OVER)}"


def flag_after_opening(sheets: Sequence[AnswerSheet]) -> tuple[AnswerSheet, ...]:
    """Give the sheets in their order, with the flags that follow from comparing them."""
    same, near, quick = _duplicates(sheets), _near_duplicates(sheets), _quicker_than_half(sheets)
    return tuple(
        replace(sheet, flags=(*sheet.flags, *_found(place in same, place in near, place in quick)))
        for place, sheet in enumerate(sheets)
    )


def _found(same: bool, near: bool, quick: bool) -> list[str]:
    """A sheet that is the same as another need not be called nearly the same."""
    named = ((same, DUPLICATE), (near and not same, NEAR_DUPLICATE), (quick, HALF_MEDIAN))
    return [flag for holds, flag in named if holds]


def _duplicates(sheets: Sequence[AnswerSheet]) -> set[int]:
    met: set[bytes] = set()
    found = set()
    for place, sheet in enumerate(sheets):
        fingerprint = hashlib.sha256(canonical(_plain(sheet.answers))).digest()
        if fingerprint in met and len(sheet.answers) >= DUPLICATE_FROM:
            found.add(place)
        met.add(fingerprint)
    return found


def _near_duplicates(sheets: Sequence[AnswerSheet]) -> set[int]:
    places = [place for place, sheet in enumerate(sheets) if len(sheet.answers) >= NEAR_FROM]
    if len(places) < 2 or len(places) > MOST_COMPARED:
        return set()
    table = _as_numbers([sheets[place].answers for place in places])
    answered = table > 0
    found: set[int] = set()
    for one in range(len(places) - 1):
        later = slice(one + 1, None)
        agree = ((table[later] == table[one]) & answered[one]).sum(axis=1)
        either = (answered[later] | answered[one]).sum(axis=1)
        alike = np.flatnonzero(agree >= NEAR_SHARE * either)
        if len(alike):
            found.update([places[one], *(places[one + 1 + int(other)] for other in alike)])
    return found


def _as_numbers(sheets: Sequence[Answers]) -> npt.NDArray[np.int32]:
    """A row for each sheet and a column for each item: 0 for no answer, else a number for each different answer."""
    columns = {item: column for column, item in enumerate(sorted({item for answers in sheets for item in answers}))}
    numbers: dict[tuple[str, Answer], int] = {}
    table = np.zeros((len(sheets), len(columns)), dtype=np.int32)
    for row, answers in enumerate(sheets):
        for item, answer in answers.items():
            table[row, columns[item]] = numbers.setdefault((item, answer), len(numbers) + 1)
    return table


def _quicker_than_half(sheets: Sequence[AnswerSheet]) -> set[int]:
    """Only what is certain from the steps: the longest it can have taken is at most half the shortest median."""
    ends = (*MINUTES, float("inf"))
    steps = {f"minutes_{end}": number for number, end in enumerate((*MINUTES, OVER))}
    taken = {place: steps[flag] for place, sheet in enumerate(sheets) for flag in sheet.flags if flag in steps}
    if len(taken) < HALF_MEDIAN_FROM:
        return set()
    middle = sorted(taken.values())[(len(taken) - 1) // 2]
    shortest_median = ends[middle - 1] if middle else 0
    return {place for place, step in taken.items() if ends[step] <= shortest_median / 2}


def _plain(answers: Answers) -> dict[str, object]:
    return {item: list(answer) if isinstance(answer, tuple) else answer for item, answer in answers.items()}
