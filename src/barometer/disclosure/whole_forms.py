"""The form of a whole table: the finest in which every category holds nobody or at least k."""

from __future__ import annotations

from collections.abc import Sequence

from barometer.disclosure.forms import STATES, Form, Leaves, merged_answer, nets_of, union
from barometer.disclosure.words import joined, say
from barometer.published import Category, Group, Part
from barometer.tabulation import NOT_ANSWERED, NOT_SHOWN

OUTSIDE = (Part.NOT_APPLICABLE, Part.SKIPPED, Part.NOT_REACHED, Part.NO_VIEW)
"""What is no answer to the question, among those who were asked."""


def whole_form(
    leaves: Leaves, k: int, *, sensitive: bool, hide_asked: bool = False, asked_is_told: bool = False
) -> Form | None:
    """Give the finest form in which every category holds nobody or at least k; None where too few answered at all.

    In a sensitive question no category may hold nobody either. Answers are merged with their neighbours (if ordered,
    and inside the same net) or with other small ones, skips with other skips, and what is still too small with the
    smallest answer. With ``hide_asked`` those who were not asked stand with those who did not answer; where it
    ``asked_is_told`` by other tables, never: that would hide nobody.
    """
    return _WholeForm(leaves, k, sensitive, asked_is_told).made(hide_asked=hide_asked)


class _WholeForm:
    """The merging of one item, step by step."""

    def __init__(self, leaves: Leaves, k: int, sensitive: bool, asked_is_told: bool) -> None:
        self.leaves, self.k, self.sensitive, self.asked_is_told = leaves, k, sensitive, asked_is_told
        by_part: dict[Part, list[Category]] = {}
        for category in leaves.categories:
            by_part.setdefault(category.part, []).append(category)
        self.answers = by_part.get(Part.ANSWER, []) + by_part.get(Part.ANSWERED, [])
        self.cannot_say = by_part.get(Part.CANNOT_SAY, []) + by_part.get(Part.REFUSE, [])
        self.outside = [category for part in OUTSIDE for category in by_part.get(part, [])]
        self.not_shown = by_part.get(Part.NOT_SHOWN, [])
        self.is_routed = bool(self.not_shown)
        self.no_view: list[Category] = []
        self.rule = "answered"

    def is_small(self, category: Category) -> bool:
        count = self.leaves.count(category)
        return 0 < count < self.k or (self.sensitive and count == 0)

    def any_small(self, categories: Sequence[Category]) -> bool:
        return any(self.is_small(category) for category in categories)

    def made(self, *, hide_asked: bool) -> Form | None:
        if hide_asked and self.not_shown:
            self._no_answer_or_not_asked()
        self._merge_answers()
        self._merge_cannot_say()
        self._merge_outside()
        self._merge_rest()
        categories = (*self.answers, *self.cannot_say, *self.no_view, *self.outside, *self.not_shown)
        if not self.answers or self.any_small(categories) or not self.leaves.count(*self.answers):
            return None
        self._hide_agreement()
        return self._form()

    def _merge_answers(self) -> None:
        while self.any_small(self.answers) and len(self.answers) > 1:
            if len(self.answers) == 2 and self._has_rest():
                self._move_smallest_answer()
            elif self.leaves.ordered:
                self._merge_neighbours()
            else:
                self._pool_answers()

    def _has_rest(self) -> bool:
        return bool(self.leaves.count(*self.cannot_say, *self.outside))

    def _move_smallest_answer(self) -> None:
        """Of two answers the small one stands with cannot say, or with those without an answer, not with the other."""
        smallest = min(self.answers, key=self.leaves.count)
        self.answers.remove(smallest)
        if self.leaves.count(*self.cannot_say):
            parts = [smallest, *self.cannot_say]
            self.cannot_say = [union("_no_view", joined([part.label for part in parts]), Part.NO_VIEW, parts)]
        else:
            self.outside.insert(0, smallest)
            self._no_view_from([*self.cannot_say, *self.outside])

    def _merge_neighbours(self) -> None:
        at = min(
            (i for i, c in enumerate(self.answers) if self.is_small(c)),
            key=lambda i: self.leaves.count(self.answers[i]),
        )
        near = [i for i in (at - 1, at + 1) if 0 <= i < len(self.answers)]
        inside = [i for i in near if self._nets_of(self.answers[i]) == self._nets_of(self.answers[at])]
        other = min(inside or near, key=lambda i: self.leaves.count(self.answers[i]))
        first, last = sorted((at, other))
        self.answers[first : last + 1] = [merged_answer(self.answers[first : last + 1], self.leaves.nets, ordered=True)]

    def _nets_of(self, category: Category) -> frozenset[str]:
        return frozenset(net.id for net in self.leaves.nets if set(category.members) & set(net.options))

    def _pool_answers(self) -> None:
        by_count = sorted(self.answers, key=self.leaves.count)
        pool = [category for category in by_count if self.is_small(category)]
        for category in [each for each in by_count if each not in pool and self.leaves.count(each)] or by_count:
            if len(pool) > 1 and self.leaves.count(*pool) >= self.k:
                break
            if category not in pool:
                pool.append(category)
        kept = [category for category in self.answers if category not in pool]
        pool = [category for category in self.answers if category in pool]
        self.answers = [*kept, merged_answer(pool, self.leaves.nets, ordered=False)]

    def _merge_cannot_say(self) -> None:
        if self.any_small(self.cannot_say) and len(self.cannot_say) > 1:
            parts = self.cannot_say
            self.cannot_say = [union(parts[0].code, joined([p.label for p in parts]), parts[0].part, parts)]
        if self.any_small(self.cannot_say):
            self._no_view_from([*self.cannot_say, *self.outside])

    def _no_view_from(self, parts: Sequence[Category]) -> None:
        parts = [part for part in parts if self.leaves.count(part)] or list(parts)
        named = len(parts) > 1 and not any(part.part is Part.ANSWER for part in parts)
        label = say("category.no_view") if named else joined([part.label for part in parts])
        self.no_view = [union("_no_view", label, Part.NO_VIEW, parts)] if parts else []
        self.cannot_say, self.outside, self.rule = [], [], "shown"

    def _merge_outside(self) -> None:
        if self.any_small(self.outside) and len(self.outside) > 1:
            self.outside = [union("_no_answer", say("category.no_answer"), Part.NO_VIEW, self.outside)]
        if self.any_small(self.outside) and self.not_shown and not self.asked_is_told:
            self._no_answer_or_not_asked()
        if self.any_small(self.outside) and self.cannot_say:
            self._no_view_from([*self.cannot_say, *self.outside])
        if self.any_small(self.not_shown):
            self._no_answer_or_not_asked()

    def _no_answer_or_not_asked(self) -> None:
        parts = [*self.outside, *self.not_shown]
        label = say("category.no_answer_or_not_asked") if self.outside else self.not_shown[0].label
        self.outside = [union("_no_answer", label, Part.NO_VIEW, parts)]
        self.not_shown = []

    def _rest(self) -> list[Category]:
        return [*self.no_view, *self.outside, *(() if self.asked_is_told else self.not_shown)]

    def _merge_rest(self) -> None:
        """Skips that are too few even together stand with the smallest answer."""
        rest = self._rest()
        while self.any_small(rest) and len(self.answers) > 1 and self.leaves.count(*self.answers):
            parts = [*self.cannot_say, *rest] if not self.no_view else rest
            smallest = min((a for a in self.answers if self.leaves.count(a)), key=self.leaves.count)
            self.answers.remove(smallest)
            self.no_view = [
                union("_no_view", joined([p.label for p in (smallest, *parts)]), Part.NO_VIEW, [smallest, *parts])
            ]
            self.cannot_say, self.outside = [], []
            if self.asked_is_told:
                self.rule = "shown"
            else:
                self.not_shown, self.rule = [], "all"
            rest = self.no_view

    def _hide_agreement(self) -> None:
        """Where all, or all but one, gave the same answer, only that they answered is shown."""
        answers = [*self.answers, *self.cannot_say]
        base = self.leaves.count(*answers)
        if len(answers) > 1 and max(self.leaves.count(answer) for answer in answers) >= base - 1:
            self.answers = [union("_any_answer", say("category.any_answer"), Part.ANSWER, answers)]
            self.cannot_say = []

    def _form(self) -> Form:
        base = [*self.answers, *self.cannot_say]
        if self.rule != "answered":
            base += self.no_view
        if self.rule == "shown":
            base += [each for each in self.outside if NOT_SHOWN not in each.members]
        if self.rule == "all":
            base += [*self.outside, *self.not_shown]
        return Form(
            categories=(*self.answers, *self.cannot_say, *self.no_view, *self.outside, *self.not_shown),
            rule=self.rule,
            base=tuple(category.code for category in base),
            is_routed=self.is_routed,
            nets=nets_of(self.answers, self.leaves.nets),
        )


def background_form(leaves: Leaves, groups: Sequence[Group], k: int) -> Form:
    """Give the form of a background's own table: what is too small is merged inside its group, never across groups.

    Across groups, the published group sizes would tell the merged answers apart again.
    """
    states = [category for category in leaves.categories if STATES.keys() >= set(category.members)]
    answers = [category for category in leaves.categories if category not in states]
    found: list[Category] = []
    for group in groups:
        parts = [category for category in answers if category.code in group.members]
        if NOT_ANSWERED in group.members and states:
            parts.append(union("_no_answer", say("category.no_answer"), Part.NO_VIEW, states))
        found += _pooled_inside(parts, leaves, k, group)
    grouped = {code for category in found for code in category.members}
    found += [category for category in answers if not set(category.members) & grouped]
    base = tuple(category.code for category in found if category.code != "_no_answer")
    mixed = any(set(STATES) & set(category.members) and category.code != "_no_answer" for category in found)
    return Form(tuple(found), "shown" if mixed else "answered", base, is_routed=False)


def _pooled_inside(parts: list[Category], leaves: Leaves, k: int, group: Group) -> list[Category]:
    small = [part for part in parts if 0 < leaves.count(part) < k]
    if not small:
        return parts
    rest = sorted((part for part in parts if leaves.count(part) >= k), key=leaves.count)
    while len(small) < 2 or leaves.count(*small) < k:
        small.append(rest.pop(0))
    pooled = [part for part in parts if part in small]
    label = joined([part.label for part in pooled])
    part = Part.ANSWER if any(each.part is Part.ANSWER for each in pooled) else Part.NO_VIEW
    kept = [each for each in parts if each not in small]
    return [*kept, union(f"_part_of_{group.code}", label, part, pooled)]
