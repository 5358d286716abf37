"""A person signs in with an e-mail address and holds grants; there is no password and no superuser."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kumppani.accounts.roles import Role
from kumppani.mailing.models import Letter
from kumppani.regions.models import Area, Region


class People(BaseUserManager["Person"]):
    def create_person(self, *, email: str, name: str, language: str, region: Region | None = None) -> Person:
        person = self.model(email=email.lower(), name=name, language=language, region=region)
        person.set_unusable_password()
        person.save()
        return person


class Person(AbstractBaseUser):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=16)
    """The language of letters to this person; pages are in the language of their address."""
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    """Where she works, so that those who coordinate there know of her; None for the whole country."""
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    """Since when the account may be used; stands for the last signing in of somebody who never has."""
    terms_version = models.CharField(max_length=10, blank=True)
    terms_accepted_at = models.DateTimeField(null=True)
    """Which terms of a role she accepted last, and when."""
    idle_told_at = models.DateTimeField(null=True)
    idle_told_again_at = models.DateTimeField(null=True)
    """When the letters left that told her that nobody uses the account: 30 and 7 days before it is removed."""
    idle_letter = models.ForeignKey(Letter, null=True, on_delete=models.SET_NULL, related_name="+")
    """The one of them that is to leave next, until it is noted that it has left."""

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_address")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, on: date) -> GrantQuerySet:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)

    def regions(self) -> frozenset[str] | None:
        """Give the codes of all regions that these grants reach; None where one of them is for the whole programme."""
        reached: set[str] = set()
        for scope, region, leaf in self.values_list("scope_kind", "region", "area__regions"):
            if scope == Grant.Scope.PROGRAMME:
                return None
            reached.add(region or leaf)
        return frozenset(reached)

    def cover(self, place: Area | Region | None) -> bool:
        """Ask whether they hold everywhere in this place; None is the whole programme."""
        reached = self.regions()
        if reached is None or place is None:
            return reached is None
        return leaves_of(place) <= reached


def leaves_of(place: Area | Region) -> frozenset[str]:
    """Give the codes of the regions of a place: its own, or those an area joins."""
    return frozenset([place.pk]) if isinstance(place, Region) else place.codes


class Grant(models.Model):
    """Somebody holds a role somewhere from one day to another. Grants add up; there is none that takes away.

    An area stands for its regions, also once another division is in force: who coordinated an area that was joined with
    another keeps her own part and does not get the other's.
    """

    class Scope(models.TextChoices):
        PROGRAMME = "programme", _("the whole programme")
        AREA = "area", _("one area")
        REGION = "region", _("one region")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    scope_kind = models.CharField(max_length=12, choices=Scope.choices, default=Scope.PROGRAMME)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["person", "role", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="grant_role_is_known"),
            models.CheckConstraint(
                condition=Q(scope_kind="programme", area=None, region=None)
                | Q(scope_kind="area", area__isnull=False, region=None)
                | Q(scope_kind="region", area=None, region__isnull=False),
                name="grant_place_fits_scope",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from__lte=F("valid_to")), name="grant_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"

    @property
    def place(self) -> Area | Region | None:
        """Where it holds; None for the whole programme."""
        return self.area or self.region

    def place_name(self) -> str:
        return str(self.place or self.get_scope_kind_display())

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class JoinRequest(models.Model):
    """Somebody without an account asks to join. It waits for those of the region once the address is confirmed."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", pgettext_lazy("request to join", "address not confirmed")
        WAITING = "waiting", pgettext_lazy("request to join", "waits for an answer")
        APPROVED = "approved", pgettext_lazy("request to join", "approved")
        DECLINED = "declined", pgettext_lazy("request to join", "declined")

    name = models.CharField(max_length=200)
    email = models.EmailField()
    language = models.CharField(max_length=16)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    organisation = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    """Why she wants to join, in her words."""
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.TextField(blank=True)
    """Why it was declined, as the letter said."""

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=Q(state="waiting"), name="one_request_waits_per_address"),
            models.CheckConstraint(
                condition=Q(state__in=("unconfirmed", "waiting"), decided_at=None)
                | Q(state__in=("approved", "declined"), decided_at__isnull=False),
                name="join_request_decided_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "made_at"], name="requests_waiting")]

    def __str__(self) -> str:
        return self.name
