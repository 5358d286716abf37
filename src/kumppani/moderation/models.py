"""A case is one thing that was reported, with all its reports, until it is decided and the appeal is decided.

The words as they stood are kept with the case, so that what is decided on is what was reported; they go when their day
has come, and what stays is what the yearly numbers are counted from.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy

from kumppani.moderation.registry import Moderated, kind_of_model
from kumppani.regions.models import Region

DAYS_TO_DECIDE = 7
DAYS_TO_APPEAL = 14


class Rule(models.TextChoices):
    """The rules of conduct, as a reason to report and as a reason of a decision."""

    RESPECT = "respect", pgettext_lazy("rule", "Hate, threats or harassment")
    PRIVACY = "privacy", pgettext_lazy("rule", "Somebody's private matters")
    HONESTY = "honesty", pgettext_lazy("rule", "Misleading or fraudulent")
    ADVERT = "advert", pgettext_lazy("rule", "Advertising or spam")
    LAW = "law", pgettext_lazy("rule", "Against the law in another way")
    OTHER = "other", pgettext_lazy("rule", "Does not belong here")


class Outcome(models.TextChoices):
    LEFT = "left", pgettext_lazy("moderation", "left as it is")
    HIDDEN = "hidden", pgettext_lazy("moderation", "hidden")
    WARNED = "warned", pgettext_lazy("moderation", "hidden, and the author warned")


class CaseQuerySet(models.QuerySet["Case"]):
    def waiting(self) -> CaseQuerySet:
        """Not decided, or appealed and the appeal not decided."""
        return self.filter(Q(decided_at=None) | Q(appealed_at__isnull=False, appeal_decided_at=None))

    def decided(self) -> CaseQuerySet:
        return self.filter(decided_at__isnull=False)


class Case(models.Model):
    kind = models.CharField(max_length=60)
    """The label of the model, such as "network.notice"."""
    number = models.BigIntegerField()
    title = models.CharField(max_length=200)
    words = models.TextField(blank=True)
    """As they stood when the thing was first reported; "" once they have been kept long enough."""
    language = models.CharField(max_length=16)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    due_on = models.DateField()
    """By when it, or the appeal, is to be decided."""
    hidden = models.BooleanField(default=False)
    """Is the thing hidden now because of this case?"""
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    rule = models.CharField(max_length=12, choices=Rule.choices, blank=True)
    because = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    appeal = models.TextField(blank=True)
    appealed_at = models.DateTimeField(null=True)
    appealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    overturned = models.BooleanField(null=True)
    appeal_because = models.TextField(blank=True)
    appeal_decided_at = models.DateTimeField(null=True)
    appeal_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    shown_again_at = models.DateTimeField(null=True)
    """When a moderator showed it again without an appeal."""
    shown_again_because = models.TextField(blank=True)
    kept_until = models.DateField(null=True)
    """When the words of the thing, the reports and the appeal are deleted; none before a decision."""

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["kind", "number", "hidden"], name="cases_by_thing"),
            models.Index(fields=["region", "due_on"], name="cases_of_region"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"], condition=Q(decided_at=None), name="one_open_case_per_thing"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="") | Q(decided_at__isnull=False, outcome__in=Outcome.values),
                name="case_decided_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(hidden=False) | Q(outcome__in=["hidden", "warned"]), name="hidden_by_decision"
            ),
            models.CheckConstraint(
                condition=Q(appealed_at=None) | Q(outcome__in=["hidden", "warned"]), name="appeal_against_hiding"
            ),
            models.CheckConstraint(
                condition=Q(appeal_decided_at=None, overturned=None)
                | Q(appealed_at__isnull=False, appeal_decided_at__isnull=False, overturned__isnull=False),
                name="appeal_decided_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(appeal_decided_by=None) | ~Q(appeal_decided_by=models.F("decided_by")),
                name="appeal_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def moderated(self) -> Moderated | None:
        return kind_of_model(self.kind)

    @property
    def kind_said(self) -> str:
        return str(self.moderated.label) if self.moderated else self.kind

    @property
    def is_decided(self) -> bool:
        return self.decided_at is not None

    @property
    def appeal_waits(self) -> bool:
        return self.appealed_at is not None and self.appeal_decided_at is None

    @property
    def was_hidden(self) -> bool:
        return self.outcome in (Outcome.HIDDEN, Outcome.WARNED)

    @property
    def last_day_to_appeal(self) -> date | None:
        return None if self.decided_at is None else timezone.localdate(self.decided_at) + timedelta(days=DAYS_TO_APPEAL)

    def is_overdue(self, on: date) -> bool:
        return self.due_on < on

    @property
    def language_of_text(self) -> str:
        return "" if self.language == get_language() else self.language


class Report(models.Model):
    """Somebody's report. Who it was is shown to nobody, not even to those who decide."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=12, choices=Rule.choices)
    words = models.TextField(blank=True)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    email = models.EmailField(blank=True)
    """Of somebody without an account who wants to know what came of it."""
    language = models.CharField(max_length=16)
    confirmed_at = models.DateTimeField(null=True)
    """When the address was shown to be hers."""
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "reporter"], name="one_report_per_person_and_case")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.made_at:%Y-%m-%d})"
