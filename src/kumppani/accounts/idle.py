"""Accounts that nobody uses: written to twice, then removed as if their person had left; never what depends on her.

The two letters come first however late the nightly command is: between the first and the removal lie 30 days, between
the second and the removal 7. They are counted from the day a letter left, for one that waits has told nobody anything;
who cannot be written to stays, and who was kept by something for long is written to once more when it is gone. Signing
in once begins everything anew.
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
from kumppani.mailing.models import Letter
from kumppani.mailing.sending import MOST_FAILURES, waiting_letters

MONTHS = 24
FIRST_NOTICE = timedelta(days=30)
LAST_NOTICE = timedelta(days=7)
LAST_NOTICE_HOLDS = timedelta(days=30)
"""Who was kept by something for longer is told anew before she is removed."""
TRIED_AGAIN_AFTER = timedelta(days=30)
"""An address that takes no letters is not written to every night."""


@dataclass(frozen=True)
class Idle:
    """Somebody who has been away for long, the day from which she may be removed, and what keeps her."""

    person: Person
    removed_from: date
    ties: list[Tie]
    is_unreachable: bool
    """The letter was given up: nobody is removed who could not be told."""


def seen_at(person: Person) -> datetime:
    return person.last_login or person.joined_at


def idle_people(on: date) -> QuerySet[Person]:
    """Those who will have been away for 24 months within 30 days."""
    before = months_before(on + FIRST_NOTICE, MONTHS)
    seen = Person.objects.annotate(seen=Coalesce("last_login", "joined_at"))
    return seen.filter(is_active=True, seen__lt=before).select_related("idle_letter").order_by("seen", "pk")


def idle_seen_by(viewer: Person, *, on: date) -> QuerySet[Person]:
    """Idle people among those this person lets join, the longest away first."""
    return idle_people(on).filter(pk__in=people_seen_by(viewer, on=on).values("pk"))


def idle_with_ties(person: Person, *, on: date) -> Idle:
    letter = person.idle_letter
    given_up = letter is not None and letter.sent_at is None and letter.failures >= MOST_FAILURES
    return Idle(person, _removed_from(person, on), ties_of(person, on=on), given_up)


def look_after_idle_accounts(at: datetime) -> int:
    """Write to those whose turn it is, and remove those whose time is over; give how many were removed."""
    _note_what_left()
    removed = 0
    for person in idle_people(timezone.localdate(at)).select_for_update(of=("self",)):
        removed += _look_after(person, at)
    return removed


def _note_what_left() -> None:
    """Note of every letter that has left that its person was told then."""
    told = Person.objects.filter(idle_letter__sent_at__isnull=False).select_related("idle_letter")
    for person in told.select_for_update(of=("self",)):
        letter = person.idle_letter
        if letter is None or letter.sent_at is None:
            continue
        if letter.written_at > seen_at(person):  # else it tells nothing of the time since she was last here
            first, _again = _notices(person)
            if first is None:
                person.idle_told_at, person.idle_told_again_at = letter.sent_at, None
            else:
                person.idle_told_again_at = letter.sent_at
        person.idle_letter = None
        person.save(update_fields=["idle_letter", "idle_told_at", "idle_told_again_at"])
        record(gettext_noop("told that the account is idle"), about=person, by=None, at=letter.sent_at)


def _look_after(person: Person, at: datetime) -> bool:
    told, told_again = _notices(person)
    today = timezone.localdate(at)
    if told is not None and told_again is not None:
        if ties_of(person, on=today):
            return False
        if not _is_long_ago(told_again, today):
            return today >= _removed_from(person, today) and _remove(person, at)
    elif told is not None and today < timezone.localdate(told) + FIRST_NOTICE - LAST_NOTICE:
        return False
    if not _has_letter_on_its_way(person, at):
        _tell(person, FIRST_NOTICE if told is None else LAST_NOTICE, at)
    return False


def _notices(person: Person) -> tuple[datetime | None, datetime | None]:
    """When she was told since she was last here."""
    since = seen_at(person)
    told, again = person.idle_told_at, person.idle_told_again_at
    told = told if told is not None and told > since else None
    return told, again if told is not None and again is not None and again > since else None


def _has_letter_on_its_way(person: Person, at: datetime) -> bool:
    """Is there one that is still tried, or was given up lately, and that was written since she was last here?"""
    letter = person.idle_letter
    if letter is None or letter.written_at <= seen_at(person):
        return False
    if letter.sent_at is None and letter.failures >= MOST_FAILURES:
        return at < letter.written_at + TRIED_AGAIN_AFTER
    return waiting_letters(at=at).filter(pk=letter.pk).exists()


def _remove(person: Person, at: datetime) -> bool:
    if ties_of(person, on=timezone.localdate(at)):
        return False
    try:
        leave(person=person, at=at, what=gettext_noop("removed: nobody signed in for 24 months"))
    except NotNow:
        return False
    return True


def _tell(person: Person, before: timedelta, at: datetime) -> None:
    """Write to her, in place of a letter that was given up. It names a day, and does not leave after that day."""
    if person.idle_letter is not None:
        Letter.objects.filter(pk=person.idle_letter.pk, sent_at=None).delete()
    day = timezone.localdate(at + before)
    with override(person.language):
        ties = [tie.sentence for tie in ties_of(person, on=timezone.localdate(at))]
    said = {"name": person.name, "day": day, "ties": ties, "site": _site(), "email": person.email}
    person.idle_letter = send(
        "accounts/letters/idle",
        to=person.email,
        language=person.language,
        said=said,
        at=at,
        of_use_until=at + before,
    )
    person.save(update_fields=["idle_letter"])


def _removed_from(person: Person, on: date) -> date:
    """The first day on which she may be removed, if what has not been told yet is told now."""
    told, again = _notices(person)
    first = on if told is None else timezone.localdate(told)
    last = on if again is None or _is_long_ago(again, on) else timezone.localdate(again)
    return max(first + FIRST_NOTICE, last + LAST_NOTICE)


def _is_long_ago(last_notice: datetime, on: date) -> bool:
    """Something has kept her since, or no command ran: she has to be told anew."""
    return on > timezone.localdate(last_notice) + LAST_NOTICE_HOLDS


def _site() -> str:
    """The address of the site, where an operator has set it; a command has no request to learn it from."""
    return settings.SITE_ADDRESS
