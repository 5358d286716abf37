"""Reading people and grants."""

from __future__ import annotations

from datetime import date

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import Permission, declared_permissions


def permissions_of(person: Person, *, on: date) -> tuple[Permission, ...]:
    """Everything this person may do somewhere on this day, in the order of declaration; one query."""
    roles = set(person.grants.in_force(on).values_list("role", flat=True))
    return tuple(permission for permission in declared_permissions() if permission.roles & roles)
