"""Save, translate, send for review, hand back, publish now or later, withdraw, restore."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.history.recording import record
from kumppani.moderation.gate import is_hidden
from kumppani.network.index import known_words
from kumppani.network.words import words_of
from kumppani.publishing.faults import EditedMeanwhile, NotNow
from kumppani.publishing.followed import tell_of
from kumppani.publishing.models import Edition, Item, Publication, State, Version
from kumppani.publishing.permissions import may_publish, may_take_care, may_write
from kumppani.publishing.practices import MONTHS_OLD, MONTHS_TO_REVIEW, is_complete, months_after
from kumppani.publishing.quoting import with_pins
from kumppani.publishing.tongues import LANGUAGES
from kumppani.publishing.wording import Wording


@transaction.atomic
def translate(*, item: Item, language: str, wording: Wording, follows: int, by: Person, at: datetime) -> Edition:
    """Write the first version in another language; ``follows`` is the number of the original's version it follows."""
    require(may_write(by, item, on=timezone.localdate(at)))
    item = Item.objects.select_for_update().get(pk=item.pk)
    there = item.editions.filter(language=language).select_related("newest").first()
    if there is not None and there.newest is not None:
        raise EditedMeanwhile(
            _("Somebody else has written this language meanwhile. Nothing you wrote is lost: see below."), there.newest
        )
    edition = first_version(item=item, language=language, wording=wording, follows=follows, by=by, at=at)
    record(gettext_noop("translation begun"), about=edition, by=by, at=at)
    return edition


@transaction.atomic
def save_version(
    *,
    edition: Edition,
    wording: Wording,
    after: int,
    by: Person,
    at: datetime,
    follows: int | None = None,
    is_small: bool = False,
) -> Version:
    """Save another version unless somebody saved one after number ``after``; then nothing is written.

    Of a translation ``follows`` is the number of the original's version it follows. A small change of an original
    leaves its translations up to date.
    """
    require(may_write(by, edition.item, on=timezone.localdate(at)))
    edition = _locked(edition)
    newest = _newest(edition)
    if is_hidden(edition):
        raise NotNow(_("It is hidden by a decision, and cannot be changed now. You can appeal."))
    if newest.number != after:
        raise EditedMeanwhile(
            _("Somebody else has saved this text meanwhile. Nothing you wrote is lost: see below."), newest
        )
    if edition.is_original:
        meaning = newest.meaning + (0 if is_small else 1)
    else:
        meaning = _meaning_of(edition.item, follows) if follows is not None else newest.meaning
    version = _add(edition, newest.number + 1, meaning, wording, by, at)
    record(gettext_noop("text saved"), about=edition, by=by, at=at)
    return version


@transaction.atomic
def restore(*, edition: Edition, number: int, by: Person, at: datetime) -> Version:
    """Save an old version once more, as the newest; what came between stays in the list."""
    require(may_write(by, edition.item, on=timezone.localdate(at)))
    edition = _locked(edition)
    newest, old = _newest(edition), edition.versions.filter(number=number).first()
    if old is None or old == newest:
        raise NotNow(_("This is the newest version already."))
    meaning = newest.meaning + 1 if edition.is_original else old.meaning
    wording = Wording(title=old.title, lead=old.lead, body=old.body, parts=old.parts)
    version = _add(edition, newest.number + 1, meaning, wording, by, at, restored_from=number)
    record(gettext_noop("version restored"), about=edition, by=by, at=at)
    return version


@transaction.atomic
def send_for_review(*, edition: Edition, by: Person, at: datetime) -> None:
    require(may_write(by, edition.item, on=timezone.localdate(at)))
    edition = _locked(edition)
    newest = _newest(edition)
    if edition.state == State.REVIEW:
        raise NotNow(_("It waits for somebody to read it already."))
    if edition.item.is_practice and not is_complete(newest.title, newest.parts):
        raise NotNow(_("Some parts are empty or too long. Correct them first."))
    if edition.item.is_practice and not _is_old_enough(edition.item, at):
        raise NotNow(_("A good practice has been done for at least a year. Send it when it has."))
    if not edition.item.is_practice and not newest.body.strip():
        raise NotNow(_("It has no text yet. Write it first."))
    edition.state, edition.handed_back_because = State.REVIEW, ""
    edition.save(update_fields=["state", "handed_back_because"])
    record(gettext_noop("text sent for review"), about=edition, by=by, at=at)


@transaction.atomic
def hand_back(*, edition: Edition, because: str, by: Person, at: datetime) -> None:
    """Give it back to those who write it, with the reason."""
    require(may_take_care(by, edition.item, on=timezone.localdate(at)))
    edition = _locked(edition)
    if edition.state != State.REVIEW:
        raise NotNow(_("Only a text in review can be handed back."))
    if not because.strip():
        raise NotNow(_("Write the reason: those who write the text read it."))
    edition.state, edition.handed_back_because = State.DRAFT, because.strip()
    edition.save(update_fields=["state", "handed_back_because"])
    record(gettext_noop("text handed back"), about=edition, by=by, at=at)


@transaction.atomic
def publish(
    *, edition: Edition, number: int, from_: datetime | None, until: datetime | None, by: Person, at: datetime
) -> Publication:
    """Let readers see the version with this number, now or from a later moment; another was perhaps saved meanwhile.

    Whatever was scheduled before and has not come is replaced.
    """
    item = edition.item
    edition = _locked(edition)
    newest = _newest(edition)
    require(may_publish(by, item, newest, on=timezone.localdate(at)))
    if newest.number != number:
        raise EditedMeanwhile(
            _("Somebody has saved another version since you opened this one. Read that one first."), newest
        )
    if edition.state != State.REVIEW:
        raise NotNow(_("Only a text in review can be published. Its writer sends it."))
    if from_ is not None and from_ < at:
        raise NotNow(_("That moment has passed. Choose a later one, or leave it empty to publish now."))
    moment = from_ or at
    if until is not None and until <= moment:
        raise NotNow(_("It would be taken away before it is published. Change one of the times."))
    edition.publications.filter(at__gt=at).delete()
    is_first = not edition.publications.exists()
    publication = Publication.objects.create(
        edition=edition, version=newest, at=moment, approved_by=by, approved_at=at, is_first=is_first
    )
    edition.state, edition.expires_at = State.APPROVED, until
    edition.save(update_fields=["state", "expires_at"])
    if item.is_practice:
        item.review_on = months_after(timezone.localdate(moment), MONTHS_TO_REVIEW)
        item.asked_at = None
        item.save(update_fields=["review_on", "asked_at"])
    newest.words.set(known_words(words_of(newest.everything_said())))
    record(
        gettext_noop("text published") if moment == at else gettext_noop("text scheduled"), about=edition, by=by, at=at
    )
    if moment == at:
        tell_of(publication, at=at)
    return publication


@transaction.atomic
def confirm_practice(*, item: Item, by: Person, at: datetime) -> None:
    """Say that a good practice is still done so; it is asked again in a year."""
    require(may_write(by, item, on=timezone.localdate(at)))
    if item.review_on is None:
        raise NotNow(_("It is not published."))
    item.review_on, item.asked_at = months_after(timezone.localdate(at), MONTHS_TO_REVIEW), None
    item.save(update_fields=["review_on", "asked_at"])
    record(gettext_noop("practice confirmed to hold"), about=item, by=by, at=at)


@transaction.atomic
def withdraw(*, edition: Edition, by: Person, at: datetime) -> None:
    """Take it from readers, and call off what is scheduled. It can be sent for review and published again."""
    require(may_take_care(by, edition.item, on=timezone.localdate(at)))
    edition = _locked(edition)
    since = edition.withdrawn_at
    if not (edition.publications.filter(at__gt=since) if since else edition.publications.all()).exists():
        raise NotNow(_("It is not published."))
    edition.publications.filter(at__gt=at).delete()
    edition.withdrawn_at, edition.state = at, State.DRAFT
    edition.save(update_fields=["withdrawn_at", "state"])
    record(gettext_noop("text withdrawn"), about=edition, by=by, at=at)


def _is_old_enough(item: Item, at: datetime) -> bool:
    """Whether it began a year ago or earlier."""
    return item.started_on is not None and item.started_on <= months_after(timezone.localdate(at), -MONTHS_OLD)


def first_version(
    *, item: Item, language: str, wording: Wording, follows: int | None, by: Person, at: datetime
) -> Edition:
    """Write an edition with its first version; the caller has asked whether she may."""
    if language not in LANGUAGES:
        raise NotNow(_("Texts are not written in this language."))
    edition = Edition.objects.create(item=item, language=language)
    meaning = 1 if edition.is_original else _meaning_of(item, follows)
    _add(edition, 1, meaning, wording, by, at)
    return edition


def _meaning_of(item: Item, number: int | None) -> int:
    """What the original meant in that version; nothing where there is no such version."""
    if number is None:
        return 0
    version = Version.objects.filter(edition__item=item, edition__language=item.original, number=number).first()
    return version.meaning if version is not None else 0


def _add(
    edition: Edition,
    number: int,
    meaning: int,
    wording: Wording,
    by: Person,
    at: datetime,
    *,
    restored_from: int | None = None,
) -> Version:
    version = Version.objects.create(
        edition=edition,
        number=number,
        meaning=meaning,
        title=wording.title,
        lead=wording.lead,
        body=with_pins(wording.body),
        parts={key: with_pins(words) for key, words in wording.parts.items()},
        made_by=by,
        made_at=at,
        restored_from=restored_from,
    )
    edition.newest, edition.state = version, State.DRAFT
    edition.save(update_fields=["newest", "state"])
    return version


def _newest(edition: Edition) -> Version:
    assert edition.newest is not None  # written with its first version
    return edition.newest


def _locked(edition: Edition) -> Edition:
    locked = Edition.objects.select_for_update(of=("self",)).select_related("item", "item__home", "newest")
    return locked.get(pk=edition.pk)
