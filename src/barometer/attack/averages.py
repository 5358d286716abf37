"""A published mean is an equation: rounded to so many decimals, it bounds a weighted sum of answers on both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm

from barometer.attack.findings import Fact, Step
from barometer.attack.system import Form
from barometer.attack.variables import Variables
from barometer.attack.worlds import World, members
from barometer.published import Mean, Part, Table


def write_mean(variables: Variables, table: Table, mean: Mean, classes: Sequence[int]) -> None:
    """Add what a mean of one group (these group classes) says; nothing where a merged category hides a score."""
    scores = _scores(variables.world, table)
    if scores is None or mean.value is None:
        return
    group = table.group(mean.group)
    answers = variables.world.answers_of(table.item, table.by)
    by_class = {answers.of_code[code]: score for code, score in scores.items() if code in answers.of_code}
    held = {number: variables.counted(table.item, table.by, classes, (number,)) for number in by_class}
    half = Fraction(1, 2 * 10**mean.decimals)
    value = Fraction(round(mean.value * 10**mean.decimals), 10**mean.decimals)
    facts: dict[str, Fact] = {
        "table": table.id,
        "group": group.label or group.code,
        "value": f"{mean.value:.{mean.decimals}f}",
    }
    step = Step("mean", facts)
    _write_sum(variables, held, {n: score - value + half for n, score in by_class.items()}, step, is_least=True)
    _write_sum(variables, held, {n: score - value - half for n, score in by_class.items()}, step, is_least=False)
    if mean.n is not None:
        form = tuple((variable, 1) for group_of in held.values() for variable in group_of)
        variables.system.require(form, mean.n, mean.n, Step("mean_n", {**facts, "count": mean.n}))


def _write_sum(
    variables: Variables,
    held: Mapping[int, Sequence[int]],
    factors: Mapping[int, Fraction],
    step: Step,
    *,
    is_least: bool,
) -> None:
    """Require the weighted sum to be at least 0, or at most 0."""
    scale = lcm(*(factor.denominator for factor in factors.values()))
    whole = {number: int(factor * scale) for number, factor in factors.items()}
    form: Form = tuple((variable, whole[number]) for number, each in held.items() for variable in each if whole[number])
    limit = sum(abs(factor) for _, factor in form) * variables.world.respondents
    if form:
        variables.system.require(form, 0 if is_least else -limit, limit if is_least else 0, step)


def _scores(world: World, table: Table) -> dict[str, Fraction] | None:
    """Give the score of every answer code that enters the mean; None where a merged category hides one."""
    scores: dict[str, Fraction] = {}
    alone: set[str] = set()
    for other in world.tables_of(table.item):
        for category in other.categories:
            if category.part is Part.ANSWER and len(members(category)) == 1:
                (code,) = members(category)
                alone.add(code)
                if category.score is not None:
                    scores[code] = Fraction(str(category.score))
    answers = {code for category in table.categories if category.part is Part.ANSWER for code in members(category)}
    return scores if scores and answers <= alone else None
