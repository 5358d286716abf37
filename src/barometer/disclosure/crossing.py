"""The tables by one background: each in the finest form that can be protected, and those that routing joins together.

How many of a group were asked is said alike in all tables of one condition: printed in the same groups, withheld in the
same groups. Otherwise one table would tell what another withholds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from barometer.disclosure.drafts import (
    Draft,
    Remembered,
    candidates_of,
    is_small,
    multiple_draft,
    option_pattern,
    partition_draft,
    rows_of,
    small_ticks,
)
from barometer.disclosure.forms import Form
from barometer.disclosure.joining import Bound, held_by
from barometer.disclosure.ladders import Ladders
from barometer.disclosure.material import routed_alike, smallest_spans
from barometer.disclosure.multiple_forms import multiple_forms
from barometer.disclosure.network import Mask, Whole
from barometer.disclosure.patterns import small_groups
from barometer.disclosure.words import say
from barometer.published import Loss
from barometer.tabulation import NOT_SHOWN, ItemKind, RouteBlock

Unasked = frozenset[int]
"""The groups in which it is withheld how many were not asked; printed in all others."""


class Crossing:
    """All tables by one background, beside the whole tables; ``losses`` says what could not be published."""

    def __init__(self, ladders: Ladders, by: str) -> None:
        self.ladders, self.by = ladders, by
        self.material, self.totals = ladders.material, ladders.totals
        material = self.material
        self.k = material.policy.k
        self.demand = material.policy.demand
        self.groups = material.groups_of(by)
        sizes = [group.respondents for group in self.groups]
        self.small = frozenset(small_groups(sizes, self.demand.detail))
        left_out = sorted(table for table in material.without if table.rpartition("/")[2] == by)
        self.losses = [Loss(table, "dropped", say("loss.table_dropped")) for table in left_out]
        self.remembered = Remembered(self.demand)
        self.spans: dict[str, int] = {}
        self.unasked: dict[str, Unasked | None] = {}
        """By routed item: where it is withheld who was not asked; None where they are merged into others everywhere."""
        self.linked: set[str] = set()
        """Routed items of which a filter's table tells who was asked: to merge those with others would hide nothing."""
        self.forced: dict[str, set[int]] = {}
        self.left_out: dict[str, set[str]] = {}
        self.drafts: dict[str, Draft] = {}
        for item in self._items():
            if not any(item in block.hidden_by for block in material.blocks if block.modelled and material.is_audited):
                self._redraft(item)
        for block in material.blocks if material.is_audited else ():
            self._settle(block)
        for item in [item for item, draft in self.drafts.items() if draft.ticks]:
            if material.is_audited and not material.is_joined(item):
                self._settle_together([item], None, newest=())

    def in_order(self) -> Iterator[Draft]:
        return (self.drafts[item] for item in self.totals if item in self.drafts)

    def _items(self) -> list[str]:
        policy, questions = self.material.policy, self.material.questions
        backgrounds = {background.question for background in policy.backgrounds}
        return [
            item
            for item, whole in self.totals.items()
            if questions[item].id not in backgrounds
            and policy.crosses(questions[item].id, self.by)
            and (whole.ticks or whole.form.answers)
            and f"{item}/{self.by}" not in self.material.without
        ]

    # routing

    def _settle(self, block: RouteBlock) -> None:
        """Draft the tables of a block so that together they tell no small count."""
        members = [item for item in self._items() if item in block.items]
        if not block.modelled:
            for item in [item for item in members if item in block.hidden_by]:
                self._drop(item, "loss.routing_unmodelled")
            return
        settled = [item for item in members if item not in block.hidden_by]
        self._settle_together(settled, block, newest=())
        for together in sorted(routed_alike(block, members), key=lambda each: not self._is_linked(each[0], block)):
            unasked = self._unasked(together[0], block)
            self.linked |= set(together) if self._is_linked(together[0], block) else set()
            for item in together:
                self.unasked[item] = unasked
                self._redraft(item)
            settled += together
            self._settle_together(settled, block, newest=together)

    def _is_linked(self, item: str, block: RouteBlock) -> bool:
        """Ask whether a filter's table tells who was asked: such conditions come first, as they tell nothing new."""
        return self._withheld_by_a_filter(block.hidden_by[item], block) is not None

    def _unasked(self, item: str, block: RouteBlock) -> Unasked | None:
        """Withhold who was not asked where a filter's table withholds it, or else in as few groups as protect it."""
        not_shown = self._table(item)[self.material.cube.items[item].codes.index(NOT_SHOWN)]
        sizes = np.array([group.respondents for group in self.groups])
        small = small_ticks(not_shown, sizes, self.demand.free_span)
        linked = self._withheld_by_a_filter(block.hidden_by[item], block)
        pattern = linked if linked is not None else option_pattern(not_shown, sizes, self.demand)
        if pattern is None or (small & ~pattern).any():
            return None
        return frozenset(int(group) for group in np.flatnonzero(pattern))

    def _withheld_by_a_filter(self, hidden: Mask, block: RouteBlock) -> Mask | None:
        """Give where a filter's table withholds exactly this count; None where none has it as a category."""
        for item in block.filters:
            draft = self.drafts.get(item)
            for row, category in enumerate(draft.form.categories if draft is not None else ()):
                codes = {held_by(item, code, block) for code in category.members}
                held = np.any([np.frombuffer(each, np.bool_) for each in codes], axis=0)
                if draft is not None and (np.array_equal(held, hidden) or np.array_equal(held, ~hidden)):
                    withheld: Mask = draft.withheld[row] | draft.unavailable[row]
                    return withheld
        return None

    def _settle_together(self, items: Sequence[str], block: RouteBlock | None, newest: Sequence[str]) -> None:
        """Coarsen, table by table, until nothing that these tables say together tells a small count.

        First of all who was not asked is merged into others in the ``newest`` tables, which brought it about.
        """
        while members := [item for item in items if item in self.drafts]:
            bounds = list(self.material.bounds([self.drafts[item] for item in members], block))
            narrow = [bound for bound in bounds if bound.is_narrow(self.demand)]
            if not narrow:
                self.spans |= smallest_spans(bounds, self.k)
                return
            if self._leave_out_options(narrow) or self._hide_asked(newest):
                continue
            blamed: dict[str, list[Bound]] = {}
            for bound in narrow:
                if bound.draft is not None:
                    blamed.setdefault(bound.draft.item, []).append(bound)
            routed = [item for item in members if block is not None and item in block.hidden_by]
            for item in blamed or (routed or members)[-1:]:
                if not self._withhold_more(blamed.get(item, [])):
                    self._redraft(item, after=self.drafts[item].form)

    def _leave_out_options(self, narrow: Sequence[Bound]) -> bool:
        """Where it is told how few did not tick an option, leave that option out."""
        told = {(bound.draft.item, bound.option) for bound in narrow if bound.draft is not None and bound.option}
        for item, option in told:
            self.left_out.setdefault(item, set()).add(option)
        for item in dict.fromkeys(item for item, _ in sorted(told)):
            self._redraft(item, start=self.drafts[item].form)
        return bool(told)

    def _hide_asked(self, items: Sequence[str]) -> bool:
        """Withhold the answers too where it is withheld who was asked; at last merge who was not asked into others.

        All tables of a condition are treated alike. False if nothing is left to hide.
        """
        unasked = self.unasked[items[0]] if items else None
        if unasked is None:
            return False
        is_new = any(not unasked <= self.forced.get(item, set()) for item in items)
        for item in items:
            if is_new:
                self.forced[item] = set(unasked)
            else:
                self.unasked[item] = None
                self.forced.pop(item, None)
            self._redraft(item)
        return True

    def _withhold_more(self, narrow: Sequence[Bound]) -> bool:
        """Where a count that no cell prints can be told, withhold the answers there; False if that is done already."""
        if not narrow or any(bound.is_cell for bound in narrow) or narrow[0].draft is None or narrow[0].draft.ticks:
            return False
        draft, groups = narrow[0].draft, {bound.group for bound in narrow}
        if groups <= self.forced.get(draft.item, set()):
            return False
        self.forced.setdefault(draft.item, set()).update(groups)
        self._redraft(draft.item, start=draft.form)
        return True

    # drafts

    def _drop(self, item: str, key: str) -> None:
        self.drafts.pop(item, None)
        self.losses.append(Loss(f"{item}/{self.by}", "dropped", say(key)))

    def _table(self, item: str) -> Whole:
        return self.material.table(item, self.by)

    def _redraft(self, item: str, *, after: Form | None = None, start: Form | None = None) -> None:
        """Take the finest form from ``start`` on, or after ``after``, that can be protected; or drop the table."""
        draft = self._draft(item, after, start) if self.material.is_audited else self._naive_draft(item)
        if draft is None:
            self._drop(item, "loss.table_dropped")
        else:
            self.drafts[item] = draft

    def _draft(self, item: str, after: Form | None, start: Form | None) -> Draft | None:
        counts, whole = self.material.cube.items[item], self.totals[item]
        unasked = self.unasked.get(item, frozenset())
        sensitive, told = self.material.is_sensitive(item), unasked is not None
        if counts.kind is ItemKind.MULTIPLE:
            printed = ~whole.tick_withheld[:, 0]
            left_out = [tick for tick in whole.ticks if tick.code in self.left_out.get(item, ())]
            options = [
                t for t, is_printed in zip(whole.ticks, printed, strict=True) if is_printed and t not in left_out
            ]
            draft = multiple_draft(
                counts, self.by, self.groups, self._table(item), self.material.ticks(item, self.by),
                _beyond(multiple_forms(self.material.leaves(item), asked_is_visible=told), after, start),
                options, self.demand, sensitive=sensitive, unasked=unasked or frozenset(),
            )  # fmt: skip
            if draft is not None:
                draft.omitted += tuple(left_out)
            return draft
        rungs = self.ladders.of(item, asked_is_visible=told)
        forms = self._apart(item, _beyond([rung.form for rung in rungs], after, start))
        candidates = candidates_of(
            [rung for rung in rungs if any(rung.form is form for form in forms)],
            self._table(item),
            self._least_shown(item),
            sensitive=sensitive,
            unasked=unasked or frozenset(),
            asking=self._asking(item),
            forced=self.forced.get(item, set()),
            small=self.small,
        )
        return partition_draft(item, self.by, self.groups, candidates, self.remembered)

    def _apart(self, item: str, forms: list[Form]) -> list[Form]:
        """Give the forms in which those who were not asked stand apart, where a filter's own table tells them."""
        if self.unasked.get(item) is not None and item in self.linked:
            return [form for form in forms if form.shows_who_was_asked]
        return forms

    def _asking(self, item: str) -> set[str]:
        """Give the answers to a filter that are enough to be asked something else."""
        found = set()
        for block in self.material.blocks:
            if block.modelled and item in block.filters:
                for code in self.material.cube.items[item].codes:
                    held = np.frombuffer(held_by(item, code, block), np.bool_)
                    if held.any() and any(not (held & hidden).any() for hidden in block.hidden_by.values()):
                        found.add(code)
        return found

    def _is_filter(self, item: str) -> bool:
        return any(item in block.filters for block in self.material.blocks if block.modelled)

    def _least_shown(self, item: str) -> int:
        """Give the least count that may be shown: k, and more where it tells how few were asked something else."""
        return self.demand.free_span if self._is_filter(item) else self.k

    def _naive_draft(self, item: str) -> Draft:
        """The test policy: every category of the whole table, small counts withheld and nothing else."""
        counts, whole = self.material.cube.items[item], self.totals[item]
        rows = rows_of(whole.form.categories, counts.codes, self._table(item))
        draft = Draft(item, self.by, whole.form, self.groups, rows, is_small(rows, self.k))
        if whole.ticks:
            draft.ticks = whole.ticks
            draft.tick_counts = rows_of(whole.ticks, counts.tick_codes, self.material.ticks(item, self.by))
            draft.tick_withheld = is_small(draft.tick_counts, self.k)
        return draft


def _beyond(forms: list[Form], after: Form | None, start: Form | None) -> list[Form]:
    """Give the forms from ``start`` on, or those after ``after``; all of them where neither is on the ladder."""
    if start in forms:
        return forms[forms.index(start) :]
    return forms[forms.index(after) + 1 :] if after in forms else forms
