"""What lies in the answers' database. A wave is named by its code, never by a foreign key."""

from __future__ import annotations

from django.db import models


class SealedAnswer(models.Model):
    """One sealed row; all rows of a wave are of one length."""

    identifier = models.CharField(max_length=64, primary_key=True)
    wave = models.CharField(max_length=80)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return self.identifier


class Draft(models.Model):
    """An unfinished sheet, readable with the respondent's code alone; forgotten after its last day."""

    lookup = models.CharField(max_length=64, primary_key=True)
    wave = models.CharField(max_length=80)
    sealed = models.BinaryField()
    expires_on = models.DateField()

    def __str__(self) -> str:
        return self.lookup


class Tombstone(models.Model):
    """A withdrawn answer. It outlives its row, so that a restored backup loses the row again."""

    identifier = models.CharField(max_length=64, primary_key=True)
    wave = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.identifier
