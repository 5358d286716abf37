"""What a wave could publish, for its page: the library's forecast in the reader's language, kept for the next reader.

It is made from the frozen questionnaire and policy alone. No answer is read, and none could be: they are sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

from django.utils.translation import get_language

from barometer import pipeline
from barometer.forecast import (
    Forecast,
    ForecastBackground,
    Outcome,
    Setting,
    change_sentence,
    expect,
    foretell,
    percent,
    rounded_up,
    sentences,
)
from barometer.questionnaire.model import Questionnaire
from kumppani.surveys.models import Wave

SEED = 1
WAVES, SECONDS = 3, 4.0
"""Simulated waves while a reader waits: no further one is begun after this time."""
TABLES_SHOWN, CHANGES_SHOWN = 10, 4


@dataclass(frozen=True)
class ShownAnswer:
    label: str
    expected: int
    reaches: str
    joined_to: str
    alone_from: str
    """Empty where no number of answers would do."""


@dataclass(frozen=True)
class ShownBackground:
    name: str
    label: str
    sentences: tuple[str, ...]
    answers: tuple[ShownAnswer, ...]


@dataclass(frozen=True)
class ShownTable:
    title: str
    by: str
    full: str
    in_print: str
    """Empty where formulas alone speak."""
    needed: str
    why: str


@dataclass(frozen=True)
class ShownForecast:
    respondents: int
    m: int
    waves: int
    backgrounds: tuple[ShownBackground, ...]
    tables: tuple[ShownTable, ...]
    """Those that lose most."""
    all_tables: int
    changes: tuple[str, ...]
    notes: tuple[str, ...]


def forecast_of(wave: Wave, respondents: int, *, simulate: bool) -> ShownForecast:
    """Give the forecast of this wave for so many answers, with a few simulated waves if wanted.

    Raises UnusableInput where they are too few to publish anything.
    """
    made = _made(wave.questionnaire, wave.files["policy.yaml"], respondents, simulate)
    return _shown(made, get_language() or "en")


@lru_cache(maxsize=64)
def _made(questionnaire: Questionnaire, policy_yaml: str, respondents: int, simulate: bool) -> Forecast:
    policy = pipeline.read_policy(policy_yaml.encode(), questionnaire)
    setting = Setting(questionnaire, policy, expect(questionnaire, policy), respondents)
    end = monotonic() + SECONDS
    return foretell(setting, seed=SEED, waves=WAVES if simulate else 0, go_on=lambda made: monotonic() < end)


def _shown(forecast: Forecast, language: str) -> ShownForecast:
    return ShownForecast(
        respondents=forecast.respondents,
        m=forecast.m,
        waves=forecast.waves,
        backgrounds=tuple(_background(forecast, each, language) for each in forecast.backgrounds),
        tables=tuple(_tables(forecast, language)),
        all_tables=len(forecast.crossings),
        changes=tuple(change_sentence(change).in_(language) for change in forecast.changes[:CHANGES_SHOWN]),
        notes=tuple(note.in_(language) for note in forecast.notes),
    )


def _background(forecast: Forecast, background: ForecastBackground, language: str) -> ShownBackground:
    answers = tuple(
        ShownAnswer(
            label=answer.label.in_(language),
            expected=round(answer.expected),
            reaches=percent(answer.reaches),
            joined_to=answer.joined_to.in_(language),
            alone_from="" if answer.alone_from is None else rounded_up(answer.alone_from),
        )
        for answer in background.answers
    )
    said = tuple(each.in_(language) for each in sentences(forecast, background))
    return ShownBackground(background.question, background.label.in_(language), said, answers)


def _tables(forecast: Forecast, language: str) -> list[ShownTable]:
    labels = {background.question: background.label.in_(language) for background in forecast.backgrounds}
    return [
        ShownTable(
            title=crossing.title.in_(language),
            by=labels[crossing.by],
            full=percent(crossing.full if crossing.simulated is None else crossing.simulated.outcomes[Outcome.FULL]),
            in_print="" if crossing.simulated is None else percent(crossing.simulated.respondents),
            needed="" if crossing.needed is None else rounded_up(crossing.needed),
            why=crossing.why.in_(language),
        )
        for crossing in forecast.crossings[:TABLES_SHOWN]
    ]
