"""Who may confirm organisations, and who acts for one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import ALLOWED, Decision, declare, holds, regions_with
from kumppani.accounts.roles import Role
from kumppani.network.models import Membership, Organisation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

CONFIRM = declare(
    "network.confirm",
    label=gettext_lazy("confirm organisations of the network"),
    roles={Role.COORDINATOR, Role.ADMINISTRATOR},
    refusal=gettext_lazy("Only a coordinator of its region or an administrator may do this with an organisation."),
)


def may_confirm(person: Person | AnonymousUser, organisation: Organisation, *, on: date) -> Decision:
    return holds(person, CONFIRM, on=on, region=organisation.home)


def may_confirm_somewhere(person: Person | AnonymousUser, *, on: date) -> Decision:
    """May this person confirm organisations of the programme, or of at least one region?"""
    return ALLOWED if regions_with(person, CONFIRM, on=on) != frozenset() else holds(person, CONFIRM, on=on)


def membership_of(person: Person | AnonymousUser, organisation: Organisation) -> Membership | None:
    if not person.is_authenticated:
        return None
    return Membership.objects.current().filter(person=person, organisation=organisation).first()


def may_act_for(person: Person | AnonymousUser, organisation: Organisation) -> Decision:
    """Any member writes and closes the organisation's needs and offers."""
    if not person.is_authenticated:
        return Decision(False, _("Sign in first."))
    return ALLOWED if membership_of(person, organisation) else Decision(False, _("Only a member may do this."))


def may_administer(person: Person | AnonymousUser, organisation: Organisation) -> Decision:
    if not person.is_authenticated:
        return Decision(False, _("Sign in first."))
    membership = membership_of(person, organisation)
    if membership is not None and membership.is_admin:
        return ALLOWED
    return Decision(False, _("Only an administrator of the organisation may do this."))


def may_see_members(person: Person | AnonymousUser, organisation: Organisation, *, on: date) -> Decision:
    """Members see who the members are, and so does who may confirm the organisation; nobody else."""
    if may_act_for(person, organisation) or may_confirm(person, organisation, on=on):
        return ALLOWED
    return Decision(False, _("Who the members are is shown to members only."))


def may_write(person: Person | AnonymousUser) -> Decision:
    """Whoever has signed in writes to organisations; their addresses are shown to nobody."""
    return ALLOWED if person.is_authenticated else Decision(False, _("Sign in first."))
