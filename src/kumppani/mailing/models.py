"""The outbox. A sent letter keeps its date and loses its words: a code to sign in with does not stay in a backup."""

from __future__ import annotations

from django.db import models


class Letter(models.Model):
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    language = models.CharField(max_length=16)
    message_id = models.CharField(max_length=200)
    """Given once, so that a letter that goes out twice after a crash is the same letter to whoever gets it."""
    unsubscribe = models.URLField(max_length=500, blank=True)
    """Where a reader ends a series of letters with one press; empty for a letter that answers something."""
    calendar = models.TextField(blank=True)
    """An iCalendar file that goes with it (RFC 5545); forgotten with the words."""
    calendar_method = models.CharField(max_length=10, blank=True)
    """What a calendar program does with it: PUBLISH or CANCEL (RFC 5546)."""
    written_at = models.DateTimeField()
    of_use_until = models.DateTimeField(null=True)
    """A code is of no use once it has expired: such a letter is not sent any more. Null: always of use."""
    sent_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    """Until then it is in the hands of one sender; a sender that is killed leaves it to others at that moment."""
    failures = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=60, blank=True)
    """The class of the newest failure: its message may hold an address."""

    class Meta:
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["sent_at", "written_at"], name="letters_waiting")]

    @property
    def domain(self) -> str:
        """Whose mail server it is for, which is all of the address that explains a failure."""
        return self.to.rpartition("@")[2]

    def __str__(self) -> str:
        return f"{self.subject} ({self.written_at:%Y-%m-%d})"
