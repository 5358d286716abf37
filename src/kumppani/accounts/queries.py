"""Reading people and grants."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from kumppani.accounts.models import Grant, JoinRequest, Person
from kumppani.accounts.permissions import ADMIT, Permission, declared_permissions, may_decide, regions_with
from kumppani.history.models import Line


def permissions_of(person: Person, *, on: date) -> tuple[Permission, ...]:
    """Everything this person may do somewhere on this day, in the order of declaration; one query."""
    roles = set(person.grants.in_force(on).values_list("role", flat=True))
    return tuple(permission for permission in declared_permissions() if permission.roles & roles)


def people_seen_by(viewer: Person, *, on: date) -> QuerySet[Person]:
    """Whom this person lets join, by programme or region, each with ``current_grants``: the roles in force."""
    current = Grant.objects.in_force(on).select_related("region", "area")
    everybody = Person.objects.prefetch_related(Prefetch("grants", queryset=current, to_attr="current_grants"))
    regions = regions_with(viewer, ADMIT, on=on)
    return everybody if regions is None else everybody.filter(region__in=regions)


def requests_seen_by(viewer: Person, *, on: date) -> QuerySet[JoinRequest]:
    """The requests to join that wait and that this person may answer, the oldest first."""
    waiting = JoinRequest.objects.filter(state=JoinRequest.State.WAITING).select_related("region")
    regions = regions_with(viewer, ADMIT, on=on)
    return waiting if regions is None else waiting.filter(region__in=regions)


def people_who_decide(request: JoinRequest, *, on: date) -> list[Person]:
    """Those who may answer this request: who coordinate the region if there are any, else those of the programme."""
    holding = Grant.objects.in_force(on).filter(role__in=ADMIT.roles, person__is_active=True)
    people = Person.objects.filter(pk__in=holding.values("person"))
    deciding = [person for person in people if may_decide(person, request, on=on)]
    near = [person for person in deciding if regions_with(person, ADMIT, on=on) is not None]
    return near or deciding


def lines_about_person(person: Person) -> QuerySet[Line]:
    """What was done to this person and her roles, newest first."""
    grants = [str(pk) for pk in person.grants.values_list("pk", flat=True)]
    about_her = Q(about_kind=Person._meta.label_lower, about_id=str(person.pk))
    return Line.objects.filter(about_her | Q(about_kind=Grant._meta.label_lower, about_id__in=grants))
