"""Who arranges events, and who sees who takes part."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import ALLOWED, Decision, declare, holds, regions_with
from kumppani.accounts.roles import Role
from kumppani.events.models import Event
from kumppani.network.models import Membership, Organisation
from kumppani.network.permissions import membership_of
from kumppani.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

ARRANGE = declare(
    "events.arrange",
    label=gettext_lazy("arrange events, and see who takes part in those of the region"),
    roles={Role.COORDINATOR, Role.ADMINISTRATOR},
    refusal=gettext_lazy("Only the organiser's members, a coordinator of its region or an administrator may do this."),
)


def may_arrange(person: Person | AnonymousUser, event: Event, *, on: date) -> Decision:
    """The members of its organisation, and who coordinates its region; they alone see who takes part."""
    return may_arrange_for(person, event.organisation, event.home, on=on)


def may_arrange_for(
    person: Person | AnonymousUser, organisation: Organisation | None, home: Region, *, on: date
) -> Decision:
    if organisation is not None and membership_of(person, organisation):
        return ALLOWED
    return holds(person, ARRANGE, on=on, region=organisation.home if organisation is not None else home)


def may_arrange_somewhere(person: Person | AnonymousUser, *, on: date) -> Decision:
    if person.is_authenticated and Membership.objects.current().filter(person=person).exists():
        return ALLOWED
    return ALLOWED if regions_with(person, ARRANGE, on=on) != frozenset() else holds(person, ARRANGE, on=on)
