"""The kernel: many columns by many others in few passes, by one count of the joint code of several columns.

A joint code of items a, b and backgrounds c, d is ((a·B + b)·C + c)·D + d; one count of it holds all four crossings.
Respondents of one weight are counted together, so that a weighted sum is made of whole numbers times weights.

Counting is `np.add.at` into a table that is kept, where numpy adds in place without a buffer (one type, one axis): it
needs one pass fewer than `bincount` and no new table for every block (measured: 0.7 of its time in small tables, half
in large ones).
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

FEW = 1 << 16
"""Respondents up to whom small tables are quicker: reading a table costs as much as counting into it."""
SMALL, LARGE, LARGE_BY_WEIGHT = (100, 64), (750, 256), (750, 64)
"""How many values the joint code of several items, and of several backgrounds, may have. Larger tables need fewer
passes; those for many respondents fit the second cache as far as they are used, those by weight are used side by side
(measured)."""
SLAB, ROWS = 1 << 20, 1 << 16
"""Respondents prepared at a time, and counted at a time: their codes are still in the cache when they are counted."""
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
    large = LARGE if weighing.classes == 1 else LARGE_BY_WEIGHT
    most_down, most_across = SMALL if respondents <= FEW else large
    joint = _JointCounts(_bundles(down, most_down), _bundles(across, most_across), weighing)
    for start in range(0, respondents, SLAB):
        joint.add(slice(start, min(start + SLAB, respondents)))
    by_class = joint.read(joint.counts)
    counts = by_class.sum(axis=0)
    if weighing.of_class is not None:
        weighed = np.zeros(counts.shape)
        for weight, counted in zip(weighing.of_class, by_class, strict=True):
            weighed += weight * counted
        return counts, weighed
    return counts, None if joint.sums is None else joint.read(joint.sums)[0]


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
            class_of: NDArray[Any] = np.zeros(len(weights), np.int8)
            known = 0
            for number, weight in enumerate(different):  # a handful of comparisons is quicker than a search for each
                is_this = weights == weight
                class_of += np.int8(number) * is_this
                known += int(np.count_nonzero(is_this))
            if known < len(weights):
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
    """Columns that are counted together, and where each of them stands among all columns."""

    axes: tuple[Axis, ...]
    places: tuple[int, ...]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        return tuple(axis.size for axis in self.axes)

    @cached_property
    def size(self) -> int:
        return prod(self.sizes)

    def fused(self, slab: slice, order: NDArray[np.intp] | None) -> NDArray[Any]:
        """Give the joint code of these respondents, from 0 on."""
        narrow: Any = np.int16 if self.size < 1 << 15 else np.int32
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
    return [_Bundle(tuple(columns[place] for place in places), tuple(places)) for places in bundles]


class _JointCounts:
    """Counts of every code of the first columns by every joint code of the others, by class of weight.

    Filled slab by slab. The joint codes of all other bundles stand beside each other, each from a place of its own.
    """

    def __init__(self, highs: Sequence[_Bundle], lows: Sequence[_Bundle], weighing: _Weighing) -> None:
        self.highs, self.lows, self.weighing = highs, lows, weighing
        self.from_place = [0, *np.cumsum([low.size for low in lows]).tolist()]
        self.width = self.from_place[-1]
        self.from_row = [0, *np.cumsum([sum(high.sizes) for high in highs]).tolist()]
        shape = (weighing.classes, self.from_row[-1], self.width)
        self.counts: NDArray[Any] = np.zeros(shape, np.int64)
        self.sums: NDArray[Any] | None = None if weighing.of_each is None else np.zeros(shape)

    def add(self, slab: slice) -> None:
        """Count these respondents."""
        order, ends = self.weighing.sorted(slab)
        lows = [low.fused(slab, order) + np.int32(at) for low, at in zip(self.lows, self.from_place, strict=False)]
        weights = None if self.weighing.of_each is None else self.weighing.of_each[slab]
        room = np.empty(self.weighing.classes * self.width * max(high.size for high in self.highs), np.uint32)
        for place, high in enumerate(self.highs):
            scaled = high.fused(slab, order) * np.int32(self.width)
            shape = self.weighing.classes, high.size * self.width
            tables = room[: prod(shape)].reshape(shape)
            tables.fill(0)
            summed = None if weights is None else np.zeros(shape)
            _count(scaled, lows, ends, tables, summed, weights)
            rows = slice(self.from_row[place], self.from_row[place + 1])
            self.counts[:, rows] += _margins(tables, high.sizes, self.width)
            if summed is not None and self.sums is not None:
                self.sums[:, rows] += _margins(summed, high.sizes, self.width)

    def read(self, joint: NDArray[Any]) -> NDArray[Any]:
        """Add up codes to the rows of all readings, by class: class by row by row."""
        classes, rows, _ = joint.shape
        across: dict[int, NDArray[Any]] = {}
        for place, low in enumerate(self.lows):
            codes = joint[:, :, self.from_place[place] : self.from_place[place + 1]]
            upright = np.ascontiguousarray(codes.reshape(classes * rows, low.size).T)[None]
            by_code = _margins(upright, low.sizes, classes * rows)[0]
            across |= {at: _read(axis, by_code[ours]) for at, axis, ours in _parts(low)}
        by_row = np.concatenate([across[at] for at in sorted(across)])
        upright = np.ascontiguousarray(by_row.reshape(-1, rows).T)
        down: dict[int, NDArray[Any]] = {}
        for place, high in enumerate(self.highs):
            by_code = upright[self.from_row[place] : self.from_row[place + 1]]
            down |= {at: _read(axis, by_code[ours]) for at, axis, ours in _parts(high)}
        whole = np.concatenate([down[at] for at in sorted(down)])
        return whole.reshape(len(whole), len(by_row), classes).transpose(2, 0, 1)


def _count(
    scaled: NDArray[np.int32],
    lows: Sequence[NDArray[np.int32]],
    ends: Sequence[int],
    tables: NDArray[np.uint32],
    summed: Sums | None,
    weights: Sums | None,
) -> None:
    """Count into the tables, a row for every class; bundle by bundle, so that the part that is used stays near."""
    room, one = np.empty(ROWS, np.intp), np.uint32(1)
    for low in lows:
        for number, block in _blocks(ends):
            codes = room[: block.stop - block.start]
            np.add(scaled[block], low[block], out=codes, dtype=np.int32, casting="unsafe")
            np.add.at(tables[number], codes, one)
            if summed is not None and weights is not None:
                np.add.at(summed[number], codes, weights[block])


def _margins(joint: NDArray[Any], sizes: Sequence[int], width: int) -> NDArray[Any]:
    """Sum, for every row, a table of joint codes (each `width` numbers) to the codes of each column, one after another.

    Sums are of the type of what is summed: a slab has fewer respondents than 2^32.
    """
    found, rest = [], joint
    for size in sizes[:-1]:
        rest = rest.reshape(len(joint), size, -1, width)
        found.append(rest.sum(axis=2, dtype=joint.dtype))
        rest = rest.sum(axis=1, dtype=joint.dtype)
    found.append(rest.reshape(len(joint), sizes[-1], width))
    return np.concatenate(found, axis=1)


def _parts(bundle: _Bundle) -> Iterator[tuple[int, Axis, slice]]:
    """Give the bundle's columns, with their place among all and the codes that are theirs in the bundle's margins."""
    end = 0
    for at, axis in zip(bundle.places, bundle.axes, strict=True):
        yield at, axis, slice(end, end + axis.size)
        end += axis.size


def _read(axis: Axis, by_code: NDArray[Any]) -> NDArray[Any]:
    """Add up the codes that each row of the reading marks. Linear algebra would start threads for so little."""
    if (axis.reading.sum(axis=1) == 1).all():
        added: NDArray[Any] = by_code[axis.reading.argmax(axis=1)]
        return added
    return np.array([by_code[marked].sum(axis=0) for marked in axis.reading])


def _blocks(ends: Sequence[int]) -> Iterator[tuple[int, slice]]:
    """Give the classes one after another, each a block at a time."""
    begin = 0
    for number, end in enumerate(ends):
        for start in range(begin, end, ROWS):
            yield number, slice(start, min(start + ROWS, end))
        begin = end
