"""Home and the plain pages; a person's own place."""

from __future__ import annotations

from allauth.account.views import request_login_code
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from kumppani.accounts.queries import permissions_of
from kumppani.accounts.requests import PersonsRequest
from kumppani.events.queries import coming_events
from kumppani.mailing.folder import newest_letters
from kumppani.network.demonstration import MEMBER
from kumppani.surveys.queries import waves_to_answer
from kumppani.website.demonstration import CHARACTERS
from kumppani.website.queries import (
    entrances_for,
    newest_news,
    newest_results,
    results_are_being_made,
    results_could_not_be_made,
)
from kumppani.website.waiting import own_steps, waiting_steps

EVENTS_SHOWN = 3


def health(request: HttpRequest) -> HttpResponse:
    """Say that the site is whole; for a proxy, a service manager or a test that waits for it."""
    if results_are_being_made():
        return HttpResponse("the demonstration's results are being made", content_type="text/plain", status=503)
    if results_could_not_be_made():
        return HttpResponse("the demonstration's results could not be made", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")


def home(request: HttpRequest) -> HttpResponse:
    context = {
        "newest": newest_results(),
        "news": newest_news(at=timezone.now()),
        "open_waves": waves_to_answer(on=timezone.localdate()),
        "being_made": results_are_being_made(),
        "not_made": results_could_not_be_made(),
        "coming_events": coming_events(request.user, at=timezone.now())[:EVENTS_SHOWN],
    }
    return render(request, "website/home.html", context)


def protection(request: HttpRequest) -> HttpResponse:
    return render(request, "website/protection.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "website/accessibility.html")


@login_required
def workplace(request: PersonsRequest) -> HttpResponse:
    today = timezone.localdate()
    permissions = permissions_of(request.user, on=today)
    context = {
        "grants": request.user.grants.in_force(today).select_related("region"),
        "permissions": permissions,
        "waiting": (
            waiting_steps(request.user, on=today, at=timezone.now()) if permissions else own_steps(request.user)
        ),
        "entrances": entrances_for(permissions),
    }
    return render(request, "website/workplace.html", context)


def demonstration(request: HttpRequest) -> HttpResponse:
    """The roles of the demonstration and a button to sign in as each."""
    _only_in_the_demonstration()
    return render(request, "website/demonstration.html", {"people": CHARACTERS, "member": MEMBER})


@require_POST
def demonstration_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign out whoever is signed in and ask for a code for the address posted; the next page shows the letter."""
    _only_in_the_demonstration()
    logout(request)
    return request_login_code(request)


def mailbox(request: HttpRequest) -> HttpResponse:
    """The letters the demonstration wrote instead of sending them."""
    _only_in_the_demonstration()
    return render(request, "website/mailbox.html", {"letters": newest_letters(to=request.GET.get("to", ""))})


def _only_in_the_demonstration() -> None:
    if not settings.DEMONSTRATION:
        raise Http404
