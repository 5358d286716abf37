"""What everybody may read: the directory, the regions, the page of one organisation."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from kumppani.moderation.gate import case_hiding
from kumppani.network.finding import directory
from kumppani.network.forms import DeclineForm, SearchForm
from kumppani.network.models import Facet, Organisation, State
from kumppani.network.permissions import may_confirm, membership_of
from kumppani.network.queries import (
    coverage,
    lines_about_organisation,
    organisations_to_confirm,
    visible_notices,
    visible_organisations,
)

ON_A_PAGE = 20
LINES_SHOWN = 20
NOTICES_SHOWN = 20


def organisations(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    form = SearchForm(request.GET, on=today)
    wanted = form.wanted()
    context = {
        "form": form,
        "wanted": wanted,
        "page": Paginator(directory(wanted, on=today), ON_A_PAGE).get_page(request.GET.get("page")),
        "query": query_without_page(request),
        "waiting": organisations_to_confirm(request.user, on=today).count(),
    }
    return render(request, "network/organisations.html", context)


def regions(request: HttpRequest) -> HttpResponse:
    return render(request, "network/regions.html", {"coverage": coverage()})


def organisation(request: HttpRequest, code: str) -> HttpResponse:
    today = timezone.localdate()
    shown = find(request, code)
    membership = membership_of(request.user, shown)
    confirms = may_confirm(request.user, shown, on=today)
    notices = visible_notices(request.user, on=today).filter(organisation=shown).for_lists()
    facets = [(facet.label, [label.said for label in shown.labels.all() if label.facet == facet]) for facet in Facet]
    context = {
        "organisation": shown,
        "facets": [(title, said) for title, said in facets if said],
        "membership": membership,
        "may_confirm": confirms,
        "due": shown.is_due(today),
        "faded": shown.is_faded(today),
        "open_notices": [notice for notice in notices if notice.is_open(today) and not notice.hidden][:NOTICES_SHOWN],
        "other_notices": [notice for notice in notices if notice.hidden or not notice.is_open(today)][:NOTICES_SHOWN],
        "decline_form": DeclineForm() if confirms and shown.state == State.WAITING else None,
        "hiding": case_hiding(shown),
        "lines": lines_about_organisation(shown)[:LINES_SHOWN] if membership or confirms else (),
    }
    return render(request, "network/organisation.html", context)


def find(request: HttpRequest, code: str) -> Organisation:
    """The organisation if this reader may see it; else there is no such page."""
    seen = visible_organisations(request.user, on=timezone.localdate())
    return get_object_or_404(seen.for_lists(), code=code)


def query_without_page(request: HttpRequest) -> str:
    """What the reader looks for, to stand in the links to further pages."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
