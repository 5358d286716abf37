"""The gate: what a moderator has hidden. Every function that says what somebody may see asks here, and nobody else."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from kumppani.moderation.models import Case

Things = TypeVar("Things", bound="QuerySet[Any]")


def hidden_now(model: type[models.Model], key: str = "pk") -> Exists:
    """True of rows that are hidden, for a filter or an annotation; ``key`` leads to the thing from another model."""
    hidden = Case.objects.order_by().filter(kind=model._meta.label_lower, number=OuterRef(key), hidden=True)
    return Exists(hidden)


def was_reported(model: type[models.Model]) -> Exists:
    """True of rows that a case is about, decided or not, for a filter: such a thing is not deleted in passing."""
    return Exists(Case.objects.order_by().filter(kind=model._meta.label_lower, number=OuterRef("pk")))


def case_now(model: type[models.Model], key: str = "pk") -> Subquery:
    """The number of the case that hides a row, for an annotation: its author reads there why."""
    hidden = Case.objects.order_by().filter(kind=model._meta.label_lower, number=OuterRef(key), hidden=True)
    return Subquery(hidden.values("pk")[:1])


def unhidden(things: Things) -> Things:
    """Without what a moderator has hidden."""
    return things.filter(~hidden_now(things.model))


def is_hidden(thing: models.Model) -> bool:
    return case_hiding(thing) is not None


def case_hiding(thing: models.Model) -> Case | None:
    """The case because of which a thing is hidden, for its author to read."""
    return Case.objects.filter(kind=thing._meta.label_lower, number=thing.pk, hidden=True).first()
