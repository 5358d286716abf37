"""A person signs in with an e-mail address and holds grants; there is no password and no superuser."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kumppani.accounts.roles import Role
from kumppani.regions.models import Region


class People(BaseUserManager["Person"]):
    def create_person(self, *, email: str, name: str, language: str) -> Person:
        person = self.model(email=email.lower(), name=name, language=language)
        person.set_unusable_password()
        person.save()
        return person


class Person(AbstractBaseUser):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=16)
    """The language of letters to this person; pages are in the language of their address."""
    is_active = models.BooleanField(default=True)

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

    def covering(self, region: Region | None) -> GrantQuerySet:
        """Grants for the whole programme, and with a region those for it too."""
        programme = Q(scope_kind=Grant.Scope.PROGRAMME)
        return self.filter(programme if region is None else programme | Q(region=region))


class Grant(models.Model):
    """Somebody holds a role somewhere from one day to another. Grants add up; there is none that takes away."""

    class Scope(models.TextChoices):
        PROGRAMME = "programme", _("the whole programme")
        REGION = "region", _("one region")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    scope_kind = models.CharField(max_length=12, choices=Scope.choices, default=Scope.PROGRAMME)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["person", "role", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="grant_role_is_known"),
            models.CheckConstraint(
                condition=Q(scope_kind="programme", region=None) | Q(scope_kind="region", region__isnull=False),
                name="grant_region_fits_scope",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from__lte=F("valid_to")), name="grant_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
