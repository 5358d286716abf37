"""Reading texts. What readers see is decided in `visible_editions`; what is still being made, in `items_in_hand`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import regions_with
from kumppani.moderation.gate import unhidden
from kumppani.network.index import forms_asked_for
from kumppani.network.models import Facet
from kumppani.network.queries import leaves_of
from kumppani.publishing.models import (
    Edition,
    EditionQuerySet,
    Item,
    ItemLabel,
    Kind,
    Publication,
    State,
    Version,
)
from kumppani.publishing.permissions import OPEN_TO_ALL, PUBLISH
from kumppani.publishing.tongues import COMES, PUBLISHED

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Anybody = Person | AnonymousUser

MOST_IN_SITEMAP = 10_000


def visible_editions(person: Anybody, *, at: datetime) -> EditionQuerySet:
    """What this person may read: published at this moment, in its place; for all the same.

    What she is writing herself she sees in its room and by a link to a preview, never on a public page by mistake.
    """
    return visible_rows(person, at=at).with_shown(at)


def visible_rows(person: Anybody, *, at: datetime) -> EditionQuerySet:
    """The same without what is shown of them, for who asks for every reader of a letter."""
    return unhidden(Edition.objects.published(at))


def items_in_hand(person: Anybody, *, on: date) -> QuerySet[Item]:
    """What this person may work on."""
    if not person.is_authenticated:
        return Item.objects.none()
    return Item.objects.filter(_in_regions_of(person, on=on) | Q(made_by=person, kind__in=OPEN_TO_ALL))


def editions_to_review(person: Anybody, *, on: date) -> list[Edition]:
    """What waits for this person's reading, the longest waiting first. Her own does not."""
    waiting = (
        Edition.objects.filter(item__in=Item.objects.filter(_in_regions_of(person, on=on)), state=State.REVIEW)
        .select_related("item__home", "newest")
        .order_by("newest__made_at", "pk")
    )
    return [edition for edition in waiting if edition.newest and edition.newest.made_by_id != person.pk]


def _in_regions_of(person: Anybody, *, on: date) -> Q:
    regions = regions_with(person, PUBLISH, on=on)
    return Q(home__isnull=False) if regions is None else Q(home__in=sorted(regions))


@dataclass(frozen=True)
class Looked:
    """What a reader looks for; empty means anything."""

    words: str = ""
    theme: str = ""
    place: str = ""


def editions_for(
    language: str, kind: str, *, at: datetime, by: Anybody, looked: Looked | None = None
) -> EditionQuerySet:
    """One edition of every item: in the reader's language, or else the original, or else the first there is."""
    seen = visible_editions(by, at=at)
    others = unhidden(Edition.objects.published(at)).filter(item=OuterRef("item")).order_by()
    own = others.filter(language=language)
    original = others.filter(language=OuterRef("item__original"))
    earlier = others.filter(pk__lt=OuterRef("pk"))
    best = Q(language=language) | (
        ~Exists(own) & (Q(language=F("item__original")) | (~Exists(original) & ~Exists(earlier)))
    )
    chosen = seen.filter(best, item__kind=kind)
    return _that_fit(chosen, looked or Looked(), at=at, by=by).order_by("-first_at", "-pk").for_lists()  # type: ignore[misc]  # told by with_shown


def _that_fit(editions: EditionQuerySet, looked: Looked, *, at: datetime, by: Anybody) -> EditionQuerySet:
    if looked.theme:
        themes = ItemLabel.objects.filter(item=OuterRef("item"), facet=Facet.THEME, code=looked.theme)
        editions = editions.filter(Exists(themes))
    if looked.place:
        there = Item.regions.through.objects.filter(item=OuterRef("item"), region__in=leaves_of(looked.place))
        editions = editions.filter(Exists(there))
    for forms in forms_asked_for(looked.words):
        # The words of any language's published version: who knows the thing by another name finds it too.
        said = Version.words.through.objects.filter(word__in=forms).values("version")
        others = visible_editions(by, at=at).filter(shown__in=said)  # type: ignore[misc]  # told by with_shown
        editions = editions.filter(item__in=others.order_by().values("item"))
    return editions


def editions_in(language: str, kind: str, *, at: datetime, by: Anybody) -> EditionQuerySet:
    """What is in this very language, the newest first: for feeds, and for a home page."""
    seen = visible_editions(by, at=at).filter(language=language, item__kind=kind)
    return seen.order_by("-first_at", "-pk").for_lists()  # type: ignore[misc]  # told by with_shown


def for_sitemap(*, at: datetime, by: Anybody) -> EditionQuerySet:
    return visible_editions(by, at=at).select_related("item").order_by("item", "pk")[:MOST_IN_SITEMAP]


def beside(edition: Edition, *, at: datetime, by: Anybody) -> tuple[Edition | None, Edition | None]:
    """The one published before it and the one after it, of the same kind and language."""
    line = editions_in(edition.language, edition.item.kind, at=at, by=by)
    here = Q(first_at=edition.first_at)
    earlier = line.filter(Q(first_at__lt=edition.first_at) | (here & Q(pk__lt=edition.pk))).first()
    later = line.filter(Q(first_at__gt=edition.first_at) | (here & Q(pk__gt=edition.pk)))
    return earlier, later.order_by("first_at", "pk").first()  # type: ignore[misc]  # told by with_shown


@dataclass(frozen=True)
class Line:
    """One language of an item, as its readers are told of it."""

    edition: Edition
    sentence: str
    is_published: bool
    is_stale: bool


def languages_of(item: Item, *, at: datetime, by: Anybody) -> list[Line]:
    """When each language was published or will be, the original first. A time to come is told without a title."""
    seen = {edition.pk: edition for edition in visible_editions(by, at=at).filter(item=item)}
    original = next((edition for edition in seen.values() if edition.language == item.original), None)
    coming = unhidden(Edition.objects.filter(item=item)).annotate(comes_at=_next(at)).exclude(pk__in=seen)
    lines = [
        Line(
            edition,
            str(PUBLISHED[edition.language]) % {"moment": moment_said(edition.first_at)},
            is_published=True,
            is_stale=original is not None and edition.meaning < original.meaning,
        )
        for edition in seen.values()
    ]
    lines += [
        Line(edition, str(COMES[edition.language]) % {"moment": moment_said(edition.comes_at)}, False, False)
        for edition in coming
        if edition.comes_at is not None
    ]
    return sorted(lines, key=lambda line: (line.edition.language != item.original, line.edition.pk))


def _next(at: datetime) -> Subquery:
    coming = Publication.objects.filter(edition=OuterRef("pk"), at__gt=at).order_by("at")
    return Subquery(coming.values("at")[:1])


def moment_said(moment: datetime) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")


@dataclass(frozen=True)
class Standing:
    """An edition as those who work on it see it."""

    edition: Edition
    word: str
    kind: str
    """Which colour: good, accent, bad, or none."""
    published_at: datetime | None
    comes_at: datetime | None
    is_stale: bool
    """The original has changed since the newest version was written."""
    has_unpublished: bool
    """Readers see an older version than the newest, or none."""


def standings(item: Item, *, at: datetime) -> list[Standing]:
    """Every edition of an item, the original first."""
    editions = (
        Edition.objects.filter(item=item)
        .with_shown(at)
        .annotate(comes_at=_next(at))
        .select_related("newest__made_by", "item")
    )
    original = next((edition for edition in editions if edition.language == item.original), None)
    newest = original.newest.meaning if original and original.newest else 0
    found = [_standing(edition, newest, at) for edition in editions]
    return sorted(found, key=lambda each: (not each.edition.is_original, each.edition.pk))


def _standing(edition: Edition, meaning: int, at: datetime) -> Standing:
    over = edition.expires_at is not None and edition.expires_at <= at
    shown = edition.shown is not None and not over
    comes_at: datetime | None = getattr(edition, "comes_at", None)
    stale = edition.newest is not None and edition.newest.meaning < meaning
    changed = edition.shown != edition.newest_id
    if edition.state == State.REVIEW:
        word, kind = _("in review"), "accent"
    elif comes_at:
        word, kind = _("scheduled"), "accent"
    elif over:
        word, kind = _("its time is over"), ""
    elif edition.withdrawn_at and not shown:
        word, kind = _("withdrawn"), "bad"
    elif shown and not changed:
        word, kind = (_("published; the original has changed since"), "bad") if stale else (_("published"), "good")
    elif shown:
        word, kind = _("published; changed since, not published yet"), "accent"
    else:
        word, kind = _("draft"), ""
    return Standing(edition, word, kind, edition.first_at if shown else None, comes_at, stale, changed)


def stale_editions(person: Person, *, at: datetime, on: date) -> QuerySet[Edition]:
    """Published translations in her regions whose original, as published, has changed since."""
    published = Edition.objects.published(at).with_shown(at)
    originals = published.filter(item=OuterRef("item"), language=OuterRef("item__original"))
    mine = published.filter(item__in=Item.objects.filter(_in_regions_of(person, on=on)))
    return mine.filter(meaning__lt=Subquery(originals.values("meaning")[:1])).select_related("item")  # type: ignore[misc]  # told by with_shown


def practices_to_review(person: Person, *, on: date) -> QuerySet[Item]:
    """Good practices in her regions of which it is time to ask whether they still hold."""
    due = Item.objects.filter(_in_regions_of(person, on=on), kind=Kind.PRACTICE, review_on__lte=on)
    return due.order_by("review_on", "pk")


def versions_of(edition: Edition) -> QuerySet[Version]:
    publications = Prefetch("publications", Publication.objects.order_by("at"))
    return edition.versions.select_related("made_by").prefetch_related(publications).order_by("-number")
