"""Follow, stop, pause; say how often to be written to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import NotPermitted
from kumppani.following.choosing import Codes
from kumppani.following.models import Follow, FollowLabel, Reading, Rhythm, Topic
from kumppani.following.queries import follows_of
from kumppani.history.recording import record

MOST_FOLLOWS = 50
SALT_OF_ALL, SALT_OF_ONE, SALT_OF_FEED = (f"kumppani.following.{what}" for what in ("all", "one", "feed"))


class NotNow(Exception):
    """It cannot be done as things stand. The message is the sentence the page shows."""


@transaction.atomic
def follow(*, person: Person, codes: Codes, at: datetime) -> Follow:
    """Follow what fits all of these; what is followed already stays as it is."""
    _require_something(codes)
    Person.objects.select_for_update().get(pk=person.pk)  # two presses of one button make one follow
    before = list(follows_of(person))
    for one in before:
        if one.codes() == codes:
            return one
    if len(before) >= MOST_FOLLOWS:
        raise NotNow(_("You follow %(number)s things already. Stop following one first.") % {"number": len(before)})
    reading_of(person, at=at)
    made = Follow.objects.create(person=person, since=at)
    _write_labels(made, codes)
    record(gettext_noop("began to follow"), about=person, by=person, at=at)
    return made


@transaction.atomic
def change_follow(*, one: Follow, codes: Codes, by: Person, at: datetime) -> None:
    """Follow something else in its place, from now on; what fitted before and has not been told yet still is."""
    _require_own(one, by)
    _require_something(codes)
    if one.codes() != codes:
        _keep_until(one, at)
        one.since = at
        one.save(update_fields=["since"])
        one.labels.all().delete()
        _write_labels(one, codes)


@transaction.atomic
def pause(*, one: Follow, paused: bool, by: Person, at: datetime) -> None:
    """What happens in a pause is not made up for, but stands on the page; what happened before it is still told."""
    _require_own(one, by)
    if paused and not one.paused:
        _keep_until(one, at)
    if one.paused and not paused:
        one.since = at
    one.paused = paused
    one.save(update_fields=["paused", "since"])


@transaction.atomic
def unfollow(*, one: Follow, by: Person, at: datetime) -> None:
    _require_own(one, by)
    one.delete()
    record(gettext_noop("stopped following"), about=by, by=by, at=at)


@transaction.atomic
def set_reading(*, person: Person, rhythm: str, hour: int, weekday: int, at: datetime) -> None:
    """Say how often to be written to, from now on. Nothing that happened is lost by a change."""
    reading = reading_of(person, at=at)
    if reading.rhythm == Rhythm.NEVER:
        # While she was not written to she read on the site; it is not all sent after her now.
        Follow.objects.filter(person=person).exclude(until=None).delete()
        Follow.objects.filter(person=person).update(since=at)
    reading.rhythm, reading.hour, reading.weekday = rhythm, hour, weekday
    reading.looked_at = at
    reading.save(update_fields=["rhythm", "hour", "weekday", "looked_at"])


@transaction.atomic
def renew_feed_address(*, person: Person, at: datetime) -> None:
    """Whoever has the old address reads nothing there any more."""
    reading = reading_of(person, at=at)
    reading.feed_number += 1
    reading.save(update_fields=["feed_number"])
    record(gettext_noop("feed address renewed"), about=person, by=person, at=at)


@transaction.atomic
def set_topics(*, person: Person, interests: Iterable[str], skills: Iterable[str]) -> None:
    Person.objects.select_for_update().get(pk=person.pk)  # two presses of one button save the same once
    Topic.objects.filter(person=person).delete()
    Topic.objects.bulk_create(
        Topic(person=person, is_skill=is_skill, code=code)
        for is_skill, codes in ((False, interests), (True, skills))
        for code in dict.fromkeys(codes)
    )


@transaction.atomic
def stop_letters(*, token: str) -> Person:
    """End all letters by the link in one of them; nobody has to sign in for that. Raises signing.BadSignature."""
    person = person_of(token)
    Reading.objects.filter(person=person).update(rhythm=Rhythm.NEVER)
    return person


@transaction.atomic
def stop_one(*, token: str) -> None:
    """End one follow by the link beside an entry. Raises signing.BadSignature."""
    Follow.objects.filter(pk=signing.Signer(salt=SALT_OF_ONE).unsign(token)).delete()


def person_of(token: str) -> Person:
    return Person.objects.get(pk=signing.Signer(salt=SALT_OF_ALL).unsign(token))


def token_of_all(person: Person) -> str:
    return signing.Signer(salt=SALT_OF_ALL).sign(str(person.pk))


def token_of_one(one: Follow) -> str:
    return signing.Signer(salt=SALT_OF_ONE).sign(str(one.pk))


def follow_of(token: str) -> Follow | None:
    """Give the follow a link ends; None where it has ended. Raises signing.BadSignature."""
    key = signing.Signer(salt=SALT_OF_ONE).unsign(token)
    return Follow.objects.filter(pk=key).prefetch_related("labels").first()


def reading_of(person: Person, *, at: datetime) -> Reading:
    """How a person is written to; weekly until she says otherwise."""
    reading, _made = Reading.objects.get_or_create(person=person, defaults={"looked_at": at})
    return reading


def feed_token(reading: Reading) -> str:
    return signing.Signer(salt=SALT_OF_FEED).sign_object([reading.pk, reading.feed_number])


def feed_of(token: str) -> Reading | None:
    """Whose feed stands at this address; None at one that was changed. Raises signing.BadSignature."""
    key, number = signing.Signer(salt=SALT_OF_FEED).unsign_object(token)
    wanted = Reading.objects.filter(pk=key, feed_number=number, person__is_active=True)
    return wanted.select_related("person").first()


def _keep_until(one: Follow, at: datetime) -> None:
    """Leave behind what the follow was, for the letters that have not been written yet."""
    if one.paused:
        return
    ended = Follow.objects.create(person=one.person, since=one.since, until=at)
    _write_labels(ended, one.codes())


def _write_labels(one: Follow, codes: Codes) -> None:
    FollowLabel.objects.bulk_create(
        FollowLabel(follow=one, facet=facet, code=code) for facet, some in codes.items() for code in sorted(some)
    )


def _require_something(codes: Codes) -> None:
    """Of every facet that is named something is left: without it the follow would be of more than was chosen."""
    if not any(codes.values()):
        raise NotNow(_("Choose at least one thing to follow."))
    if not all(codes.values()):
        raise NotNow(_("What you wanted to follow is not there any more. Choose something else."))


def _require_own(one: Follow, by: Person) -> None:
    if one.person_id != by.pk:
        raise NotPermitted(_("This is somebody else's."))
