"""The forms of a multiple choice: whom the shares of its options speak of."""

from __future__ import annotations

from barometer.disclosure.forms import Form, Leaves, union
from barometer.disclosure.words import say
from barometer.published import Part
from barometer.tabulation import ANSWERED

SKIPS = (Part.SKIPPED, Part.NOT_REACHED, Part.NO_VIEW)


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
    skips = [category for category in leaves.categories if category.part in SKIPS]
    not_shown = [category for category in leaves.categories if category.part is Part.NOT_SHOWN]
    merged = [union("_no_answer", say("category.no_answer"), Part.NO_VIEW, skips)] if len(skips) > 1 else skips
    routed = bool(not_shown)
    found: list[Form] = []
    if asked_is_visible or not routed:
        found += [Form((*answered, *rest, *not_shown), "answered", (ANSWERED,), routed) for rest in (skips, merged)]
    if routed:
        label = say("category.no_answer_or_not_asked")
        rest = union("_no_answer", label, Part.NO_VIEW, [*skips, *not_shown])
        found.append(Form((*answered, rest), "answered", (ANSWERED,), routed))
    if asked_is_visible or not routed:
        asked = tuple(category.code for category in (*answered, *merged))
        categories = (*answered, *merged, *not_shown)
        found.append(Form(categories, "shown", asked, routed, unavailable=frozenset(asked)))
    if routed:
        everybody = tuple(category.code for category in leaves.categories)
        found.append(Form(leaves.categories, "all", everybody, routed, unavailable=frozenset(everybody)))
    return list(dict.fromkeys(found))
