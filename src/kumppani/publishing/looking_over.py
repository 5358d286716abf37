"""Give `lint` what it cannot know by itself: the other languages, where links lead, and whether numbers still hold."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils.translation import override

from kumppani.publishing.lint import Finding, Known, Written, findings
from kumppani.publishing.models import Edition, Version
from kumppani.publishing.queries import visible_editions
from kumppani.publishing.quoting import what_is_wrong
from kumppani.publishing.text import cells_in
from kumppani.publishing.tongues import is_plain


def looked_over(edition: Edition, *, at: datetime) -> list[Finding]:
    """What is worth a look in the newest version of an edition."""
    newest = edition.newest
    assert newest is not None
    others = edition.item.editions.exclude(pk=edition.pk).select_related("newest", "item")
    original_first = sorted(others, key=lambda other: other.language != edition.item.original)
    siblings = [_written(other, other.newest) for other in original_first if other.newest]
    known = Known(
        siblings=siblings,
        is_original=edition.is_original,
        leads_somewhere=lambda address: _leads_somewhere(address, at),
        not_planned=_not_planned(edition, at) if edition.is_original else (),
        cells={cell: what_is_wrong(cell) for cell in cells_in(newest.everything_said())},
    )
    return findings(_written(edition, newest), known)


def _written(edition: Edition, version: Version) -> Written:
    body = "\n\n".join([version.body, *map(str, version.parts.values())]).strip()
    return Written(edition.language, version.title, version.lead, body)


def _leads_somewhere(address: str, at: datetime) -> bool:
    path = address.partition("#")[0].partition("?")[0]
    first = path.strip("/").split("/", 1)[0]
    language = first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with override(language):
        try:
            found = resolve(path)
        except Resolver404:
            return False
    if found.url_name in ("text", "text-plain"):
        seen = visible_editions(AnonymousUser(), at=at)
        return seen.filter(item__kind=found.kwargs["kind"], item__slug=found.kwargs["slug"]).exists()
    return True


def _not_planned(edition: Edition, at: datetime) -> list[str]:
    """The site's languages in which nothing is published, scheduled or in review."""
    there = edition.item.editions.filter(Q(publications__isnull=False) | Q(state="review")).values_list(
        "language", flat=True
    )
    planned = {language for language in there if not is_plain(language)} | {edition.language}
    return [code for code, _name in settings.LANGUAGES if code not in planned]
