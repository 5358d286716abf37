"""Write and read the history. `record` belongs in the transaction of the deed it tells of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from kumppani.history.models import Line

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

BY_THE_SITE = "Kumppani"
"""The name in a line that no person caused, for example a demonstration being set up."""


def record(what: str, *, about: models.Model, by: AbstractBaseUser | None, at: datetime, note: str = "") -> Line:
    """Write that ``by`` did ``what``: a short English phrase, marked with gettext_noop so that pages can say it.

    A ``note`` is the reason in a person's own words, where a deed asks for one.
    """
    return Line.objects.create(
        what=what,
        about_kind=about._meta.label_lower,
        about_id=str(about.pk),
        about_name=str(about)[:200],
        by=by,  # type: ignore[misc]  # a person; history may not know the app that defines one
        by_name=str(by)[:200] if by is not None else BY_THE_SITE,
        note=note[:200],
        at=at,
    )


def lines_about(thing: models.Model) -> models.QuerySet[Line]:
    """The history of one thing, newest first."""
    return Line.objects.filter(about_kind=thing._meta.label_lower, about_id=str(thing.pk))
