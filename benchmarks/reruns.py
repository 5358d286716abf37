"""Who reruns the protection (A3): every table that agrees with a published one and is withheld in the same cells.

An attacker with our program protects every table that could be the true one and keeps those that come out as published.
Small tables are enumerated whole; in larger ones some alike tables are looked for around the true one, so the rate
given there is at most the true one's. What is rerun is the choice of the cells in the form that was published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barometer.disclosure.patterns import choose
from barometer.disclosure.puzzle import Demand, Pattern, Puzzle

MOST_TABLES = 1500
"""A table is small enough to enumerate if at most so many agree with what is published."""
MOST_STEPS = 200_000
"""Of one enumeration; beyond that the table counts as too large."""
TRIES = 300
"""Of the walk, for every small count."""

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
Rerun = Callable[[Counts], Pattern | None]


@dataclass
class Told:
    """What rerunning tells of small counts that carry a mark."""

    tables: int = 0
    small: int = 0
    exact: int = 0
    narrow: int = 0
    """Confined to a span below k, exact ones among them."""
    impossible: int = 0
    """Values from 1 to k - 1 that one who knows which cells are small (A2) can rule out for one of them."""

    @property
    def share(self) -> float:
        return self.narrow / max(1, self.small)


def rerun_on(tables: Iterable[Counts], protect: Rerun, k: int, chance: np.random.Generator) -> tuple[Told, Told]:
    """Attack these tables: what was told by enumerating, and at most by walking."""
    enumerated, walked = Told(), Told()
    for counts in tables:
        pattern = protect(counts)
        if pattern is None or not pattern.withheld.any():
            continue
        worlds = agreeing(counts, pattern)
        if worlds is None:
            _walk(counts, pattern, protect, k, chance, walked)
        else:
            _compare(counts, pattern, worlds, protect, k, enumerated)
    return enumerated, walked


def protection(demand: Demand) -> Rerun:
    """Give our protection of one table in one form."""
    return lambda counts: choose(Puzzle.of(counts, (counts > 0) & (counts < demand.k)), demand)


def with_groups_of(counts: Counts, least: int) -> Counts:
    """Merge the two smallest groups until each has so many respondents, as the tree of a policy would."""
    while (sizes := counts.sum(axis=0)).min() < least and len(sizes) > 2:
        one, other = np.argsort(sizes, kind="stable")[:2]
        merged = counts[:, [one]] + counts[:, [other]]
        counts = np.concatenate([np.delete(counts, [one, other], axis=1), merged], axis=1)
    return counts


def agreeing(counts: Counts, pattern: Pattern) -> list[Counts] | None:
    """Give every table with the same sums and the same shown cells; None where there are too many."""
    hidden = pattern.withheld | pattern.untold
    groups = np.flatnonzero(hidden.any(axis=0)).tolist()
    columns = [_columns(counts[:, group], pattern.withheld[:, group], hidden[:, group]) for group in groups]
    if any(column is None for column in columns):
        return None
    given = [np.array(column) for column in columns if column is not None]
    low = np.cumsum([each.min(axis=0) for each in given[::-1]], axis=0)[::-1]
    high = np.cumsum([each.max(axis=0) for each in given[::-1]], axis=0)[::-1]
    shown = np.where(hidden, 0, counts)
    found: list[Counts] = []
    steps = 0

    def fill(at: int, rest: Counts, chosen: list[Counts]) -> bool:
        nonlocal steps
        steps += 1
        if steps > MOST_STEPS or len(found) > MOST_TABLES:
            return False
        if at == len(groups):
            table = shown.copy()
            for group, column in zip(groups, chosen, strict=True):
                table[:, group] += column
            found.append(table)
            return True
        for column in given[at]:
            left = rest - column
            bounds = (low[at + 1], high[at + 1]) if at + 1 < len(groups) else (0, 0)
            if ((left >= bounds[0]) & (left <= bounds[1])).all() and not fill(at + 1, left, [*chosen, column]):
                return False
        return True

    return found if fill(0, (counts - shown).sum(axis=1), []) and len(found) <= MOST_TABLES else None


def _columns(counts: Counts, marked: Mask, hidden: Mask) -> list[Counts] | None:
    """Share out what a group's hidden cells hold together in every way; None where there are too many."""
    rows = np.flatnonzero(hidden).tolist()
    total = int(counts[rows].sum())
    found: list[Counts] = []

    def share(at: int, left: int, column: Counts) -> bool:
        least = int(marked[rows[at]])
        if at == len(rows) - 1:
            if left >= least:
                last = column.copy()
                last[rows[at]] = left
                found.append(last)
            return len(found) <= MOST_STEPS
        for held in range(least, left + 1):
            column[rows[at]] = held
            if not share(at + 1, left - held, column):
                return False
        return True

    return found if share(0, total, np.zeros_like(counts)) else None


def _is_alike(counts: Counts, pattern: Pattern, protect: Rerun) -> bool:
    other = protect(counts)
    return other is not None and bool(
        (other.withheld == pattern.withheld).all() and (other.untold == pattern.untold).all()
    )


def _compare(counts: Counts, pattern: Pattern, worlds: list[Counts], protect: Rerun, k: int, told: Told) -> None:
    small = pattern.withheld & (counts < k)
    alike = np.array([world for world in worlds if _is_alike(world, pattern, protect)])
    spans = (alike.max(axis=0) - alike.min(axis=0))[small]
    told.tables += 1
    told.small += int(small.sum())
    told.exact += int((spans == 0).sum())
    told.narrow += int((spans < k).sum())
    every = np.array(worlds)
    informed = every[(((every < k) == small) | ~pattern.withheld).all(axis=(1, 2))]
    for row, column in np.argwhere(small).tolist():
        told.impossible += k - 1 - len(set(informed[:, row, column].tolist()))


def _walk(counts: Counts, pattern: Pattern, protect: Rerun, k: int, chance: np.random.Generator, told: Told) -> None:
    told.tables += 1
    for row, column in np.argwhere(pattern.withheld & (counts < k)).tolist():
        seen = {int(counts[row, column])}
        for at, other in enumerate(_moved(counts, pattern, row, column, chance)):
            if at == TRIES or max(seen) - min(seen) >= k:
                break
            if _is_alike(other, pattern, protect):
                seen.add(int(other[row, column]))
        told.small += 1
        told.exact += len(seen) == 1
        told.narrow += max(seen) - min(seen) < k


def _moved(counts: Counts, pattern: Pattern, row: int, column: int, chance: np.random.Generator) -> Iterator[Counts]:
    """Give tables in which this cell holds others, compensated in the same two answers of other groups, by chance."""
    hidden = pattern.withheld | pattern.untold
    room = np.where(hidden, counts - pattern.withheld, 0)
    partners = [other for other in np.flatnonzero(hidden[:, column]).tolist() if other != row]
    while partners:
        other = partners[chance.integers(len(partners))]
        rising, falling = (row, other) if chance.random() < 0.5 else (other, row)
        beside = np.flatnonzero(hidden[row] & hidden[other]).tolist()
        most = min(int(room[falling, column]), sum(int(room[rising, each]) for each in beside if each != column))
        moved, left = counts.copy(), int(chance.integers(1, most + 1)) if most else 0
        moved[rising, column] += left
        moved[falling, column] -= left
        for each in chance.permutation([each for each in beside if each != column]).tolist():
            taken = min(left, int(room[rising, each]))
            moved[rising, each] -= taken
            moved[falling, each] += taken
            left -= taken
        yield moved
