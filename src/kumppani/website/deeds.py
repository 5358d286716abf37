"""What those with a role did, for everybody to read: the role, the day and the deed, and no name.

A region is not named either: where one person coordinates alone, it would be her name. Decisions on reports are told as
numbers of a year elsewhere, because a list of them would give away the small numbers that are held back there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from kumppani.accounts.models import Grant
from kumppani.accounts.permissions import ADMIT, GRANT_ROLES
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.results.models import Release
from kumppani.results.permissions import APPROVE, PUBLISH, TAKE_IN

RELEASE, GRANT = Release._meta.label_lower, Grant._meta.label_lower
DEEDS: dict[str, frozenset[Role]] = {
    "release taken in": TAKE_IN.roles,
    "release approved": APPROVE.roles,
    "release published": PUBLISH.roles,
    "role granted": GRANT_ROLES.roles | ADMIT.roles,
    "role ended": GRANT_ROLES.roles | ADMIT.roles,
}
"""By the phrase in the history: the roles that may do it."""


@dataclass(frozen=True)
class Deed:
    day: date
    what: str
    about: str
    by: Role | None
    """The role in which it was done; None for the site itself and for who has left."""


def public_lines() -> QuerySet[Line]:
    return Line.objects.filter(what__in=DEEDS, about_kind__in=(RELEASE, GRANT))


def deeds_of(lines: Iterable[Line]) -> list[Deed]:
    """What everybody may read of these lines; two questions, however many there are."""
    lines = list(lines)
    held = Grant.objects.filter(person__in={line.by_id for line in lines if line.by_id is not None})
    grants: dict[int, list[Grant]] = {}
    for grant in held:
        grants.setdefault(grant.person_id, []).append(grant)
    about = Grant.objects.in_bulk([int(line.about_id) for line in lines if line.about_kind == GRANT])
    return [_deed(line, grants.get(line.by_id or 0, []), about) for line in lines]


def _deed(line: Line, grants: list[Grant], about: dict[int, Grant]) -> Deed:
    day = timezone.localdate(line.at)
    roles = {grant.role for grant in grants if grant.is_in_force(day)} & DEEDS[line.what]
    grant = about.get(int(line.about_id)) if line.about_kind == GRANT else None
    # The line of a grant names the person: what everybody reads is the role alone.
    named = line.about_name if line.about_kind == RELEASE else str(grant.get_role_display()) if grant else "–"
    return Deed(day, line.what, named, next((role for role in Role if role in roles), None))
