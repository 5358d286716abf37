"""What joins tables to each other: routing, and the options of one multiple choice, as equations between their cells.

A merged category is written as the sum of its *parts*, the finest counts that another table could tell apart: those who
were not asked, and answers that routing treats differently. A part, a route, or a rest that holds 1..k-1 respondents
must stay as wide as a withheld cell, though no cell prints it.

Tables by different backgrounds meet only in totals. Those are published, or are taken as known to the attacker where
they hold k, so every background is a system of equations of its own, and so is the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from barometer.disclosure.drafts import Draft
from barometer.disclosure.knowing import Marked, confined
from barometer.disclosure.linear import Equations
from barometer.disclosure.network import Interval, Mask, Whole
from barometer.disclosure.puzzle import Demand
from barometer.questionnaire.model import Question
from barometer.tabulation import ANSWERED, NOT_REACHED, NOT_SHOWN, SKIPPED, RouteBlock

MISSING = "_missing"
STATES = (SKIPPED, NOT_REACHED, NOT_SHOWN)

Terms = tuple[dict[int, float], float]
"""A sum of variables, and what is known of it already."""
Leaves = Mapping[str, Mapping[str, Whole]]
"""By item and code: how many respondents of every group."""


@dataclass(frozen=True)
class Bound:
    """How far a count can be told that is withheld, or that no cell prints."""

    draft: Draft | None
    """None for a count of the routes themselves."""
    name: str
    interval: Interval | None
    group: int
    is_cell: bool = False
    """Whether a cell of the table is withheld to hide it; otherwise it is inside a merged category, or a difference."""
    option: str | None = None
    """Of a multiple choice: the option that was not ticked by those counted."""

    def is_narrow(self, demand: Demand) -> bool:
        """Say whether it spans less than k, or, of a multiple choice, so little that colluders would be tried."""
        wanted = demand.free_span if self.draft is not None and self.draft.ticks else demand.k
        return self.interval is None or self.interval.span < wanted


@dataclass(frozen=True)
class _Part:
    """Codes of one category that nothing published tells apart."""

    codes: tuple[str, ...]
    held_by: bytes
    """Which profiles hold those who gave these codes; empty where none is about them."""
    is_not_shown: bool


class JoinedTables:
    """The equations of all tables of one block by one background (or whole)."""

    def __init__(
        self,
        drafts: Sequence[Draft],
        questions: Mapping[str, Question],
        route: RouteBlock | None,
        routes: Whole,
        leaves: Leaves,
        demand: Demand,
    ) -> None:
        """``routes`` holds the true counts of the block's profiles, a column a group."""
        self.drafts, self.questions, self.route = drafts, questions, route
        self.routes, self.leaves, self.k, self.demand = routes, leaves, demand.k, demand
        self.equations = Equations()
        self.groups = len(drafts[0].groups)
        self.hidden: dict[tuple[int, int, int], int] = {}
        """Cells that are withheld or named without a count, by draft, row and group."""
        self.ticks: dict[tuple[int, int, int], int] = {}
        self.profiles: dict[tuple[int, int], int] = {}
        self.parts: list[int] = []
        self.targets: list[tuple[Bound, int]] = []
        if route is not None:
            self._add_profiles()
        for at, draft in enumerate(drafts):
            self._add_cells(at, draft)
            self._add_ticks(at, draft)
            if route is not None:
                self._join(at, draft, route)
            for group in range(self.groups if draft.ticks else 0):
                self._bound_options(at, draft, group)

    def bounds(self) -> Iterator[Bound]:
        """Bound every withheld cell, and every small count that might be told, until it is seen to span enough."""
        for target, variable in self.targets:
            interval = self.equations.interval(variable, enough=self.demand.free_span)
            yield replace(target, interval=interval)

    def told_to_colluders(self) -> Iterator[Bound]:
        """Give every withheld cell that respondents confine who pool what they answered, wherever they are counted.

        Of nested counts each of them may know twice: who was asked something, but did not give the answer that is
        withheld beside it, knows of two who were asked.
        """
        enough, colluders = self.demand.free_span, self.demand.colluders
        seats = [*self.parts, *self.hidden.values(), *self.ticks.values(), *self.profiles.values()]
        for target, variable in self.targets if colluders and self.route is not None else ():
            interval = self.equations.interval(variable, enough=enough) if target.is_cell else None
            if interval is None or interval.span >= enough:
                continue
            if not self.equations.spans_whoever_sits(variable, seats, colluders, span=self.k):
                yield replace(target, interval=interval)

    def told_by_the_small(self) -> Iterator[Bound]:
        """Give every small cell of which who knows which cells are small can rule out some value from 1 to k - 1."""
        marked = list(self._marked())
        left = confined(self.equations, [cell for _, cell in marked], self.k)
        for place, interval in left.items():
            yield replace(marked[place][0], interval=interval)

    def _is_small(self, count: float) -> bool:
        return 0 < count < self.k

    # tables

    def _add_cells(self, at: int, draft: Draft) -> None:
        """Take in the categories: variables where they are withheld or not printed, and their known sums."""
        rows = range(len(draft.form.categories))
        whole_rows = [row for row in rows if draft.form.categories[row].code in draft.form.unavailable]
        unprinted = draft.unavailable
        for row, group in np.argwhere(draft.withheld).tolist():
            self._hide(at, row, group, least=1.0, is_target=True)
        for row, group in np.argwhere(unprinted & ~draft.withheld).tolist():
            self._hide(at, row, group, least=0.0, is_target=self._is_small(draft.counts[row, group]))
        for row in rows if self.groups > 1 else ():
            count = float(draft.counts[row].sum())
            if row not in whole_rows or not self._is_small(count):
                self._equal(self._sum(*(self._cell(at, row, group) for group in range(self.groups))), count)
        base = [row for row in rows if draft.form.categories[row].code in draft.form.base]
        for group, told in enumerate(draft.bases()):
            column = [self._cell(at, row, group) for row in rows]
            self._equal(self._sum(*column), float(draft.counts[:, group].sum()))
            if unprinted[:, group].any() and told is not None:
                self._equal(self._sum(*(column[row] for row in base)), float(told))

    def _hide(self, at: int, row: int, group: int, *, least: float, is_target: bool) -> None:
        draft = self.drafts[at]
        variable = self.equations.variable(least, float(draft.groups[group].respondents))
        self.hidden[at, row, group] = variable
        if is_target:
            code = draft.form.categories[row].code
            self.targets.append((Bound(draft, code, None, group, is_cell=bool(draft.withheld[row, group])), variable))

    def _add_ticks(self, at: int, draft: Draft) -> None:
        for row, group in np.argwhere(draft.tick_withheld).tolist():
            variable = self.equations.variable(1.0, float(draft.groups[group].respondents))
            self.ticks[at, row, group] = variable
            self.targets.append((Bound(draft, draft.ticks[row].code, None, group, is_cell=True), variable))
        for row in range(len(draft.ticks) if self.groups > 1 else 0):
            total = self._sum(*(self._tick(at, row, group) for group in range(self.groups)))
            self._equal(total, float(draft.tick_counts[row].sum()))

    def _cell(self, at: int, row: int, group: int) -> Terms:
        variable = self.hidden.get((at, row, group))
        return ({}, float(self.drafts[at].counts[row, group])) if variable is None else ({variable: 1.0}, 0.0)

    def _tick(self, at: int, row: int, group: int) -> Terms:
        variable = self.ticks.get((at, row, group))
        return ({}, float(self.drafts[at].tick_counts[row, group])) if variable is None else ({variable: 1.0}, 0.0)

    def _marked(self) -> Iterator[tuple[Bound, Marked]]:
        """Give every cell that carries a mark, the nets among them."""
        for at, draft in enumerate(self.drafts):
            for row, group in np.argwhere(draft.withheld).tolist():
                cell = Marked(*self._cell(at, row, group), int(draft.counts[row, group]))
                yield Bound(draft, draft.form.categories[row].code, None, group, is_cell=True), cell
            for row, group in np.argwhere(draft.tick_withheld).tolist():
                cell = Marked(*self._tick(at, row, group), int(draft.tick_counts[row, group]))
                yield Bound(draft, draft.ticks[row].code, None, group, is_cell=True), cell
            for code, net in draft.nets().items():
                for group in np.flatnonzero(net.marked).tolist():
                    terms = self._sum(*(self._cell(at, row, group) for row in net.rows))
                    cell = Marked(*terms, int(draft.counts[net.rows, group].sum()))
                    yield Bound(draft, code, None, group, is_cell=True), cell

    # routes

    def _add_profiles(self) -> None:
        profiles = range(len(self.routes))
        for profile in profiles:
            for group in range(self.groups):
                variable = self.equations.variable()
                self.profiles[profile, group] = variable
                if self._is_small(self.routes[profile, group]):
                    self.targets.append((Bound(None, f"route {profile}", None, group), variable))
        for together in self._asked_alike() if self.groups > 1 else ():
            count = float(self.routes[together].sum())
            if count >= self.k:
                self._equal(self._sum(*(self._on(together, group) for group in range(self.groups))), count)
        for group, sized in enumerate(self.drafts[0].groups):
            self._equal(self._on(np.ones(len(self.routes), np.bool_), group), float(sized.respondents))

    def _asked_alike(self) -> list[Mask]:
        """Give the profiles that are asked the same questions, together: only their sum may be told by routing."""
        hidden_by = {} if self.route is None else self.route.hidden_by
        seen = [hidden_by[draft.item] for draft in self.drafts if draft.item in hidden_by]
        alike: dict[bytes, list[int]] = {}
        for profile in range(len(self.routes)):
            alike.setdefault(bytes(bool(hidden[profile]) for hidden in seen), []).append(profile)
        return [np.isin(np.arange(len(self.routes)), together) for together in alike.values()]

    def _on(self, marked: Mask, group: int) -> Terms:
        return {self.profiles[int(profile), group]: 1.0 for profile in np.flatnonzero(marked)}, 0.0

    def _join(self, at: int, draft: Draft, route: RouteBlock) -> None:
        """State what the routes say of this table: who was not asked, and who gave a filter's answers."""
        parts = [self._parts_of(draft, category.members, route) for category in draft.form.categories]
        counted = [
            [self._divided(at, row, group, inside) for group in range(self.groups)] for row, inside in enumerate(parts)
        ]
        for group in range(self.groups):
            here = [pair for row, inside in enumerate(parts) for pair in zip(inside, counted[row][group], strict=True)]
            for held in self._answers_told_apart(draft, route):
                same = [terms for part, terms in here if part.held_by == held]
                self._equal(self._sum(*same, minus=[self._on(np.frombuffer(held, np.bool_), group)]), 0.0)
            if draft.item in route.hidden_by:
                unasked = [terms for part, terms in here if part.is_not_shown]
                self._equal(self._sum(*unasked, minus=[self._on(route.hidden_by[draft.item], group)]), 0.0)
            for row, option in enumerate(draft.ticks):
                if (draft.item, option.code) in route.exact:
                    ticking = self._on(route.holding[draft.item, option.code], group)
                    self._equal(self._sum(self._tick(at, row, group), minus=[ticking]), 0.0)
        for row, inside in enumerate(parts) if self.groups > 1 else ():
            for place, part in enumerate(inside if len(inside) > 1 else ()):
                total = sum(self._count(draft.item, part, group) for group in range(self.groups))
                if total >= self.k:
                    self._equal(self._sum(*(counted[row][group][place] for group in range(self.groups))), total)

    def _parts_of(self, draft: Draft, members: Sequence[str], route: RouteBlock) -> list[_Part]:
        found: dict[tuple[bytes, bool], list[str]] = {}
        for code in members:
            is_not_shown = code == NOT_SHOWN and draft.item in route.hidden_by
            found.setdefault((held_by(draft.item, code, route), is_not_shown), []).append(code)
        return [_Part(tuple(codes), held, is_not_shown) for (held, is_not_shown), codes in found.items()]

    def _answers_told_apart(self, draft: Draft, route: RouteBlock) -> list[bytes]:
        if draft.item not in route.filters:
            return []
        return list(dict.fromkeys(held_by(draft.item, code, route) for code in self.leaves[draft.item]))

    def _divided(self, at: int, row: int, group: int, parts: Sequence[_Part]) -> list[Terms]:
        """Give a cell's parts, each with a variable of its own; the cell itself where one part is the whole of it."""
        draft, cell = self.drafts[at], self._cell(at, row, group)
        if len(parts) == 1:
            return [cell]
        divided: list[Terms] = []
        for part in parts:
            variable = self.equations.variable(0.0, float(draft.groups[group].respondents))
            self.parts.append(variable)
            if self._is_small(self._count(draft.item, part, group)):
                self.targets.append((Bound(draft, " / ".join(part.codes), None, group), variable))
            divided.append(({variable: 1.0}, 0.0))
        self._equal(self._sum(*divided, minus=[cell]), 0.0)
        return divided

    def _count(self, item: str, part: _Part, group: int) -> float:
        return float(sum(int(self.leaves[item][code][group]) for code in part.codes))

    # options of a multiple choice

    def _bound_options(self, at: int, draft: Draft, group: int) -> None:
        """State how the options of a multiple choice bound each other and are bounded by who answered."""
        question = self.questions[draft.item]
        exclusive = {option.code for option in question.options if option.exclusive}
        answered = self._answered(at, draft, group)
        ticks = [(option.code, self._tick(at, row, group)) for row, option in enumerate(draft.ticks)]
        alone = [tick for code, tick in ticks if code in exclusive]
        others = [tick for code, tick in ticks if code not in exclusive]
        for tick in others:
            self._at_least_zero(self._sum(answered, minus=[tick, *alone]))
        if alone and not others:
            self._at_least_zero(self._sum(answered, minus=alone))
        if len(ticks) == len(question.options):
            self._at_least_zero(self._sum(*others, *alone, minus=[answered]))
        if question.max_choices is not None and len(alone) == len(exclusive):
            most = question.max_choices
            self._at_least_zero(self._sum(*([answered] * most), minus=[*(alone * most), *others]))
        everybody = int(self.leaves[draft.item][ANSWERED][group])
        for row, (code, tick) in enumerate(ticks):
            if self._is_small(everybody - int(draft.tick_counts[row, group])):
                terms, known = self._sum(answered, minus=[tick])
                rest = self.equations.named(terms, known)
                self.targets.append((Bound(draft, f"not {code}", None, group, option=code), rest))

    def _answered(self, at: int, draft: Draft, group: int) -> Terms:
        row = next(i for i, category in enumerate(draft.form.categories) if category.members == (ANSWERED,))
        return self._cell(at, row, group)

    # sums

    @staticmethod
    def _sum(*terms: Terms, minus: Sequence[Terms] = ()) -> Terms:
        found: dict[int, float] = {}
        known = 0.0
        for sign, each in [(1.0, term) for term in terms] + [(-1.0, term) for term in minus]:
            for variable, weight in each[0].items():
                found[variable] = found.get(variable, 0.0) + sign * weight
            known += sign * each[1]
        return found, known

    def _equal(self, terms: Terms, value: float) -> None:
        self.equations.equal(terms[0], value - terms[1])

    def _at_least_zero(self, terms: Terms) -> None:
        self.equations.require(terms[0], low=-terms[1])


def held_by(item: str, code: str, route: RouteBlock) -> bytes:
    """Give the profiles that hold those who gave this answer to a filter, or none where it is no filter.

    Conditions tell answers of numbers, dates and texts apart by value, not by the classes they are published in: there
    all that is known is who answered at all.
    """
    if item not in route.filters:
        return b""
    if code in STATES:
        without = route.holding.get((item, MISSING))
        return (~route.holding[item, ANSWERED] if without is None else without).tobytes()
    return route.holding.get((item, code), route.holding.get((item, ANSWERED), np.zeros(0, np.bool_))).tobytes()
