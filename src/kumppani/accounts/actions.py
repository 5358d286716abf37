"""What an administrator does with people and their grants."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.permissions import GRANT_ROLES, holds, may_grant, require
from kumppani.accounts.roles import Role
from kumppani.history.recording import record
from kumppani.regions.models import Region


@transaction.atomic
def grant_role(
    *, person: Person, role: Role, region: Region | None, until: date | None, by: Person, at: datetime
) -> Grant:
    """Give a role from today on, for the programme or for one region."""
    require(may_grant(by, person, on=at.date(), region=region))
    grant = Grant.objects.create(
        person=person,
        role=role,
        scope_kind=Grant.Scope.PROGRAMME if region is None else Grant.Scope.REGION,
        region=region,
        valid_from=at.date(),
        valid_to=until,
    )
    record(gettext_noop("role granted"), about=grant, by=by, at=at)
    return grant


@transaction.atomic
def end_grant(*, grant: Grant, by: Person, at: datetime) -> None:
    """End a grant with this day; the row stays, so that the history keeps its sense."""
    require(holds(by, GRANT_ROLES, on=at.date(), region=grant.region))
    grant.valid_to = at.date()
    grant.save(update_fields=["valid_to"])
    record(gettext_noop("role ended"), about=grant, by=by, at=at)
