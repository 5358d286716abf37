"""Sets of moves that change no printed number, found by meeting in the middle several times over.

A *move* gives one respondent another answer; its effect is a sparse vector over printed cells. Moves come in two
lists, there and back. Two moves there and two back make an element, if they cancel on a first part of the cells;
elements whose rests cancel on the next part make elements of twice the size, and so on until nothing is left: the tree
of Wagner (2002, "A generalized birthday problem"). Among the candidates of every step those with the smallest rest are
kept, for they are the likeliest to cancel later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]
Effects = NDArray[np.int8]

MOST_PAIRS = 40_000
"""Of moves of one list; more are drawn from."""
SAMPLE = 600
ENOUGH = 30.0
"""Expected cycles for which the tree is closed rather than grown by another level."""
LEVELS = 5
"""An element of the last level has 64 moves."""
MOST_TRIED = 200
CHUNK = 1 << 18
SMALL = 200_000
"""Multiplications of one block of a product of matrices."""


@dataclass(frozen=True, eq=False)
class Moves:
    """Single changes: ``person[i]`` would answer ``to[i]``, which changes the printed cells by ``effect[i]``."""

    person: Indices
    to: Indices
    effect: Effects
    part: Indices
    """Of every column of the effects: the table it is of. The cells of one table are cancelled together."""
    there: Indices
    back: Indices


@dataclass(frozen=True, eq=False)
class Cycles:
    """Sets of moves of different respondents that cancel altogether."""

    levels: tuple[tuple[Indices, Indices], ...]
    """From the last level to the first: the two elements of the level before that each element is made of."""
    first: Indices
    """Of every element of the first level: its four moves."""

    def __len__(self) -> int:
        return len(self.levels[0][0]) if self.levels else len(self.first)

    def moves(self, which: Indices) -> Indices:
        """Give the moves of these cycles: a row a cycle."""
        elements = which[:, None]
        for left, right in self.levels:
            elements = np.concatenate([left[elements], right[elements]], axis=1)
        return np.asarray(self.first[elements].reshape(len(which), -1))

    def some(self, most: int, chance: np.random.Generator) -> Indices:
        """Give the moves of so many cycles at most, drawn."""
        return self.moves(chance.permutation(len(self))[:most])


def products(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the products of every two rows, in blocks so small that they are not worth a second core.

    Handing such matrices to several threads costs more processor time than the products themselves.
    """
    height = max(1, SMALL // max(1, rows.size))
    return np.concatenate([rows[at : at + height] @ rows.T for at in range(0, len(rows), height)])


def without_repeats(effect: NDArray[np.int64], part: Indices) -> tuple[Effects, Indices]:
    """Drop cells that no move changes, and cells that always change as another does, or opposite to it."""
    changed = effect.any(axis=0)
    effect, part = effect[:, changed], part[changed]
    if not effect.shape[1]:
        return effect.astype(np.int8), part
    signs = np.sign(effect[(effect != 0).argmax(axis=0), np.arange(effect.shape[1])])
    _, first = np.unique(effect * signs, axis=1, return_index=True)
    kept = np.sort(first)
    return effect[:, kept].astype(np.int8), part[kept]


def small_cycles(moves: Moves, chance: np.random.Generator, *, most: int = 2000) -> list[Indices]:
    """Give cycles of two moves and of four, as far as they are found by looking up opposite effects."""
    columns = np.arange(moves.effect.shape[1])
    weights = _weights(len(columns), chance)
    found: list[Indices] = []
    for size in (1, 2):
        there, back = (_together(of, size, moves.person, chance) for of in (moves.there, moves.back))
        key_there, key_back = (_hashed(_sum(moves.effect, of), columns, weights) for of in (there, back))
        left, right = _matching(key_there, -key_back, chance, most)
        found += list(np.concatenate([there[:, left], back[:, right]]).T)
    return found


def _together(of: Indices, size: int, person: Indices, chance: np.random.Generator) -> Indices:
    """Give sets of one move or of two by different respondents: a column a set; drawn where there are too many."""
    if size == 1:
        return of[None, :]
    count = len(of)
    if count * (count - 1) // 2 <= MOST_PAIRS:
        pairs = np.stack(np.triu_indices(count, 1))
    else:
        pairs = chance.integers(0, count, (2, MOST_PAIRS))
        pairs = np.unique(np.sort(pairs[:, pairs[0] != pairs[1]], axis=0), axis=1)
    chosen = of[pairs]
    return chosen[:, person[chosen[0]] != person[chosen[1]]]


def _sum(effect: Effects, together: Indices) -> Effects:
    return np.asarray(effect[together].sum(axis=0, dtype=np.int8))


def grow(
    moves: Moves,
    chance: np.random.Generator,
    *,
    wanted: NDArray[np.float64],
    keep: int,
    look: int,
    half_with: int | None = None,
) -> Cycles | None:
    """Grow one tree; None where nothing cancels.

    ``wanted`` says for every respondent how much smaller a rest may look when he takes part; ``keep`` is how many
    elements a level has, ``look`` how many candidates it chooses them from. In half the elements of the first level
    ``half_with`` takes part.
    """
    tree = _Tree(moves, chance, keep, look)
    return tree.grown(wanted) if tree.plant(wanted, half_with) else None


def reach(
    moves: Moves, off: NDArray[np.int64], chance: np.random.Generator, *, keep: int, most: int = 1
) -> list[Indices]:
    """Give sets of moves of different respondents whose effects and ``off`` cancel, at most so many.

    ``off`` is added to copies of the moves there, all of one respondent more: a cycle has him once or not at all. As a
    tree takes as many moves there as back, nothing is found unless ``off`` is balanced, too.
    """
    if len(moves.there) < 2 or len(moves.back) < 2:
        return []
    nobody, copied = int(moves.person.max()) + 1, len(moves.person)
    effect = np.concatenate([moves.effect, moves.effect[moves.there] + off]).astype(np.int64)
    reduced, part = without_repeats(effect, moves.part)
    there = np.concatenate([moves.there, np.arange(copied, len(effect))])
    person = np.append(moves.person, np.full(len(moves.there), nobody))
    of = Moves(person, np.append(moves.to, moves.to[moves.there]), reduced, part, there, moves.back)
    grown = grow(of, chance, wanted=np.zeros(nobody + 1), keep=keep, look=5 * keep, half_with=nobody)
    found: list[Indices] = []
    for cycle in grown.some(MOST_TRIED, chance) if grown is not None else ():
        if (cycle >= copied).any() and len(found) < most:
            cycle = np.where(cycle >= copied, moves.there[np.maximum(cycle - copied, 0)], cycle)
            if len(np.unique(moves.person[cycle])) == len(cycle):
                found.append(cycle)
    return found


class _Tree:
    """One tree while it grows: the elements of the last level, and how they were put together."""

    def __init__(self, moves: Moves, chance: np.random.Generator, keep: int, look: int) -> None:
        self.moves, self.chance, self.keep, self.look = moves, chance, keep, look
        self.open = _shuffled_by_part(moves.part, chance)
        self.weights = _weights(moves.effect.shape[1], chance)
        self.levels: list[tuple[Indices, Indices]] = []

    def plant(self, wanted: NDArray[np.float64], half_with: int | None) -> bool:
        """Make the first level: two moves there and two back that cancel on the first cells."""
        there, back = (_together(of, 2, self.moves.person, self.chance) for of in (self.moves.there, self.moves.back))
        if not there.shape[1] or not back.shape[1]:
            return False
        effect = self.moves.effect
        rest_there, rest_back = _sum(effect, there), _sum(effect, back)
        expected = _expected(self._sampled(rest_there), self._sampled(rest_back), self.open)
        closed, self.open = self._split(expected * there.shape[1] * back.shape[1])
        key_there, key_back = (_hashed(rest, closed, self.weights[closed]) for rest in (rest_there, rest_back))
        left, right = _matching(key_there, -key_back, self.chance, self.look)
        elements = np.stack([*there[:, left], *back[:, right]], axis=1)
        norms = self._first_norm(elements) - wanted[self.moves.person[elements]].sum(axis=1)
        takes_part = (self.moves.person[elements] == half_with).any(axis=1)
        if half_with is None:
            elements = elements[self._smallest(norms, self.keep)]
        else:
            halves = [np.flatnonzero(half) for half in (takes_part, ~takes_part)]
            kept = [half[self._smallest(norms[half], self.keep // 2)] for half in halves]
            elements = elements[np.concatenate(kept)]
        self.first = elements
        self.rest = effect[elements].sum(axis=1, dtype=np.int8)[:, self.open]
        self.taking_part = _bits(self.moves.person[elements])
        return len(elements) > 1

    def grown(self, wanted: NDArray[np.float64]) -> Cycles | None:
        while len(self.open):
            if len(self.levels) + 1 >= LEVELS or len(self.rest) < 2:
                return None
            self._level()
        found = Cycles(tuple(reversed(self.levels)), self.first)
        return found if len(found) else None

    def _level(self) -> None:
        size = len(self.rest)
        sample = self._sampled(self.rest)
        expected = _expected(sample, sample, np.arange(len(self.open))) * size * size / 2
        is_last = expected[-1] >= ENOUGH or len(self.levels) + 2 >= LEVELS
        closed = np.arange(len(self.open)) if is_last else np.arange(self._columns(expected))
        key = _hashed(self.rest, closed, self.weights[self.open[closed]])
        left, right = _matching(key, -key, self.chance, 2 * self.look)
        apart = (left < right) & ~(self.taking_part[left] & self.taking_part[right]).any(axis=1)
        left, right = left[apart], right[apart]
        kept = np.arange(len(closed), len(self.open))
        if len(kept) and len(left) > self.keep:
            rest = self.rest[:, kept]
            best = self._smallest(_norms_of_sums(rest, left, right), self.keep)
            left, right = left[best], right[best]
        self.open = self.open[kept]
        self.rest = self.rest[left][:, kept] + self.rest[right][:, kept]
        self.taking_part = self.taking_part[left] | self.taking_part[right]
        self.levels.append((left, right))

    def _sampled(self, rest: Effects) -> Effects:
        return rest if len(rest) <= SAMPLE else rest[self.chance.choice(len(rest), SAMPLE, replace=False)]

    def _columns(self, expected: NDArray[np.float64]) -> int:
        """Give how many columns may be closed while about ``look`` candidates are left."""
        return int(np.searchsorted(-expected, -self.look / 2, side="right")) if len(expected) else 0

    def _split(self, expected: NDArray[np.float64]) -> tuple[Indices, Indices]:
        at = self._columns(expected)
        return self.open[:at], self.open[at:]

    def _smallest(self, norms: NDArray[np.float64], most: int) -> Indices:
        if len(norms) <= most:
            return np.arange(len(norms))
        return np.argpartition(norms + self.chance.random(len(norms)), most)[:most]

    def _first_norm(self, elements: Indices) -> NDArray[np.float64]:
        """Give the squared length of the rest of every element, from the products of its four moves two by two."""
        product = products(self.moves.effect[:, self.open].astype(np.float32))
        four = elements.T
        norms = np.zeros(len(elements))
        for at, one in enumerate(four):
            norms += product[one, one]
            for other in four[at + 1 :]:
                norms += 2 * product[one, other]
        return norms


def _shuffled_by_part(part: Indices, chance: np.random.Generator) -> Indices:
    """Give the columns table by table, the tables in a new order."""
    order = chance.permutation(int(part.max(initial=0)) + 1)
    return np.argsort(order[part], kind="stable")


def _expected(left: Effects, right: Effects, columns: Indices) -> NDArray[np.float64]:
    """Estimate, for every first so many of the columns, the share of pairs that cancel on them.

    Counted on a sample while enough of its pairs are left, then column by column as if they were independent.
    """
    alive = np.ones((len(left), len(right)), np.bool_)
    pairs, share = float(alive.size), 1.0
    found = [1.0]
    counted = alive.size
    for column in columns:
        cancels = left[:, column][:, None] == -right[:, column][None, :]
        if counted > 200:
            alive &= cancels
            counted = int(alive.sum())
            share = max(counted, 1) / pairs
        else:
            share *= max(float(cancels.mean()), 1e-6)
        found.append(share)
    return np.array(found)[1:] if len(columns) else np.ones(1)


def _weights(columns: int, chance: np.random.Generator) -> NDArray[np.int64]:
    return chance.integers(-(2**62), 2**62, columns)


def _hashed(rest: Effects, columns: Indices, weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give every row a number that adds up as the rows do; unequal rows hardly ever share one."""
    key = np.zeros(len(rest), np.int64)
    for weight, column in zip(weights, columns, strict=True):
        key += rest[:, column].astype(np.int64) * weight
    return key


def _matching(
    left: NDArray[np.int64], right: NDArray[np.int64], chance: np.random.Generator, most: int
) -> tuple[Indices, Indices]:
    """Give the places of equal numbers in both; of more than ``most`` pairs, those of some numbers on the left."""
    order = np.argsort(right)
    ordered = right[order]
    start = np.searchsorted(ordered, left, "left")
    count = np.searchsorted(ordered, left, "right") - start
    some = np.flatnonzero(count)
    if int(count.sum()) > most:
        some = chance.permutation(some)
        some = some[: max(1, int(np.searchsorted(np.cumsum(count[some]), most)))]
    start, count = start[some], count[some]
    ends = np.cumsum(count)
    within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - count, count)
    return np.repeat(some, count), order[np.repeat(start, count) + within]


def _norms_of_sums(rest: Effects, left: Indices, right: Indices) -> NDArray[np.float64]:
    found = np.empty(len(left))
    for start in range(0, len(left), CHUNK):
        part = slice(start, start + CHUNK)
        total = (rest[left[part]] + rest[right[part]]).astype(np.float32)
        found[part] = np.einsum("ij,ij->i", total, total)
    return found


def _bits(persons: Indices) -> NDArray[np.uint64]:
    """Give every row's persons as bits."""
    words = int(persons.max(initial=0)) // 64 + 1
    found = np.zeros((len(persons), words), np.uint64)
    rows = np.arange(len(persons))
    for column in persons.T:
        found[rows, column // 64] |= np.uint64(1) << (column % 64).astype(np.uint64)
    return found
