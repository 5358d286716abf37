"""What an administrator does with people and their grants."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.permissions import GRANT_ROLES, holds, may_add_people, may_grant, require
from kumppani.accounts.roles import Role
from kumppani.history.recording import record
from kumppani.regions.models import Region


class NotNow(Exception):
    """The person may, but not as things are. The message is the sentence the page shows."""


@transaction.atomic
def add_person(*, email: str, name: str, language: str, by: Person, at: datetime) -> Person:
    """Add somebody who can sign in from now on; without a role she sees nothing that the public does not."""
    require(may_add_people(by, on=at.date()))
    if Person.objects.filter(email__iexact=email).exists():
        raise NotNow(_("Somebody here has this e-mail address already."))
    person = Person.objects.create_person(email=email, name=name, language=language)
    record(gettext_noop("person added"), about=person, by=by, at=at)
    return person


@transaction.atomic
def grant_role(
    *, person: Person, role: Role, region: Region | None, until: date | None, by: Person, at: datetime
) -> Grant:
    """Give a role from today on, for the programme or for one region."""
    require(may_grant(by, person, on=at.date(), region=region))
    if until is not None and until < at.date():
        raise NotNow(_("The last day has passed already."))
    if person.grants.in_force(at.date()).filter(role=role, region=region).exists():
        raise NotNow(_("She or he holds this role already. End it first if its last day is to change."))
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
    if not Grant.objects.in_force(at.date()).filter(pk=grant.pk).exists():
        raise NotNow(_("This role has ended already, or has not begun."))
    if grant.role == Role.ADMINISTRATOR and not _other_administrators(grant, at.date()):
        raise NotNow(_("The programme would be left without an administrator. Give the role to somebody else first."))
    grant.valid_to = at.date()
    grant.save(update_fields=["valid_to"])
    record(gettext_noop("role ended"), about=grant, by=by, at=at)


def _other_administrators(grant: Grant, on: date) -> bool:
    """Is there another who administers the whole programme without a last day?"""
    others = Grant.objects.filter(role=Role.ADMINISTRATOR, region=None, valid_from__lte=on, valid_to=None)
    return others.exclude(pk=grant.pk).filter(person__is_active=True).exists()
