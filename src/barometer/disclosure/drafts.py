"""A table on its way to being published: a form, its counts by group, and which of them are withheld."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heapify, heappop, heappush

import numpy as np

from barometer.disclosure.blocks import Blocks
from barometer.disclosure.forms import Form
from barometer.disclosure.knowing import Net, nets_leave_open
from barometer.disclosure.network import Mask, Network, Whole
from barometer.disclosure.patterns import Judge, choose
from barometer.disclosure.puzzle import Demand, Pattern, Puzzle, Weights
from barometer.published import Category, Group, Part
from barometer.tabulation import NOT_SHOWN

LARGEST_LOSS = 0.7
"""A table that would hide more than this share of its respondents is not published, nor an option of a multiple choice
that would hide as many of its groups."""
MOST_LOST = 1.2
"""A table of which readers would lose more than this is not published."""
HEADLINE, DETAIL, REST, LAST, NO_ANSWER = 0.92, 0.08, 0.8, 0.1, 0.5
"""What a reader has of a respondent whose headline answer is told (agree, neither, disagree), what of the finer answer
beside it; what of one who said neither for nor against, or nothing, what where only one headline is left apart, and
what of those who gave no answer."""
FORM_LOSS = {"view": 0.05, "all": 0.25}
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
    untold: Mask = field(default_factory=lambda: np.zeros((0, 0), np.bool_))
    """Cells that are not counted in print because their group is small, whatever they hold; they may be empty."""
    ticks: tuple[Category, ...] = ()
    tick_counts: Whole = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    tick_withheld: Mask = field(default_factory=lambda: np.zeros((0, 0), np.bool_))
    omitted: tuple[Category, ...] = ()
    """Options left out of this table, because their total is withheld or hardly any group could be shown."""
    lost: float = 0.0
    """What readers lose, as it was weighed against other forms, by published numbers."""

    def __post_init__(self) -> None:
        if not self.untold.size:
            self.untold = np.zeros(self.counts.shape, np.bool_)

    @property
    def id(self) -> str:
        return self.item if self.by is None else f"{self.item}/{self.by}"

    @property
    def unavailable(self) -> Mask:
        """Mark the cells that are named but not counted in print, for a reason that has nothing to do with them."""
        rows = np.array([category.code in self.form.unavailable for category in self.form.categories], np.bool_)
        return self.untold | rows[:, None]

    @property
    def hidden(self) -> Mask:
        return self.withheld | self.unavailable

    def bases(self) -> list[int | None]:
        """Give by group how many its shares are of; None where the published cells do not tell."""
        counted = self.counts[self._in_base].sum(axis=0).tolist()
        return [None if untold else base for base, untold in zip(counted, self._without_base.tolist(), strict=True)]

    @property
    def _in_base(self) -> Mask:
        return np.array([category.code in self.form.base for category in self.form.categories], np.bool_)

    @property
    def _without_base(self) -> Mask:
        """Mark the groups in which something is hidden both in the base and beside it."""
        hidden, inside = self.hidden, self._in_base
        return np.logical_and(hidden[inside].any(axis=0), hidden[~inside].any(axis=0))

    def least_asked(self, group: int) -> int:
        """Say how many in a group must have been asked, by what is shown there."""
        hidden, counts = self.hidden[:, group], self.counts[:, group]
        unasked = np.array([NOT_SHOWN in category.members for category in self.form.categories], np.bool_)
        least = counts[~unasked & ~hidden].sum() if hidden[unasked].any() else counts[~unasked].sum()
        return int(least)

    def net_withheld(self, net: Category) -> Mask:
        """Say in which groups a net is withheld: where one of its answers is, unless all the others tell it anyway."""
        rows = self._rows_of(net)
        others = [i for i in range(len(self.form.categories)) if i not in rows]
        return np.logical_and(self.hidden[rows].any(axis=0), self.hidden[others].any(axis=0))

    def _rows_of(self, net: Category) -> list[int]:
        return [i for i, category in enumerate(self.form.categories) if set(category.members) <= set(net.members)]

    def nets(self) -> dict[str, Net]:
        """Give the nets by their codes: their rows, and where they carry a mark."""
        marked = self.withheld.any(axis=0)
        return {net.code: Net(self._rows_of(net), self.net_withheld(net) & marked) for net in self.form.nets}

    def nets_are_wide(self, demand: Demand) -> bool:
        """Ask whether every withheld net can move far enough: exactly, as the equations are a network's.

        And whether who knows which cells and which nets are small can rule out nothing of either by the other.
        """
        network = Network(self.counts, self.hidden, np.where(self.withheld, 1, np.where(self.hidden, 0, self.counts)))
        for net in self.form.nets:
            doubtful = self.net_withheld(net)
            if doubtful.any() and (network.spans_of_sums(self._rows_of(net))[doubtful] < demand.free_span).any():
                return False
        return nets_leave_open(self.counts, self.withheld, self.hidden, [*self.nets().values()], demand.k)

    @property
    def withheld_cells(self) -> int:
        return int(self.withheld.sum()) + int(self.tick_withheld.sum())

    def loss(self) -> float:
        """Give what a reader misses: the share of cells, a group without a base whole, and what the form costs."""
        lost = self.hidden | self._without_base[None, :]
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
class Rung:
    """A form on the ladder of an item, with what follows from it whatever the background is."""

    form: Form
    members: Whole
    """By category and code: whether it is counted there."""
    worth: Weights
    answers: Mask
    """By category: whether it is an answer."""
    not_shown: Mask
    """By category: whether it counts those who were not asked, and nobody else."""
    merged: Mask
    """By category: whether it counts those who were not asked among others."""
    in_base: Mask
    heads: Mask
    """By headline answer and category: whether the category is a part of it; for those of several parts."""

    @classmethod
    def of(cls, form: Form, codes: Sequence[str], *, finest: Form, headline: Sequence[Category]) -> Rung:
        return cls(
            form,
            members=np.array([[code in category.members for code in codes] for category in form.categories], np.int64),
            worth=worth_of(form, finest, headline),
            answers=np.array([category.part is Part.ANSWER for category in form.categories]),
            not_shown=np.array([category.part is Part.NOT_SHOWN for category in form.categories]),
            merged=np.array([len(c.members) > 1 and NOT_SHOWN in c.members for c in form.categories]),
            in_base=np.array([category.code in form.base for category in form.categories]),
            heads=_parts_of_heads(form, headline),
        )


@dataclass(frozen=True, eq=False)
class Candidate:
    """A rung with its counts, the cells that must be withheld in it, and those decided beforehand."""

    rung: Rung
    table: Whole
    primary: Mask
    given: Mask
    blank: Mask
    least: Whole
    """What a withheld cell is known to hold."""
    last: Mask
    """By category: answers that are withheld after all others."""

    @property
    def form(self) -> Form:
        return self.rung.form

    @property
    def puzzle(self) -> Puzzle:
        return Puzzle(
            self.table,
            self.primary,
            self.rung.worth,
            given=self.given,
            blank=self.blank,
            fixed=self.rung.not_shown,  # who was not asked is withheld alike in many tables, as decided before
            may=self.table > 0,
            least=self.least,
            last=self.last,
        )

    def heads_lost(self, hidden: Mask) -> float:
        """Give what a reader loses with what is hidden beside it: shown parts of a headline answer that do not add up.

        It is told where all its parts are shown, or all that is hidden is a part of it. By published numbers.
        """
        sizes, totals = self.table.sum(axis=0), self.table.sum(axis=1)
        lost = 0.0
        for inside in self.rung.heads:
            is_lost = hidden[inside].any(axis=0) & hidden[~inside].any(axis=0)
            shown = np.where(hidden[inside], 0, totals[inside][:, None]).sum(axis=0)
            lost += float((shown * sizes)[is_lost].sum())
        return HEADLINE * lost / max(1, int(sizes.sum())) ** 2

    @cached_property
    def least_loss(self) -> float:
        """Give what the form alone costs a reader, by the published totals."""
        everybody = max(1, int(self.table.sum()))
        told = float(self.table.sum(axis=1) @ self.rung.worth) / everybody
        return 1.0 - told + FORM_LOSS.get(self.form.rule, 0.0)


def _parts_of_heads(form: Form, headline: Sequence[Category]) -> Mask:
    parts = [[set(category.members) <= set(head.members) for category in form.categories] for head in headline]
    divided = [inside for inside in parts if sum(inside) > 1]
    return np.array(divided, np.bool_).reshape(len(divided), len(form.categories))


def worth_of(form: Form, finest: Form, headline: Sequence[Category]) -> Weights:
    """Say by category what a reader has of a respondent in it: the headline answer, and the answer as it was given."""
    fine = [set(category.members) for category in finest.categories]
    heads = [set(category.members) for category in headline]
    told = {member for head in heads for member in head}
    worth = []
    for category in form.categories:
        members = set(category.members)
        if members & told:
            inside = sum(head <= members for head in heads)
            rest = REST if len(heads) - inside > 1 else LAST
            headline_told = HEADLINE if any(members <= head for head in heads) else rest
            worth.append(headline_told + DETAIL * any(members <= each for each in fine))
        else:
            worth.append(NO_ANSWER)
    return np.array(worth, np.float64)


@dataclass
class Remembered:
    """The patterns of puzzles that were solved: while tables are settled together the same come again and again."""

    demand: Demand
    found: dict[bytes, Pattern] = field(default_factory=dict)
    in_vain: dict[bytes, float] = field(default_factory=dict)
    """Below which loss nothing was found."""

    @cached_property
    def judge(self) -> Judge:
        return Judge(self.demand)

    def pattern(self, puzzle: Puzzle, below: float) -> Pattern | None:
        """Give the pattern of which readers lose less than ``below``; None where there is none."""
        key = puzzle.key
        if key in self.found:
            pattern = self.found[key]
            return pattern if pattern.loss < below else None
        if self.in_vain.get(key, 0.0) >= below:
            return None
        chosen = choose(puzzle, self.demand, below=below, judge=self.judge)
        if chosen is None:
            self.in_vain[key] = below
        else:
            self.found[key] = chosen
        return chosen


def partition_draft(
    item: str, by: str, groups: tuple[Group, ...], candidates: Sequence[Candidate], remembered: Remembered
) -> Draft | None:
    """Give the form and pattern of which readers lose least, weighed by published numbers; None in vain.

    What they lose with a form is bounded at a glance, then by the blocks that any pattern of it needs, which is asked
    only of the form that is the cheapest so far; in the end most forms are never tried.
    """
    best: Draft | None = None
    least = MOST_LOST
    puzzles = [candidate.puzzle for candidate in candidates]
    waiting = [
        (candidate.least_loss + puzzle.least_loss(remembered.demand), at, False)
        for at, (candidate, puzzle) in enumerate(zip(candidates, puzzles, strict=True))
    ]
    heapify(waiting)
    while waiting and waiting[0][0] < least:
        _, at, is_bounded = heappop(waiting)
        candidate, puzzle = candidates[at], puzzles[at]
        if not is_bounded:
            blocks = Blocks(puzzle, remembered.demand)
            if not blocks.tell_a_group:
                heappush(waiting, (candidate.least_loss + blocks.least_loss, at, True))
            continue
        pattern = remembered.pattern(puzzle, least - candidate.least_loss)
        if pattern is None or puzzle.share(pattern.withheld | pattern.untold) > LARGEST_LOSS:
            continue
        loss = candidate.least_loss + pattern.loss + candidate.heads_lost(pattern.withheld | pattern.untold)
        if loss >= least:
            continue
        draft = Draft(item, by, candidate.form, groups, candidate.table, pattern.withheld, pattern.untold)
        if draft.nets_are_wide(remembered.demand):
            best, least = draft, loss
            draft.lost = least
    return best


def candidates_of(
    rungs: Sequence[Rung],
    leaf_counts: Whole,
    k: int,
    *,
    sensitive: bool,
    unasked: Set[int] = frozenset(),
    told: Whole | None = None,
    asking: Set[str] = frozenset(),
    least_asked: int = 0,
    forced: Set[int] = frozenset(),
    small: Set[int] = frozenset(),
) -> list[Candidate]:
    """Give the forms that can be protected at all: a zero cannot be withheld, only left uncounted in ``small`` groups.

    No form but the last keeps apart what `is_rare`: that follows from published numbers, whatever the counts are.
    How many were not asked is hidden in the groups ``unasked`` and in no others. Where another table tells them they
    are ``told``, by group, and can be subtracted from a category that counts them among others. In the groups
    ``forced`` all else is withheld too, whatever the counts are, or left uncounted in ``small`` ones. Answers made of
    ``asking`` codes are the last to be withheld: who gave them was asked something more, and a mark on them would be
    one more in every table of that. What tells how many those are, or all who are not among them, is shown from
    ``least_asked`` on. Where all of a small group agree, an answer that nobody gave cannot carry the mark that would
    hide it: then all small groups are left uncounted.
    """
    groups = leaf_counts.shape[1]
    uncounted, decided_in = marking(unasked & small, groups), marking(unasked - small, groups)
    silent_in, forced_in = marking(forced & small, groups), marking(forced - small, groups)
    small_in = marking(small, groups)
    found = []
    codes = {code for category in rungs[0].form.categories for code in category.members} if rungs else set()
    for rung in rungs:
        table, not_shown = rung.members @ leaf_counts, rung.not_shown[:, None]
        if rung is not rungs[-1] and is_rare(table.sum(axis=1), groups, k).any():
            continue
        known = 0 if told is None else rung.merged[:, None] * told
        tells = np.array([_tells_who_was_asked(c.members, asking, codes) for c in rung.form.categories], np.bool_)
        least_shown = np.where(tells, max(k, least_asked), k)[:, None]
        asked = table - known
        needed = ((asked > 0) & (asked < least_shown)) | agreeing(asked, rung.in_base) | agreeing(table, rung.in_base)
        agree = (needed & ~not_shown & (table == 0))[:, small_in].any()
        silent = silent_in | small_in if agree else silent_in
        blank, decided = (not_shown & uncounted) | (~not_shown & silent), not_shown & decided_in
        given = decided | (~not_shown & forced_in & (table > 0))
        last = np.array([bool(asking) and asking >= set(c.members) for c in rung.form.categories], np.bool_)
        least = np.maximum(np.ones_like(table), known)
        candidate = Candidate(rung, table, (needed & ~blank) | given, given, blank, least, last)
        shows_zero = sensitive and bool((table[~rung.not_shown] == 0).any())
        opened = bool((needed & not_shown & ~decided & ~blank).any())
        if not shows_zero and not opened and not (candidate.primary & (table == 0)).any():
            found.append(candidate)
    return found


def _tells_who_was_asked(members: Sequence[str], asking: Set[str], codes: Set[str]) -> bool:
    """Ask whether a filter's category counts some of those who were asked something more, or just all the others."""
    return bool(asking) and (asking >= set(members) or set(members) == codes - asking)


def is_rare(totals: Whole, groups: int, k: int) -> Mask:
    """Mark the answers of so few that a small count of them would be known to be one: with its mark, and without.

    With a mark in every group, one group must be able to hold k while another may be each of 1 to k - 1. And if such an
    answer were merged only where it has small counts, that it is merged would tell that no group holds all of it.
    """
    return (totals > 0) & (totals < k + (k - 1) + (groups - 2))


def marking(groups: Set[int], count: int) -> Mask:
    return np.array([group in groups for group in range(count)], np.bool_)


def agreeing(table: Whole, in_base: Mask) -> Mask:
    """Mark the answer that all of a group gave, or all but one; and then the empty ones, which tell it as well."""
    rows = np.flatnonzero(in_base)
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
