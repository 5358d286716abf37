"""What of accounts would be left without anybody: a region without a coordinator of its own."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from kumppani.accounts.leaving import Tie
from kumppani.accounts.models import Grant, Person
from kumppani.accounts.roles import Role
from kumppani.regions.models import Region


def find_ties(person: Person, on: date) -> list[Tie]:
    return [
        Tie(
            str(region),
            _("You are the only coordinator of %(region)s.") % {"region": region},
            reverse("people"),
            holds_back=False,
        )
        for region in Region.objects.filter(pk__in=regions_alone(person, on=on))
    ]


def regions_alone(person: Person, *, on: date) -> set[str]:
    """The regions that this person coordinates, and nobody else by a grant for a region or an area."""
    near = Grant.objects.in_force(on).filter(role=Role.COORDINATOR).exclude(scope_kind=Grant.Scope.PROGRAMME)
    own = near.filter(person=person).regions() or frozenset()
    others = near.filter(person__is_active=True).exclude(person=person).regions() or frozenset()
    return set(own - others)
