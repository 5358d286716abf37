"""A file that somebody added. Who may have it is decided by the app whose thing it is attached to."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    name = models.CharField(max_length=200)
    """As its sender named it."""
    kept_as = models.CharField(max_length=40, unique=True)
    """Its name in the folder: random, so that nobody guesses it and no name of a sender becomes a path."""
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return self.name
