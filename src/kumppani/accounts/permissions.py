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

    from kumppani.accounts.models import Person
    from kumppani.regions.models import Region


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


def holds(person: Person | AnonymousUser, asked: Permission, *, on: date, region: Region | None = None) -> Decision:
    """Say whether a grant in force on this day gives the permission, for the programme or for this region."""
    if not person.is_authenticated:
        return Decision(False, str(_("Sign in first.")))
    granted = person.grants.in_force(on).covering(region).filter(role__in=asked.roles)
    return ALLOWED if granted.exists() else Decision(False, str(asked.refusal))


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


def may_grant(giver: Person, receiver: Person, *, on: date, region: Region | None) -> Decision:
    """Nobody gives a role to herself: the four eyes of an approval would be two."""
    if giver == receiver:
        return Decision(False, str(_("You cannot give a role to yourself.")))
    return holds(giver, GRANT_ROLES, on=on, region=region)


def may_add_people(person: Person | AnonymousUser, *, on: date) -> Decision:
    """Whoever gives roles for the whole programme also adds people; they belong to no region."""
    return holds(person, GRANT_ROLES, on=on)
