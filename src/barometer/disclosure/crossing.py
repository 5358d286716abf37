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
    Rung,
    Undrafted,
    is_small,
    partition_draft,
    rows_of,
    small_ticks,
)
from barometer.disclosure.forms import Form
from barometer.disclosure.joining import Bound, held_by
from barometer.disclosure.ladders import Ladders
from barometer.disclosure.material import routed_alike, smallest_spans
from barometer.disclosure.multiple_drafts import multiple_draft, option_pattern
from barometer.disclosure.multiple_forms import multiple_forms
from barometer.disclosure.network import Mask, Whole
from barometer.disclosure.puzzle import small_groups
from barometer.disclosure.standing import Standing, Unasked, Way, ways_of
from barometer.disclosure.words import say
from barometer.published import Loss
from barometer.tabulation import NOT_SHOWN, ItemKind, RouteBlock


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
        self.left_out = sorted(table for table in material.without if table.rpartition("/")[2] == by)
        self.remembered = Remembered(self.demand)
        self.withheld_by_filter: dict[str, Unasked] = {}
        """Of routed items of which a filter's table tells who was asked: where it does not."""
        self.now = Standing()
        for item in self._items():
            if not any(item in block.hidden_by for block in material.blocks if block.modelled and material.is_audited):
                self._redraft(item)
        for block in material.blocks if material.is_audited else ():
            self._settle(block)
        for item in [item for item, draft in self.drafts.items() if draft.ticks]:
            if material.is_audited and not material.is_joined(item):
                self._settle_together([item], None)

    @property
    def drafts(self) -> dict[str, Draft]:
        return self.now.drafts

    @property
    def spans(self) -> dict[str, int]:
        return self.now.spans

    @property
    def losses(self) -> list[Loss]:
        dropped = [(table, "loss.table_dropped") for table in self.left_out]
        dropped += [(f"{item}/{self.by}", key) for item, key in self.now.dropped.items()]
        return [Loss(table, "dropped", say(key)) for table, key in dropped]

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
        self._settle_together(settled, block)
        for together in sorted(routed_alike(block, members), key=lambda each: not self._is_linked(each[0], block)):
            unasked = self._unasked(together[0], block)
            linked = self._withheld_by_a_filter(block.hidden_by[together[0]], block)
            if linked is not None:
                self.withheld_by_filter |= dict.fromkeys(together, _groups(linked))
            settled += together
            self._settle_newest(together, settled, block, ways_of(unasked))

    def _settle_newest(
        self, newest: Sequence[str], settled: Sequence[str], block: RouteBlock, ways: Sequence[Way]
    ) -> None:
        """Draft the tables of a condition beside those settled before, in the way of which readers lose least."""
        begun, best = self.now, None
        least = float("inf")
        for way in ways:
            self.now = begun.copy()
            for item in newest:
                self.now.unasked[item] = way.unasked
                self.now.forced[item] = way.forced
                self._redraft(item)
            self._settle_together(settled, block, newest, by_groups=way.by_groups, spares=way.spares, below=least)
            lost = self.now.lost(settled)
            if lost < least:
                best, least = self.now, lost
        assert best is not None
        self.now = best

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
        return _groups(pattern)

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

    def _settle_together(
        self,
        items: Sequence[str],
        block: RouteBlock | None,
        newest: Sequence[str] = (),
        *,
        by_groups: bool = True,
        spares: bool = True,
        below: float = float("inf"),
    ) -> None:
        """Withhold more or coarsen, table by table, until nothing that these tables say together tells a small count.

        ``by_groups`` answers are first withheld where something is told, in the ``newest`` tables, which brought it
        about; with ``spares`` these give way alone as long as there are any. Given up where readers lose ``below`` or
        more.
        """
        while members := [item for item in items if item in self.drafts]:
            if self.now.lost(items) >= below:
                return
            joined = self.material.joined([self.drafts[item] for item in members], block)
            bounds = list(joined.bounds())
            narrow = [bound for bound in bounds if bound.is_narrow(self.demand)]
            narrow = narrow or list(joined.told_to_colluders())
            if not narrow and (len(members) > 1 or self.drafts[members[0]].ticks):
                narrow = list(joined.told_by_the_small())
            if not narrow:
                self.spans.update(smallest_spans(bounds, self.k))
                return
            if self._leave_out_options(narrow) or (by_groups and self._withhold_there(newest, narrow)):
                continue
            spared = [item for item in newest if item in self.drafts] if spares else []
            blamed: dict[str, list[Bound]] = {}
            for bound in narrow:
                if bound.draft is not None and (not spared or bound.draft.item in spared):
                    blamed.setdefault(bound.draft.item, []).append(bound)
            routed = [item for item in members if block is not None and item in block.hidden_by]
            for item in blamed or (spared or routed or members)[-1:]:
                if not self._withhold_more(blamed.get(item, [])):
                    self._redraft(item, after=self.drafts[item].form)

    def _leave_out_options(self, narrow: Sequence[Bound]) -> bool:
        """Where it is told how few did not tick an option, leave that option out."""
        told = {(bound.draft.item, bound.option) for bound in narrow if bound.draft is not None and bound.option}
        for item, option in told:
            self.now.left_out[item] = self.now.left_out.get(item, frozenset()) | {option}
        for item in dict.fromkeys(item for item, _ in sorted(told)):
            self._redraft(item, start=self.drafts[item].form)
        return bool(told)

    def _withhold_there(self, items: Sequence[str], narrow: Sequence[Bound]) -> bool:
        """Withhold all that these tables say in the groups where something is told; False if that is done already.

        What is told of others, or of who was asked, is blamed on the table that tells most of who was asked.
        """
        there = [item for item in items if item in self.drafts and not self.drafts[item].ticks]
        told: dict[str, set[int]] = {item: set() for item in there}
        for bound in narrow:
            if bound.draft is not None and bound.draft.item in items:
                told.setdefault(bound.draft.item, set()).add(bound.group)
        for group in {bound.group for bound in narrow if bound.draft is None or bound.draft.item not in items}:
            telling = [item for item in there if group not in self.now.forced.get(item, frozenset())]
            if telling:
                told[max(telling, key=lambda item: self.drafts[item].least_asked(group))].add(group)
        changed = [item for item in there if self.now.force(item, told[item])]
        for item in changed:
            self._redraft(item)
        return bool(changed)

    def _withhold_more(self, narrow: Sequence[Bound]) -> bool:
        """Where a count that no cell prints can be told, withhold the answers there; False if that is done already."""
        if not narrow or any(bound.is_cell for bound in narrow) or narrow[0].draft is None or narrow[0].draft.ticks:
            return False
        draft = narrow[0].draft
        if not self.now.force(draft.item, {bound.group for bound in narrow}):
            return False
        self._redraft(draft.item, start=draft.form)
        return True

    # drafts

    def _drop(self, item: str, key: str) -> None:
        self.drafts.pop(item, None)
        self.now.dropped[item] = key

    def _table(self, item: str) -> Whole:
        return self.material.table(item, self.by)

    def _redraft(self, item: str, *, after: Form | None = None, start: Form | None = None) -> None:
        """Take the finest form from ``start`` on, or after ``after``, that can be protected; or drop the table."""
        draft = self._draft(item, after, start) if self.material.is_audited else self._naive_draft(item)
        if draft is None:
            self._drop(item, "loss.table_dropped")
        else:
            self.drafts[item] = draft
            self.now.dropped.pop(item, None)

    def _draft(self, item: str, after: Form | None, start: Form | None) -> Draft | None:
        counts, whole = self.material.cube.items[item], self.totals[item]
        unasked = self.now.unasked.get(item, frozenset())
        sensitive, told = self.material.is_sensitive(item), unasked is not None
        if counts.kind is ItemKind.MULTIPLE:
            printed = ~whole.tick_withheld[:, 0]
            left_out = [tick for tick in whole.ticks if tick.code in self.now.left_out.get(item, ())]
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
        rungs: Sequence[Rung] = self.ladders.of(item, asked_is_visible=told)
        forms = self._apart(item, _beyond([rung.form for rung in rungs], after, start))
        undrafted = Undrafted(
            self._table(item),
            self.k,
            sensitive=sensitive,
            unasked=unasked or frozenset(),
            told=self._told(item),
            asking=self._asking(item),
            least_asked=self.demand.free_span,
            forced=self.now.forced.get(item, frozenset()),
            small=self.small,
        )
        rungs = [rung for rung in rungs if any(rung.form is form for form in forms)]
        return partition_draft(item, self.by, self.groups, rungs, undrafted, self.remembered)

    def _apart(self, item: str, forms: list[Form]) -> list[Form]:
        """Give the forms in which those who were not asked stand apart, where a filter's table tells them everywhere.

        To merge them with others would then hide nothing.
        """
        if self.withheld_by_filter.get(item) == frozenset() and self.now.unasked.get(item) is not None:
            return [form for form in forms if form.shows_who_was_asked]
        return forms

    def _told(self, item: str) -> Whole | None:
        """Give by group how many were not asked, as far as a filter's table tells it; None where none does."""
        unasked = self.withheld_by_filter.get(item)
        if unasked is None:
            return None
        told: Whole = self._table(item)[self.material.cube.items[item].codes.index(NOT_SHOWN)].copy()
        told[sorted(unasked)] = 0
        return told

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


def _groups(marked: Mask) -> Unasked:
    return frozenset(int(group) for group in np.flatnonzero(marked))


def _beyond(forms: list[Form], after: Form | None, start: Form | None) -> list[Form]:
    """Give the forms from ``start`` on, or those after ``after``; all of them where neither is on the ladder."""
    if start in forms:
        return forms[forms.index(start) :]
    return forms[forms.index(after) + 1 :] if after in forms else forms
