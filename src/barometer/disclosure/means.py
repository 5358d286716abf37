"""Means as cells of their own: a rounded mean is an equation about the answers that were merged."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from barometer.disclosure.drafts import Draft
from barometer.disclosure.linear import Equations
from barometer.disclosure.policy import Policy
from barometer.published import TOTAL, Mean, Part, Status
from barometer.questionnaire.model import Option
from barometer.tabulation import ItemCounts


def mean_of(scored: Sequence[Option], counts: ItemCounts, draft: Draft, policy: Policy) -> Mean:
    """Give the mean score of the substantive answers, rounded halves up; withheld where it narrows a small count."""
    given = {option.code: int(counts.total[counts.codes.index(option.code)]) for option in scored}
    scores = {option.code: Decimal(str(option.score)) for option in scored}
    n = sum(given.values())
    merged_with_others = any(
        set(category.members) & set(given) and not set(category.members) <= set(given)
        for category in draft.form.categories
    )
    if n < policy.k or merged_with_others or not _keeps_spans(given, scores, draft, policy):
        return Mean(TOTAL, Status.CONFIDENTIAL, decimals=policy.mean_decimals)
    return Mean(TOTAL, Status.SHOWN, float(_rounded(given, scores, policy)), policy.mean_decimals, n)


def _rounded(given: dict[str, int], scores: dict[str, Decimal], policy: Policy) -> Decimal:
    total = sum((scores[code] * count for code, count in given.items()), Decimal(0))
    return (total / sum(given.values())).quantize(Decimal(1).scaleb(-policy.mean_decimals), ROUND_HALF_UP)


def _keeps_spans(given: dict[str, int], scores: dict[str, Decimal], draft: Draft, policy: Policy) -> bool:
    """Ask whether every count inside a merged answer still spans k once the mean is known.

    Asked of the small ones alone, a mean in print would tell of the others that they are not small.
    """
    merged = [c for c in draft.form.categories if c.part is Part.ANSWER and len(c.members) > 1]
    hidden = [code for category in merged for code in category.members]
    if not hidden:
        return True
    equations = Equations()
    variables = {code: equations.variable(0.0) for code in given}
    for category in draft.form.categories:
        if category.part is Part.ANSWER:
            total = float(sum(given[code] for code in category.members))
            equations.equal({variables[code]: 1.0 for code in category.members}, total)
    n, half = float(sum(given.values())), 0.5 * 10.0**-policy.mean_decimals
    mean = float(_rounded(given, scores, policy))
    weighted = {variables[code]: float(score) for code, score in scores.items()}
    equations.require(weighted, low=(mean - half) * n, high=(mean + half) * n)
    intervals = [equations.interval(variables[code], enough=policy.k) for code in hidden]
    return all(interval is not None and interval.span >= policy.k for interval in intervals)
