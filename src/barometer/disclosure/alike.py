"""Groups of which each could be the one with something to hide, as far as published numbers tell.

Two answers are withheld in them together. Whoever reruns the protection (A3) learns that some of their counts are
small; the question is whether he learns of any one of them that it is, or is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

MOST_SMALL = 3
"""So many groups are taken to hold a small count at most when it is asked what else a table could hold."""
_FIRST, _BETWEEN, _SECOND = range(3)


@lru_cache(maxsize=1 << 14)
def are_alike(sums: tuple[int, ...], total: int, room: int, k: int) -> bool:
    """Ask whether each of these groups could be the one with something to hide, by published numbers alone.

    Two answers are withheld in groups where they hold ``sums`` together, each 2k - 1 or more; the first holds ``total``
    in all of them and in small groups, which have ``room``. Asked is whether each group's count spans k over the tables
    in which one to `MOST_SMALL` groups' counts are small and who knows which (A2) can rule out no value from 1 to k - 1
    for them: then rerunning the protection confines none.
    """
    if not _have_room(sums, total, room, k):
        return False
    ways, held = _ways(len(sums), k), np.array(sums, np.int64)
    low, high = ways.low + ways.low_of_sum * held, ways.high + ways.high_of_sum * held
    lowest = np.maximum(low, high + (total - room - high.sum(axis=1, keepdims=True)))
    highest = np.minimum(high, low + (total - low.sum(axis=1, keepdims=True)))
    is_free = ways.is_between | ((lowest == low) & (highest == high))
    possible = ((lowest <= highest) & is_free).all(axis=1)
    if not possible.any():
        return False
    return bool((highest[possible].max(axis=0) - lowest[possible].min(axis=0) >= k).all())


def _have_room(sums: tuple[int, ...], total: int, room: int, k: int) -> bool:
    """Ask whether each count could span k whatever is small: cheap, and mostly enough to see that one cannot."""
    others = len(sums) - 1
    most = sum(sums) - others + room
    return all(min(each - 1, total - others) - max(1, total - most + each) >= k for each in sums)


@dataclass(frozen=True, eq=False)
class _Ways:
    """The ways in which a few groups hold a small count of either answer and the others do not, one to a row.

    What a group's count of the first answer is at least and at most, as a number and a share of what it holds of both.
    """

    low: NDArray[np.int64]
    low_of_sum: NDArray[np.int64]
    high: NDArray[np.int64]
    high_of_sum: NDArray[np.int64]
    is_between: NDArray[np.bool_]


@lru_cache(maxsize=32)
def _ways(groups: int, k: int) -> _Ways:
    kinds = []
    for few in range(1, min(MOST_SMALL, groups) + 1):
        for where in combinations(range(groups), few):
            for which in product((_FIRST, _SECOND), repeat=few):
                kind = [_BETWEEN] * groups
                for group, small in zip(where, which, strict=True):
                    kind[group] = small
                kinds.append(kind)
    of = np.array(kinds)
    return _Ways(
        low=np.array([1, k, 1 - k])[of],
        low_of_sum=np.array([0, 0, 1])[of],
        high=np.array([k - 1, -k, -1])[of],
        high_of_sum=np.array([0, 1, 1])[of],
        is_between=of == _BETWEEN,
    )
