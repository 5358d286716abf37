"""The tables of everybody: every count is nobody or at least k, and what routing joins is audited together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

import numpy as np

from barometer.disclosure.assembling import whole_group
from barometer.disclosure.drafts import Draft, is_small, rows_of, small_ticks
from barometer.disclosure.forms import Form
from barometer.disclosure.joining import Bound
from barometer.disclosure.material import Material, routed_alike, smallest_spans
from barometer.disclosure.multiple_forms import multiple_form
from barometer.disclosure.whole_forms import background_form, whole_form
from barometer.disclosure.words import say
from barometer.published import Category, Loss, Part
from barometer.tabulation import ItemKind, RouteBlock


class _Step(IntEnum):
    """What is done to the questions that one condition shows, until the totals tell no small count."""

    AS_IS = 0
    TELL_ASKED = 1
    """Too few who skipped stand with who could not say, as it is told elsewhere who was asked."""
    HIDE_ASKED = 2
    """Who was not asked stands with who did not answer."""
    LEAVE_OUT = 3


class Totals:
    """The whole tables of a wave, by item; ``losses`` says what could not be published."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.drafts: dict[str, Draft] = {}
        self.steps: dict[str, _Step] = {}
        self.untold: dict[str, set[str]] = {}
        self.spans: dict[str, int] = {}
        for item in material.cube.items:
            self._redraft(item)
        for block in material.blocks if material.is_audited else ():
            members = [item for item in block.items if item in self.drafts]
            if block.modelled and members:
                self._settle(block, members)
        alone = [item for item, draft in self.drafts.items() if draft.ticks and not material.is_joined(item)]
        for item in alone if material.is_audited else ():
            if not self._is_wide(None, [item]):
                self._step([item], _Step.LEAVE_OUT)
        self.losses = [
            Loss(item, "dropped", say("loss.table_dropped" if self._was_drafted(item) else "loss.item_dropped"))
            for item in material.cube.items
            if item not in self.drafts
        ]

    def _redraft(self, item: str) -> None:
        is_left_out = item in self.material.without or self.steps.get(item) is _Step.LEAVE_OUT
        draft = None if is_left_out else self._draft(item)
        self.drafts.pop(item, None)
        if draft is not None:
            self.drafts[item] = draft

    def _was_drafted(self, item: str) -> bool:
        return item in self.steps or item in self.material.without

    def in_order(self) -> Mapping[str, Draft]:
        return {item: self.drafts[item] for item in self.material.cube.items if item in self.drafts}

    def _settle(self, block: RouteBlock, members: Sequence[str]) -> None:
        """Take the questions of every condition as far back as needed, then forward again as far as may be."""
        conditions = routed_alike(block, members)
        for step in _Step:
            self._step(members if step is _Step.AS_IS else [i for each in conditions for i in each], step)
            if self._is_wide(block, members):
                break
        else:
            self._leave_out_filters(block, members)
        for together in conditions:
            for step in [each for each in _Step if each < self.steps[together[0]]]:
                before = self.steps[together[0]]
                self._step(together, step)
                if self._is_wide(block, members):
                    break
                self._step(together, before)

    def _step(self, items: Sequence[str], step: _Step) -> None:
        for item in items:
            if self.steps.get(item, _Step.AS_IS) is not step:
                self.steps[item] = step
                self._redraft(item)
            self.steps[item] = step

    def _is_wide(self, block: RouteBlock | None, members: Sequence[str]) -> bool:
        """Ask whether nothing small is told; options are withheld on the way, for that."""
        while drafts := [self.drafts[item] for item in members if item in self.drafts]:
            joined = self.material.joined(drafts, block)
            bounds = list(joined.bounds())
            demand = self.material.policy.demand
            narrow = [bound for bound in bounds if bound.is_narrow(demand)]
            told = () if narrow else [*joined.told_by_the_small()]
            if not narrow and not told:
                self.spans |= smallest_spans(bounds, demand.k)
                return True
            if not (self._withhold_rests(narrow) if narrow else self._withhold_beside(told)):
                return False
        return True

    def _withhold_rests(self, narrow: Sequence[Bound]) -> bool:
        """Withhold the options of which it is told how few did not tick them; False where that is done or no help."""
        rests = [bound for bound in narrow if bound.option is not None]
        for bound in rests:
            assert bound.draft is not None and bound.option is not None
            withheld = self.untold.setdefault(bound.draft.item, set())
            if bound.option in withheld:
                return False
            withheld.add(bound.option)
            self._redraft(bound.draft.item)
        return bool(rests)

    def _withhold_beside(self, told: Sequence[Bound]) -> bool:
        """Withhold beside small options the rarest one that is told; False where there is none."""
        for draft in dict.fromkeys(bound.draft for bound in told):
            assert draft is not None
            counts, shown = draft.tick_counts.sum(axis=1), ~draft.tick_withheld.any(axis=1)
            others = np.flatnonzero(shown & (counts > 0)).tolist()
            if not others:
                return False
            rarest = draft.ticks[min(others, key=lambda row: int(counts[row]))]
            self.untold.setdefault(draft.item, set()).add(rarest.code)
            self._redraft(draft.item)
        return True

    def _leave_out_filters(self, block: RouteBlock, members: Sequence[str]) -> None:
        for item in reversed(members):
            if self._is_wide(block, members):
                return
            self._step([item], _Step.LEAVE_OUT)

    def _draft(self, item: str) -> Draft | None:
        material, counts = self.material, self.material.cube.items[item]
        form = self._form(item)
        if form is None:
            return None
        table = rows_of(form.categories, counts.codes, counts.total[:, None])
        withheld = np.zeros(table.shape, np.bool_) if material.is_audited else is_small(table, material.policy.k)
        draft = Draft(item, None, form, (whole_group(material.cube.respondents),), table, withheld)
        if counts.kind is ItemKind.MULTIPLE:
            self._add_options(draft)
        return draft

    def _form(self, item: str) -> Form | None:
        material, leaves = self.material, self.material.leaves(item)
        k = material.policy.k if material.is_audited else 1
        if item in material.groups:
            return background_form(leaves, material.groups_of(item), k)
        if material.cube.items[item].kind is ItemKind.MULTIPLE:
            return multiple_form(leaves, k)
        sensitive = material.is_audited and material.is_sensitive(item)
        step = self.steps.get(item)
        return whole_form(
            leaves,
            k,
            sensitive=sensitive,
            hide_asked=step is _Step.HIDE_ASKED,
            asked_is_told=step is _Step.TELL_ASKED,
        )

    def _add_options(self, draft: Draft) -> None:
        material, counts = self.material, self.material.cube.items[draft.item]
        labels = {option.code: option.label for option in material.questions[draft.item].options}
        ticks = counts.tick_total[:, None]
        options = [Category(code, labels[code], Part.TICKED, (code,)) for code in counts.tick_codes]
        if material.is_audited and material.is_sensitive(draft.item):
            draft.omitted = tuple(o for o, count in zip(options, counts.tick_total, strict=True) if not count)
            options = [option for option in options if option not in draft.omitted]
        rows = [i for i, category in enumerate(draft.form.categories) if category.code in draft.form.base]
        draft.ticks, draft.tick_counts = tuple(options), rows_of(options, counts.tick_codes, ticks)
        if not material.is_audited:
            draft.tick_withheld = is_small(draft.tick_counts, material.policy.k)
            return
        untold = np.array([[option.code in self.untold.get(draft.item, set())] for option in options])
        small = small_ticks(draft.tick_counts, draft.counts[rows].sum(axis=0), material.policy.k)
        draft.tick_withheld = (small | untold) & (draft.tick_counts > 0)
