"""One language of a published text can be reported like whatever else is written on the site."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext_lazy

from kumppani.accounts.models import Person
from kumppani.moderation.registry import Moderated, register_moderated
from kumppani.publishing.followed import page_of
from kumppani.publishing.models import Edition, Publication, Version
from kumppani.publishing.queries import visible_editions


def register() -> None:
    register_moderated(TEXT)


def _seen(person: Any, *, on: date) -> Any:
    """The moment is asked here: a day is too coarse for a text that is taken away at noon."""
    return visible_editions(person, at=timezone.now())


def _read(edition: Edition) -> Version:
    """What readers see, or saw last."""
    begun = Publication.objects.filter(edition=edition, at__lte=timezone.now()).select_related("version")
    last = begun.first()
    if last is not None:
        return last.version
    assert edition.newest is not None
    return edition.newest


def _authors(edition: Edition) -> list[Person]:
    """Who began it, and who wrote what readers see."""
    keys = {edition.item.made_by_id, _read(edition).made_by_id}
    return list(Person.objects.filter(pk__in=[key for key in keys if key], is_active=True))


def _concerned(edition: Edition) -> set[int]:
    """Everybody who wrote it or let it be published."""
    wrote = edition.versions.filter(made_by__isnull=False).values_list("made_by", flat=True)
    approved = edition.publications.filter(approved_by__isnull=False).values_list("approved_by", flat=True)
    began = {edition.item.made_by_id} if edition.item.made_by_id else set()
    return {*wrote, *approved, *began}


def _erase(edition: Edition) -> None:
    """Take the words out of every version; that there were versions stays."""
    for version in edition.versions.all():
        version.title, version.lead, version.body, version.parts = "–", "", "", {}
        version.save(update_fields=["title", "lead", "body", "parts"])
        version.words.clear()
    edition.withdrawn_at = timezone.now()
    edition.save(update_fields=["withdrawn_at"])
    edition.publications.filter(at__gt=edition.withdrawn_at).delete()


TEXT = Moderated(
    model=Edition,
    name="text",
    label=pgettext_lazy("reported", "News, a good practice, a page or a column"),
    visible=_seen,
    title_of=lambda edition: _read(edition).title,
    words_of=lambda edition: _read(edition).everything_said(),
    language_of=lambda edition: edition.base,
    region_of=lambda edition: edition.item.home,
    authors_of=_authors,
    concerned_with=_concerned,
    address_of=page_of,
    erase=_erase,
)
