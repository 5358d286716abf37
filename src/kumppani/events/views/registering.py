"""Registering, and one's registration behind its secret link.

Whoever has the link has the right, and no cookie gives any: so these pages set none, and need no token against forged
forms. Opening a link changes nothing, since mail programs open links too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from barometer.texts import direction_of
from kumppani.accounts.models import Person
from kumppani.accounts.requests import PersonsRequest
from kumppani.events.actions import registering as actions
from kumppani.events.actions.letters import when_of
from kumppani.events.calendars import CANCEL, PUBLISH, calendar_of
from kumppani.events.certificate import Certificate, pdf_of
from kumppani.events.entries import entry_of, organiser_of, where_of
from kumppani.events.faults import NoSuchLink, NotNow
from kumppani.events.forms import RegisterForm, registration_as_filled
from kumppani.events.models import Registration
from kumppani.events.permissions import may_arrange_somewhere
from kumppani.events.queries import managed_events, materials_seen, registrations_of, room_of
from kumppani.events.views.calendar import as_calendar, find, given
from kumppani.projects.views.common import private

View = Callable[..., HttpResponseBase]
MANAGED_SHOWN = 50


def register(request: HttpRequest, pk: int) -> HttpResponse:
    event, today = find(request, pk), timezone.localdate()
    person = request.user if isinstance(request.user, Person) else None
    own = registrations_of(person).filter(event=event).first() if person else None
    if own is not None:
        return redirect("registration", own.token)
    initial = {"language": get_language(), "name": person.name if person else ""}
    form = RegisterForm(request.POST or None, event=event, with_email=person is None, initial=initial)
    form.with_groups(event, on=today)
    if request.method == "POST" and form.is_valid():
        entry = form.entry(email=person.email if person else "")
        if not ratelimit.consume(request, action="register-for-event", key=entry.email.lower()):
            form.add_error(None, _("There have been too many requests. Wait an hour and try again."))
        else:
            try:
                made = actions.register(event=event, entry=entry, person=person, at=timezone.now())
            except NotNow as refusal:
                form.add_error(None, str(refusal))
            else:
                if person is not None:
                    return redirect("registration", made.token)
                return render(request, "events/look_at_your_mail.html", {"event": event, "email": entry.email})
    context = {
        "form": form,
        "event": event,
        "room": room_of(event),
        "is_open": event.is_open_at(timezone.now()),
    }
    return render(request, "events/register.html", context, status=400 if form.errors else 200)


@login_required
def mine(request: PersonsRequest) -> HttpResponse:
    own = registrations_of(request.user).prefetch_related("event__texts").order_by("-event__begins_at")
    today = timezone.localdate()
    arranges = bool(may_arrange_somewhere(request.user, on=today))
    context = {
        "registrations": own,
        "may_arrange": arranges,
        "managed": managed_events(request.user, on=today)[:MANAGED_SHOWN] if arranges else (),
    }
    return render(request, "events/mine.html", context)


def _by_link(view: View) -> View:
    """Give the view its registration; a link that leads nowhere any more says so."""

    @csrf_exempt
    @wraps(view)
    def found(request: HttpRequest, token: str, *more: Any, **named: Any) -> HttpResponseBase:
        try:
            return private(view(request, actions.registration_of(token), *more, **named))
        except NoSuchLink:
            return private(render(request, "events/no_link.html", status=410))

    return found


@require_GET
@_by_link
def registration(request: HttpRequest, found: Registration) -> HttpResponse:
    return _page(request, found)


def _page(
    request: HttpRequest, found: Registration, *, form: RegisterForm | None = None, sentence: str = ""
) -> HttpResponse:
    event, now = found.event, timezone.now()
    form = form or _change_form(found)
    before = event.registrations.in_line().filter(number__lt=found.number).count()
    context = {
        "registration": found,
        "token": found.token,
        "event": event,
        "organiser": organiser_of(event),
        "where": where_of(event, registered=found.is_coming),
        "offered": found.is_offered_at(now) and event.is_published,
        "before": before,
        "is_over": event.is_over_at(now),
        "has_begun": now >= event.begins_at,
        "form": form,
        "sentence": sentence,
        "materials": materials_seen(event, registered=found.is_coming),
    }
    return render(request, "events/registration.html", context, status=400 if form.errors else 200)


def _change_form(found: Registration, data: Any = None) -> RegisterForm:
    return RegisterForm(data, event=found.event, with_email=False, initial=registration_as_filled(found))


@require_POST
@_by_link
def confirm(request: HttpRequest, found: Registration) -> HttpResponse:
    return _do(request, found, actions.confirm)


@require_POST
@_by_link
def accept(request: HttpRequest, found: Registration) -> HttpResponse:
    return _do(request, found, actions.accept_offer)


@require_POST
@_by_link
def cancel(request: HttpRequest, found: Registration) -> HttpResponse:
    return _do(request, found, actions.cancel)


@require_http_methods(["POST"])
@_by_link
def change(request: HttpRequest, found: Registration) -> HttpResponse:
    form = _change_form(found, request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    said = form.cleaned_data
    return _do(request, found, actions.change, name=said["name"], language=said["language"], answers=form.answers())


def _do(request: HttpRequest, found: Registration, deed: Callable[..., None], **more: Any) -> HttpResponse:
    try:
        deed(registration=found, at=timezone.now(), **more)
    except NotNow as refusal:
        return _page(request, actions.registration_of(found.token), sentence=str(refusal))
    return redirect("registration", found.token)


@require_GET
@_by_link
def calendar(request: HttpRequest, found: Registration) -> HttpResponse:
    """One's own entry, with the online link; once cancelled, what takes the entry out again."""
    method = PUBLISH if found.is_active else CANCEL
    return as_calendar(calendar_of([entry_of(found.event, registered=found.is_coming)], method=method))


@require_GET
@_by_link
def certificate(request: HttpRequest, found: Registration) -> HttpResponse:
    """For whoever came, in the language of the page, as long as her name is kept."""
    if not found.has_certificate:
        raise Http404
    event = found.event
    where = ", ".join(part for part in (event.place, _("Online") if event.is_online else "") if part)
    language = get_language() or "en"
    made = pdf_of(
        Certificate(
            title=_("Certificate of attendance"),
            name=found.name,
            took_part=_("took part in"),
            event=str(event),
            when=when_of(event),
            where=where,
            organiser=organiser_of(event),
            foot=_("The organiser has noted the attendance. The site keeps no copy of this page."),
            language=language,
            rtl=direction_of(language) == "rtl",
        )
    )
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="certificate.pdf"'
    return response


@require_GET
@_by_link
def material(request: HttpRequest, found: Registration, pk: int) -> HttpResponseBase:
    return given(get_object_or_404(materials_seen(found.event, registered=found.is_coming), pk=pk))
