"""The ladder of forms for tables by a background, from the whole table's form to coarser ones.

Each is made of whole categories of that form, so that the totals of every crossed table are published numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from barometer.disclosure.forms import Form, Leaves, merged_answer, union
from barometer.disclosure.words import joined, say
from barometer.published import Category, Part
from barometer.tabulation import NOT_SHOWN
from barometer.texts import Text

HEADLINES = 3
"""So many answers are quoted at most."""


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
    heads = _heads(whole, leaves)
    if heads:
        ladder += [
            _against_the_rest(whole, heads, with_not_shown=hidden)
            for hidden in ((False, True) if asked_is_visible else (True,))
            if whole.shows_who_was_asked or not hidden
        ]
    widest = _answer_ladder(whole, leaves)[-1]
    if whole.shows_who_was_asked and asked_is_visible:
        ladder.append(_one_against_all(whole, widest, with_not_shown=False))
    ladder.append(_one_against_all(whole, widest, with_not_shown=True))
    unique: dict[tuple[str, frozenset[frozenset[str]]], Form] = {}
    for form in ladder:
        told_apart = frozenset(frozenset(category.members) for category in form.categories)
        if len(form.categories) > 1:
            unique.setdefault((form.rule, told_apart), form)
    return list(unique.values())


def headline(whole: Form, leaves: Leaves) -> tuple[Category, ...]:
    """Give the answers that readers quote: the nets, or else at most three answers."""
    ladder = _answer_ladder(whole, leaves)
    return next((answers for answers in ladder if len(answers) <= HEADLINES), ladder[-1])


def _answer_ladder(whole: Form, leaves: Leaves) -> list[tuple[Category, ...]]:
    """Give the answers as they stand whole, then collapsed step by step."""
    steps = [whole.answers]
    nets = whole.nets
    if nets:
        steps += [_collapsed_by_nets(whole.answers, nets), _collapsed_by_nets(whole.answers, nets[:1])]
        return list(dict.fromkeys(steps))
    if leaves.ordered and len(whole.answers) > HEADLINES - 1 and (halves := _cut_as_asked(whole.answers, leaves, 2)):
        return [*steps, halves]
    for kept in (3, 2):
        if len(whole.answers) > kept:
            steps.append(
                _in_order(whole.answers, leaves, kept) if leaves.ordered else _largest(whole.answers, leaves, kept)
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
        found.append(union("_other_answers", say("category.other_answers"), Part.ANSWER, others))
    return tuple(found)


def _in_order(answers: Sequence[Category], leaves: Leaves, count: int) -> tuple[Category, ...]:
    """Cut an ordered list of answers in three at its own ends and middle, or else into spans of about equal size."""
    as_asked = _cut_as_asked(answers, leaves, count) if count == HEADLINES else ()
    return as_asked or tuple(_as_one(span) for span in _of_equal_size(answers, leaves, count))


def _cut_as_asked(answers: Sequence[Category], leaves: Leaves, count: int) -> tuple[Category, ...]:
    """Cut a scale where its own answers have their middle, the same in every wave: at both ends and the middle one of
    an odd number, in halves of an even one. Nothing where it is the other, or a merged answer reaches across."""
    scale = [leaf.code for leaf in leaves.categories if leaf.part is Part.ANSWER]
    ends, middle = len(scale) // 2, len(scale) % 2
    if len(scale) <= HEADLINES or middle != count - 2:
        return ()
    parts = [set(scale[:ends]), set(scale[ends : ends + middle]), set(scale[-ends:])]
    spans = [[answer for answer in answers if set(answer.members) <= part] for part in parts if part]
    is_whole = all(spans) and sum(len(span) for span in spans) == len(answers)
    return tuple(_as_one(span) for span in spans) if is_whole else ()


def _of_equal_size(answers: Sequence[Category], leaves: Leaves, count: int) -> Sequence[Sequence[Category]]:
    everybody = leaves.count(*answers)
    parts: list[list[Category]] = [[] for _ in range(count)]
    before = 0
    for answer in answers:
        middle = before + leaves.count(answer) / 2
        parts[min(count - 1, int(count * middle / max(everybody, 1)))].append(answer)
        before += leaves.count(answer)
    return [part for part in parts if part]


def _as_one(span: Sequence[Category]) -> Category:
    return span[0] if len(span) == 1 else merged_answer(span, (), ordered=True)


def _largest(answers: Sequence[Category], leaves: Leaves, count: int) -> tuple[Category, ...]:
    alone = [answer for answer in answers if answer.code != "_other_answers"]
    kept = sorted(alone, key=leaves.count, reverse=True)[: count - 1]
    others = [answer for answer in answers if answer not in kept]
    return (
        *[a for a in answers if a in kept],
        union("_other_answers", say("category.other_answers"), Part.ANSWER, others),
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
        outside = [union("_no_answer", say(key), Part.NO_VIEW, outside)]
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
        return union("_no_view", say("category.no_view_or_not_asked"), Part.NO_VIEW, parts)
    return union("_no_view", say("category.no_view"), Part.NO_VIEW, parts)


def _heads(whole: Form, leaves: Leaves) -> tuple[Category, ...]:
    """Give the answers for and against: two nets, the ends of a scale, or yes and no; none where there are more."""
    found = headline(whole, leaves)
    nets = [set(net.members) for net in whole.nets]
    heads = tuple(answer for answer in found if set(answer.members) in nets) if nets else found
    if not nets and len(found) == HEADLINES and leaves.ordered:
        heads = (found[0], found[-1])
    return heads if len(heads) == HEADLINES - 1 else ()


def _one_against_all(whole: Form, answers: tuple[Category, ...], *, with_not_shown: bool) -> Form:
    """The coarsest form: the first answer against everything else, or against everything else that those asked said."""
    return _against_the_rest(whole, answers[:1], with_not_shown=with_not_shown)


def _against_the_rest(whole: Form, heads: tuple[Category, ...], *, with_not_shown: bool) -> Form:
    """Keep these answers apart; all the others stand with those who gave none, and perhaps who was not asked."""
    inside, outside, not_shown = _rest_of(whole)
    told = {member for head in heads for member in head.members}
    answers = [answer for answer in whole.answers if not told & set(answer.members)]
    parts = [*answers, *inside, *outside, *(not_shown if with_not_shown else ())]
    rest = [union("_all_others", _label_of_rest(answers, parts), Part.NO_VIEW, parts)] if parts else []
    rule = "all" if _holds_not_asked(parts) else "shown"
    kept = () if with_not_shown else tuple(not_shown)
    base = tuple(category.code for category in (*heads, *rest))
    return Form((*heads, *rest, *kept), rule, base, whole.is_routed)


def _label_of_rest(answers: Sequence[Category], parts: Sequence[Category]) -> Text:
    """Name whoever gave no answer, with the one other answer as it is, or with several as such."""
    if len(answers) == len(parts):
        return say("category.other_answers")
    asked = not _holds_not_asked(parts)
    if len(answers) < 2:
        without = say("category.no_view" if asked else "category.no_view_or_not_asked")
        return joined([*(answer.label for answer in answers), without])
    return say("category.other_or_no_answer" if asked else "category.other_or_not_asked")


def _holds_not_asked(parts: Sequence[Category]) -> bool:
    return any(NOT_SHOWN in part.members for part in parts)


def _kept_nets(whole: Form, answers: Sequence[Category]) -> tuple[Category, ...]:
    return whole.nets if tuple(answers) == whole.answers else ()
