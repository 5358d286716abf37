"""Reading people and grants."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.permissions import Permission, declared_permissions
from kumppani.history.models import Line


def permissions_of(person: Person, *, on: date) -> tuple[Permission, ...]:
    """Everything this person may do somewhere on this day, in the order of declaration; one query."""
    roles = set(person.grants.in_force(on).values_list("role", flat=True))
    return tuple(permission for permission in declared_permissions() if permission.roles & roles)


def people_with_roles(*, on: date) -> QuerySet[Person]:
    """Everybody, each with ``current_grants``: the roles in force on this day."""
    current = Grant.objects.in_force(on).select_related("region")
    return Person.objects.prefetch_related(Prefetch("grants", queryset=current, to_attr="current_grants"))


def lines_about_person(person: Person) -> QuerySet[Line]:
    """What was done to this person and her roles, newest first."""
    grants = [str(pk) for pk in person.grants.values_list("pk", flat=True)]
    about_her = Q(about_kind=Person._meta.label_lower, about_id=str(person.pk))
    return Line.objects.filter(about_her | Q(about_kind=Grant._meta.label_lower, about_id__in=grants))
