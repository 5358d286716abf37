"""What happened; who follows what, how often she is written to, and what she has been told."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TOLD_FOR = timedelta(days=60)
"""So long a letter can still tell what happened, for example once it may be seen."""
KEPT_FOR = timedelta(days=400)


class Happening(models.Model):
    """Something that was done to a subject, written in the transaction of the deed. Never changed."""

    kind = models.CharField(max_length=60)
    subject = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="happenings_by_time"),
            models.Index(fields=["kind", "subject"], name="happenings_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    def codes(self) -> dict[str, set[str]]:
        """By facet; reads the labels that were fetched with it."""
        found: dict[str, set[str]] = {}
        for label in self.labels.all():
            found.setdefault(label.facet, set()).add(label.code)
        return found


class Label(models.Model):
    facet = models.CharField(max_length=20)
    code = models.CharField(max_length=80)

    class Meta:
        abstract = True


class HappeningLabel(Label):
    happening = models.ForeignKey(Happening, on_delete=models.CASCADE, related_name="labels")

    class Meta:
        indexes = [models.Index(fields=["facet", "code", "happening"], name="happenings_by_label")]
        constraints = [models.UniqueConstraint(fields=["happening", "facet", "code"], name="happening_label_once")]


class FollowQuerySet(models.QuerySet["Follow"]):
    def held(self) -> FollowQuerySet:
        """Those that hold, paused ones as well."""
        return self.filter(until=None)


class Follow(models.Model):
    """One thing that a person wants to hear of. Its labels all have to fit; of one facet, one of them."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField()
    """What happened before is not written of."""
    until = models.DateTimeField(null=True)
    """It was changed or paused then: what happened before is still written of. Null: it holds."""
    paused = models.BooleanField(default=False)

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"follow {self.pk}"

    def covers(self, moment: datetime) -> bool:
        """Did it hold then?"""
        return self.since <= moment and (not self.paused if self.until is None else moment < self.until)

    def codes(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for label in self.labels.all():
            found.setdefault(label.facet, set()).add(label.code)
        return found


class FollowLabel(Label):
    follow = models.ForeignKey(Follow, on_delete=models.CASCADE, related_name="labels")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["follow", "facet", "code"], name="follow_label_once")]


class Rhythm(models.TextChoices):
    AT_ONCE = "at_once", _("As soon as something happens")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("Never: I read it on the site")


class Reading(models.Model):
    """When a person is written to, in the country's time, and which of her feed's addresses holds."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reading")
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    hour = models.PositiveSmallIntegerField(default=8)
    weekday = models.PositiveSmallIntegerField(default=0)
    """0 is Monday."""
    looked_at = models.DateTimeField()
    """When it was last looked whether there is something to write."""
    feed_number = models.PositiveIntegerField(default=1)
    """Is signed in the address of the feed; the address itself is not kept, so no copy of the database tells it."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="rhythm_is_known"),
            models.CheckConstraint(condition=Q(hour__lt=24, weekday__lt=7), name="reading_hour_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.rhythm}"

    def is_due(self, at: datetime) -> bool:
        """Has a moment passed for which nobody has looked yet?"""
        if self.rhythm == Rhythm.NEVER:
            return False
        return self.rhythm == Rhythm.AT_ONCE or self.looked_at < self._last_moment(at)

    def _last_moment(self, at: datetime) -> datetime:
        """The last moment to write that is not later than ``at``."""
        today = timezone.localdate(at)
        if self.rhythm == Rhythm.WEEKLY:
            today -= timedelta(days=(today.weekday() - self.weekday) % 7)
        step = timedelta(days=7 if self.rhythm == Rhythm.WEEKLY else 1)
        moment = self._moment_of(today)
        return moment if moment <= at else self._moment_of(today - step)

    def _moment_of(self, day: date) -> datetime:
        return datetime.combine(day, time(self.hour), tzinfo=timezone.get_default_timezone())


class Told(models.Model):
    """A letter has told this person of this happening: a row for each, so that none is told twice or forgotten.

    Whatever had not been committed yet when others were told has no row, and comes next time: no number or hour up to
    which everything is taken to be told could say that.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    happening = models.ForeignKey(Happening, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "happening"], name="told_once")]


class Topic(models.Model):
    """A theme that a person is interested in, or can help with. Nobody else is shown it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topics")
    is_skill = models.BooleanField()
    code = models.CharField(max_length=40)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["person", "is_skill", "code"], name="topic_once")]
