"""The kernel: many columns by many others in few passes, by one count of the joint code of several columns.

A joint code of items a, b and backgrounds c, d is ((a·B + b)·C + c)·D + d; one `bincount` holds all four crossings.
Respondents of one weight are counted together, so that a weighted sum is made of whole numbers times weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Sums = NDArray[np.float64]

MOST_DOWN, MOST_ACROSS = 100, 64
"""How many values the joint code of several items, and of several backgrounds, may have: together they fit the nearest
cache. More would make fewer passes, each of them slower (measured)."""
SLAB, ROWS = 1 << 18, 1 << 15
"""Respondents prepared at a time, and counted at a time: what is prepared is still in the cache when it is counted."""
MOST_WEIGHTS = 32
"""With more different weights than this, weights are added up respondent by respondent."""
SAMPLE = 1 << 12
"""Respondents among whom all different weights are looked for first."""


@dataclass(frozen=True, eq=False)
class Axis:
    """A column to count: numbers from ``least`` on, and what to add up of them.

    Row r of ``reading`` marks the numbers that are counted there; its first column is for ``least``.
    """

    values: NDArray[np.int16]
    least: int
    reading: NDArray[np.bool_]

    @property
    def size(self) -> int:
        return int(self.reading.shape[1])


def cross(
    down: Sequence[Axis], across: Sequence[Axis], respondents: int, weights: Sums | None = None
) -> tuple[Counts, Sums | None]:
    """Count every row of every reading of the first kind by every row of every reading of the second, in their order.

    The second matrix holds the same sums of weights; None without weights.
    """
    weighing = _Weighing.of(weights)
    highs, lows = _bundles(down, MOST_DOWN), _bundles(across, MOST_ACROSS)
    joint = _JointCounts(highs, lows, weighing)
    for start in range(0, respondents, SLAB):
        joint.add(slice(start, min(start + SLAB, respondents)))
    by_class = joint.read(joint.counts)
    counts = np.rint(by_class.sum(axis=0)).astype(np.int64)
    if weighing.of_class is not None:
        return counts, np.tensordot(weighing.of_class, by_class, axes=1)
    return counts, joint.read(joint.sums)[0] if joint.sums else None


@dataclass(frozen=True, eq=False)
class _Weighing:
    """Respondents in classes of one weight each; or all in one class, with a weight of each where they are many."""

    of_class: Sums | None = None
    class_of: NDArray[np.int8] | None = None
    of_each: Sums | None = None

    @classmethod
    def of(cls, weights: Sums | None) -> _Weighing:
        if weights is None:
            return cls()
        different = np.unique(weights[:SAMPLE])
        if len(different) <= MOST_WEIGHTS:
            class_of = np.zeros(len(weights), np.intp)
            for weight in different[:-1]:  # a handful of comparisons is quicker than a search for every respondent
                class_of += weights > weight
            if not np.array_equal(different[class_of], weights):
                different, class_of = np.unique(weights, return_inverse=True)
        if not 0 < len(different) <= MOST_WEIGHTS:
            return cls(of_each=weights)
        return cls(of_class=different, class_of=class_of.astype(np.int8))

    @property
    def classes(self) -> int:
        return 1 if self.of_class is None else len(self.of_class)

    def sorted(self, slab: slice) -> tuple[NDArray[np.intp] | None, list[int]]:
        """Give the order that puts respondents of one weight together, and where each class ends."""
        if self.class_of is None:
            return None, [slab.stop - slab.start]
        classes = self.class_of[slab]
        ends = np.cumsum(np.bincount(classes, minlength=self.classes))
        return np.argsort(classes, kind="stable"), ends.tolist()


@dataclass(frozen=True, eq=False)
class _Bundle:
    """Columns that are counted together; their readings stand in these rows of the whole."""

    axes: tuple[Axis, ...]
    places: tuple[int, ...]
    rows: NDArray[np.intp]

    @cached_property
    def size(self) -> int:
        return prod(axis.size for axis in self.axes)

    @cached_property
    def reading(self) -> Sums:
        """Mark for every row which joint codes it counts."""
        sizes = [axis.size for axis in self.axes]
        parts = []
        for place, axis in enumerate(self.axes):
            shape = [len(axis.reading), *(size if at == place else 1 for at, size in enumerate(sizes))]
            spread = np.broadcast_to(axis.reading.reshape(shape), [len(axis.reading), *sizes])
            parts.append(spread.reshape(len(axis.reading), self.size))
        return np.concatenate(parts).astype(np.float64)

    def fused(self, slab: slice, order: NDArray[np.intp] | None) -> NDArray[Any]:
        """Give the joint code of these respondents, from 0 on."""
        narrow: Any = np.int16 if self.size < 1 << 15 else np.intp
        joint = self.axes[0].values[slab].astype(narrow)
        least = self.axes[0].least
        for axis in self.axes[1:]:
            joint *= narrow(axis.size)
            joint += axis.values[slab]
            least = least * axis.size + axis.least
        joint -= narrow(least)
        return joint if order is None else joint.take(order)


def _bundles(columns: Sequence[Axis], most: int) -> list[_Bundle]:
    """Put columns together, largest first, as long as their joint code has room; each bundle has at least one."""
    bundles: list[list[int]] = []
    room: list[int] = []
    for place in sorted(range(len(columns)), key=lambda place: -columns[place].size):
        size = columns[place].size
        at = next((at for at, left in enumerate(room) if size <= left), len(bundles))
        if at == len(bundles):
            bundles.append([])
            room.append(most)
        bundles[at].append(place)
        room[at] //= size
    ends = np.cumsum([len(column.reading) for column in columns])
    rows = [np.arange(end - len(column.reading), end) for column, end in zip(columns, ends, strict=True)]
    return [
        _Bundle(tuple(columns[place] for place in places), tuple(places), np.concatenate([rows[p] for p in places]))
        for places in bundles
    ]


class _JointCounts:
    """Counts of the joint codes of every two bundles, by class of weight; filled slab by slab."""

    def __init__(self, highs: Sequence[_Bundle], lows: Sequence[_Bundle], weighing: _Weighing) -> None:
        self.highs, self.lows, self.weighing = highs, lows, weighing
        self.width = max(low.size for low in lows)
        shapes = [(weighing.classes, len(lows), high.size * self.width) for high in highs]
        self.counts: list[NDArray[Any]] = [np.zeros(shape, np.int64) for shape in shapes]
        self.sums: list[NDArray[Any]] = [] if weighing.of_each is None else [np.zeros(shape) for shape in shapes]

    def add(self, slab: slice) -> None:
        """Count these respondents."""
        order, ends = self.weighing.sorted(slab)
        highs = [high.fused(slab, order) for high in self.highs]
        lows = [low.fused(slab, order) for low in self.lows]
        weights = None if self.weighing.of_each is None else self.weighing.of_each[slab]
        joint = np.empty(ROWS, np.intp)
        for number, block in _blocks(ends):
            across = [low[block].astype(np.intp) for low in lows]
            codes = joint[: block.stop - block.start]
            for place, high in enumerate(highs):
                scaled = high[block].astype(np.intp)
                scaled *= self.width
                counts = self.counts[place][number]
                for other, low in enumerate(across):
                    np.add(scaled, low, out=codes)
                    counts[other] += np.bincount(codes, minlength=counts.shape[1])
                    if weights is not None:
                        self.sums[place][number, other] += np.bincount(codes, weights[block], minlength=counts.shape[1])

    def read(self, joint: Sequence[NDArray[Any]]) -> Sums:
        """Add up joint codes to the rows of all readings, by class; whole numbers stay whole below 2^53.

        Bundle by bundle the products stay so small that the linear algebra library starts no threads for them.
        """
        bands = []
        for high, counted in zip(self.highs, joint, strict=True):
            by_code = counted.reshape(len(counted), len(self.lows), high.size, self.width)
            tables = (by_code[:, place, :, : low.size].astype(np.float64) for place, low in enumerate(self.lows))
            band = [high.reading @ table @ low.reading.T for table, low in zip(tables, self.lows, strict=True)]
            bands.append(np.concatenate(band, axis=2))
        rows = np.argsort(np.concatenate([high.rows for high in self.highs]))
        columns = np.argsort(np.concatenate([low.rows for low in self.lows]))
        return np.concatenate(bands, axis=1)[:, rows[:, None], columns]


def _blocks(ends: Sequence[int]) -> Iterator[tuple[int, slice]]:
    """Give the classes one after another, each a block at a time."""
    begin = 0
    for number, end in enumerate(ends):
        for start in range(begin, end, ROWS):
            yield number, slice(start, min(start + ROWS, end))
        begin = end
