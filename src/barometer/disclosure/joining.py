"""What joins tables to each other: routing, and the options of one multiple choice, as equations between their cells.

Tables by different backgrounds meet only in totals. Those are published, or are taken as known to the attacker (the
counts of routes), so every background is a system of equations of its own, and so is the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from barometer.disclosure.drafts import Draft
from barometer.disclosure.linear import Equations
from barometer.disclosure.network import Interval, Mask, Whole
from barometer.questionnaire.model import Question
from barometer.tabulation import ANSWERED, NOT_REACHED, NOT_SHOWN, SKIPPED, RouteBlock

MISSING = "_missing"
STATES = (SKIPPED, NOT_REACHED, NOT_SHOWN)

Terms = tuple[dict[int, float], float]
"""A sum of variables, and what is known of it already."""


@dataclass(frozen=True)
class Bound:
    """How far a withheld or derived count can be told."""

    draft: Draft | None
    name: str
    interval: Interval | None
    derived_of: int | None = None
    """Of a count that no cell prints: the group it is of."""


class JoinedTables:
    """The equations of all tables of one block by one background (or whole)."""

    def __init__(
        self, drafts: Sequence[Draft], questions: dict[str, Question], route: RouteBlock | None, routes: Whole, k: int
    ) -> None:
        """``routes`` holds the true counts of the block's profiles, a column a group."""
        self.drafts, self.questions, self.route = drafts, questions, route
        self.routes, self.k = routes, k
        self.equations = Equations()
        self.cells: dict[tuple[int, int, int], int] = {}
        self.derived: list[tuple[Draft, str, int, Terms]] = []
        self.unprinted: dict[tuple[int, int, int], int] = {}
        self.ticks: dict[tuple[int, int, int], int] = {}
        self.profiles: dict[tuple[int, int], int] = {}
        self.groups = len(drafts[0].groups)
        for at, draft in enumerate(drafts):
            self._add_cells(at, draft)
            self._add_ticks(at, draft)
        if route is not None:
            self._add_profiles()
            for at, draft in enumerate(drafts):
                for group in range(self.groups):
                    self._join(at, draft, group, route)
        for at, draft in enumerate(drafts):
            for group in range(self.groups if draft.ticks else 0):
                self._bound_options(at, draft, group)

    def bounds(self) -> Iterator[Bound]:
        """Give the bounds of every withheld cell, and of every small count that the equations might tell."""
        for (at, row, _), variable in self.cells.items():
            draft = self.drafts[at]
            yield Bound(draft, draft.form.categories[row].code, self.equations.interval({variable: 1.0}))
        for (at, row, _), variable in self.ticks.items():
            draft = self.drafts[at]
            yield Bound(draft, draft.ticks[row].code, self.equations.interval({variable: 1.0}))
        for (at, row, group), variable in self.unprinted.items():
            if 0 < self.drafts[at].counts[row, group] < self.k:
                category = self.drafts[at].form.categories[row]
                yield Bound(self.drafts[at], category.code, self.equations.interval({variable: 1.0}))
        for draft, name, group, (terms, known) in self.derived:
            yield Bound(draft, name, self._shifted(self.equations.interval(terms), known), group)
        for place, together in enumerate(self._asked_alike()):
            for group in range(self.groups):
                if 0 < self.routes[together, group].sum() < self.k:
                    total, _ = self._profiles(together, group)
                    yield Bound(None, f"route {place}", self.equations.interval(total))

    @staticmethod
    def _shifted(interval: Interval | None, known: float) -> Interval | None:
        return None if interval is None else Interval(interval.low + int(known), interval.high + int(known))

    def _asked_alike(self) -> list[Mask]:
        """Give the profiles that are asked the same questions, together: only their sum may be told by routing."""
        if self.route is None:
            return []
        seen = np.stack(
            [self.route.hidden_by[draft.item] for draft in self.drafts if draft.item in self.route.hidden_by]
            or [np.zeros(len(self.routes), np.bool_)]
        )
        alike: dict[bytes, list[int]] = {}
        for profile in range(len(self.routes)):
            alike.setdefault(seen[:, profile].tobytes(), []).append(profile)
        return [np.isin(np.arange(len(self.routes)), together) for together in alike.values()]

    def _add_cells(self, at: int, draft: Draft) -> None:
        """Take in the categories: variables where they are withheld or not printed, and their known sums."""
        rows = range(len(draft.form.categories))
        unavailable = [row for row in rows if draft.form.categories[row].code in draft.form.unavailable]
        for row, group in np.argwhere(draft.withheld).tolist():
            self.cells[at, row, group] = self.equations.variable(1.0, float(draft.groups[group].respondents))
        for row in unavailable:
            for group in range(self.groups):
                self.unprinted[at, row, group] = self.equations.variable(0.0, float(draft.groups[group].respondents))
        for row in rows if self.groups > 1 else ():
            total = self._sum(*(self._cell(at, draft, row, group) for group in range(self.groups)))
            count = float(draft.counts[row].sum())
            if row not in unavailable or not 0 < count < self.k:
                self._equal(total, count)
        base = [row for row in rows if draft.form.categories[row].code in draft.form.base]
        for group in range(self.groups):
            column = [self._cell(at, draft, row, group) for row in rows]
            self._equal(self._sum(*column), float(draft.counts[:, group].sum()))
            if unavailable:
                inside = self._sum(*(column[row] for row in base))
                self._equal(inside, float(draft.counts[base, group].sum()))

    def _add_ticks(self, at: int, draft: Draft) -> None:
        for row, group in np.argwhere(draft.tick_withheld).tolist():
            self.ticks[at, row, group] = self.equations.variable(1.0, float(draft.groups[group].respondents))
        for row in range(len(draft.ticks) if self.groups > 1 else 0):
            total = self._sum(*(self._tick(at, draft, row, group) for group in range(self.groups)))
            self._equal(total, float(draft.tick_counts[row].sum()))

    def _add_profiles(self) -> None:
        profiles = len(self.routes)
        for profile in range(profiles):
            for group in range(self.groups):
                self.profiles[profile, group] = self.equations.variable()
        for together in self._asked_alike() if self.groups > 1 else ():
            count = float(self.routes[together].sum())
            total = {
                self.profiles[int(p), group]: 1.0 for p in np.flatnonzero(together) for group in range(self.groups)
            }
            if count >= self.k:
                self.equations.equal(total, count)
        for group, sized in enumerate(self.drafts[0].groups):
            everybody = {self.profiles[profile, group]: 1.0 for profile in range(profiles)}
            self.equations.equal(everybody, float(sized.respondents))

    def _cell(self, at: int, draft: Draft, row: int, group: int) -> Terms:
        key = (at, row, group)
        variable = self.cells.get(key, self.unprinted.get(key))
        return ({}, float(draft.counts[row, group])) if variable is None else ({variable: 1.0}, 0.0)

    def _tick(self, at: int, draft: Draft, row: int, group: int) -> Terms:
        variable = self.ticks.get((at, row, group))
        return ({}, float(draft.tick_counts[row, group])) if variable is None else ({variable: 1.0}, 0.0)

    def _profiles(self, marked: Mask, group: int) -> Terms:
        return {self.profiles[int(profile), group]: 1.0 for profile in np.flatnonzero(marked)}, 0.0

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

    def _join(self, at: int, draft: Draft, group: int, route: RouteBlock) -> None:
        """State what the routes say of this table: who was not asked, and who gave a filter's answers."""
        for row, category in enumerate(draft.form.categories):
            cell = self._cell(at, draft, row, group)
            members = set(category.members)
            if draft.item in route.hidden_by and NOT_SHOWN in members:
                hidden = self._profiles(route.hidden_by[draft.item], group)
                difference = self._sum(cell, minus=[hidden])
                self._equal(difference, 0.0) if members == {NOT_SHOWN} else self._at_least_zero(difference)
                seen = int(draft.counts[row, group] - self.routes[route.hidden_by[draft.item], group].sum())
                if members != {NOT_SHOWN} and 0 < seen < self.k:
                    self.derived.append((draft, f"{category.code} of those asked", group, difference))
            if draft.item in route.filters:
                self._join_filter(cell, draft, members, group, route)
        if draft.item in route.hidden_by and not any(NOT_SHOWN in c.members for c in draft.form.categories):
            hidden = self._profiles(route.hidden_by[draft.item], group)
            self._equal(hidden, 0.0)
        for row, option in enumerate(draft.ticks):
            tick = self._tick(at, draft, row, group)
            if (draft.item, option.code) in route.exact:
                self._equal(self._sum(tick, minus=[self._profiles(route.holding[draft.item, option.code], group)]), 0.0)
            if draft.item in route.hidden_by:
                asked = self._profiles(~route.hidden_by[draft.item], group)
                self._at_least_zero(self._sum(asked, minus=[tick]))

    def _join_filter(self, cell: Terms, draft: Draft, members: set[str], group: int, route: RouteBlock) -> None:
        """A category lies between the routes that hold only its answers and those that hold any of them."""
        states = {state for category in draft.form.categories for state in category.members if state in STATES}
        codes = {code for code in members if (draft.item, code) in route.holding}
        known = {code for item, code in route.holding if item == draft.item}
        if (draft.item, MISSING) in route.holding and members & states:
            codes.add(MISSING)
        if not codes:
            return
        touched = np.any([route.holding[draft.item, code] for code in codes], axis=0)
        partly = codes if states <= members else codes - {MISSING}
        others = [route.holding[draft.item, code] for code in known - partly]
        pure = touched & ~np.any(others, axis=0) if others else touched
        if members == {ANSWERED}:
            self._equal(self._sum(cell, minus=[self._profiles(touched, group)]), 0.0)
            return
        self._at_least_zero(self._sum(cell, minus=[self._profiles(pure, group)]))
        self._at_least_zero(self._sum(self._profiles(touched, group), minus=[cell]))

    def _bound_options(self, at: int, draft: Draft, group: int) -> None:
        """State how the options of a multiple choice bound each other and are bounded by who answered."""
        question = self.questions[draft.item]
        exclusive = {option.code for option in question.options if option.exclusive}
        answered = self._answered(at, draft, group)
        ticks = [(option.code, self._tick(at, draft, row, group)) for row, option in enumerate(draft.ticks)]
        alone = [tick for code, tick in ticks if code in exclusive]
        others = [tick for code, tick in ticks if code not in exclusive]
        for tick in [*others, *([] if others else alone)]:
            self._at_least_zero(
                self._sum(answered, minus=[tick, *alone]) if tick not in alone else self._sum(answered, minus=alone)
            )
        if len(ticks) == len(question.options):
            self._at_least_zero(self._sum(*others, *alone, minus=[answered]))
        if question.max_choices is not None and len(alone) == len(exclusive):
            most = float(question.max_choices)
            room = self._sum(*([answered] * int(most)), minus=[*(alone * int(most)), *others])
            self._at_least_zero(room)

    def _answered(self, at: int, draft: Draft, group: int) -> Terms:
        row = next(i for i, category in enumerate(draft.form.categories) if category.members == (ANSWERED,))
        return self._cell(at, draft, row, group)
