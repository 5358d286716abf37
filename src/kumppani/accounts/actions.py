"""What an administrator does with people and their grants."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.permissions import may_add_people, may_end, may_grant, require
from kumppani.accounts.roles import Role
from kumppani.history.recording import record
from kumppani.regions.models import Area, Region


class NotNow(Exception):
    """The person may, but not as things are. The message is the sentence the page shows."""


@transaction.atomic
def add_person(*, email: str, name: str, language: str, by: Person, at: datetime) -> Person:
    """Add somebody who can sign in from now on; without a role she sees nothing that the public does not."""
    require(may_add_people(by, on=timezone.localdate(at)))
    if Person.objects.filter(email__iexact=email).exists():
        raise NotNow(_("Somebody here has this e-mail address already."))
    person = Person.objects.create_person(email=email, name=name, language=language)
    record(gettext_noop("person added"), about=person, by=by, at=at)
    return person


@transaction.atomic
def grant_role(
    *, person: Person, role: Role, place: Area | Region | None, until: date | None, by: Person, at: datetime
) -> Grant:
    """Give a role from today on, for the programme, an area or one region."""
    require(may_grant(by, person, on=timezone.localdate(at), region=place, role=role))
    area = place if isinstance(place, Area) else None
    region = place if isinstance(place, Region) else None
    if until is not None and until < timezone.localdate(at):
        raise NotNow(_("The last day has passed already."))
    if person.grants.in_force(timezone.localdate(at)).filter(role=role, area=area, region=region).exists():
        raise NotNow(_("She or he holds this role already. End it first if its last day is to change."))
    grant = Grant.objects.create(
        person=person,
        role=role,
        scope_kind=_scope(place),
        area=area,
        region=region,
        valid_from=timezone.localdate(at),
        valid_to=until,
    )
    record(gettext_noop("role granted"), about=grant, by=by, at=at)
    return grant


@transaction.atomic
def end_grant(*, grant: Grant, by: Person, at: datetime) -> None:
    """End a grant with this day; the row stays, so that the history keeps its sense."""
    require(may_end(by, on=timezone.localdate(at), region=grant.place, role=Role(grant.role)))
    if not Grant.objects.in_force(timezone.localdate(at)).filter(pk=grant.pk).exists():
        raise NotNow(_("This role has ended already, or has not begun."))
    if (
        grant.role == Role.ADMINISTRATOR
        and grant.place is None
        and is_last_administrator(grant.person, timezone.localdate(at))
    ):
        raise NotNow(_("The programme would be left without an administrator. Give the role to somebody else first."))
    grant.valid_to = timezone.localdate(at)
    grant.save(update_fields=["valid_to"])
    record(gettext_noop("role ended"), about=grant, by=by, at=at)


def _scope(place: Area | Region | None) -> Grant.Scope:
    if place is None:
        return Grant.Scope.PROGRAMME
    return Grant.Scope.AREA if isinstance(place, Area) else Grant.Scope.REGION


def is_last_administrator(person: Person, on: date) -> bool:
    """Ask whether nobody else administers the whole programme without a last day, while this person does it now."""
    programme = Grant.objects.filter(role=Role.ADMINISTRATOR, scope_kind=Grant.Scope.PROGRAMME)
    others = programme.filter(valid_from__lte=on, valid_to=None, person__is_active=True).exclude(person=person)
    return programme.in_force(on).filter(person=person).exists() and not others.exists()
