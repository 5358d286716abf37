"""What is new, for everybody and for oneself; what one follows; the feeds; the links of letters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kumppani.accounts.models import Person
from kumppani.accounts.requests import PersonsRequest
from kumppani.following import actions
from kumppani.following.digests import absolute
from kumppani.following.forms import CodesForm, ReadingForm, TopicsForm
from kumppani.following.models import Follow, Happening, Reading
from kumppani.following.queries import (
    followed_by,
    follows_of,
    happenings_that_fit,
    said,
    shown,
    suggestions,
    topics_of,
    visible_happenings,
)

ON_A_PAGE = 30
IN_A_FEED = 50


def new(request: HttpRequest) -> HttpResponse:
    """What everybody may see of what happened, or what this reader may see more; the newest first."""
    form = CodesForm(request.GET, single=True)
    codes = form.codes()
    seen = visible_happenings(request.user, on=timezone.localdate())
    found = happenings_that_fit(seen, codes).prefetch_related("labels")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "codes": codes,
        "can_be_followed": bool(codes) and all(codes.values()),
        "said": said(codes),
        "page": page,
        "shown": shown(list(page.object_list)),
        "query": query.urlencode(),
    }
    return render(request, "following/new.html", context)


@login_required
def new_for_me(request: PersonsRequest) -> HttpResponse:
    now = timezone.now()
    found = followed_by(request.user, at=now, on=timezone.localdate(now)).prefetch_related("labels")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "shown": shown(list(page.object_list)),
        "follows": follows_of(request.user).count(),
    }
    return render(request, "following/new_for_me.html", context)


@login_required
def follow(request: PersonsRequest) -> HttpResponse:
    """Choose what to follow; a button elsewhere sends what stands there."""
    form = CodesForm(request.POST or request.GET)
    wrong, status = "", 200
    if request.method == "POST":
        try:
            actions.follow(person=request.user, codes=form.codes(), at=timezone.now())
        except actions.NotNow as refusal:
            wrong, status = str(refusal), 400
        else:
            messages.success(request, _("You follow it now."))
            return redirect("followed")
    return render(request, "following/follow.html", {"form": form, "wrong": wrong}, status=status)


@login_required
def change(request: PersonsRequest, pk: int) -> HttpResponse:
    one = _own(request, pk)
    wrong, status = "", 200
    kept = one.codes()
    form = CodesForm(request.POST, kept=kept) if request.method == "POST" else CodesForm(initial=_plain(one), kept=kept)
    if request.method == "POST":
        try:
            actions.change_follow(one=one, codes=form.codes(), by=request.user, at=timezone.now())
        except actions.NotNow as refusal:
            wrong, status = str(refusal), 400
        else:
            messages.success(request, _("Changed."))
            return redirect("followed")
    return render(request, "following/follow.html", {"form": form, "wrong": wrong, "one": one}, status=status)


@login_required
def followed(request: PersonsRequest) -> HttpResponse:
    return _followed_page(request)


@login_required
@require_POST
def reading(request: PersonsRequest) -> HttpResponse:
    form = ReadingForm(request.POST)
    if not form.is_valid():
        return _followed_page(request, reading_form=form, status=400)
    actions.set_reading(person=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("followed")


@login_required
@require_POST
def topics(request: PersonsRequest) -> HttpResponse:
    form = TopicsForm(request.POST)
    if form.is_valid():
        actions.set_topics(person=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("followed")
    return _followed_page(request, topics_form=form, status=400)


@login_required
@require_POST
def pause(request: PersonsRequest, pk: int) -> HttpResponse:
    one = _own(request, pk)
    actions.pause(one=one, paused=not one.paused, by=request.user, at=timezone.now())
    messages.success(request, _("Paused.") if one.paused else _("You follow it again."))
    return redirect("followed")


@login_required
@require_POST
def unfollow(request: PersonsRequest, pk: int) -> HttpResponse:
    actions.unfollow(one=_own(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("You do not follow it any more."))
    return redirect("followed")


@login_required
@require_POST
def renew_feed(request: PersonsRequest) -> HttpResponse:
    actions.renew_feed_address(person=request.user, at=timezone.now())
    messages.success(request, _("Your feed has a new address. The old one is empty."))
    return redirect("followed")


@csrf_exempt
def stop_letters(request: HttpRequest, token: str) -> HttpResponse:
    """One press in a mail program posts here (RFC 8058), so nobody is signed in and no form was shown before."""
    try:
        if request.method == "POST":
            actions.stop_letters(token=token)
        else:
            actions.person_of(token)
    except (BadSignature, Person.DoesNotExist):
        raise Http404 from None
    return render(request, "following/stop_letters.html", {"stopped": request.method == "POST"})


@csrf_exempt
def stop_one(request: HttpRequest, token: str) -> HttpResponse:
    """End one follow by the link beside an entry. The page asks first: mail programs open links by themselves."""
    try:
        one = actions.follow_of(token)
        if request.method == "POST":
            actions.stop_one(token=token)
    except BadSignature:
        raise Http404 from None
    stopped = request.method == "POST" or one is None
    return render(request, "following/stop_one.html", {"said": said(one.codes()) if one else "", "stopped": stopped})


def feed(request: HttpRequest) -> HttpResponse:
    """What everybody may see, chosen as on the page."""
    codes = CodesForm(request.GET, single=True).codes()
    seen = visible_happenings(AnonymousUser(), on=timezone.localdate())
    found = happenings_that_fit(seen, codes)
    title = _("What is new")
    return _atom(request, f"{title}: {said(codes)}" if codes else title, list(found[:IN_A_FEED]), reverse("new"))


def own_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What one person follows and may see, at an address that is secret and can be changed."""
    try:
        found = actions.feed_of(token)
    except (BadSignature, ValueError):
        raise Http404 from None
    if found is None:
        raise Http404
    now = timezone.now()
    happenings = followed_by(found.person, at=now, on=timezone.localdate(now))
    response = _atom(request, _("What I follow"), list(happenings[:IN_A_FEED]), reverse("new-for-me"))
    response["Cache-Control"] = "private"
    response["X-Robots-Tag"] = "noindex"
    return response


def _atom(request: HttpRequest, title: str, happenings: list[Happening], page: str) -> HttpResponse:
    made = Atom1Feed(
        title=f"{title} – {settings.PROGRAMME_NAME}",
        link=absolute(page),
        description="",
        language=get_language(),
        feed_url=absolute(request.get_full_path()),
        feed_guid=absolute(request.path),
    )
    for each in shown(happenings):
        made.add_item(
            title=each.title,
            link=absolute(each.address),
            description=str(each.kind.label),
            pubdate=each.happening.at,
            updateddate=each.happening.at,
            unique_id=_tag(each.happening.pk, each.happening.at),
            categories=[str(each.kind.label)],
        )
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _tag(number: int, at: datetime) -> str:
    """Name an entry for good, whatever the address of its page becomes (RFC 4151)."""
    host = settings.SITE_ADDRESS.partition("//")[2].partition(":")[0].strip("/")
    return f"tag:{host},{at:%Y-%m-%d}:happening/{number}"


def _followed_page(
    request: PersonsRequest,
    *,
    reading_form: ReadingForm | None = None,
    topics_form: TopicsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person, now = request.user, timezone.now()
    reading = Reading.objects.filter(person=person).first() or Reading(person=person, looked_at=now)
    chosen = topics_of(person)
    context: dict[str, Any] = {
        "follows": [(one, said(one.codes())) for one in follows_of(person)],
        "suggestions": [
            (said(codes), [(f, c) for f, cs in codes.items() for c in cs]) for codes in suggestions(person)
        ],
        "reading_form": reading_form or ReadingForm.of(reading),
        "topics_form": topics_form or TopicsForm(initial={"interests": chosen[False], "skills": chosen[True]}),
        "feed": absolute(reverse("own-feed", args=[actions.feed_token(reading)])) if reading.pk else "",
    }
    return render(request, "following/followed.html", context, status=status)


def _own(request: PersonsRequest, pk: int) -> Follow:
    return get_object_or_404(follows_of(request.user), pk=pk)


def _plain(one: Follow) -> dict[str, list[str]]:
    return {facet: sorted(codes) for facet, codes in one.codes().items()}
