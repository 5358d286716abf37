"""What everybody reads: lists, one text, feeds, the site map, a preview."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language, override

from kumppani.following.digests import absolute
from kumppani.network.codes import name_of
from kumppani.network.models import Facet
from kumppani.publishing.followed import LANGUAGES_OF_NEWS, TOLD
from kumppani.publishing.forms import LookForm
from kumppani.publishing.models import Edition, Item, Kind, Version
from kumppani.publishing.permissions import may_begin
from kumppani.publishing.previewing import version_of
from kumppani.publishing.queries import (
    beside,
    editions_for,
    editions_in,
    for_sitemap,
    languages_of,
    visible_editions,
)
from kumppani.publishing.quoting import as_quote
from kumppani.publishing.showing import shown_parts
from kumppani.publishing.text import as_html
from kumppani.publishing.tongues import NOT_YET, base_of, is_plain, plain_of
from kumppani.publishing.words import EMPTY, TITLES

ON_A_PAGE = 15
IN_A_FEED = 50


def texts(request: HttpRequest, kind: str) -> HttpResponse:
    """What has been published of a kind, in the reader's language where it is, the newest first."""
    now, language = timezone.now(), _language()
    form = LookForm(request.GET, on=timezone.localdate(now))
    found = editions_for(language, kind, at=now, by=request.user, looked=form.looked())
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "kind": kind,
        "title": TITLES[kind],
        "empty": EMPTY[kind],
        "form": form,
        "query": query.urlencode(),
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "may_begin": may_begin(request.user, kind, on=timezone.localdate(now)),
        "follow": _follow(kind, language),
    }
    return render(request, "publishing/texts.html", context)


def text(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    return _text_page(request, kind, slug, _language())


def text_plain(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    return _text_page(request, kind, slug, plain_of(_language()))


def _text_page(request: HttpRequest, kind: str, slug: str, language: str) -> HttpResponse:
    """The text in this language; where it is not, in the original, and the page says so."""
    now = timezone.now()
    seen = visible_editions(request.user, at=now).filter(item__kind=kind, item__slug=slug).for_lists()
    by_language = {edition.language: edition for edition in seen}
    if not by_language:
        raise Http404
    if is_plain(language) and language not in by_language:
        return redirect("text", kind=kind, slug=slug)
    item = next(iter(by_language.values())).item
    edition = by_language.get(language) or by_language.get(item.original) or next(iter(by_language.values()))
    lines = languages_of(item, at=now, by=request.user)
    earlier, later = beside(edition, at=now, by=request.user)
    context = {
        **shown(edition, Version.objects.get(pk=edition.shown)),
        "kind": kind,
        "kind_title": TITLES[kind],
        "lines": lines,
        "alternates": [line.edition for line in lines if line.is_published and not line.edition.is_plain],
        "not_yet": "" if edition.language == language else str(NOT_YET[language]),
        "is_stale": any(line.is_stale for line in lines if line.edition == edition),
        "changed_at": edition.changed_at if edition.changed_at != edition.first_at else None,
        "plain": by_language.get(plain_of(language)) if not is_plain(language) else None,
        "usual": by_language.get(base_of(language)) if is_plain(language) else None,
        "earlier": earlier,
        "later": later,
        "follow": _follow(kind, edition.language),
    }
    return render(request, "publishing/text.html", context)


def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A version that may not be public yet, for whoever has the link."""
    try:
        version = version_of(token)
    except BadSignature:
        version = None
    if version is None:
        return render(request, "publishing/preview_over.html", status=404)
    context = shown(version.edition, version)
    response = render(request, "publishing/preview.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


def shown(edition: Edition, version: Version) -> dict[str, Any]:
    """What every page that shows a version needs."""
    with override(edition.base):
        body, parts = as_html(version.body, as_quote), shown_parts(version)
    return {
        "edition": edition,
        "item": edition.item,
        "version": version,
        "body": body,
        "parts": parts,
        **_labels(edition.item),
    }


def _labels(item: Item) -> dict[str, Any]:
    facets = ((Facet.THEME, Facet.THEME.label), (Facet.TARGET_GROUP, Facet.TARGET_GROUP.label))
    said = [(title, [name_of(facet, code) for code in item.codes(facet)]) for facet, title in facets]
    return {"facets": [(title, names) for title, names in said if names]}


def _follow(kind: str, language: str) -> dict[str, str]:
    """What a button follows; nothing of pages, which are not told of."""
    name = TOLD.get(Kind(kind))
    return {"kinds": name, LANGUAGES_OF_NEWS: language} if name else {}


def feed(request: HttpRequest, kind: str) -> HttpResponse:
    """The newest of one kind in one language, with its own times."""
    now, language = timezone.now(), _language()
    made = Atom1Feed(
        title=f"{TITLES[kind]} – {settings.PROGRAMME_NAME}",
        link=absolute(reverse("texts", args=[kind])),
        description="",
        language=language,
        feed_url=absolute(request.path),
        feed_guid=absolute(request.path),
    )
    for edition in editions_in(language, kind, at=now, by=request.user)[:IN_A_FEED]:
        made.add_item(
            title=edition.title,
            link=absolute(reverse("text", args=[kind, edition.item.slug])),
            description=edition.lead,
            pubdate=edition.first_at,
            updateddate=edition.changed_at,
            unique_id=absolute(reverse("text", args=[kind, edition.item.slug])),
        )
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def sitemap(request: HttpRequest) -> HttpResponse:
    """Every published text under its language, each with its other languages."""
    now = timezone.now()
    by_item: dict[int, list[Edition]] = {}
    for edition in for_sitemap(at=now, by=request.user):
        by_item.setdefault(edition.item_id, []).append(edition)
    rows = []
    for editions in by_item.values():
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{each.base}" href="{escape(_address(each))}"/>'
            for each in editions
            if not each.is_plain
        )
        rows += [
            f"<url><loc>{escape(_address(each))}</loc><lastmod>{each.changed_at.isoformat()}</lastmod>"
            f"{'' if each.is_plain else links}</url>"
            for each in editions
        ]
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return HttpResponse(f"{head}<urlset {spaces}>{''.join(rows)}</urlset>\n", content_type="application/xml")


def _address(edition: Edition) -> str:
    with override(edition.base):
        name = "text-plain" if edition.is_plain else "text"
        return absolute(reverse(name, args=[edition.item.kind, edition.item.slug]))


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
