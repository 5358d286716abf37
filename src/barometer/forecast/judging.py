"""The real protection as the judge: simulated waves are tabulated and protected, and their tables are looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from barometer.disclosure.policy import Policy
from barometer.disclosure.protecting import ReleaseRefused, protect
from barometer.forecast.crossed import Crossed, answers_of, crossed, substantive
from barometer.forecast.drawing import draw_wave
from barometer.forecast.expecting import Expected
from barometer.forecast.groups import finest_groups
from barometer.forecast.model import Outcome, Simulated
from barometer.published import Part, Status, Table, Wave
from barometer.questionnaire.model import Kind, Question, Questionnaire
from barometer.responses import ResponseSet
from barometer.tabulation import tabulate

GoOn = Callable[[int], bool]
"""Asked before every simulated wave after the first, with the number made; where it says no, there are no more."""


@dataclass(frozen=True)
class Seen:
    """What became of one table in one wave."""

    outcome: Outcome
    respondents: float
    cells: float
    figures: int
    answers: int
    groups: int


LOST = Seen(Outcome.DROPPED, 0.0, 0.0, 0, 0, 0)


def simulated_waves(
    questionnaire: Questionnaire, expected: Expected, respondents: int, seed: int, waves: int, go_on: GoOn
) -> list[ResponseSet]:
    """Draw the waves one after the other, as long as ``go_on`` says so."""
    made: list[ResponseSet] = []
    while len(made) < waves and (not made or go_on(len(made))):
        made.append(draw_wave(questionnaire, expected, respondents, _seed_of(seed, len(made))))
    return made


def _seed_of(seed: int, wave: int) -> int:
    return seed * 10_007 + wave


def judged(responses: ResponseSet, policy: Policy) -> dict[Crossed, Seen]:
    """Protect one wave and say what became of every table by background. A refused release loses them all."""
    questionnaire = responses.questionnaire
    wanted = list(crossed(questionnaire, policy))
    wave = Wave(
        "forecast", questionnaire.title, questionnaire.id, questionnaire.version, "0" * 64,
        questionnaire.languages, responses.respondents,
    )  # fmt: skip
    try:
        tables = protect(tabulate(responses), policy, wave).tables
    except ReleaseRefused:
        return dict.fromkeys(wanted, LOST)
    found = {(table.item, table.by): table for table in tables.tables}
    finest = {
        each.question: finest_groups(each, questionnaire.question(each.question), policy.m)
        for each in policy.backgrounds
    }
    return {
        crossing: _seen(
            questionnaire.question_of_item(crossing.item),
            found.get((crossing.item, crossing.by)),
            {frozenset(group.members) for group in finest[crossing.by]},
        )
        for crossing in wanted
    }


def _seen(question: Question, table: Table | None, finest: Set[frozenset[str]]) -> Seen:
    if table is None:
        return LOST
    answers = [category.code for category in table.categories if category.part in (Part.ANSWER, Part.TICKED)]
    return Seen(
        outcome=_outcome(table, question),
        respondents=_respondents_shown(table, question),
        cells=_finest_shown(table, question, finest),
        figures=sum(cell.status.is_shown for cell in table.cells if cell.category in answers),
        answers=len(answers),
        groups=len(table.groups),
    )


def _outcome(table: Table, question: Question) -> Outcome:
    if any(cell.status is Status.CONFIDENTIAL for cell in table.cells if _is_counted(table, cell.category)):
        return Outcome.WITHHELD
    if question.kind is Kind.NUMBER:
        apart = all(len(category.members) == 1 for category in table.categories if category.part is Part.ANSWER)
        return Outcome.FULL if apart else Outcome.FEWER
    alone = {category.members[0] for category in table.categories if len(category.members) == 1}
    wanted = answers_of(question) if question.kind is Kind.MULTIPLE else substantive(question)
    return Outcome.FULL if set(wanted) <= alone else Outcome.FEWER


def _is_counted(table: Table, category: str) -> bool:
    return table.category(category).part is not Part.NET


def _respondents_shown(table: Table, question: Question) -> float:
    """Give the share of respondents who stand in a printed count; of a multiple choice the mean over its options."""
    ticked = [category.code for category in table.categories if category.part is Part.TICKED]
    everybody = sum(group.respondents for group in table.groups)
    if question.kind is Kind.MULTIPLE:
        shown = [cell for cell in table.cells if cell.category in ticked and cell.status.is_shown]
        sizes = {group.code: group.respondents for group in table.groups}
        return sum(sizes[cell.group] for cell in shown) / (len(question.options) * everybody)
    adding = {category.code for category in table.categories if category.part.adds_up}
    return sum(cell.count or 0 for cell in table.cells if cell.category in adding) / everybody


def _finest_shown(table: Table, question: Question, finest: Set[frozenset[str]]) -> float:
    """Give the share of the cells as asked, each answer in each group, that are printed by themselves."""
    answers = set(answers_of(question))
    if question.kind is Kind.NUMBER:
        own = {c.code for c in table.categories if c.part is Part.ANSWER and len(c.members) == 1}
    else:
        apart = [category for category in table.categories if category.part is not Part.NET]
        own = {category.code for category in apart if len(category.members) == 1 and set(category.members) <= answers}
    groups = {group.code for group in table.groups if frozenset(group.members) in finest}
    shown = sum(cell.status.is_shown for cell in table.cells if cell.category in own and cell.group in groups)
    return shown / max(len(answers) * len(finest), 1)


def together(seen: Sequence[Mapping[Crossed, Seen]], crossing: Crossed) -> Simulated:
    """Give how often a table came out in which way."""
    of = [each[crossing] for each in seen]
    waves, published = len(of), [each for each in of if each.outcome is not Outcome.DROPPED]
    return Simulated(
        outcomes={outcome: sum(each.outcome is outcome for each in of) / waves for outcome in Outcome},
        respondents=sum(each.respondents for each in of) / waves,
        cells=sum(each.cells for each in of) / waves,
        figures=sum(each.figures for each in of) / waves,
        answers=sum(each.answers for each in published) / max(len(published), 1),
    )
