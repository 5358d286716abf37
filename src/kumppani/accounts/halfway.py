"""Whoever holds a role and has shown only the e-mailed code is halfway in: to every page but a few she is a visitor.

So no app has to know of second factors, and a page that is forgotten is closed: what asks for a person or a permission
leads to the sign-in page, as for any visitor, and from there this middleware leads on to the second factor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from kumppani.accounts.models import Person
from kumppani.accounts.second_factor import is_asked_of, was_shown

SIGN_IN = "account_request_login_code"
REACHED_HALFWAY = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_add_webauthn",
        "mfa_remove_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_logout",
    }
)
"""Where a second factor is set up or shown. Whoever has one is asked for it there before anything is changed."""


class Halfway(AnonymousUser):
    """A visitor of whom only the navigation knows that she is about to sign in."""

    def __init__(self, person: Person) -> None:
        super().__init__()
        self.person = person


class SecondFactorFirst:
    """Middleware: after the one that knows the person, before the one that refuses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        # Without the cookie there is no session: a page for everybody is not made to depend on one.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not _is_halfway(request):
            return None
        page = request.resolver_match.url_name if request.resolver_match else None
        if page == SIGN_IN and request.method == "GET":
            return redirect(_way_on(request))
        if page not in REACHED_HALFWAY:
            request.user = Halfway(request.user)  # type: ignore[arg-type]  # a person, as _is_halfway has seen
        return None


def _is_halfway(request: HttpRequest) -> bool:
    person = request.user
    return isinstance(person, Person) and not was_shown(request) and is_asked_of(person, on=timezone.localdate())


def _way_on(request: HttpRequest) -> str:
    """To show the factor she has, or to set up her first one."""
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    if not ways:
        return reverse("mfa_index")
    wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse(settings.LOGIN_REDIRECT_URL)
    return f"{ways[0]['url']}?{urlencode({REDIRECT_FIELD_NAME: wanted})}"
