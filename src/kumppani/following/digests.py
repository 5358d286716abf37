"""One letter of all that happened to what a person follows, in her language, once.

The letter is put in the outbox in the transaction that notes what it tells. Whoever is killed in between leaves both or
neither, so nobody is missed and nothing is told twice; that the outbox may send a letter again after a crash, as the
same letter, is its own affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext, override

from kumppani.following.actions import token_of_all, token_of_one
from kumppani.following.models import Follow, Happening, Reading, Rhythm, Told
from kumppani.following.queries import Shown, follows_to_tell_of, recent, said, shown, visible_happenings, why
from kumppani.history.running import one_by_one
from kumppani.mailing.sending import write_letter

MOST_EXPLAINED = 40
"""Of so many a letter says why they are told; the others it names."""


@dataclass(frozen=True)
class Entry:
    """One line of a letter, why it is there, and how to stop that."""

    shown: Shown
    reasons: str
    address: str
    stop: str


def write_digests(*, at: datetime) -> int:
    """Write to everybody for whom it is time and for whom there is something; give how many letters.

    May run as often as one likes, and in several processes at once. Raises SomeFailed at the end where one failed.
    """
    readings = Reading.objects.exclude(rhythm=Rhythm.NEVER).filter(person__is_active=True)
    due = [reading for reading in readings.order_by("pk") if reading.is_due(at)]
    if not due:
        return 0
    # Where nobody could be written to for long, all that time is still told.
    happenings = recent(since=min(reading.looked_at for reading in due))
    return one_by_one("send_digests", lambda pk: _write_digest(pk, happenings, at), [reading.pk for reading in due])


def _write_digest(pk: int, happenings: Sequence[Happening], at: datetime) -> bool:
    reading = _locked(pk)
    if reading is None or not reading.is_due(at):
        return False
    Reading.objects.filter(pk=pk).update(looked_at=at)
    news = _news(reading, happenings, at)
    if not news:
        return False
    person = reading.person
    Told.objects.bulk_create([Told(person=person, happening=happening) for happening in news])
    told = shown(list(news))
    with override(person.language):
        entries = _entries(told[:MOST_EXPLAINED], news)
        subject = ngettext("%(number)d piece of news", "%(number)d pieces of news", len(news)) % {"number": len(news)}
        by_kind: dict[str, list[Entry]] = {}
        for entry in entries:
            by_kind.setdefault(str(entry.shown.kind.label), []).append(entry)
        body = render_to_string(
            "following/digest.txt",
            {
                "by_kind": by_kind,
                "more": [(each.title, absolute(each.address)) for each in told[MOST_EXPLAINED:]],
                "settings": absolute(reverse("followed")),
                "stop": absolute(reverse("stop-letters", args=[token_of_all(person)])),
            },
        )
    write_letter(
        to=person.email,
        subject=f"{settings.PROGRAMME_NAME}: {subject}",
        body=body,
        language=person.language,
        at=at,
        unsubscribe=absolute(reverse("stop-letters", args=[token_of_all(person)])),
        at_once=False,
    )
    return True


def _news(reading: Reading, happenings: Sequence[Happening], at: datetime) -> dict[Happening, list[Follow]]:
    """What she follows, may see, did not do herself and has not been told of."""
    told = set(Told.objects.filter(person=reading.person).values_list("happening", flat=True))
    fresh = [each for each in happenings if each.pk not in told and each.by_id != reading.person_id]
    fitting = why(follows_to_tell_of(reading.person), fresh)
    found = {happening: [one for one in by if one.covers(happening.at)] for happening, by in fitting.items()}
    followed = {happening: by for happening, by in found.items() if by}
    if not followed:
        return {}
    about = {happening.kind for happening in followed}
    visible = visible_happenings(reading.person, on=timezone.localdate(at), of=about)
    may_see = set(visible.filter(pk__in=[happening.pk for happening in followed]).values_list("pk", flat=True))
    return {happening: by for happening, by in followed.items() if happening.pk in may_see}


def _entries(told: Sequence[Shown], news: dict[Happening, list[Follow]]) -> list[Entry]:
    return [
        Entry(
            each,
            " / ".join(said(one.codes()) for one in news[each.happening]),
            absolute(each.address),
            absolute(reverse("stop-one", args=[token_of_one(news[each.happening][0])])),
        )
        for each in told
    ]


def _locked(pk: int) -> Reading | None:
    """On PostgreSQL somebody whom another process is writing to is passed by; SQLite has one writer at a time."""
    skip = transaction.get_connection().features.has_select_for_update_skip_locked
    wanted = Reading.objects.filter(pk=pk).select_related("person")
    return wanted.select_for_update(skip_locked=skip, of=("self",) if skip else ()).first()


def absolute(path: str) -> str:
    """The address of a page for a letter, which has no page it stands on."""
    return urljoin(settings.SITE_ADDRESS, path)
