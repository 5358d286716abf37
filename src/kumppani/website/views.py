"""Home and the plain pages; a person's own place."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.queries import permissions_of
from kumppani.mailing.folder import newest_letters


def health(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; for a proxy or a service manager."""
    return HttpResponse("ok", content_type="text/plain")


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "website/home.html")


def protection(request: HttpRequest) -> HttpResponse:
    return render(request, "website/protection.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "website/accessibility.html")


@login_required
def workplace(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "grants": request.user.grants.in_force(today).select_related("region"),
        "permissions": permissions_of(request.user, on=today),
    }
    return render(request, "website/workplace.html", context)


def demonstration(request: HttpRequest) -> HttpResponse:
    """The roles of the demonstration and a button to sign in as each."""
    _only_in_the_demonstration()
    people = Person.objects.filter(is_active=True).prefetch_related("grants")
    return render(request, "website/demonstration.html", {"people": people})


def mailbox(request: HttpRequest) -> HttpResponse:
    """The letters the demonstration wrote instead of sending them."""
    _only_in_the_demonstration()
    return render(request, "website/mailbox.html", {"letters": newest_letters(to=request.GET.get("to", ""))})


def _only_in_the_demonstration() -> None:
    if not settings.DEMONSTRATION:
        raise Http404
