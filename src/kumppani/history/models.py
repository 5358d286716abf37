"""One line of the history. Lines are added, never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


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
