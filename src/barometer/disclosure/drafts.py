"""A table on its way to being published: a form, its counts by group, and which of them are withheld."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heappop, heappush
from itertools import islice

import numpy as np

from barometer.disclosure.blocks import Blocks
from barometer.disclosure.forms import Form
from barometer.disclosure.knowing import Net, nets_leave_open
from barometer.disclosure.network import Mask, Network, Whole
from barometer.disclosure.patterns import Judge, choose_among
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
FORM_LOSS = {"view": 0.05, "all": 0.1}
"""What it costs the reader that shares are of other people than in the whole table: little where only those without a
view are left out, more where those who were never asked are among them."""


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

    def least_loss(self, totals: Whole) -> float:
        """Give what the form alone costs a reader, by the published totals of its categories."""
        told = float(totals @ self.worth) / max(1, int(totals.sum()))
        return 1.0 - told + FORM_LOSS.get(self.form.rule, 0.0)

    def heads_lost(self, puzzle: Puzzle, hidden: Mask) -> float:
        """Give what a reader loses with what is hidden beside it: shown parts of a headline answer that do not add up.

        It is told where all its parts are shown, or all that is hidden is a part of it. By published numbers.
        """
        sizes, totals = puzzle.sizes, puzzle.totals
        lost = 0.0
        for inside in self.heads:
            is_lost = hidden[inside].any(axis=0) & hidden[~inside].any(axis=0)
            shown = np.where(hidden[inside], 0, totals[inside][:, None]).sum(axis=0)
            lost += float((shown * sizes)[is_lost].sum())
        return HEADLINE * lost / max(1, int(sizes.sum())) ** 2


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

    def pattern(self, blocks: Blocks, below: float) -> Pattern | None:
        """Give the pattern of which readers lose less than ``below``; None where there is none."""
        key = blocks.puzzle.key
        if key in self.found:
            pattern = self.found[key]
            return pattern if pattern.loss < below else None
        if self.in_vain.get(key, 0.0) >= below:
            return None
        chosen = choose_among(blocks, self.judge, below=below)
        if chosen is None:
            self.in_vain[key] = below
        else:
            self.found[key] = chosen
        return chosen


@dataclass(frozen=True, eq=False)
class Undrafted:
    """A table before it has a form: its counts by code and group, and what was decided of it beforehand.

    How many were not asked is hidden in the groups ``unasked`` and in no others. Where another table tells them they
    are ``told``, by group, and can be subtracted from a category that counts them among others. In the groups
    ``forced`` all else is withheld too, whatever the counts are, or left uncounted in ``small`` ones. Answers made of
    ``asking`` codes are the last to be withheld: who gave them was asked something more, and a mark on them would be
    one more in every table of that. What tells how many those are, or all who are not among them, is shown from
    ``least_asked`` on.
    """

    counts: Whole
    k: int
    sensitive: bool = False
    unasked: Set[int] = frozenset()
    told: Whole | None = None
    asking: Set[str] = frozenset()
    least_asked: int = 0
    forced: Set[int] = frozenset()
    small: Set[int] = frozenset()

    def totals_in(self, rung: Rung) -> Whole:
        """Give by category how many there are in all groups."""
        totals: Whole = rung.members @ self._totals
        return totals

    @cached_property
    def _totals(self) -> Whole:
        totals: Whole = self.counts.sum(axis=1)
        return totals

    def has_rare(self, rung: Rung) -> bool:
        """Ask whether this form keeps apart answers of so few that a small count of them would be known to be one.

        With a mark in every group, one group must be able to hold k while another may be each of 1 to k - 1. And if
        such an answer were merged only where it has small counts, that it is merged would tell that no group holds all
        of it.
        """
        enough = self.k + (self.k - 1) + (self.counts.shape[1] - 2)
        return any(0 < total < enough for total in self.totals_in(rung).tolist())

    def in_form(self, rung: Rung) -> Puzzle | None:
        """Give what must be withheld in this form; None where it cannot be protected at all.

        A zero cannot be withheld, only left uncounted in small groups. Where all of a small group agree, an answer that
        nobody gave cannot carry the mark that would hide it: then all small groups are left uncounted.
        """
        table, not_shown = rung.members @ self.counts, rung.not_shown[:, None]
        answered, empty, needed = ~not_shown, table == 0, self._needed(rung, table)
        agree = (needed & answered & empty)[:, self._small].any()
        silent = self._silent | self._small if agree else self._silent
        blank, decided = (not_shown & self._uncounted) | (answered & silent), not_shown & self._decided
        given = decided | (answered & self._forced & ~empty)
        counted = needed & ~blank
        primary = counted | given
        shows_zero = self.sensitive and bool(empty[~rung.not_shown].any())
        opened = bool((counted & not_shown & ~decided).any())
        if shows_zero or opened or (primary & empty).any():
            return None
        return Puzzle(
            table,
            primary,
            rung.worth,
            given=given,
            blank=blank,
            fixed=rung.not_shown,  # who was not asked is withheld alike in many tables, as decided before
            may=~empty,
            least=np.ones_like(table) if self.told is None else np.maximum(1, rung.merged[:, None] * self.told),
            last=self._last(rung),
        )

    def _needed(self, rung: Rung, table: Whole) -> Mask:
        """Mark what must not be shown: small counts and agreement, also beside those who are told elsewhere."""
        asked = table if self.told is None else table - rung.merged[:, None] * self.told
        needed = ((asked > 0) & (asked < self._least_shown(rung))) | agreeing(asked, rung.in_base)
        return needed if self.told is None else needed | agreeing(table, rung.in_base)

    def _least_shown(self, rung: Rung) -> Whole | int:
        """Give by category the least that may be shown of it.

        That is more than k where a filter's category counts some of those who were asked something more, or just all
        the others.
        """
        if not self.asking:
            return self.k
        members = [set(category.members) for category in rung.form.categories]
        others = set[str]().union(*members) - self.asking
        tells = [self.asking >= each or each == others for each in members]
        return np.where(tells, max(self.k, self.least_asked), self.k)[:, None]

    def _last(self, rung: Rung) -> Mask:
        if not self.asking:
            return np.zeros(len(rung.form.categories), np.bool_)
        return np.array([self.asking >= set(category.members) for category in rung.form.categories], np.bool_)

    @cached_property
    def _small(self) -> Mask:
        return self._marking(self.small)

    @cached_property
    def _uncounted(self) -> Mask:
        return self._marking(self.unasked & self.small)

    @cached_property
    def _decided(self) -> Mask:
        return self._marking(self.unasked - self.small)

    @cached_property
    def _silent(self) -> Mask:
        return self._marking(self.forced & self.small)

    @cached_property
    def _forced(self) -> Mask:
        return self._marking(self.forced - self.small)

    def _marking(self, groups: Set[int]) -> Mask:
        return marking(groups, self.counts.shape[1])


def partition_draft(
    item: str, by: str, groups: tuple[Group, ...], rungs: Sequence[Rung], undrafted: Undrafted, remembered: Remembered
) -> Draft | None:
    """Give the form and pattern of which readers lose least, weighed by published numbers; None in vain.

    What they lose with a form is bounded ever closer, but only while it is the cheapest so far: in the end most forms
    are never tried, and many not even counted. No form but the last may have rare answers: that follows from
    published numbers, whatever the counts are.
    """
    best: Draft | None = None
    least = MOST_LOST
    kept = [rung for rung in rungs if rung is rungs[-1] or not undrafted.has_rare(rung)]
    bounds = [_bounds(rung, undrafted, remembered.demand) for rung in kept]
    waiting: list[tuple[float, int, Blocks | None]] = [(0.0, at, None) for at in range(len(kept))]
    while waiting and waiting[0][0] < least:
        _, at, blocks = heappop(waiting)
        if blocks is None:
            for bound, found in islice(bounds[at], 1):
                heappush(waiting, (bound, at, found))
            continue
        rung, puzzle = kept[at], blocks.puzzle
        form_loss = rung.least_loss(puzzle.totals)
        pattern = remembered.pattern(blocks, least - form_loss)
        if pattern is None or puzzle.share(pattern.withheld | pattern.untold) > LARGEST_LOSS:
            continue
        loss = form_loss + pattern.loss + rung.heads_lost(puzzle, pattern.withheld | pattern.untold)
        if loss >= least:
            continue
        draft = Draft(item, by, rung.form, groups, puzzle.counts, pattern.withheld, pattern.untold)
        if draft.nets_are_wide(remembered.demand):
            best, least = draft, loss
            draft.lost = least
    return best


def _bounds(rung: Rung, undrafted: Undrafted, demand: Demand) -> Iterator[tuple[float, Blocks | None]]:
    """Say ever closer what readers lose at least with this form, at last with the blocks that it leaves; no more where
    it cannot be protected."""
    form_loss = rung.least_loss(undrafted.totals_in(rung))
    yield form_loss, None
    puzzle = undrafted.in_form(rung)
    if puzzle is not None:
        blocks = Blocks(puzzle, demand)
        yield form_loss + blocks.loss_at_a_glance, None
        if not blocks.tell_a_group:
            yield form_loss + blocks.least_loss, blocks


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
