"""Accounts that nobody uses: written to twice, then removed as if their person had left; never what depends on her.

The two letters come first however late the nightly command is: between the first and the removal lie 30 days, between
the second and the removal 7. Signing in once begins everything anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from kumppani.accounts.actions import NotNow
from kumppani.accounts.leaving import Tie, ties_of
from kumppani.accounts.letters import send
from kumppani.accounts.models import Person
from kumppani.accounts.own import leave
from kumppani.accounts.queries import people_seen_by
from kumppani.history.recording import record
from kumppani.history.retention import months_before

MONTHS = 24
FIRST_NOTICE = timedelta(days=30)
LAST_NOTICE = timedelta(days=7)


@dataclass(frozen=True)
class Idle:
    """Somebody who has been written to, the day from which she may be removed, and what keeps her."""

    person: Person
    removed_from: date
    ties: list[Tie]


def seen_at(person: Person) -> datetime:
    return person.last_login or person.joined_at


def idle_people(on: date) -> QuerySet[Person]:
    """Those who will have been away for 24 months within 30 days."""
    before = months_before(on + FIRST_NOTICE, MONTHS)
    seen = Person.objects.annotate(seen=Coalesce("last_login", "joined_at"))
    return seen.filter(is_active=True, seen__lt=before).order_by("seen", "pk")


def idle_seen_by(viewer: Person, *, on: date) -> QuerySet[Person]:
    """Idle people among those this person lets join, the longest away first."""
    return idle_people(on).filter(pk__in=people_seen_by(viewer, on=on).values("pk"))


def idle_with_ties(person: Person, *, on: date) -> Idle:
    return Idle(person, _removed_from(person, on), ties_of(person, on=on))


def look_after_idle_accounts(at: datetime) -> int:
    """Write to those whose turn it is, and remove those whose time is over; give how many were removed."""
    removed = 0
    for person in idle_people(timezone.localdate(at)).select_for_update():
        removed += _look_after(person, at)
    return removed


def _look_after(person: Person, at: datetime) -> bool:
    told, told_again = _notices(person)
    if told is None:
        _tell(person, FIRST_NOTICE, at)
        person.idle_told_at, person.idle_told_again_at = at, None
    elif told_again is None and at >= told + FIRST_NOTICE - LAST_NOTICE:
        _tell(person, LAST_NOTICE, at)
        person.idle_told_again_at = at
    elif told_again is not None and at >= max(told + FIRST_NOTICE, told_again + LAST_NOTICE):
        return _remove(person, at)
    else:
        return False
    person.save(update_fields=["idle_told_at", "idle_told_again_at"])
    return False


def _notices(person: Person) -> tuple[datetime | None, datetime | None]:
    """When she was written to since she was last here."""
    since = seen_at(person)
    told, again = person.idle_told_at, person.idle_told_again_at
    told = told if told is not None and told > since else None
    return told, again if told is not None and again is not None and again > since else None


def _remove(person: Person, at: datetime) -> bool:
    if ties_of(person, on=timezone.localdate(at)):
        return False
    try:
        leave(person=person, at=at, what=gettext_noop("removed: nobody signed in for 24 months"))
    except NotNow:
        return False
    return True


def _tell(person: Person, before: timedelta, at: datetime) -> None:
    day = timezone.localdate(at + before)
    with override(person.language):
        ties = [tie.sentence for tie in ties_of(person, on=timezone.localdate(at))]
    said = {"name": person.name, "day": day, "ties": ties, "site": _site(), "email": person.email}
    send("accounts/letters/idle", to=person.email, language=person.language, said=said, at=at)
    record(gettext_noop("told that the account is idle"), about=person, by=None, at=at)


def _removed_from(person: Person, on: date) -> date:
    told, again = _notices(person)
    if told is None:
        return on + FIRST_NOTICE
    last = timezone.localdate(told + FIRST_NOTICE)
    return last if again is None else max(last, timezone.localdate(again + LAST_NOTICE))


def _site() -> str:
    """The address of the site, where an operator has set it; a command has no request to learn it from."""
    return settings.SITE_ADDRESS
