"""The forms a question can be published in: which answers stand apart, which are merged, and whom a share speaks of.

Whole, every category holds nobody or at least k. By a background, a fixed ladder leads from that form to coarser ones;
each is made of whole categories of the form before, so that the totals of every crossed table are published numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from barometer.disclosure.words import joined, ranged, say
from barometer.published import Base, Category, Group, Part
from barometer.questionnaire.model import Net, OptionKind, Question
from barometer.tabulation import ANSWERED, NOT_ANSWERED, NOT_REACHED, NOT_SHOWN, SKIPPED
from barometer.texts import Text

PART_OF = {
    OptionKind.SUBSTANTIVE: Part.ANSWER,
    OptionKind.CANNOT_SAY: Part.CANNOT_SAY,
    OptionKind.REFUSE: Part.REFUSE,
    OptionKind.NOT_APPLICABLE: Part.NOT_APPLICABLE,
}
STATES = {
    SKIPPED: (Part.SKIPPED, "category.skipped"),
    NOT_REACHED: (Part.NOT_REACHED, "category.not_reached"),
    NOT_SHOWN: (Part.NOT_SHOWN, "category.not_shown"),
}
OUTSIDE = (Part.NOT_APPLICABLE, Part.SKIPPED, Part.NOT_REACHED)
"""What is no answer to the question, among those who were asked."""


@dataclass(frozen=True)
class Form:
    """Categories that add up to everybody, and nets beside them; ``rule`` says whom the shares speak of."""

    categories: tuple[Category, ...]
    rule: str
    base: tuple[str, ...]
    is_routed: bool
    nets: tuple[Category, ...] = ()
    unavailable: frozenset[str] = frozenset()
    """Categories that are named but not counted in print: of a multiple choice, who answered and who did not."""

    def __post_init__(self) -> None:
        """Refuse two categories of one code: a cell could then not be named, nor audited."""
        codes = [category.code for category in (*self.categories, *self.nets)]
        if len(codes) != len(set(codes)):
            raise ValueError(f"two categories share a code: {codes}")

    @cached_property
    def answers(self) -> tuple[Category, ...]:
        return tuple(category for category in self.categories if category.part is Part.ANSWER)

    @property
    def shows_who_was_asked(self) -> bool:
        return any(category.part is Part.NOT_SHOWN for category in self.categories)

    def wording(self) -> Base:
        """Give the base with its sentence."""
        key = f"base.{self.rule}" + ("_asked" if self.is_routed and self.rule != "all" else "")
        if self.rule == "answered" and not any(c.part is Part.CANNOT_SAY for c in self.categories):
            key += "_plain"
        return Base(self.rule, say(key), self.base)


@dataclass(frozen=True)
class Leaves:
    """The finest categories of an item and their counts; what nobody is in is left out unless it is an answer."""

    categories: tuple[Category, ...]
    counts: Mapping[str, int]
    ordered: bool
    nets: tuple[Net, ...] = ()

    def count(self, *categories: Category) -> int:
        return sum(self.counts[code] for category in categories for code in category.members)


def leaves_of(
    question: Question, codes: Sequence[str], counts: Mapping[str, int], *, ordered: bool, languages: Sequence[str]
) -> Leaves:
    """Give every answer its category; the classes of a number are their own labels, the same in all ``languages``."""
    options = {option.code: option for option in question.options}
    found: list[Category] = []
    for code in codes:
        if code in options:
            option = options[code]
            found.append(Category(code, option.label, PART_OF[option.kind], (code,), option.score))
        elif code == ANSWERED:
            found.append(Category(code, say("category.answered"), Part.ANSWERED, (code,)))
        elif code in STATES:
            part, key = STATES[code]
            if counts[code]:
                found.append(Category(code, say(key), part, (code,)))
        else:
            label = code.replace("..", "–")
            found.append(Category(code, Text.of(dict.fromkeys(languages, label)), Part.ANSWER, (code,)))
    return Leaves(tuple(found), counts, ordered, question.nets)


def whole_form(leaves: Leaves, k: int, *, sensitive: bool, hide_asked: bool = False) -> Form | None:
    """Give the finest form in which every category holds nobody or at least k; None where too few answered at all.

    In a sensitive question no category may hold nobody either. Answers are merged with their neighbours (if ordered,
    and inside the same net) or with other small ones, skips with other skips, and what is still too small with the
    smallest answer. With ``hide_asked`` those who were not asked stand with those who did not answer.
    """
    return _WholeForm(leaves, k, sensitive).made(hide_asked=hide_asked)


class _WholeForm:
    """The merging of one item, step by step."""

    def __init__(self, leaves: Leaves, k: int, sensitive: bool) -> None:
        self.leaves, self.k, self.sensitive = leaves, k, sensitive
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
            self.cannot_say = [_union("_no_view", joined([part.label for part in parts]), Part.NO_VIEW, parts)]
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
        self.answers[first : last + 1] = [
            _merged_answer(self.answers[first : last + 1], self.leaves.nets, ordered=True)
        ]

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
        self.answers = [*kept, _merged_answer(pool, self.leaves.nets, ordered=False)]

    def _merge_cannot_say(self) -> None:
        if self.any_small(self.cannot_say) and len(self.cannot_say) > 1:
            parts = self.cannot_say
            self.cannot_say = [_union(parts[0].code, joined([p.label for p in parts]), parts[0].part, parts)]
        if self.any_small(self.cannot_say):
            self._no_view_from([*self.cannot_say, *self.outside])

    def _no_view_from(self, parts: Sequence[Category]) -> None:
        parts = [part for part in parts if self.leaves.count(part)] or list(parts)
        named = len(parts) > 1 and not any(part.part is Part.ANSWER for part in parts)
        label = say("category.no_view") if named else joined([part.label for part in parts])
        self.no_view = [_union("_no_view", label, Part.NO_VIEW, parts)] if parts else []
        self.cannot_say, self.outside, self.rule = [], [], "shown"

    def _merge_outside(self) -> None:
        if self.any_small(self.outside) and len(self.outside) > 1:
            self.outside = [_union("_no_answer", say("category.no_answer"), Part.NO_VIEW, self.outside)]
        if self.any_small(self.outside) and self.not_shown:
            self._no_answer_or_not_asked()
        if self.any_small(self.outside) and self.cannot_say:
            self._no_view_from([*self.cannot_say, *self.outside])
        if self.any_small(self.not_shown):
            self._no_answer_or_not_asked()

    def _no_answer_or_not_asked(self) -> None:
        parts = [*self.outside, *self.not_shown]
        label = say("category.no_answer_or_not_asked") if self.outside else self.not_shown[0].label
        self.outside = [_union("_no_answer", label, Part.NO_VIEW, parts)]
        self.not_shown = []

    def _merge_rest(self) -> None:
        """Skips that are too few even together stand with the smallest answer."""
        rest = [*self.no_view, *self.outside, *self.not_shown]
        while self.any_small(rest) and len(self.answers) > 1 and self.leaves.count(*self.answers):
            parts = [*self.cannot_say, *rest] if not self.no_view else rest
            smallest = min((a for a in self.answers if self.leaves.count(a)), key=self.leaves.count)
            self.answers.remove(smallest)
            self.no_view = [
                _union("_no_view", joined([p.label for p in (smallest, *parts)]), Part.NO_VIEW, [smallest, *parts])
            ]
            self.cannot_say, self.outside, self.not_shown, self.rule = [], [], [], "all"
            rest = self.no_view

    def _hide_agreement(self) -> None:
        """Where all, or all but one, gave the same answer, only that they answered is shown."""
        answers = [*self.answers, *self.cannot_say]
        base = self.leaves.count(*answers)
        if len(answers) > 1 and max(self.leaves.count(answer) for answer in answers) >= base - 1:
            self.answers = [_union("_any_answer", say("category.any_answer"), Part.ANSWER, answers)]
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
            nets=_nets(self.answers, self.leaves.nets),
        )


def multiple_form(leaves: Leaves, k: int) -> Form | None:
    """Give the finest safe form of who answered a multiple choice at all; None where too few respondents are left."""
    return next((form for form in multiple_forms(leaves, asked_is_visible=True) if _is_safe(form, leaves, k)), None)


def _is_safe(form: Form, leaves: Leaves, k: int) -> bool:
    printed = [leaves.count(category) for category in form.categories if category.code not in form.unavailable]
    base = sum(leaves.count(category) for category in form.categories if category.code in form.base)
    return base >= k and not any(0 < count < k for count in printed)


def multiple_forms(leaves: Leaves, *, asked_is_visible: bool) -> list[Form]:
    """Give the ladder of forms of a multiple choice: shares of who answered; else of who was asked; else of everybody.

    Where shares are not of those who answered, how many did is left out, for the skips are too few to print.
    """
    answered = [category for category in leaves.categories if category.part is Part.ANSWERED]
    skips = [category for category in leaves.categories if category.part in (Part.SKIPPED, Part.NOT_REACHED)]
    not_shown = [category for category in leaves.categories if category.part is Part.NOT_SHOWN]
    merged = [_union("_no_answer", say("category.no_answer"), Part.NO_VIEW, skips)] if len(skips) > 1 else skips
    routed = bool(not_shown)
    found: list[Form] = []
    if asked_is_visible or not routed:
        found += [Form((*answered, *rest, *not_shown), "answered", (ANSWERED,), routed) for rest in (skips, merged)]
    if routed:
        label = say("category.no_answer_or_not_asked")
        rest = _union("_no_answer", label, Part.NO_VIEW, [*skips, *not_shown])
        found.append(Form((*answered, rest), "answered", (ANSWERED,), routed))
    if asked_is_visible or not routed:
        asked = tuple(category.code for category in (*answered, *merged))
        categories = (*answered, *merged, *not_shown)
        found.append(Form(categories, "shown", asked, routed, unavailable=frozenset(asked)))
    if routed:
        everybody = tuple(category.code for category in leaves.categories)
        found.append(Form(leaves.categories, "all", everybody, routed, unavailable=frozenset(everybody)))
    return found


def background_form(leaves: Leaves, groups: Sequence[Group], k: int) -> Form:
    """Give the form of a background's own table: what is too small is merged inside its group, never across groups.

    Across groups, the published group sizes would tell the merged answers apart again.
    """
    states = [category for category in leaves.categories if category.code in STATES]
    answers = [category for category in leaves.categories if category.code not in STATES]
    found: list[Category] = []
    for group in groups:
        parts = [category for category in answers if category.code in group.members]
        if NOT_ANSWERED in group.members and states:
            parts.append(_union("_no_answer", say("category.no_answer"), Part.NO_VIEW, states))
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
    return [*kept, _union(f"_part_of_{group.code}", label, part, pooled)]


def crossing_forms(whole: Form, leaves: Leaves, *, asked_is_visible: bool) -> list[Form]:
    """Give the ladder of forms for tables by a background, finest first.

    ``asked_is_visible`` says that how many of each group were asked may be shown; otherwise those who were not asked
    stand with those who gave no answer.
    """
    ladder: list[Form] = []
    for answers in _answer_ladder(whole, leaves):
        if asked_is_visible or not whole.shows_who_was_asked:
            ladder += [_apart(whole, answers), _no_view(whole, answers, with_not_shown=False)]
        if whole.shows_who_was_asked:
            ladder.append(_no_view(whole, answers, with_not_shown=True))
    widest = _answer_ladder(whole, leaves)[-1]
    if whole.shows_who_was_asked and asked_is_visible:
        ladder.append(_one_against_all(whole, widest, with_not_shown=False))
    ladder.append(_one_against_all(whole, widest, with_not_shown=True))
    unique: list[Form] = []
    for form in ladder:
        if len(form.categories) > 1 and form not in unique:
            unique.append(form)
    return unique


def _answer_ladder(whole: Form, leaves: Leaves) -> list[tuple[Category, ...]]:
    """Give the answers as they stand whole, then collapsed step by step."""
    steps = [whole.answers]
    nets = whole.nets
    if nets:
        steps += [_collapsed_by_nets(whole.answers, nets), _collapsed_by_nets(whole.answers, nets[:1])]
        return list(dict.fromkeys(steps))
    for kept in (3, 2):
        if len(whole.answers) > kept:
            steps.append(
                _thirds(whole.answers, leaves, kept) if leaves.ordered else _largest(whole.answers, leaves, kept)
            )
    return steps


def _collapsed_by_nets(answers: Sequence[Category], nets: Sequence[Category]) -> tuple[Category, ...]:
    """Give the disjoint nets as answers and all the others as one."""
    found: list[Category] = []
    taken: set[str] = set()
    for net in nets:
        if not taken & set(net.members):
            found.append(replace(net, part=Part.ANSWER))
            taken |= set(net.members)
    others = [answer for answer in answers if not taken & set(answer.members)]
    if len(others) == 1:
        found += others
    elif others:
        found.append(_union("_other_answers", say("category.other_answers"), Part.ANSWER, others))
    return tuple(found)


def _thirds(answers: Sequence[Category], leaves: Leaves, count: int) -> tuple[Category, ...]:
    """Cut an ordered list of answers into ``count`` spans of about equal size."""
    everybody = leaves.count(*answers)
    spans: list[list[Category]] = [[] for _ in range(count)]
    before = 0
    for answer in answers:
        middle = before + leaves.count(answer) / 2
        spans[min(count - 1, int(count * middle / max(everybody, 1)))].append(answer)
        before += leaves.count(answer)
    return tuple(span[0] if len(span) == 1 else _merged_answer(span, (), ordered=True) for span in spans if span)


def _largest(answers: Sequence[Category], leaves: Leaves, count: int) -> tuple[Category, ...]:
    alone = [answer for answer in answers if answer.code != "_other_answers"]
    kept = sorted(alone, key=leaves.count, reverse=True)[: count - 1]
    others = [answer for answer in answers if answer not in kept]
    return (
        *[a for a in answers if a in kept],
        _union("_other_answers", say("category.other_answers"), Part.ANSWER, others),
    )


def _rest_of(whole: Form) -> tuple[list[Category], list[Category], list[Category]]:
    """Give what is no substantive answer: in the base, outside it, and not asked."""
    others = [category for category in whole.categories if category.part is not Part.ANSWER]
    not_shown = [category for category in others if category.part is Part.NOT_SHOWN]
    inside = [c for c in others if c.code in whole.base and c not in not_shown]
    outside = [c for c in others if c.code not in whole.base and c not in not_shown]
    return inside, outside, not_shown


def _apart(whole: Form, answers: tuple[Category, ...]) -> Form:
    """Keep what stands apart whole, with all that is no answer in one category."""
    inside, outside, not_shown = _rest_of(whole)
    if len(outside) > 1:
        key = "category.no_answer_or_not_asked" if _holds_not_asked(outside) else "category.no_answer"
        outside = [_union("_no_answer", say(key), Part.NO_VIEW, outside)]
    categories = (*answers, *inside, *outside, *not_shown)
    base = tuple(category.code for category in (*answers, *inside, *(not_shown if whole.rule == "all" else ())))
    return Form(categories, whole.rule, base, whole.is_routed, _kept_nets(whole, answers))


def _no_view(whole: Form, answers: tuple[Category, ...], *, with_not_shown: bool) -> Form:
    """Put cannot say and no answer into one category, with those who were not asked where that must not be seen."""
    inside, outside, not_shown = _rest_of(whole)
    parts = [*inside, *outside, *(not_shown if with_not_shown else ())]
    mixed = whole.rule == "all" or _holds_not_asked(outside)
    rule = ("all" if whole.rule == "all" else "view") if with_not_shown or mixed else "shown"
    rest = [_no_view_category(parts)] if parts else []
    categories = (*answers, *rest, *(() if with_not_shown else not_shown))
    base = tuple(c.code for c in (*answers, *(rest if rule in ("shown", "all") else ())))
    return Form(categories, rule, base, whole.is_routed, _kept_nets(whole, answers))


def _no_view_category(parts: Sequence[Category]) -> Category:
    if len(parts) == 1:
        return parts[0]
    if _holds_not_asked(parts):
        return _union("_no_view", say("category.no_view_or_not_asked"), Part.NO_VIEW, parts)
    return _union("_no_view", say("category.no_view"), Part.NO_VIEW, parts)


def _one_against_all(whole: Form, answers: tuple[Category, ...], *, with_not_shown: bool) -> Form:
    """The coarsest form: the first answer against everything else, or against everything else that those asked said."""
    inside, outside, not_shown = _rest_of(whole)
    parts = [*answers[1:], *inside, *outside, *(not_shown if with_not_shown else ())]
    key = "category.other_or_not_asked" if _holds_not_asked(parts) else "category.other_or_no_answer"
    only_answers = all(part.part is Part.ANSWER for part in parts)
    label = say("category.other_answers" if only_answers else key)
    rest = [_union("_all_others", label, Part.NO_VIEW, parts)] if parts else []
    rule = "all" if _holds_not_asked(parts) else "shown"
    kept = () if with_not_shown else tuple(not_shown)
    base = tuple(category.code for category in (answers[0], *rest))
    return Form((answers[0], *rest, *kept), rule, base, whole.is_routed)


def _holds_not_asked(parts: Sequence[Category]) -> bool:
    return any(NOT_SHOWN in part.members for part in parts)


def _nets(answers: Sequence[Category], nets: Sequence[Net]) -> tuple[Category, ...]:
    """Give the nets that are unions of the answers as they stand."""
    members = {frozenset(answer.members) for answer in answers}
    substantive = {code for answer in answers for code in answer.members}
    found = []
    for net in nets:
        inside = [answer for answer in answers if set(answer.members) & set(net.options)]
        covered = {code for answer in inside for code in answer.members}
        if len(inside) > 1 and covered == set(net.options) & substantive and frozenset(covered) not in members:
            found.append(Category(net.id, net.label, Part.NET, tuple(code for code in net.options if code in covered)))
    return tuple(found)


def _kept_nets(whole: Form, answers: Sequence[Category]) -> tuple[Category, ...]:
    return whole.nets if tuple(answers) == whole.answers else ()


def _merged_answer(parts: Sequence[Category], nets: Sequence[Net], *, ordered: bool) -> Category:
    members = {code for part in parts for code in part.members}
    for net in nets:
        if members == set(net.options):
            return _union(net.id, net.label, Part.ANSWER, parts)
    if not ordered:
        return _union("_other_answers", say("category.other_answers"), Part.ANSWER, parts)
    codes = [code for part in parts for code in part.members]
    if len(codes) == 2:
        return _union("+".join(codes), joined([part.label for part in parts]), Part.ANSWER, parts)
    first, last = _first_and_last_label(parts)
    return _union(f"{codes[0]}..{codes[-1]}", ranged(first, last), Part.ANSWER, parts)


def _first_and_last_label(parts: Sequence[Category]) -> tuple[Text, Text]:
    first, last = parts[0].label, parts[-1].label
    heads = Text.of({lang: text.split(" – ")[0].split(" / ")[0] for lang, text in first})
    tails = Text.of({lang: text.split(" – ")[-1].split(" / ")[-1] for lang, text in last})
    return heads, tails


def _union(code: str, label: Text, part: Part, parts: Sequence[Category]) -> Category:
    return Category(code, label, part, tuple(member for each in parts for member in each.members))
