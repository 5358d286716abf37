"""Where texts are written: what is in hand, a new text, one language beside its original, what it is about."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from kumppani.accounts.permissions import regions_with, require
from kumppani.accounts.requests import PersonsRequest
from kumppani.following.digests import absolute
from kumppani.history.models import Line
from kumppani.moderation.gate import case_hiding
from kumppani.publishing import tongues
from kumppani.publishing.actions import editions as deeds
from kumppani.publishing.actions.items import begin_text, say_about
from kumppani.publishing.faults import EditedMeanwhile, NotNow
from kumppani.publishing.forms import AboutForm, LanguageForm, TextForm, about_as_filled, as_filled
from kumppani.publishing.models import Edition, Item, Kind, Version
from kumppani.publishing.permissions import (
    OPEN_TO_ALL,
    PUBLISH,
    may_begin,
    may_publish,
    may_publish_somewhere,
    may_take_care,
)
from kumppani.publishing.practices import lengths
from kumppani.publishing.previewing import token_of
from kumppani.publishing.queries import editions_to_review, items_in_hand, standings
from kumppani.publishing.quoting import as_quote
from kumppani.publishing.showing import shown_parts
from kumppani.publishing.text import as_html
from kumppani.publishing.words import BEGIN, TITLES

ON_A_PAGE = 20
LINES_SHOWN = 20


@login_required
def in_hand(request: PersonsRequest) -> HttpResponse:
    """Everything this person may work on, the newest first, and what waits for her to read."""
    now = timezone.now()
    today = timezone.localdate(now)
    mine = items_in_hand(request.user, on=today).select_related("home").prefetch_related("editions__newest")
    context = {
        "page": Paginator(mine.order_by("-made_at", "-pk"), ON_A_PAGE).get_page(request.GET.get("page")),
        "waiting": editions_to_review(request.user, on=today),
        "beginnings": [(kind.value, BEGIN[kind]) for kind in Kind if may_begin(request.user, kind, on=today)],
        "publishes": may_publish_somewhere(request.user, on=today),
    }
    return render(request, "publishing/in_hand.html", context)


@login_required
def begin(request: PersonsRequest, kind: str) -> HttpResponse:
    today = timezone.localdate()
    require(may_begin(request.user, kind, on=today))
    homes = _homes(request, kind)
    data = request.POST or None
    first = {"home": request.user.region_id, "regions": [request.user.region_id] if request.user.region_id else []}
    language = LanguageForm(data, initial={"original": get_language()})
    form, about = TextForm(data, kind=kind), AboutForm(data, kind=kind, homes=homes, initial=first)
    counted: list[Any] = []
    if request.method == "POST":
        valid = [each.is_valid() for each in (language, form, about)]
        counted = _counted(form, kind)
        if all(valid) and "count" not in request.POST:
            try:
                edition = begin_text(
                    kind=kind,
                    original=language.cleaned_data["original"],
                    about=about.about(),
                    wording=form.wording(),
                    by=request.user,
                    at=timezone.now(),
                )
            except NotNow as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved as a draft. Nobody else is shown it yet."))
                return redirect("text-room", pk=edition.item_id)
    wrong = [each for each in (language, form, about) if each.errors]
    context = {
        "kind": kind,
        "title": BEGIN[kind],
        "language_form": language,
        "form": form,
        "about": about,
        "counted": counted,
        "wrong": wrong,
    }
    return render(request, "publishing/begin.html", context, status=400 if wrong else 200)


@login_required
def room(request: PersonsRequest, pk: int) -> HttpResponse:
    """One item with all its languages: how each stands, and what can be done with it."""
    now = timezone.now()
    today = timezone.localdate(now)
    item = find(request, pk)
    there = standings(item, at=now)
    takes_care = may_take_care(request.user, item, on=today)
    rows = [
        {
            "standing": standing,
            "edition": standing.edition,
            "hiding": case_hiding(standing.edition),
            "may_publish": standing.edition.newest
            and may_publish(request.user, item, standing.edition.newest, on=today),
            "preview": absolute(reverse("text-preview", args=[token_of(standing.edition.newest)]))
            if standing.edition.newest
            else "",
        }
        for standing in there
    ]
    written = {standing.edition.language for standing in there}
    context = {
        "item": item,
        "heading": heading_of(item),
        "kind_title": TITLES[item.kind],
        "rows": rows,
        "missing": [(code, tongues.NAMES[code]) for code in tongues.LANGUAGES if code not in written],
        "is_due": item.review_on is not None and item.review_on <= today,
        "takes_care": takes_care,
        "lines": _lines_about(item)[:LINES_SHOWN],
    }
    return render(request, "publishing/room.html", context)


@login_required
def write(request: PersonsRequest, pk: int, language: str) -> HttpResponse:
    """Write one language; a translation stands beside the original's newest version."""
    item = find(request, pk)
    edition = item.editions.filter(language=language).select_related("newest", "item").first()
    source = None if language == item.original else _newest_original(item)
    newest = edition.newest if edition is not None else None
    follows = source.number if source else None
    first = {**(as_filled(newest) if newest else {}), "after": newest.number if newest else 0, "follows": follows}
    corrects = edition is not None and edition.is_original and item.editions.count() > 1
    form = TextForm(request.POST or None, kind=item.kind, language=language, corrects=corrects, initial=first)
    differences: list[tuple[str, str, str]] = []
    if request.method == "POST" and form.is_valid() and "count" not in request.POST:
        try:
            _save(request, item, edition, language, form)
        except EditedMeanwhile as refusal:
            differences = _differences(form, as_filled(refusal.current))
            data = request.POST.copy()
            data["after"] = str(refusal.current.number)
            form.data = data
            form.add_error(None, str(refusal))
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Every version is kept."))
            return redirect("text-room", pk=pk)
    context = {
        "item": item,
        "heading": heading_of(item),
        "edition": edition,
        "language_code": language,
        "base": tongues.base_of(language),
        "language_said": tongues.NAMES[language],
        "form": form,
        "source": source,
        "source_language": tongues.base_of(item.original),
        "source_language_said": tongues.NAMES[item.original],
        **_shown_source(item, source),
        "source_has_changed": bool(source and newest and newest.meaning < source.meaning),
        "differences": differences,
        "counted": _counted(form, item.kind, newest),
    }
    return render(request, "publishing/write.html", context, status=400 if form.errors else 200)


def _shown_source(item: Item, source: Version | None) -> dict[str, Any]:
    """The original as its readers see it."""
    if source is None:
        return {}
    with override(tongues.base_of(item.original)):
        return {"source_body": as_html(source.body, as_quote), "source_parts": shown_parts(source)}


def _save(request: PersonsRequest, item: Item, edition: Edition | None, language: str, form: TextForm) -> None:
    said, now = form.cleaned_data, timezone.now()
    if edition is None:
        deeds.translate(
            item=item,
            language=language,
            wording=form.wording(),
            follows=said.get("follows") or 0,
            by=request.user,
            at=now,
        )
    else:
        deeds.save_version(
            edition=edition,
            wording=form.wording(),
            after=said.get("after") or 0,
            follows=said.get("follows"),
            is_small=said.get("is_small", False),
            by=request.user,
            at=now,
        )


@login_required
def about(request: PersonsRequest, pk: int) -> HttpResponse:
    item = find(request, pk)
    homes = _homes(request, item.kind)
    if homes is not None:
        homes = {*homes, item.home_id}
    form = AboutForm(request.POST or None, kind=item.kind, homes=homes, initial=about_as_filled(item))
    if request.method == "POST" and form.is_valid():
        say_about(item=item, about=form.about(), by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("text-room", pk=pk)
    return render(
        request,
        "publishing/about.html",
        {"form": form, "item": item, "heading": heading_of(item)},
        status=400 if form.errors else 200,
    )


def find(request: HttpRequest, pk: int) -> Item:
    """The item if this person may work on it; else there is no such page."""
    mine = items_in_hand(request.user, on=timezone.localdate())
    return get_object_or_404(mine.select_related("home").prefetch_related("labels", "regions"), pk=pk)


def heading_of(item: Item) -> str:
    """What writers know it by: the newest title of the original."""
    newest = _newest_original(item)
    return newest.title if newest else item.slug


def _homes(request: PersonsRequest, kind: str) -> set[str] | None:
    """The regions she may choose; None for all."""
    if kind in OPEN_TO_ALL:
        return None
    regions = regions_with(request.user, PUBLISH, on=timezone.localdate())
    return None if regions is None else set(regions)


def _newest_original(item: Item) -> Version | None:
    original = item.editions.filter(language=item.original).select_related("newest").first()
    return original.newest if original else None


def _counted(form: TextForm, kind: str, newest: Version | None = None) -> list[Any]:
    """How long the parts are: of what was sent, or of what was saved last."""
    if kind != Kind.PRACTICE:
        return []
    if form.is_bound:
        return lengths(form.data.get("title", ""), {part.key: form.data.get(part.key, "") for part in form.parts})
    return lengths(newest.title, newest.parts) if newest else []


def _differences(form: TextForm, current: dict[str, Any]) -> list[tuple[str, str, str]]:
    """For every field that differs: its label, what is saved now, what this person wrote."""
    asked = [field for field in form if field.name not in ("after", "follows", "is_small")]
    pairs = [
        (str(field.label), str(current.get(field.name, "")), str(form.cleaned_data[field.name])) for field in asked
    ]
    return [(label, saved, own) for label, saved, own in pairs if saved.strip() != own.strip()]


def _lines_about(item: Item) -> Any:
    editions = [str(key) for key in item.editions.values_list("pk", flat=True)]
    kind, of_item = Edition._meta.label_lower, Item._meta.label_lower
    about_editions = Line.objects.filter(about_kind=kind, about_id__in=editions)
    return about_editions | Line.objects.filter(about_kind=of_item, about_id=str(item.pk))
