"""From the exact cube to tables that may leave: merge, suppress, audit, and refuse what does not pass.

Every step only takes away. Whatever fails the audit is merged further, then dropped, and if something still fails, no
release is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from barometer.disclosure import policy as policies
from barometer.disclosure.assembling import losses_of, table_of, whole_group
from barometer.disclosure.audit import audit_tables
from barometer.disclosure.drafts import (
    Draft,
    asked_is_safe,
    candidates_of,
    columns_of,
    is_small,
    multiple_draft,
    partition_draft,
    rows_of,
    small_ticks,
)
from barometer.disclosure.forms import (
    Form,
    Leaves,
    background_form,
    crossing_forms,
    leaves_of,
    multiple_form,
    multiple_forms,
    whole_form,
)
from barometer.disclosure.joining import Bound, JoinedTables
from barometer.disclosure.means import mean_of
from barometer.disclosure.merging import MergedGroups, merge_groups
from barometer.disclosure.network import Whole
from barometer.disclosure.policy import Method, Policy
from barometer.disclosure.words import joined, say
from barometer.published import (
    Category,
    Certificate,
    Loss,
    Mean,
    Part,
    PublishedTables,
    Table,
    TableAudit,
    Wave,
)
from barometer.questionnaire.conditions import items_in
from barometer.questionnaire.model import Kind, OptionKind, Question
from barometer.tabulation import NOT_SHOWN, Cube, ItemCounts, ItemKind, RouteBlock
from barometer.tabulation.routes import condition_of

SOFTWARE = "barometer 1"
ATTACKER = "A0"
NOT_MODELLED = (
    "A1: an attacker who knows the backgrounds of all respondents.",
    "A2: an attacker who knows which withheld cells are the small ones.",
    "A3: an attacker who reruns the suppression and compares its pattern with the published one.",
    "R: respondents who use their own answers, alone or together.",
    "Other releases of the same answers, and other waves answered by the same people.",
    "Bounds marked lp are outer bounds: whole numbers may confine a cell more than the equations over the reals.",
)


class ReleaseRefused(Exception):
    """No form of these tables passes the audit; nothing may be published."""


@dataclass(frozen=True)
class Protected:
    tables: PublishedTables
    certificate: Certificate


def protect(cube: Cube, policy: Policy, wave: Wave) -> Protected:
    """Make the tables of a wave publishable under its policy, with the certificate. Raises ReleaseRefused."""
    return _Protection(cube, policy, wave).made()


class _Protection:
    """One wave on its way through merging, suppression and audit."""

    def __init__(self, cube: Cube, policy: Policy, wave: Wave) -> None:
        self.cube, self.policy, self.wave = cube, policy, wave
        self.questions: Mapping[str, Question] = {
            item: question for question in cube.questionnaire.questions() for item in question.items
        }
        self.scale_order = {scale.id: scale.ordered for scale in cube.questionnaire.scales}
        self.routed_by = {item: items_in(c) for item, c in condition_of(cube.questionnaire).items()}
        self.audited = policy.method is Method.AUDITED
        self.losses: list[Loss] = []
        self.groups: dict[str, MergedGroups] = {}
        self.whole: dict[str, Draft] = {}
        self.crossed: dict[str, list[Draft]] = {}
        self.hide_asked: set[str] = set()
        self.forced: dict[str, set[int]] = {}
        self.joint_audits: dict[str, list[Bound]] = {}
        self.blocks: list[tuple[str, ...]] = []

    def made(self) -> Protected:
        self._merge_groups()
        self._draft_whole()
        for background in self.groups:
            self.crossed[background] = self._cross(background)
        tables = tuple(self._tables())
        audits = audit_tables(tables, self.policy.k, self.policy.m, self._spans(), strict=self.audited)
        if self.audited and audits.failures:
            raise ReleaseRefused("The audit fails: " + "; ".join(audits.failures[:5]))
        published = PublishedTables(
            self.wave, policies.as_plain(self.policy), tables, tuple(self._all_losses()), unsafe=not self.audited
        )
        return Protected(published, self._certificate(audits.audits))

    # groups

    def _merge_groups(self) -> None:
        for background in self.policy.backgrounds:
            if background.question not in self.cube.backgrounds:
                continue
            leaves = self.cube.backgrounds[background.question].codes
            counts = dict(zip(leaves, self._background_totals(background.question), strict=True))
            question = self.questions[background.question]
            merged = merge_groups(background, question, counts, self.policy.m)
            if merged is None:
                why = say("loss.background_dropped", m=self.policy.m)
                self.losses.append(Loss(background.question, "dropped", why))
                continue
            self.groups[background.question] = merged
            if merged.merged:
                named = joined([group.label for group in merged.merged], by="; ")
                self.losses.append(
                    Loss(background.question, "merged", say("loss.groups_merged", m=self.policy.m, groups=named))
                )

    def _background_totals(self, question: str) -> list[int]:
        counts = self.cube.items[question]
        answers = self.cube.backgrounds[question].codes[:-1]
        total = dict(zip(counts.codes, counts.total.tolist(), strict=True))
        given = [total[code] for code in answers]
        return [*given, self.cube.respondents - sum(given)]

    # whole tables

    def _draft_whole(self) -> None:
        for item in self.cube.items:
            self._redraft(item)
        for block in self.cube.routes:
            members = [item for item in block.items if item in self.whole]
            if self.audited and block.modelled and members:
                self._audit_whole_block(block, members)
        for item, draft in list(self.whole.items()):
            if self.audited and draft.ticks and not self._in_route(item) and not self._is_wide([draft], None):
                self._drop_whole(item)

    def _redraft(self, item: str) -> None:
        draft = self._whole_draft(item)
        if draft is None:
            self._drop_whole(item, "loss.item_dropped")
        else:
            self.whole[item] = draft

    def _drop_whole(self, item: str, key: str = "loss.table_dropped") -> None:
        self.whole.pop(item, None)
        self.losses.append(Loss(item, "dropped", say(key)))

    def _in_route(self, item: str) -> bool:
        return any(block.modelled and item in block.items for block in self.cube.routes)

    def _audit_whole_block(self, block: RouteBlock, members: Sequence[str]) -> None:
        """Where the totals tell a small count of a route, who was not asked is merged with who did not answer."""
        if self._is_wide([self.whole[item] for item in members], block):
            return
        for item in members:
            if item in block.hidden_by:
                self.hide_asked.add(item)
                self._redraft(item)
        kept = [item for item in members if item in self.whole]
        while kept and not self._is_wide([self.whole[item] for item in kept], block):
            dropped = next((item for item in reversed(kept) if item in block.hidden_by), kept[-1])
            self._drop_whole(dropped)
            kept.remove(dropped)

    def _is_wide(self, drafts: Sequence[Draft], block: RouteBlock | None) -> bool:
        return not list(self._narrow(drafts, block))

    def _narrow(self, drafts: Sequence[Draft], block: RouteBlock | None) -> Iterator[Bound]:
        """Give what an attacker could tell from these tables together; keep the bounds for the certificate."""
        by = drafts[0].by
        routes = np.zeros((0, len(drafts[0].groups)), np.int64)
        if block is not None:
            leaves = block.total[:, None] if by is None else block.by[by]
            routes = leaves if by is None else columns_of(drafts[0].groups, self.cube.backgrounds[by].codes, leaves)
        bounds = list(JoinedTables(drafts, self._by_item(), block, routes, self.policy.k).bounds())
        for draft in drafts:
            self.joint_audits[draft.id] = [bound for bound in bounds if bound.draft is draft]
        for bound in bounds:
            if bound.interval is None or bound.interval.span < self.policy.k:
                yield bound

    def _by_item(self) -> dict[str, Question]:
        return dict(self.questions)

    def _leaves(self, item: str) -> Leaves:
        counts, question = self.cube.items[item], self.questions[item]
        total = dict(zip(counts.codes, counts.total.tolist(), strict=True))
        ordered = self.scale_order.get(question.scale or "", bool(question.nets) or question.kind is Kind.NUMBER)
        scored = sum(option.score is not None for option in question.options) > 1
        return leaves_of(question, counts.codes, total, ordered=ordered or scored)

    def _whole_draft(self, item: str) -> Draft | None:
        counts, leaves = self.cube.items[item], self._leaves(item)
        form = self._whole_form(item, counts, leaves)
        if form is None:
            return None
        table = rows_of(form.categories, counts.codes, counts.total[:, None])
        withheld = np.zeros(table.shape, np.bool_) if self.audited else is_small(table, self.policy.k)
        draft = Draft(item, None, form, (whole_group(self.cube.respondents),), table, withheld)
        if counts.kind is ItemKind.MULTIPLE:
            self._add_options(draft, counts)
        return draft

    def _whole_form(self, item: str, counts: ItemCounts, leaves: Leaves) -> Form | None:
        k = self.policy.k if self.audited else 1
        if item in self.groups:
            return background_form(leaves, self.groups[item].groups, k)
        if counts.kind is ItemKind.MULTIPLE:
            return multiple_form(leaves, k)
        sensitive = self.policy.is_sensitive(self.questions[item].id)
        return whole_form(leaves, k, sensitive=sensitive and self.audited, hide_asked=item in self.hide_asked)

    def _add_options(self, draft: Draft, counts: ItemCounts) -> None:
        options = self._options(draft.item, counts)
        rows = [i for i, category in enumerate(draft.form.categories) if category.code in draft.form.base]
        draft.ticks = tuple(options)
        draft.tick_counts = rows_of(options, counts.tick_codes, counts.tick_total[:, None])
        base = draft.counts[rows].sum(axis=0)
        small = small_ticks(draft.tick_counts, base, self.policy.k)
        draft.tick_withheld = small if self.audited else is_small(draft.tick_counts, self.policy.k)

    def _options(self, item: str, counts: ItemCounts) -> list[Category]:
        labels = {option.code: option.label for option in self.questions[item].options}
        return [Category(code, labels[code], Part.TICKED, (code,)) for code in counts.tick_codes]

    # crossed tables

    def _cross(self, by: str) -> list[Draft]:
        drafts = {
            item: draft for item in self._items_by(by) if (draft := self._crossed_draft(item, by, asked_visible=True))
        }
        for block in self.cube.routes:
            self._settle_block(block, by, drafts)
        for item in list(drafts):
            while self.audited and item in drafts and drafts[item].ticks and not self._in_route(item):
                if self._is_wide([drafts[item]], None):
                    break
                self._coarsen(item, by, drafts)
        return [drafts[item] for item in self.whole if item in drafts]

    def _items_by(self, by: str) -> list[str]:
        backgrounds = {background.question for background in self.policy.backgrounds}
        return [
            item
            for item in self.whole
            if self.questions[item].id not in backgrounds
            and self.policy.crosses(self.questions[item].id, by)
            and (self.whole[item].ticks or self.whole[item].form.answers)
        ]

    def _settle_block(self, block: RouteBlock, by: str, drafts: dict[str, Draft]) -> None:
        """Audit the tables that routing joins; merge who was not asked, then drop tables, until all is wide."""
        members = [item for item in block.items if item in drafts]
        if not self.audited or not members:
            return
        if not block.modelled:
            for item in members:
                if item in block.hidden_by:
                    self._drop_crossed(item, by, drafts, "loss.routing_unmodelled")
            return
        if self._is_wide([drafts[item] for item in members], block):
            return
        for item in members:
            if item in block.hidden_by:
                self._replace(item, drafts, self._crossed_draft(item, by, asked_visible=False))
        while members := [item for item in block.items if item in drafts]:
            narrow = list(self._narrow([drafts[item] for item in members], block))
            if not narrow:
                return
            by_item: dict[str, list[Bound]] = {}
            for bound in narrow:
                if bound.draft is not None:
                    by_item.setdefault(bound.draft.item, []).append(bound)
            routed = [item for item in members if item in block.hidden_by]
            for item in by_item or (routed or members)[-1:]:
                if not self._withhold_more(by_item.get(item, []), drafts):
                    self._coarsen(item, by, drafts)

    def _withhold_more(self, narrow: Sequence[Bound], drafts: dict[str, Draft]) -> bool:
        """Where a count that no cell prints can be told, withhold the answers there; False if that is done already."""
        if not narrow or any(bound.derived_of is None for bound in narrow):
            return False
        draft = narrow[0].draft
        assert draft is not None and draft.by is not None
        groups = {bound.derived_of for bound in narrow if bound.derived_of is not None}
        if groups <= self.forced.get(draft.id, set()):
            return False
        self.forced.setdefault(draft.id, set()).update(groups)
        again = self._crossed_draft(draft.item, draft.by, asked_visible=False, start=draft.form)
        self._replace(draft.item, drafts, again)
        return True

    def _coarsen(self, item: str, by: str, drafts: dict[str, Draft]) -> None:
        """Take the next form of the ladder that can be protected, or drop the table."""
        self._replace(item, drafts, self._crossed_draft(item, by, asked_visible=False, after=drafts[item].form))

    def _replace(self, item: str, drafts: dict[str, Draft], draft: Draft | None) -> None:
        """Put a coarser table in the place of this one; where there is none, its loss has been noted."""
        if draft is None:
            drafts.pop(item)
        else:
            drafts[item] = draft

    def _drop_crossed(self, item: str, by: str, drafts: dict[str, Draft], key: str) -> None:
        draft = drafts.pop(item)
        self.losses.append(Loss(draft.id, "dropped", say(key)))

    def _crossed_draft(
        self, item: str, by: str, *, asked_visible: bool, after: Form | None = None, start: Form | None = None
    ) -> Draft | None:
        counts, leaves, whole = self.cube.items[item], self._leaves(item), self.whole[item]
        groups, leaf_codes = self.groups[by].groups, self.cube.backgrounds[by].codes
        table = columns_of(groups, leaf_codes, counts.by[by])
        visible = asked_visible and asked_is_safe(table[counts.codes.index(NOT_SHOWN)], groups, self.policy.k)
        sensitive = self.policy.is_sensitive(self.questions[item].id)
        if not self.audited:
            return self._naive_draft(item, by, table, whole)
        if counts.kind is ItemKind.MULTIPLE:
            ticks = columns_of(groups, leaf_codes, counts.tick_by[by])
            told = [tick for tick, hidden in zip(whole.ticks, whole.tick_withheld[:, 0], strict=True) if not hidden]
            forms = _beyond(multiple_forms(leaves, asked_is_visible=visible), after, start)
            draft = multiple_draft(counts, by, groups, table, ticks, forms, told, self.policy.k, sensitive=sensitive)
        else:
            forms = _beyond(crossing_forms(whole.form, leaves, asked_is_visible=visible), after, start)
            forced = self.forced.get(f"{item}/{by}", set())
            candidates = candidates_of(forms, counts.codes, table, self.policy.k, sensitive=sensitive, forced=forced)
            draft = partition_draft(item, by, groups, candidates, self.policy.k)
        if draft is None:
            self.losses.append(Loss(f"{item}/{by}", "dropped", say("loss.table_dropped")))
        return draft

    def _naive_draft(self, item: str, by: str, table: Whole, whole: Draft) -> Draft:
        """The test policy: every category of the whole table, small counts withheld and nothing else."""
        counts, groups = self.cube.items[item], self.groups[by].groups
        rows = rows_of(whole.form.categories, counts.codes, table)
        draft = Draft(item, by, whole.form, groups, rows, is_small(rows, self.policy.k))
        if whole.ticks:
            ticks = columns_of(groups, self.cube.backgrounds[by].codes, counts.tick_by[by])
            draft.ticks = whole.ticks
            draft.tick_counts = rows_of(whole.ticks, counts.tick_codes, ticks)
            draft.tick_withheld = is_small(draft.tick_counts, self.policy.k)
        return draft

    # results

    def _tables(self) -> Iterator[Table]:
        for item, draft in self.whole.items():
            yield table_of(
                draft, self.cube.questionnaire, tuple(self.routed_by.get(item, ())), self._means(item, draft)
            )
            for drafts in self.crossed.values():
                for crossed in drafts:
                    if crossed.item == item:
                        yield table_of(crossed, self.cube.questionnaire, tuple(self.routed_by.get(item, ())))

    def _means(self, item: str, draft: Draft) -> list[Mean]:
        question, counts = self.questions[item], self.cube.items[item]
        scored = [o for o in question.options if o.kind is OptionKind.SUBSTANTIVE]
        if draft.ticks or len(scored) < 2 or any(option.score is None for option in scored):
            return []
        mean = mean_of(scored, counts, draft, self.policy)
        if not mean.status.is_shown:
            self.losses.append(Loss(draft.id, "withheld", say("loss.mean_withheld")))
        return [mean]

    def _all_losses(self) -> Iterator[Loss]:
        yield from self.losses
        for item, draft in self.whole.items():
            yield from losses_of(draft, draft, self.policy.k)
            for drafts in self.crossed.values():
                for crossed in drafts:
                    if crossed.item == item:
                        yield from losses_of(crossed, draft, self.policy.k)

    def _spans(self) -> dict[str, int]:
        """Give the smallest span of every table audited jointly."""
        found = {}
        for table, bounds in self.joint_audits.items():
            spans = [bound.interval.span for bound in bounds if bound.interval is not None]
            if spans:
                found[table] = min(spans)
        return found

    def _certificate(self, audits: Sequence[TableAudit]) -> Certificate:
        blocks = []
        for block in self.cube.routes:
            for by in (None, *self.crossed):
                drafts = self.whole.values() if by is None else self.crossed[by]
                joined_tables = tuple(draft.id for draft in drafts if draft.item in block.items)
                if len(joined_tables) > 1:
                    blocks.append(joined_tables)
        return Certificate(
            release="",
            policy_digest=policies.digest(self.policy),
            software=SOFTWARE,
            attacker=ATTACKER,
            k=self.policy.k,
            m=self.policy.m,
            respondents=self.cube.respondents,
            audits=tuple(audits),
            blocks=tuple(blocks),
            not_modelled=NOT_MODELLED,
            unsafe=not self.audited,
        )


def _beyond(forms: list[Form], after: Form | None, start: Form | None) -> list[Form]:
    """Give the forms from ``start`` on, or those after ``after``; all of them where neither is on the ladder."""
    if start in forms:
        return forms[forms.index(start) :]
    return forms[forms.index(after) + 1 :] if after in forms else forms
