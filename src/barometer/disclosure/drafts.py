"""A table on its way to being published: a form, its counts by group, and which of them are withheld."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

import numpy as np

from barometer.disclosure.forms import Form
from barometer.disclosure.linear import Equations
from barometer.disclosure.network import Mask, Whole
from barometer.disclosure.suppression import suppress
from barometer.published import Category, Group, Part
from barometer.tabulation import ItemCounts

TOLERATED_LOSS = 0.1
"""The finest form that withholds at most this share of its cells is taken."""
LARGEST_LOSS = 0.5
"""A table, or an option of a multiple choice, that would withhold more than this is not published."""
FORM_LOSS = {"view": 0.05, "all": 0.5}
"""What it costs the reader that shares are of other people than in the whole table: little where only those without a
view are left out, much where those who were never asked are among them."""


@dataclass(eq=False)
class Draft:
    """Counts of one item in one form, by group. ``ticks`` are the options of a multiple choice, row by row."""

    item: str
    by: str | None
    form: Form
    groups: tuple[Group, ...]
    counts: Whole
    withheld: Mask
    ticks: tuple[Category, ...] = ()
    tick_counts: Whole = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    tick_withheld: Mask = field(default_factory=lambda: np.zeros((0, 0), np.bool_))
    omitted: tuple[Category, ...] = ()
    """Options left out of this table, because their total is withheld or hardly any group could be shown."""

    @property
    def id(self) -> str:
        return self.item if self.by is None else f"{self.item}/{self.by}"

    @property
    def unavailable(self) -> Mask:
        """Mark the rows that are named but not counted in print."""
        return np.array([category.code in self.form.unavailable for category in self.form.categories], np.bool_)

    def base(self, group: int) -> int | None:
        """Give how many a group's shares are of; None where the published cells do not tell."""
        return None if self._without_base[group] else int(self.counts[self._in_base, group].sum())

    @property
    def _in_base(self) -> Mask:
        return np.array([category.code in self.form.base for category in self.form.categories], np.bool_)

    @property
    def _without_base(self) -> Mask:
        """Mark the groups in which something is hidden both in the base and beside it."""
        hidden, inside = self.withheld | self.unavailable[:, None], self._in_base
        return np.logical_and(hidden[inside].any(axis=0), hidden[~inside].any(axis=0))

    def net_withheld(self, net: Category) -> Mask:
        """Say in which groups a net is withheld: where one of its answers is, unless all the others tell it anyway."""
        rows = [i for i, category in enumerate(self.form.categories) if set(category.members) <= set(net.members)]
        others = [i for i in range(len(self.form.categories)) if i not in rows]
        return np.logical_and(self.withheld[rows].any(axis=0), self.withheld[others].any(axis=0))

    def nets_are_wide(self, k: int) -> bool:
        """Ask whether every withheld net spans at least k; the equations are a network's, so the bounds are exact."""
        for net in self.form.nets:
            hidden = self.net_withheld(net)
            if hidden.any() and not self._net_is_wide(net, hidden, k):
                return False
        return True

    def _net_is_wide(self, net: Category, hidden: Mask, k: int) -> bool:
        equations = Equations()
        cells = {cell: equations.variable(1.0) for cell in map(tuple, np.argwhere(self.withheld).tolist())}
        for axis in (0, 1):
            for line in range(self.counts.shape[axis]):
                inside = {variable: 1.0 for cell, variable in cells.items() if cell[axis] == line}
                equations.equal(inside, float(sum(self.counts[cell] for cell in cells if cell[axis] == line)))
        rows = [i for i, category in enumerate(self.form.categories) if set(category.members) <= set(net.members)]
        sums = [
            equations.named({variable: 1.0 for cell, variable in cells.items() if cell[0] in rows and cell[1] == group})
            for group in np.flatnonzero(hidden)
        ]
        intervals = [equations.interval(each, enough=k) for each in sums]
        return all(interval is not None and interval.span >= k for interval in intervals)

    @property
    def withheld_cells(self) -> int:
        return int(self.withheld.sum()) + int(self.tick_withheld.sum())

    def loss(self) -> float:
        """Give what a reader misses: the share of cells, a group without a base whole, and what the form costs."""
        lost = self.withheld | self._without_base[None, :]
        cells = lost.size + self.tick_withheld.size
        return float((lost.sum() + self.tick_withheld.sum()) / cells) + FORM_LOSS.get(self.form.rule, 0.0)


def rows_of(categories: Sequence[Category], codes: Sequence[str], counts: Whole) -> Whole:
    """Add up the counts of each category's members."""
    place = {code: at for at, code in enumerate(codes)}
    return np.array([counts[[place[member] for member in c.members]].sum(axis=0) for c in categories], np.int64)


def columns_of(groups: Sequence[Group], leaves: Sequence[str], counts: Whole) -> Whole:
    """Add up the counts of each group's leaves."""
    place = {code: at for at, code in enumerate(leaves)}
    return np.stack([counts[:, [place[member] for member in g.members]].sum(axis=1) for g in groups], axis=1)


def is_small(counts: Whole, k: int) -> Mask:
    return (counts > 0) & (counts < k)


def small_ticks(ticks: Whole, bases: Whole, k: int) -> Mask:
    """Say where too few ticked an option or too few did not, or nobody did not; nobody ticking it is no secret."""
    return (ticks > 0) & ((ticks < k) | (bases - ticks < k))


@dataclass(frozen=True, eq=False)
class Candidate:
    """A form with its counts, and the cells that must be withheld in it."""

    form: Form
    table: Whole
    primary: Mask

    @property
    def least_loss(self) -> float:
        return float(self.primary.mean()) + FORM_LOSS.get(self.form.rule, 0.0)

    @property
    def fixed(self) -> Mask:
        """Say which rows are withheld only where that was decided before: who was not asked, alike in many tables."""
        return np.array([category.part is Part.NOT_SHOWN for category in self.form.categories])


def partition_draft(
    item: str, by: str, groups: tuple[Group, ...], candidates: Sequence[Candidate], k: int
) -> Draft | None:
    """Give the finest form that keeps nearly everything shown, or else the one that keeps most; None in vain."""
    best: Draft | None = None
    promising = [each for each in candidates if each.least_loss <= TOLERATED_LOSS]
    for candidate in [*promising, *(each for each in candidates if each not in promising)]:
        least = best.loss() if best is not None else LARGEST_LOSS + max(FORM_LOSS.values())
        if candidate.least_loss > least:
            continue
        draft = _suppressed(item, by, groups, candidate, k)
        if draft is not None and (best is None or draft.loss() < best.loss()) and draft.nets_are_wide(k):
            best = draft
        if best is not None and best.loss() <= TOLERATED_LOSS:
            return best
    return best if best is not None and best.loss() - FORM_LOSS.get(best.form.rule, 0.0) <= LARGEST_LOSS else None


def candidates_of(
    forms: Sequence[Form],
    codes: Sequence[str],
    leaf_counts: Whole,
    k: int,
    *,
    sensitive: bool,
    unasked: Set[int] = frozenset(),
    forced: Set[int] = frozenset(),
) -> list[Candidate]:
    """Give the forms that can be protected at all: a zero cannot be withheld.

    How many were not asked is withheld in the groups ``unasked`` and in no others. In the groups ``forced`` the answers
    are withheld whatever their counts.
    """
    found = []
    for form in forms:
        table = rows_of(form.categories, codes, leaf_counts)
        needed = is_small(table, k) | agreeing(form, table) | _forced(form, table, forced)
        decided = _unasked(form, table, unasked)
        candidate = Candidate(form, table, needed | decided)
        shows_zero = sensitive and bool((table[~candidate.fixed] == 0).any())
        opened = bool((needed & ~decided)[candidate.fixed].any())
        if not shows_zero and not opened and not (candidate.primary & (table == 0)).any():
            found.append(candidate)
    return found


def _forced(form: Form, table: Whole, groups: Set[int]) -> Mask:
    answers = np.array([category.part is Part.ANSWER for category in form.categories])
    inside = np.isin(np.arange(table.shape[1]), list(groups))
    return answers[:, None] & inside[None, :] & (table > 0)


def _suppressed(item: str, by: str, groups: tuple[Group, ...], candidate: Candidate, k: int) -> Draft | None:
    table = candidate.table
    allowed = (table > 0) & (~candidate.fixed[:, None] | candidate.primary)
    withheld = suppress(table, candidate.primary, allowed, np.ones_like(table), k)
    if withheld is None:
        return None
    return Draft(item, by, candidate.form, groups, table, withheld)


def agreeing(form: Form, table: Whole) -> Mask:
    """Mark the answer that all of a group gave, or all but one; and then the empty ones, which tell it as well."""
    rows = [i for i, category in enumerate(form.categories) if category.code in form.base]
    marks = np.zeros(table.shape, np.bool_)
    if len(rows) < 2:
        return marks
    inside = table[rows]
    base, most = inside.sum(axis=0), inside.max(axis=0)
    for group in np.flatnonzero((base > 0) & (most >= base - 1)):
        top = rows[int(inside[:, group].argmax())]
        marks[top, group] = True
        if most[group] == base[group]:
            marks[rows, group] = True
    return marks


def multiple_draft(
    counts: ItemCounts,
    by: str,
    groups: tuple[Group, ...],
    leaf_counts: Whole,
    tick_leaf_counts: Whole,
    forms: Sequence[Form],
    ticks: Sequence[Category],
    k: int,
    *,
    sensitive: bool,
    unasked: Set[int] = frozenset(),
) -> Draft | None:
    """Give the options of a multiple choice by a background, each as a table of its own; None without a base.

    How many were not asked is withheld in the groups ``unasked``, where the form does not count who answered either.
    """
    best: Draft | None = None
    for form in forms:
        table = rows_of(form.categories, counts.codes, leaf_counts)
        withheld = _withheld_bases(form, table, unasked, k)
        if withheld is None:
            continue
        base_rows = [i for i, category in enumerate(form.categories) if category.code in form.base]
        base = table[base_rows].sum(axis=0)
        shown, omitted, patterns = _options(counts, ticks, tick_leaf_counts, base, k, sensitive)
        if not shown:
            continue
        draft = Draft(
            item=counts.item,
            by=by,
            form=form,
            groups=groups,
            counts=table,
            withheld=withheld,
            ticks=tuple(shown),
            tick_counts=rows_of(shown, counts.tick_codes, tick_leaf_counts),
            tick_withheld=np.array(patterns, np.bool_).reshape(len(shown), len(groups)),
            omitted=tuple(omitted),
        )
        if best is None or draft.loss() < best.loss():
            best = draft
        if best.loss() <= TOLERATED_LOSS:
            break
    return best


def _withheld_bases(form: Form, table: Whole, unasked: Set[int], k: int) -> Mask | None:
    """Say where it is withheld who answered, or who was asked, of a multiple choice; None where that is no help.

    Two printed categories make a table of two rows, withheld in the same groups. More than two hold small counts
    nowhere, or those not asked alone, whose number is decided elsewhere.
    """
    withheld = _unasked(form, table, unasked)
    printed = np.array([category.code not in form.unavailable for category in form.categories])
    if len(form.categories) == 2 and printed.all() and not withheld.any():
        pattern = option_pattern(table[1], table.sum(axis=0), k)
        withheld = withheld if pattern is None else np.tile(pattern, (2, 1))
    elif withheld.any() and not form.unavailable:
        return None
    small = is_small(table, k) & printed[:, None] & ~withheld
    if small.any() or (withheld & (table == 0)).any() or withheld.any(axis=0).mean() > LARGEST_LOSS:
        return None
    return withheld


def _unasked(form: Form, table: Whole, groups: Set[int]) -> Mask:
    rows = np.array([category.part is Part.NOT_SHOWN for category in form.categories])
    return rows[:, None] & np.isin(np.arange(table.shape[1]), list(groups))[None, :]


def _options(
    counts: ItemCounts, ticks: Sequence[Category], leaf_counts: Whole, base: Whole, k: int, sensitive: bool
) -> tuple[list[Category], list[Category], list[Mask]]:
    shown: list[Category] = []
    omitted: list[Category] = []
    patterns: list[Mask] = []
    for option in ticks:
        (row,) = rows_of([option], counts.tick_codes, leaf_counts)
        pattern = None if sensitive and (row == 0).any() else option_pattern(row, base, k)
        if pattern is None or pattern.mean() > LARGEST_LOSS:
            omitted.append(option)
        else:
            shown.append(option)
            patterns.append(pattern)
    return shown, omitted, patterns


def option_pattern(row: Whole, base: Whole, k: int) -> Mask | None:
    """Withhold groups of one option: a table of two rows, ticked and not, of which only the first is printed."""
    table = np.stack([row, base - row])
    primary = np.tile(small_ticks(row, base, k), (2, 1))
    least = np.stack([np.ones_like(row), np.zeros_like(row)])
    withheld = suppress(table, primary, np.tile(row > 0, (2, 1)), least, k)
    return None if withheld is None else withheld[0] | withheld[1]
