"""Needs and offers: the list, one with what matches it, and writing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kumppani.accounts.permissions import require
from kumppani.accounts.requests import PersonsRequest
from kumppani.moderation.gate import case_hiding
from kumppani.network.actions import notices as actions
from kumppani.network.faults import NotNow
from kumppani.network.forms import NoticeForm, NoticeSearchForm, as_filled, notice_as_filled
from kumppani.network.models import Facet, Notice, Organisation
from kumppani.network.permissions import may_act_for, membership_of
from kumppani.network.queries import Wanted, matches_for, notices_that_fit, visible_notices
from kumppani.network.views.directory import ON_A_PAGE, find, query_without_page

USUAL_DAYS = 90


def notices(request: HttpRequest) -> HttpResponse:
    """Open ones only, also for members: their closed ones stand on the organisation's page."""
    today = timezone.localdate()
    form = NoticeSearchForm(request.GET, on=today)
    wanted, kind = form.wanted(), form.about_kind()
    found = notices_that_fit(visible_notices(request.user, on=today).open(today), wanted, kind=kind)
    context = {
        "form": form,
        "narrowed": bool(kind) or wanted != Wanted(),
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "query": query_without_page(request),
    }
    return render(request, "network/notices.html", context)


def notice(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    shown = _find(request, pk)
    facets = [(facet.label, [label.said for label in shown.labels.all() if label.facet == facet]) for facet in Facet]
    hiding = case_hiding(shown)
    is_open = shown.is_open(today) and hiding is None
    context = {
        "notice": shown,
        "facets": [(title, said) for title, said in facets if said],
        "is_open": is_open,
        "hiding": hiding,
        "matches": matches_for(shown, on=today) if is_open else [],
        "membership": membership_of(request.user, shown.organisation),
    }
    return render(request, "network/notice.html", context)


@login_required
def write(request: PersonsRequest, code: str, kind: str) -> HttpResponse:
    organisation = find(request, code)
    if kind not in Notice.Kind.values:
        raise Http404
    require(may_act_for(request.user, organisation))
    form = NoticeForm(request.POST or None, initial=_to_begin_with(organisation))
    if request.method == "POST" and form.is_valid():
        try:
            written = actions.write_notice(
                organisation=organisation, kind=kind, wording=form.wording(), by=request.user, at=timezone.localtime()
            )
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("notice", pk=written.pk)
    return _form_page(request, form, organisation, kind, None)


@login_required
def edit(request: PersonsRequest, pk: int) -> HttpResponse:
    shown = _find(request, pk)
    require(may_act_for(request.user, shown.organisation))
    form = NoticeForm(request.POST or None, initial=notice_as_filled(shown))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_notice(notice=shown, wording=form.wording(), by=request.user, at=timezone.localtime())
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("notice", pk=pk)
    return _form_page(request, form, shown.organisation, shown.kind, shown)


def _form_page(
    request: HttpRequest, form: NoticeForm, organisation: Organisation, kind: str, shown: Notice | None
) -> HttpResponse:
    context = {"form": form, "organisation": organisation, "kind": kind, "notice": shown}
    return render(request, "network/notice_form.html", context, status=400 if form.errors else 200)


def _to_begin_with(organisation: Organisation) -> dict[str, object]:
    """What a new notice most often shares with its organisation."""
    filled = as_filled(organisation)
    last_day = timezone.localdate() + timedelta(days=USUAL_DAYS)
    return {"language": filled["language"], "regions": filled["regions"], "valid_to": last_day.isoformat()}


@login_required
@require_POST
def close(request: PersonsRequest, pk: int) -> HttpResponse:
    return _done(request, pk, actions.close_notice, _("Closed. You can reopen it."))


@login_required
@require_POST
def reopen(request: PersonsRequest, pk: int) -> HttpResponse:
    return _done(request, pk, actions.reopen_notice, _("Open again."))


def _done(request: PersonsRequest, pk: int, deed: Callable[..., None], said: str) -> HttpResponse:
    shown = _find(request, pk)
    try:
        deed(notice=shown, by=request.user, at=timezone.localtime())
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("notice", pk=pk)


def _find(request: HttpRequest, pk: int) -> Notice:
    seen = visible_notices(request.user, on=timezone.localdate())
    return get_object_or_404(seen.for_lists(), pk=pk)
