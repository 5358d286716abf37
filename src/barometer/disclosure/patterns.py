"""Which cells of a two-way table are withheld: patterns that follow from published numbers, tried in a public order.

An attacker who reruns the protection learns from a pattern whatever the true counts had to do with it. Therefore the
patterns are few and built from published numbers alone: groups stand in the order of their sizes, and if some answers
are withheld, they are withheld in a whole run of the smallest groups, in steps of two groups. Which patterns there are,
and the order in which they are tried, follows from the totals and the group sizes; the counts only say which is the
first that protects. Groups below ``detail`` respondents show their largest answer alone, whatever the counts are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from barometer.disclosure.network import ENDLESS, Mask, Network, Whole

Weights = NDArray[np.float64]
CLUTTER = 0.1
"""What it costs a reader, as a share of respondents, to meet a mark in every cell."""
FEW_ROWS = 4
"""With more answers than this only neighbours are withheld together, or an answer with those who gave none."""
MANY_ROWS = 8
"""With more answers than this at most three neighbours, or all, are withheld together, alike in every group."""
MOST_TRIED = 12
"""Patterns that hide every small count are tried until one is wide enough, at most so many."""


@dataclass(frozen=True)
class Demand:
    """What a pattern must stand against."""

    k: int
    colluders: int = 0
    """Respondents who pool their own answers (attacker R)."""
    detail: int = 0
    """Groups below this many respondents show their largest answer alone; 0: no group does."""

    @property
    def span(self) -> int:
        """How far a withheld cell must be able to move where every hidden cell carries a mark.

        That a marked cell holds one is known to everybody, so a respondent alone in it learns nothing of it; c of them
        raise what one cell is known to hold by c - 1, which takes at most as much from either end of another's
        interval.
        """
        return self.k + 2 * max(0, self.colluders - 1)

    @property
    def free_span(self) -> int:
        """How far where hidden cells may be empty: there each of c respondents takes up to one from either end."""
        return self.k + 2 * self.colluders


@dataclass(frozen=True, eq=False)
class Pattern:
    """``withheld`` cells carry a mark and hold at least one; ``untold`` ones are not counted in so small a group."""

    withheld: Mask
    untold: Mask
    loss: float
    """The share of respondents whose answer is not told, by published numbers, with what the marks cost."""


@dataclass(frozen=True, eq=False)
class Puzzle:
    """A table to protect: rows are answers, columns groups; every row and column sum is taken as published."""

    counts: Whole
    primary: Mask
    """Cells that must not be shown."""
    worth: Weights
    """By row: how much a reader misses of it, per respondent, between 0 and 1."""
    given: Mask
    """Cells that are withheld whatever else is; decided for many tables together."""
    blank: Mask
    """Cells left uncounted whatever else is."""
    fixed: Mask
    """By row: withheld only where that is given."""
    may: Mask
    """Cells that can carry a mark at all."""
    least: Whole
    """What a withheld cell is known to hold."""

    @property
    def key(self) -> bytes:
        """Tell this puzzle from any other."""
        parts = (self.counts, self.primary, self.worth, self.given, self.blank, self.fixed, self.may, self.least)
        return bytes(str(self.counts.shape), "ascii") + b"".join(part.tobytes() for part in parts)

    @classmethod
    def of(cls, counts: Whole, primary: Mask) -> Puzzle:
        """Give the ordinary case: all cells but the empty ones may be withheld, and then hold at least one."""
        rows = counts.shape[0]
        nothing = np.zeros(counts.shape, np.bool_)
        return cls(
            counts,
            primary,
            np.ones(rows),
            given=nothing,
            blank=nothing,
            fixed=np.zeros(rows, np.bool_),
            may=counts > 0,
            least=np.ones_like(counts),
        )


def choose(puzzle: Puzzle, demand: Demand) -> Pattern | None:
    """Give the first pattern, in the public order of what readers lose, that protects the table; None in vain."""
    counts = puzzle.counts
    sizes, totals = counts.sum(axis=0), counts.sum(axis=1)
    free = np.flatnonzero(~puzzle.fixed)
    order = by_size(sizes)
    small = small_groups(sizes, demand.detail) if len(free) > 2 else []
    big = [group for group in order if group not in small]
    kept = int(free[totals[free].argmax()]) if len(free) else 0
    untold = puzzle.blank.copy()
    untold[np.ix_(free[free != kept], small)] = True
    worth = np.outer(totals * puzzle.worth, sizes) / max(1, int(sizes.sum())) ** 2
    price = worth + CLUTTER / counts.size
    for run in _runs_of_kept(len(small)):
        shut = small[len(small) - run :]
        if _kept_tells(puzzle, kept, small[: len(small) - run], untold, demand):
            continue
        hidden = untold.copy()
        hidden[kept, shut] = True
        always = float(price[hidden].sum())
        for loss, mask in _in_public_order(puzzle, free, big, price):
            if (puzzle.primary & ~(mask | hidden | untold | puzzle.given)).any():
                continue
            marked = ((mask | (hidden & ~untold)) & puzzle.may) | puzzle.given
            told = _without_lonely(puzzle, marked, untold)
            if told is not None and is_protected(puzzle, told, untold, demand):
                return Pattern(told, untold & ~told, always + loss)
    return None


def by_size(sizes: Whole) -> list[int]:
    """Put the groups in the order of their sizes, the largest first."""
    return sorted(range(len(sizes)), key=lambda group: (-int(sizes[group]), group))


def small_groups(sizes: Whole, detail: int) -> list[int]:
    """Give the groups below ``detail``, and the next one if it is alone: its counts could be subtracted."""
    order = by_size(sizes)
    small = [group for group in order if sizes[group] < detail]
    return order[-2:] if len(small) == 1 and len(order) > 2 else small if len(small) > 1 else []


def _runs_of_kept(small: int) -> list[int]:
    """Say in how many of the smallest groups even the largest answer is withheld: in none, or in steps of two."""
    return [0, *sorted(run for run in range(small, 1, -2))]


def _kept_tells(puzzle: Puzzle, kept: int, groups: list[int], untold: Mask, demand: Demand) -> bool:
    """Ask whether the largest answer cannot be shown in one of these small groups, or leaves too few beside it."""
    rest = np.where(untold, puzzle.counts, 0).sum(axis=0)[groups]
    few = (rest > 0) & (rest < demand.free_span)
    return bool(puzzle.primary[kept, groups].any() or few.any())


def _in_public_order(puzzle: Puzzle, free: Whole, big: list[int], price: Weights) -> Iterator[tuple[float, Mask]]:
    """Give the patterns that cover every primary cell of the larger groups, cheapest first by published numbers."""
    shape = (len(free), len(big))
    masks = _masks(*shape)
    place = np.ix_(free, np.array(big, np.int64))
    needed = (puzzle.primary & ~puzzle.given)[place].ravel()
    covers = ~(needed[None, :] & ~masks).any(axis=1) if needed.any() else np.ones(len(masks), np.bool_)
    costs = masks @ price[place].ravel()
    tried = np.flatnonzero(covers)
    for at in tried[np.argsort(costs[tried], kind="stable")][:MOST_TRIED]:
        mask = np.zeros(puzzle.counts.shape, np.bool_)
        mask[place] = masks[at].reshape(shape)
        yield float(costs[at]), mask


@lru_cache(maxsize=256)
def _masks(rows: int, groups: int) -> Mask:
    """Give all patterns of so many answers and groups (the largest group first), flattened; the empty one first.

    A pattern withholds some answers in a run of the smallest groups, and perhaps more of them in a shorter run.
    """
    sets = _sets_of_answers(rows)
    runs = [run for run in range(groups, 0, -2) if run > 1 or groups == 1]
    found = [np.zeros((rows, groups), np.bool_)]
    for run in runs:
        for answers in sets:
            mask = np.zeros((rows, groups), np.bool_)
            mask[np.ix_(answers, range(groups - run, groups))] = True
            found.append(mask)
            for shorter in [each for each in runs if each < run and rows <= MANY_ROWS]:
                for more in [each for each in sets if set(answers) < set(each)]:
                    wider = mask.copy()
                    wider[np.ix_(more, range(groups - shorter, groups))] = True
                    found.append(wider)
    return np.array(found).reshape(len(found), rows * groups)


def _sets_of_answers(rows: int) -> list[tuple[int, ...]]:
    if rows <= FEW_ROWS:
        return [each for size in range(2, rows + 1) for each in combinations(range(rows), size)]
    lengths = range(2, rows + 1) if rows <= MANY_ROWS else (2, 3, rows)
    neighbours = [tuple(range(start, start + length)) for length in lengths for start in range(rows - length + 1)]
    return [*neighbours, *((row, rows - 1) for row in range(rows - 2))]


def _without_lonely(puzzle: Puzzle, marked: Mask, untold: Mask) -> Mask | None:
    """Show again what stands alone in its row or column and could be subtracted; None where that must not be shown."""
    marked = marked.copy()
    while True:
        hidden = marked | untold
        lonely = marked & ((hidden.sum(axis=0) == 1)[None, :] | (hidden.sum(axis=1) == 1)[:, None])
        if not lonely.any():
            return marked
        if (lonely & (puzzle.primary | puzzle.given)).any():
            return None
        marked &= ~lonely


def is_protected(puzzle: Puzzle, marked: Mask, untold: Mask, demand: Demand) -> bool:
    """Ask whether every hidden cell can move far enough, also for one who knows which cells are the small ones (A2)."""
    counts, hidden = puzzle.counts, marked | untold
    if not hidden.any():
        return True
    least = np.where(marked, puzzle.least, np.where(untold, 0, counts))
    small = (counts > 0) & (counts < demand.k)
    network = Network(counts, hidden, least)
    is_free = bool((hidden & (least == 0)).any())
    if not _all_span(network, marked | (untold & small), demand.free_span if is_free else demand.span):
        return False
    primary = marked & small
    if not primary.any():
        return True
    floor = np.where(primary, np.maximum(puzzle.least, 1), np.where(marked & (puzzle.least > 0), demand.k, least))
    floor = np.minimum(floor, counts)
    informed = Network(counts, hidden, floor, np.where(primary, demand.k - 1, ENDLESS))
    return _all_span(informed, primary, demand.k - 2)


def _all_span(network: Network, cells: Mask, span: int) -> bool:
    """Ask whether each of the cells can move over ``span``.

    Quickly no where a row or column alone confines one; quickly yes along a cycle of four cells; else by maximal flow.
    """
    if (cells & (network.spans_within_lines() < span)).any():
        return False
    sure = network.sure_spans()
    doubtful = sorted(map(tuple, np.argwhere(cells & (sure < span)).tolist()), key=lambda cell: int(sure[cell]))
    return all(network.interval(row, column, enough=span).span >= span for row, column in doubtful)
