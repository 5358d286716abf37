"""Reading waves and the few counts that exist while one is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from barometer.sealing import Counts
from kumppani.surveys.channels import channel_said
from kumppani.surveys.models import State, Wave
from kumppani.surveys.sealed import store

ROUNDED_TO = 5


@dataclass(frozen=True)
class ShownCounts:
    """Counts for people: rounded down to 5, per day and per channel apart, never crossed."""

    sent: int
    by_day: tuple[tuple[date, int], ...]
    by_channel: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Reached:
    """Of those who began, how many reached a page; rounded down to 5."""

    page: str
    title: str
    views: int


@dataclass(frozen=True)
class WaveToAnswer:
    """What a public page says of a wave that takes answers."""

    title: str
    address: str
    closes: date
    minutes: int


def waves_to_answer(*, on: date) -> list[WaveToAnswer]:
    """The waves anybody can answer today, in the reader's language, the newest first."""
    language = get_language() or ""
    return [
        WaveToAnswer(str(wave), f"/answer/{wave.code}/?language={language}", wave.closes_on, wave.minutes)
        for wave in Wave.objects.filter(state=State.OPEN, closes_on__gte=on).order_by("-opens_on", "-pk")
    ]


def rounded(count: int) -> int:
    return count - count % ROUNDED_TO


def shown_counts(wave: Wave) -> ShownCounts:
    """What may be shown at any time. Each number is rounded by itself, so sums differ."""
    exact = exact_counts(wave)
    return ShownCounts(
        sent=rounded(exact.sent),
        by_day=tuple((date.fromisoformat(day), rounded(sent)) for day, sent in exact.by_day.items()),
        by_channel=tuple((channel_said(channel), rounded(sent)) for channel, sent in exact.by_channel.items()),
    )


def exact_counts(wave: Wave) -> Counts:
    """The counts that go into the sealed bundle; the site's pages never show them."""
    return Counts(
        by_day={day.isoformat(): sent for day, sent in wave.days.values_list("day", "sent")},
        by_channel=dict(wave.channel_counts.values_list("channel", "sent")),
    )


def withdrawals_waiting(wave: Wave) -> int | None:
    """How many withdrawals came too late for the answers that were opened, or for the published release.

    Rounded down to 5, so that a single one is not seen coming; None where they are still left out of the answers.
    """
    if wave.state not in (State.OPENED, State.RELEASED):
        return None
    known = wave.withdrawn_published if wave.state == State.RELEASED else wave.withdrawn_taken_out
    return rounded(max(store.count_withdrawn(wave.code) - known, 0))


def pages_reached(wave: Wave, language: str) -> tuple[Reached, ...]:
    views = dict(wave.page_views.values_list("page", "views"))
    return tuple(
        Reached(page.id, page.title.in_(language), rounded(views[page.id]))
        for _, page in wave.questionnaire.pages()
        if page.id in views
    )
