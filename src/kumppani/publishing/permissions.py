"""Who writes, and who publishes what somebody else has written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import ALLOWED, Decision, declare, holds, regions_with
from kumppani.accounts.roles import Role
from kumppani.publishing.models import Item, Kind, Version
from kumppani.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Anybody = Person | AnonymousUser

PUBLISH = declare(
    "publishing.publish",
    label=gettext_lazy("write and publish news, pages and columns, and publish good practices"),
    roles={Role.COORDINATOR, Role.ADMINISTRATOR},
    refusal=gettext_lazy("Only a coordinator of its region or an administrator may do this with a text."),
)
OPEN_TO_ALL = (Kind.PRACTICE,)
"""What anybody who has signed in may write."""


def may_begin(person: Anybody, kind: str, *, on: date, home: Region | None = None) -> Decision:
    """May she begin a text of this kind: in this region, or, where none is named, in some region?"""
    if not person.is_authenticated:
        return Decision(False, _("Sign in first."))
    if kind in OPEN_TO_ALL:
        return ALLOWED
    if home is not None:
        return holds(person, PUBLISH, on=on, region=home)
    return may_publish_somewhere(person, on=on)


def may_publish_somewhere(person: Anybody, *, on: date) -> Decision:
    return ALLOWED if regions_with(person, PUBLISH, on=on) != frozenset() else holds(person, PUBLISH, on=on)


def may_write(person: Anybody, item: Item, *, on: date) -> Decision:
    """Whoever began it where anybody may, and those who publish in its region."""
    if person.is_authenticated and item.made_by_id == person.pk and item.kind in OPEN_TO_ALL:
        return ALLOWED
    return may_take_care(person, item, on=on)


def may_take_care(person: Anybody, item: Item, *, on: date) -> Decision:
    """Hand back, withdraw, say where it belongs."""
    return holds(person, PUBLISH, on=on, region=item.home)


def may_publish(person: Anybody, item: Item, version: Version, *, on: date) -> Decision:
    """Another person than the one who saved this version."""
    decision = may_take_care(person, item, on=on)
    if decision and version.made_by_id == person.pk:
        return Decision(False, _("You saved this version yourself. Somebody else reads and publishes it."))
    return decision
