"""The outbox. A sent letter keeps its date and loses its words: a code to sign in with does not stay in a backup."""

from __future__ import annotations

from django.db import models


class Letter(models.Model):
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    language = models.CharField(max_length=16)
    written_at = models.DateTimeField()
    of_use_until = models.DateTimeField(null=True)
    """A code is of no use once it has expired: such a letter is not sent any more. Null: always of use."""
    sent_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["sent_at", "written_at"], name="letters_waiting")]

    def __str__(self) -> str:
        return f"{self.subject} ({self.written_at:%Y-%m-%d})"
