"""A wave: what was asked, by whom, under which key and promise, and how far it has come. Answers are not here."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from barometer.questionnaire.canonical import from_plain
from barometer.questionnaire.model import Questionnaire
from barometer.sealing import WaveKey, read_wave_key
from kumppani.accounts.models import Person
from kumppani.languages.names import in_reader_language

OPEN_LINK = "open_link"
"""The channel of whoever comes by the public address."""
DRAFT_DAYS = 30

_read: dict[str, Questionnaire] = {}


class State(models.TextChoices):
    PREPARED = "prepared", pgettext_lazy("wave", "prepared")
    REHEARSED = "rehearsed", pgettext_lazy("wave", "rehearsed")
    OPEN = "open", pgettext_lazy("wave", "open")
    PAUSED = "paused", pgettext_lazy("wave", "paused")
    CLOSED = "closed", pgettext_lazy("wave", "closed")
    CUT_OFF = "cut_off", pgettext_lazy("wave", "cut off")
    OPENED = "opened", pgettext_lazy("wave", "answers opened")
    RELEASED = "released", pgettext_lazy("wave", "released")
    DESTROYED = "destroyed", pgettext_lazy("wave", "answers destroyed")


COLLECTING = (State.OPEN, State.PAUSED)
HOLDING = (State.CLOSED, State.CUT_OFF, State.OPENED, State.RELEASED)
"""Nobody can answer any more, and sealed answers are still there."""


class Wave(models.Model):
    """Everything up to ``demonstration`` is frozen when the wave is prepared: consent cannot be added afterwards."""

    code = models.SlugField(max_length=80, unique=True)
    titles = models.JSONField()
    files = models.JSONField()
    """The wave folder by path: ``questionnaire.json``, ``wave.yaml``, ``policy.yaml`` and what else came with them."""
    questionnaire_plain = models.JSONField()
    questionnaire_digest = models.CharField(max_length=64)
    wave_key_text = models.TextField()
    privacy = models.JSONField()
    """The privacy notice by language."""
    consent = models.CharField(max_length=16)
    """The version of the privacy notice; sealed with every answer."""
    contact = models.EmailField()
    minutes = models.PositiveSmallIntegerField()
    channels = models.JSONField(default=list)
    destroy_on = models.DateField()
    demonstration = models.BooleanField()

    opens_on = models.DateField()
    closes_on = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PREPARED)
    rehearsal = models.BinaryField(default=bytes)
    rehearsal_proof = models.CharField(max_length=64, blank=True)
    """SHA-256 of the word that only an opened rehearsal shows."""
    backed_up = models.PositiveIntegerField(default=0)
    """How many rows the newest backup holds."""
    withdrawn_taken_out = models.PositiveIntegerField(default=0)
    """How many withdrawals the custodians' newest bundle knew of."""
    withdrawn_published = models.PositiveIntegerField(default=0)
    """How many of them the published release leaves out."""
    release_identity = models.CharField(max_length=64, blank=True)
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ManyToManyField(Person, related_name="+")
    """Those who opened the answers; none of them may approve the release."""

    class Meta:
        ordering = ["-opens_on", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="wave_state_is_known"),
            models.CheckConstraint(condition=Q(opens_on__lte=models.F("closes_on")), name="wave_dates_in_order"),
            models.CheckConstraint(condition=Q(closes_on__lte=models.F("destroy_on")), name="wave_is_destroyed_last"),
        ]

    def __str__(self) -> str:
        return in_reader_language(self.titles)

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """Read once in a process: the digest names it for ever."""
        if self.questionnaire_digest not in _read:
            _read[self.questionnaire_digest] = from_plain(self.questionnaire_plain)
        return _read[self.questionnaire_digest]

    @cached_property
    def wave_key(self) -> WaveKey:
        return read_wave_key(self.wave_key_text)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which both the questionnaire and the site speak."""
        return tuple(code for code, _ in settings.LANGUAGES if code in self.questionnaire.languages)

    @property
    def is_answerable(self) -> bool:
        return self.state == State.OPEN

    def is_over(self, today: date) -> bool:
        return today > self.closes_on

    def drafts_kept_until(self, today: date) -> date:
        return min(today + timedelta(days=DRAFT_DAYS), self.closes_on)


class DayCount(models.Model):
    """How many answers were sent on a day, in all channels."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    sent = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["wave", "day"], name="one_count_a_day")]


class ChannelCount(models.Model):
    """How many answers were sent through a channel, on all days."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="channel_counts")
    channel = models.CharField(max_length=40)
    sent = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["channel"]
        constraints = [models.UniqueConstraint(fields=["wave", "channel"], name="one_count_a_channel")]


class PageViews(models.Model):
    """How many respondents reached a page that everybody is shown; other pages would tell the filter answers."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="page_views")
    page = models.CharField(max_length=80)
    views = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "page"], name="one_count_a_page")]
