"""What everybody may read: the calendar, the page of an event, and the same as iCalendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kumppani.design.days import FIRST_DAY, LAST_DAY
from kumppani.events.calendars import calendar_of
from kumppani.events.entries import entry_of, organiser_of, where_of
from kumppani.events.forms import FindForm
from kumppani.events.models import Event, Material
from kumppani.events.permissions import may_arrange, may_arrange_somewhere
from kumppani.events.queries import (
    events_that_fit,
    in_month,
    listed,
    materials_seen,
    moment_of,
    month_before,
    next_month,
    registrations_of,
    room_of,
    visible_events,
)
from kumppani.files.storing import as_download
from kumppani.moderation.gate import case_hiding
from kumppani.network.permissions import membership_of
from kumppani.network.views.directory import query_without_page
from kumppani.projects.views.common import private

ON_A_PAGE = 20
MOST_IN_A_FEED = 500
FEED_GOES_BACK = timedelta(days=60)


def events(request: HttpRequest) -> HttpResponse:
    """What is to come; or one month, which may be past."""
    today = timezone.localdate()
    form = FindForm(request.GET, on=today)
    wanted, month = form.wanted(), _month(request.GET.get("month", ""))
    found = events_that_fit(Event.objects.filter(listed()), wanted)  # drafts stand on the pages of their organisers
    found = in_month(found, month) if month else found.filter(ends_at__gte=moment_of(today))
    shown = month or today
    context = {
        "form": form,
        "wanted": wanted,
        "month": month,
        "earlier": month_before(shown) if month else shown.replace(day=1),
        "later": next_month(shown),
        "page": Paginator(found.for_lists(), ON_A_PAGE).get_page(request.GET.get("page")),
        "query": query_without_page(request),
        "today": today,
        "may_arrange": may_arrange_somewhere(request.user, on=today),
    }
    return render(request, "events/events.html", context)


def event(request: HttpRequest, pk: int) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    shown = find(request, pk)
    arranges = bool(may_arrange(request.user, shown, on=today))
    own = registrations_of(request.user).filter(event=shown).first() if request.user.is_authenticated else None
    membership = membership_of(request.user, shown.organisation) if shown.organisation else None
    context = {
        "event": shown,
        "text": shown.text_said,
        "organiser": organiser_of(shown),
        "where": where_of(shown, registered=False),
        "room": room_of(shown) if shown.takes_registrations else None,
        "is_open": shown.is_open_at(now),
        "opens_later": shown.opens_at is not None and now < shown.opens_at,
        "is_over": shown.is_over_at(now),
        "own": own,
        "arranges": arranges,
        "materials": materials_seen(shown, registered=arranges),
        "hiding": case_hiding(shown),
        "may_appeal": (membership is not None and membership.is_admin) or shown.made_by_id == request.user.pk,
    }
    return render(request, "events/event.html", context)


@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """The calendar as it is narrowed, to subscribe to: what everybody sees, in the language of the address."""
    today = timezone.localdate()
    wanted = FindForm(request.GET, on=today).wanted()
    found = events_that_fit(Event.objects.filter(listed()), wanted)
    found = found.filter(ends_at__gte=timezone.now() - FEED_GOES_BACK).for_lists()[:MOST_IN_A_FEED]
    return as_calendar(calendar_of([entry_of(one) for one in found], name=_("Events")))


@require_GET
def one_as_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    return as_calendar(calendar_of([entry_of(find(request, pk))]))


def as_calendar(said: str) -> HttpResponse:
    response = HttpResponse(said, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="events.ics"'
    return response


@require_GET
def material(request: HttpRequest, pk: int) -> HttpResponseBase:
    """For everybody, or for those who arrange the event; the registered come by their link."""
    seen = visible_events(request.user, on=timezone.localdate())
    found = get_object_or_404(Material.objects.select_related("event", "file"), pk=pk, event__in=seen)
    if not found.for_everybody and not may_arrange(request.user, found.event, on=timezone.localdate()):
        raise Http404
    return given(found)


def given(found: Material) -> HttpResponseBase:
    return as_download(found.file) if found.file else private(HttpResponseRedirect(found.link))


def find(request: HttpRequest, pk: int) -> Event:
    """The event if this reader may see it; else there is no such page."""
    return get_object_or_404(visible_events(request.user, on=timezone.localdate()).for_lists(), pk=pk)


def _month(asked: str) -> date | None:
    """The first day of the month; none where it cannot be read or lies beyond what calendars reckon with."""
    try:
        first = datetime.strptime(asked, "%Y-%m").date()  # noqa: DTZ007 (a month has no moment)
    except ValueError:
        return None
    return first if FIRST_DAY <= first <= LAST_DAY else None
