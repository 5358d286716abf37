"""One line of the history. Lines are added, never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy


class Line(models.Model):
    """``about_kind`` and ``about_id`` name the thing; ``about_name`` keeps its name as it was, also once it is gone."""

    what = models.CharField(max_length=80)
    about_kind = models.CharField(max_length=60)
    about_id = models.CharField(max_length=80)
    about_name = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=200)
    note = models.CharField(max_length=200, default="")
    """The reason, in the words of whoever did it; mostly empty."""
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["about_kind", "about_id", "-at"], name="history_about")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name}: {self.what} ({self.about_name})"


class Run(models.Model):
    """One run of a command that works in the background: when, and how it ended. It tells numbers and no names."""

    class Outcome(models.TextChoices):
        RUNNING = "running", pgettext_lazy("run", "running, or broken off")
        DONE = "done", pgettext_lazy("run", "done")
        FAILED = "failed", pgettext_lazy("run", "failed")

    name = models.CharField(max_length=60)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.RUNNING)
    told = models.CharField(max_length=300, blank=True)
    """Counts; of a failure its class, or how many failed."""

    class Meta:
        ordering = ["-began_at", "-id"]
        indexes = [models.Index(fields=["name", "-began_at"], name="runs_by_name")]

    def __str__(self) -> str:
        return self.name
