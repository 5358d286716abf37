"""What a wave could publish, for its page: the library's forecast in the reader's language, kept for the next reader.

It is made from the frozen questionnaire and policy, and from the published release whose questions fit best. No answer
is read, and none could be: they are sealed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from time import monotonic

from django.utils.translation import get_language

from barometer import pipeline
from barometer.forecast import (
    Forecast,
    ForecastBackground,
    ForecastCrossing,
    Outcome,
    Setting,
    Source,
    change_sentence,
    expect,
    foretell,
    percent,
    rounded_up,
    sentences,
)
from barometer.questionnaire.model import Questionnaire
from barometer.release import read_release
from kumppani.results.models import Release
from kumppani.results.queries import published_releases
from kumppani.surveys.models import Wave

SEED = 1
WAVES, SECONDS = 3, 4.0
"""Simulated waves while a reader waits: no further one is begun after this time."""
TABLES_SHOWN, CHANGES_SHOWN = 10, 4
RELEASES_READ = 6
"""The newest published ones; what was asked longer ago says little of who answers today."""


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
    alike: int
    """How many further tables have the same figures: the other rows of a matrix, as a rule."""
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
    earlier: str
    """The title of the release that shares were taken from; empty where none fits."""


def forecast_of(wave: Wave, respondents: int, *, simulate: bool) -> ShownForecast:
    """Give the forecast of this wave for so many answers, with a few simulated waves if wanted.

    Raises UnusableInput where they are too few to publish anything.
    """
    earlier = earlier_release(wave)
    digest = "" if earlier is None else earlier.digest
    made = _made(wave.questionnaire, wave.files["policy.yaml"], respondents, simulate, digest)
    return _shown(made, get_language() or "en", "" if earlier is None else str(earlier))


def earlier_release(wave: Wave) -> Release | None:
    """Give the published release that tells most shares of this wave's questions; None where none tells any."""
    fits = [
        (_questions_told(release.digest, wave.questionnaire, wave.files["policy.yaml"]), release)
        for release in published_releases()[:RELEASES_READ]
    ]
    most = max((told for told, _ in fits), default=0)
    return next((release for told, release in fits if told == most), None) if most else None


@lru_cache(maxsize=64)
def _questions_told(digest: str, questionnaire: Questionnaire, policy_yaml: str) -> int:
    policy = pipeline.read_policy(policy_yaml.encode(), questionnaire)
    expected = expect(questionnaire, policy, earlier=read_release(Release(digest=digest).folder).tables)
    return sum(split.source is Source.EARLIER for split in expected.splits.values())


@lru_cache(maxsize=64)
def _made(questionnaire: Questionnaire, policy_yaml: str, respondents: int, simulate: bool, release: str) -> Forecast:
    policy = pipeline.read_policy(policy_yaml.encode(), questionnaire)
    earlier = read_release(Release(digest=release).folder).tables if release else None
    setting = Setting(questionnaire, policy, expect(questionnaire, policy, earlier=earlier), respondents)
    end = monotonic() + SECONDS
    return foretell(setting, seed=SEED, waves=WAVES if simulate else 0, go_on=lambda made: monotonic() < end)


def _shown(forecast: Forecast, language: str, earlier: str) -> ShownForecast:
    return ShownForecast(
        respondents=forecast.respondents,
        m=forecast.m,
        waves=forecast.waves,
        backgrounds=tuple(_background(forecast, each, language) for each in forecast.backgrounds),
        tables=tuple(_tables(forecast, language)[:TABLES_SHOWN]),
        all_tables=len(forecast.crossings),
        changes=tuple(change_sentence(change).in_(language) for change in forecast.changes[:CHANGES_SHOWN]),
        notes=tuple(note.in_(language) for note in forecast.notes),
        earlier=earlier,
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
    """Give the tables that lose most first; those with the same figures and reason are one line."""
    labels = {background.question: background.label.in_(language) for background in forecast.backgrounds}
    shown = [_table(crossing, labels[crossing.by], language) for crossing in forecast.crossings]
    alike = Counter(replace(table, title="") for table in shown)
    first: dict[ShownTable, ShownTable] = {}
    for table in shown:
        first.setdefault(replace(table, title=""), table)
    return [replace(table, alike=alike[same] - 1) for same, table in first.items()]


def _table(crossing: ForecastCrossing, by: str, language: str) -> ShownTable:
    simulated = crossing.simulated
    return ShownTable(
        title=crossing.title.in_(language),
        by=by,
        alike=0,
        full=percent(crossing.full if simulated is None else simulated.outcomes[Outcome.FULL]),
        in_print="" if simulated is None else percent(simulated.respondents),
        needed="" if crossing.needed is None else rounded_up(crossing.needed),
        why=crossing.why.in_(language),
    )
