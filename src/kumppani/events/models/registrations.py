"""Who registers for an event. What is personal in a row goes on its date; the row stays, to be counted.

A place is taken by who is registered, and by who is offered a place until the offer runs out. The link to a
registration is made from ``code`` with the site's secret key, so that nobody makes one from a copy of the database.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from kumppani.events.models.events import Event, HeldSeats, Question

SALT = "kumppani.events.registration"


class Status(models.TextChoices):
    REGISTERED = "registered", pgettext_lazy("registration", "registered")
    WAITING = "waiting", pgettext_lazy("registration", "on the waiting list")
    OFFERED = "offered", pgettext_lazy("registration", "offered a place")
    CANCELLED = "cancelled", pgettext_lazy("registration", "cancelled")
    EXPIRED = "expired", pgettext_lazy("registration", "the offer ran out")


TAKING = (Status.REGISTERED, Status.OFFERED)
"""These take a place."""
ACTIVE = (Status.REGISTERED, Status.WAITING, Status.OFFERED)


def new_code() -> str:
    return secrets.token_urlsafe(12)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def active(self) -> RegistrationQuerySet:
        return self.filter(status__in=ACTIVE)

    def coming(self) -> RegistrationQuerySet:
        """Those who have a place and have confirmed their address."""
        return self.filter(status=Status.REGISTERED, confirmed_at__isnull=False)

    def in_line(self) -> RegistrationQuerySet:
        """Those who wait and have confirmed their address, the first first."""
        return self.filter(status=Status.WAITING, confirmed_at__isnull=False).order_by("number")


class Registration(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
    number = models.PositiveIntegerField()
    """In the order of registering; it decides who is offered a place first."""
    code = models.CharField(max_length=24, unique=True, default=new_code)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    """Who had signed in; None for whoever has no account."""
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=16)
    """Of letters."""
    seats = models.ForeignKey(HeldSeats, null=True, on_delete=models.SET_NULL, related_name="registrations")
    """The group she says she belongs to."""
    status = models.CharField(max_length=10, choices=Status.choices)
    made_at = models.DateTimeField()
    confirm_by = models.DateTimeField(null=True)
    """Until when the address has to be confirmed, else the place goes to somebody else."""
    confirmed_at = models.DateTimeField(null=True)
    offer_ends_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    attended = models.BooleanField(null=True)
    forget_on = models.DateField()
    """On this day name and address go."""
    forgotten_at = models.DateTimeField(null=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["event", "status", "number"], name="registrations_in_order"),
            models.Index(fields=["forget_on"], condition=Q(forgotten_at=None), name="registrations_to_forget"),
            models.Index(fields=["email"], condition=~Q(email=""), name="registrations_of_address"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="registration_status_is_known"),
            models.UniqueConstraint(fields=["event", "number"], name="number_once_in_event"),
            models.UniqueConstraint(
                fields=["event", "email"], condition=Q(status__in=ACTIVE) & ~Q(email=""), name="registered_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="offered") | Q(offer_ends_at__isnull=False), name="an_offer_runs_out"
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(name="", email="", person=None), name="forgotten_names_nobody"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(confirmed_at__gte=F("made_at")), name="confirmed_after_made"
            ),
        ]

    def __str__(self) -> str:
        """A number: the history is read by many, and kept longer."""
        return f"registration {self.pk}"

    @property
    def token(self) -> str:
        return signing.Signer(salt=SALT).sign(self.code)

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def is_coming(self) -> bool:
        return self.status == Status.REGISTERED and self.confirmed_at is not None

    @property
    def has_certificate(self) -> bool:
        return self.attended is True and bool(self.name)

    def is_offered_at(self, at: datetime) -> bool:
        return self.status == Status.OFFERED and self.offer_ends_at is not None and at < self.offer_ends_at


class Answer(models.Model):
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    text = models.CharField(max_length=500)
    forget_on = models.DateField()

    class Meta:
        ordering = ["question_id"]
        indexes = [models.Index(fields=["forget_on"], name="answers_to_forget")]
        constraints = [models.UniqueConstraint(fields=["registration", "question"], name="answered_once")]

    def __str__(self) -> str:
        return f"answer {self.pk}"
