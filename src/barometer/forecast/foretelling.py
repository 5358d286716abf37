"""The forecast of one wave: formulas first, then as many simulated waves as there is time for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from barometer.disclosure.policy import Policy
from barometer.forecast.advising import Advisor
from barometer.forecast.crossed import Crossed, crossed
from barometer.forecast.drawing import shares_asked
from barometer.forecast.expecting import UNANSWERED, Expected, Source
from barometer.forecast.groups import draw_groups, foretold
from barometer.forecast.judging import GoOn, Seen, judged, simulated_waves, together
from barometer.forecast.model import Forecast, ForecastCrossing, Outcome, Reason
from barometer.forecast.quick import Formulas
from barometer.forecast.words import listed, say
from barometer.problems import Problem, UnusableInput
from barometer.questionnaire.model import Questionnaire
from barometer.texts import Text

MOST_RESPONDENTS = 1_000_000
FAR_BELOW = 0.3
"""By so much the simulation must fall short of the formula before routing is blamed."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Setting:
    """The wave that is being prepared, and what is expected of it."""

    questionnaire: Questionnaire
    policy: Policy
    expected: Expected
    respondents: int


def foretell(
    setting: Setting,
    *,
    seed: int,
    waves: int = 0,
    go_on: GoOn = lambda _: True,
    progress: Progress = lambda _: None,
) -> Forecast:
    """Say what a wave of so many respondents can publish.

    ``waves`` are simulated and protected, as long as ``go_on`` allows; with 0 formulas alone speak. The same setting,
    seed and number of waves made give the same forecast. Raises UnusableInput where the number of respondents makes no
    sense.
    """
    _check(setting)
    questionnaire, policy, expected = setting.questionnaire, setting.policy, setting.expected
    wanted = tuple(crossed(questionnaire, policy))
    formulas = _formulas(setting, seed)
    advisor = Advisor(formulas, seed)
    candidates = advisor.candidates()
    drawn = simulated_waves(questionnaire, expected, setting.respondents, seed, waves, go_on) if waves else []
    seen: list[Mapping[Crossed, Seen]] = []
    for wave in drawn:
        if seen and not go_on(len(seen)):
            break
        seen.append(judged(wave, policy))
        progress(f"simulated wave {len(seen)} of {waves}")
    changes = advisor.tried(candidates, drawn[: len(seen)], seen, go_on)
    crossings = [_crossing(formulas, crossing, seen) for crossing in wanted]
    return Forecast(
        questionnaire=questionnaire.id,
        respondents=setting.respondents,
        k=policy.k,
        m=policy.m,
        seed=seed,
        waves=len(seen),
        waves_wanted=waves,
        backgrounds=tuple(
            foretold(each, expected, setting.respondents, policy.m, formulas.finenesses(by, wanted))
            for by, each in formulas.drawn.items()
        ),
        crossings=tuple(sorted(crossings, key=_loss)),
        changes=tuple(changes),
        notes=tuple(_notes(setting, len(seen), waves)),
    )


def _check(setting: Setting) -> None:
    respondents, k = setting.respondents, setting.policy.k
    if respondents < k:
        message = f"With {respondents} answers nothing can be published: {k} is the smallest count the policy shows."
        raise UnusableInput([Problem("forecast-too-few", message, f"Give {k} or more.", item="respondents")])
    if respondents > MOST_RESPONDENTS:
        message = f"{respondents} answers are more than a forecast is made for."
        remedy = f"Give {MOST_RESPONDENTS} or fewer; a wave of so many publishes at least as much."
        raise UnusableInput([Problem("forecast-too-many", message, remedy, item="respondents")])


def _formulas(setting: Setting, seed: int) -> Formulas:
    questionnaire, policy, expected = setting.questionnaire, setting.policy, setting.expected
    drawn = {
        background.question: draw_groups(
            background,
            questionnaire.question(background.question),
            expected,
            setting.respondents,
            policy.m,
            seed,
            unanswered_alone=policy.detail,
        )
        for background in policy.backgrounds
    }
    asked = shares_asked(questionnaire, expected, seed)
    return Formulas(questionnaire, policy, expected, asked, drawn, setting.respondents)


def _crossing(formulas: Formulas, crossing: Crossed, seen: Sequence[Mapping[Crossed, Seen]]) -> ForecastCrossing:
    question = formulas.questionnaire.question_of_item(crossing.item)
    quick = formulas.of(crossing)
    row = next((row.label for row in question.rows if f"{question.id}.{row.code}" == crossing.item), Text())
    title = say("name.row", question=question.text, row=row) if row else question.text
    simulated = together(seen, crossing) if seen else None
    reason, why = quick.reason, quick.why
    if simulated is not None and simulated.outcomes[Outcome.FULL] < quick.full - FAR_BELOW and reason is Reason.NONE:
        reason, why = Reason.ROUTING, say("why.routing")
    return ForecastCrossing(
        item=crossing.item,
        by=crossing.by,
        title=title,
        full=quick.full,
        small_cells=quick.small_cells,
        needed=formulas.needed(crossing),
        reason=reason,
        why=why,
        simulated=simulated,
    )


def _loss(crossing: ForecastCrossing) -> tuple[float, ...]:
    """Sort by what is lost: dropped tables first, then those with the fewest respondents in print."""
    if crossing.simulated is None:
        return (round(crossing.full, 2), -crossing.small_cells)
    of = crossing.simulated
    return (-of.outcomes[Outcome.DROPPED], of.respondents, of.outcomes[Outcome.FULL], of.cells)


def _notes(setting: Setting, made: int, wanted: int) -> list[Text]:
    sources = {item: split.source for item, split in setting.expected.splits.items()}
    backgrounds = [each.question for each in setting.policy.backgrounds]
    even = [setting.questionnaire.question(each).text for each in backgrounds if sources[each] is Source.ASSUMED]
    notes = [say("note.even", backgrounds=listed(even))] if even else []
    assumed = [item for item, source in sources.items() if source is Source.ASSUMED and item not in backgrounds]
    if assumed:
        notes.append(say("note.assumed", count=len(assumed), all=len(sources) - len(backgrounds)))
    if setting.expected.unlike:
        notes.append(say("note.unlike", items=", ".join(setting.expected.unlike)))
    if any(split.unanswered == UNANSWERED for split in setting.expected.splits.values()):
        notes.append(say("note.unanswered", percent=round(100 * UNANSWERED)))
    notes.append(say("note.independent"))
    notes.append(say("note.simulated", waves=made) if made else say("note.formulas"))
    if made < wanted:
        notes.append(say("note.stopped", waves=made, wanted=wanted))
    return notes
