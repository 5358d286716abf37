"""The one registry of permissions, the roles that hold them, and the question whether a person may.

Apps declare their permissions in their own `permissions.py` with `declare`; everybody else looks one up with
`permission`, which fails at import when nobody has declared it. A `Decision` is true or false and always carries the
sentence the page shows; `require` turns a false one into a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kumppani.accounts.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django_stubs_ext import StrOrPromise

    from kumppani.accounts.models import JoinRequest, Person
    from kumppani.regions.models import Area, Region


@dataclass(frozen=True)
class Permission:
    name: str
    label: StrOrPromise
    """What it lets a person do, as a phrase that follows "may": "take in a release"."""
    roles: frozenset[Role]
    refusal: StrOrPromise
    """The sentence for somebody who does not hold it."""


class UnknownPermission(LookupError):
    """A permission was asked for that no app declares."""


class NotPermitted(Exception):
    """This person may not do this. The message is the sentence the page shows."""


@dataclass(frozen=True)
class Decision:
    allowed: bool
    sentence: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(True)
_declared: dict[str, Permission] = {}


def declare(name: str, *, label: StrOrPromise, roles: set[Role], refusal: StrOrPromise) -> Permission:
    """Register a permission; a name is declared once."""
    if name in _declared:
        raise ValueError(f"The permission {name!r} is declared twice.")
    _declared[name] = Permission(name, label, frozenset(roles), refusal)
    return _declared[name]


def permission(name: str) -> Permission:
    """Look a permission up. Call it at import, so that a misspelt name never reaches a page."""
    try:
        return _declared[name]
    except KeyError:
        raise UnknownPermission(f"No app declares the permission {name!r}.") from None


def declared_permissions() -> tuple[Permission, ...]:
    return tuple(_declared.values())


def holds(
    person: Person | AnonymousUser, asked: Permission, *, on: date, region: Area | Region | None = None
) -> Decision:
    """Say whether grants in force on this day give the permission: for the programme, or everywhere in this place."""
    if not person.is_authenticated:
        return Decision(False, str(_("Sign in first.")))
    granted = person.grants.in_force(on).filter(role__in=asked.roles)
    return ALLOWED if granted.cover(region) else Decision(False, str(asked.refusal))


def regions_with(person: Person | AnonymousUser, asked: Permission, *, on: date) -> frozenset[str] | None:
    """Give the codes of the regions in which a person holds the permission; None for the whole programme."""
    if not person.is_authenticated:
        return frozenset()
    return person.grants.in_force(on).filter(role__in=asked.roles).regions()


def require(decision: Decision) -> None:
    """Raise NotPermitted with the sentence unless the decision is to allow."""
    if not decision:
        raise NotPermitted(decision.sentence)


GRANT_ROLES = declare(
    "accounts.grant",
    label=_("give and end grants"),
    roles={Role.ADMINISTRATOR},
    refusal=_("Only an administrator may give or end grants."),
)
SEE_HISTORY = declare(
    "accounts.see_history",
    label=_("read the history"),
    roles={Role.ADMINISTRATOR, Role.COORDINATOR, Role.APPROVER},
    refusal=_("Only a coordinator, an approver or an administrator may read the history."),
)
RESET_SECOND_FACTOR = declare(
    "accounts.reset_second_factor",
    label=_("reset the second factor of somebody who has lost it"),
    roles={Role.ADMINISTRATOR},
    refusal=_("Only an administrator may reset a second factor."),
)


ADMIT = declare(
    "accounts.admit",
    label=_("let people join, and name other coordinators"),
    roles={Role.ADMINISTRATOR, Role.COORDINATOR},
    refusal=_("Only a coordinator of this region or an administrator may do this."),
)


def may_grant(giver: Person, receiver: Person, *, on: date, region: Area | Region | None, role: Role) -> Decision:
    """Nobody gives a role to herself: the four eyes of an approval would be two.

    An administrator gives every role within her scope; a coordinator that of a coordinator, within hers.
    """
    if giver == receiver:
        return Decision(False, str(_("You cannot give a role to yourself.")))
    return _may_decide_on(giver, role, on=on, region=region)


def may_end(ender: Person, *, on: date, region: Area | Region | None, role: Role) -> Decision:
    """Whoever may give a role somewhere may end it there, also her own."""
    return _may_decide_on(ender, role, on=on, region=region)


def _may_decide_on(person: Person, role: Role, *, on: date, region: Area | Region | None) -> Decision:
    decision = holds(person, GRANT_ROLES, on=on, region=region)
    if decision or role != Role.COORDINATOR:
        return decision
    return holds(person, ADMIT, on=on, region=region)


def roles_to_give(giver: Person, *, on: date) -> tuple[Role, ...]:
    """Give the roles this person may give somewhere, in their order."""
    if regions_with(giver, GRANT_ROLES, on=on) != frozenset():
        return tuple(Role)
    return (Role.COORDINATOR,) if regions_with(giver, ADMIT, on=on) != frozenset() else ()


def may_see(viewer: Person, seen: Person, *, on: date) -> Decision:
    """People are seen by those who let them join: of the programme, or of the region where they work."""
    return holds(viewer, ADMIT, on=on, region=seen.region)


def may_decide(person: Person | AnonymousUser, request: JoinRequest, *, on: date) -> Decision:
    return holds(person, ADMIT, on=on, region=request.region)


def may_add_people(person: Person | AnonymousUser, *, on: date) -> Decision:
    """Whoever gives roles for the whole programme also adds people without being asked."""
    return holds(person, GRANT_ROLES, on=on)
