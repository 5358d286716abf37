"""What is told of texts: a first publication, once, at its time, to those followers who read its language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kumppani.accounts.models import Person
from kumppani.following.kinds import Facet as FollowedFacet
from kumppani.following.kinds import Kind as FollowedKind
from kumppani.following.kinds import register_facet, register_kind
from kumppani.following.models import FollowLabel
from kumppani.following.telling import tell
from kumppani.network.models import Facet
from kumppani.publishing.models import Edition, Kind, Publication, PublishedEdition
from kumppani.publishing.queries import visible_rows
from kumppani.publishing.tongues import LANGUAGES, NAMES

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Anybody = Person | AnonymousUser

LANGUAGES_OF_NEWS = "languages_of_news"
TOLD = {Kind.NEWS: "publishing.news", Kind.PRACTICE: "publishing.practice", Kind.COLUMN: "publishing.column"}
"""Pages are not told of."""
LABELS: dict[Kind, StrOrPromise] = {
    Kind.NEWS: _("News"),
    Kind.PRACTICE: _("Good practices"),
    Kind.COLUMN: _("Columns"),
}


def register() -> None:
    register_facet(FollowedFacet(LANGUAGES_OF_NEWS, _("Languages of news"), _languages, _names))
    for kind, name in TOLD.items():
        register_kind(
            FollowedKind(name, LABELS[kind], PublishedEdition, _seen_of(kind), page_of, lambda edition: edition.base)
        )


def tell_of(publication: Publication, *, at: datetime) -> None:
    """Tell it once, in the transaction that notes it was told."""
    edition = PublishedEdition.objects.get(pk=publication.edition_id)
    item = edition.item
    Publication.objects.filter(pk=publication.pk).update(told_at=at)
    if not publication.is_first or item.kind not in TOLD:
        return
    codes: dict[str, Iterable[str]] = {
        str(facet): [label.code for label in item.labels.filter(facet=facet)]
        for facet in (Facet.THEME, Facet.TARGET_GROUP)
    }
    labels = {
        **codes,
        "regions": list(item.regions.values_list("pk", flat=True)),
        LANGUAGES_OF_NEWS: [edition.language],
    }
    tell(TOLD[Kind(item.kind)], subject=edition, by=publication.approved_by, at=publication.at, labels=labels)


def tell_what_was_published(*, at: datetime) -> int:
    """Tell of what has come to its time since this was done last. May run often, and in several processes at once."""
    due = Publication.objects.filter(told_at=None, at__lte=at).order_by("at", "pk").values_list("pk", flat=True)
    return sum(_tell_one(pk, at) for pk in list(due))


@transaction.atomic
def _tell_one(pk: int, at: datetime) -> bool:
    publication = Publication.objects.select_for_update().filter(pk=pk, told_at=None).first()
    if publication is None:
        return False
    tell_of(publication, at=at)
    return True


def page_of(edition: Edition) -> str:
    name = "text-plain" if edition.is_plain else "text"
    return reverse(name, args=[edition.item.kind, edition.item.slug])


def _seen_of(kind: Kind):
    def seen(person: Anybody, on: date) -> QuerySet[Edition]:
        """In her languages; of who has not signed in, the page's. The moment is asked here: a day is too coarse."""
        return visible_rows(person, at=timezone.now()).filter(_in_languages_of(person), item__kind=kind)

    return seen


def _in_languages_of(person: Anybody) -> Q:
    """Her own, and those she has said she follows; of who has not signed in, the page's."""
    if not person.is_authenticated:
        return Q(language=get_language() or "")
    chosen = FollowLabel.objects.filter(follow__person=person, facet=LANGUAGES_OF_NEWS).order_by()
    return Q(language=person.language) | Q(language__in=chosen.values("code"))


def _languages() -> list[tuple[str, str]]:
    return [(code, str(NAMES[code])) for code in LANGUAGES]


def _names(codes: Iterable[str]) -> Mapping[str, str]:
    return {code: str(NAMES[code]) for code in codes if code in NAMES}
