"""One row per release folder taken in. The folder lies on disk under its digest; the row says what became of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy

from kumppani.accounts.models import Person
from kumppani.languages.names import in_reader_language


class State(models.TextChoices):
    CHECKED = "checked", pgettext_lazy("release", "waits for approval")
    REFUSED = "refused", pgettext_lazy("release", "refused by the checks")
    APPROVED = "approved", pgettext_lazy("release", "approved")
    PUBLISHED = "published", pgettext_lazy("release", "published")
    SUPERSEDED = "superseded", pgettext_lazy("release", "replaced by a later one")


PAST_APPROVAL = (State.APPROVED, State.PUBLISHED, State.SUPERSEDED)


class Release(models.Model):
    """``identity`` is that of the tables and the policy; ``digest`` that of every byte of the folder."""

    digest = models.CharField(max_length=64, unique=True)
    identity = models.CharField(max_length=64, db_index=True)
    wave = models.SlugField(max_length=80)
    titles = models.JSONField()
    labels = models.JSONField(default=dict)
    languages = models.JSONField()
    opened = models.CharField(max_length=10, blank=True)
    closed = models.CharField(max_length=10, blank=True)
    respondents = models.PositiveIntegerField()
    demonstration = models.BooleanField()
    has_cited = models.BooleanField()
    headlines = models.JSONField(default=dict)
    """By language, up to three shares of released cells for the home page: made once, at the check."""
    problems = models.JSONField(default=list)
    """What `verify` and the attack found, in sentences, by language; empty unless refused."""
    attacked_with = models.JSONField(default=list)
    """Identities of the published releases that were attacked together with this one."""
    standing = models.JSONField(default=list)
    """How it stands beside them, in sentences, by language; empty where it was refused."""
    state = models.CharField(max_length=12, choices=State.choices)
    pages_digest = models.CharField(max_length=64, blank=True)
    """Digest of the prepared pages, so that what was approved is also what is shown."""
    compared_with = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    """The published release of an earlier wave that the page of changes compares this one with."""
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")
    """The later release of the same wave: an edition or a correction."""

    received_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    involved = models.ManyToManyField(Person, related_name="+")
    """Those who made the release or opened the answers, as stated when it was taken in."""
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-closed", "-received_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="release_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=PAST_APPROVAL) | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="release_is_approved_first",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("received_by")),
                name="release_approved_by_another_person",
            ),
            models.UniqueConstraint(fields=["wave"], condition=Q(state="published"), name="one_published_per_wave"),
            models.CheckConstraint(
                condition=Q(state="superseded") | Q(replaced_by=None), name="only_a_replaced_release_names_another"
            ),
        ]

    def __str__(self) -> str:
        return in_reader_language(self.titles)

    @property
    def folder(self) -> Path:
        """Where the files lie, exactly as they came in."""
        return Path(settings.RELEASES_FOLDER) / self.digest

    @property
    def label(self) -> str:
        return in_reader_language(self.labels) if self.labels else ""

    @property
    def opened_on(self) -> date | None:
        return date.fromisoformat(self.opened) if self.opened else None

    @property
    def closed_on(self) -> date | None:
        return date.fromisoformat(self.closed) if self.closed else None

    @property
    def headlines_language(self) -> str:
        """The language of the page when the headlines are written in it, or the first language of the release."""
        wanted = get_language() or ""
        return wanted if self.headlines.get(wanted) else str(self.languages[0])

    @property
    def headlines_said(self) -> list[dict[str, str]]:
        said: list[dict[str, str]] = self.headlines.get(self.headlines_language, [])
        return said

    @property
    def problems_said(self) -> list[str]:
        return [in_reader_language(problem) for problem in self.problems]

    @property
    def standing_said(self) -> list[str]:
        return [in_reader_language(sentence) for sentence in self.standing]
