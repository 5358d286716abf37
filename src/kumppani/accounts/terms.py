"""The terms of a role: read and accepted before it is used the first time, and again when they change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_noop

from kumppani.accounts.halfway import REACHED_HALFWAY, SIGN_IN
from kumppani.accounts.models import Person
from kumppani.history.recording import record

VERSION = "2026-12-01"
"""The day of the text; whoever accepted another is asked again."""
REACHED_BEFORE = REACHED_HALFWAY | {
    SIGN_IN,
    "account",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "accessibility",
    "demonstration",
    "demonstration-sign-in",
    "health",
    "leave",
    "mailbox",
    "own-everything",
    "protection",
    "report-style",
    "rules-of-conduct",
    "terms",
    "what-we-keep",
}
"""What somebody with a role reaches who has not accepted: reading what it is about, and going away."""


def has_to_accept(person: Person, *, at: datetime) -> bool:
    """Does she hold a role now and has not accepted these terms? Who has accepted costs no question."""
    return person.terms_version != VERSION and person.grants.in_force(timezone.localdate(at)).exists()


@transaction.atomic
def accept_terms(*, person: Person, at: datetime) -> None:
    """Remember which terms she accepted and when; twice is as good as once."""
    if person.terms_version == VERSION:
        return
    person.terms_version, person.terms_accepted_at = VERSION, at
    person.save(update_fields=["terms_version", "terms_accepted_at"])
    record(gettext_noop("terms of a role accepted"), about=person, by=person, at=at, note=VERSION)


class TermsFirst:
    """Middleware: after the one that asks for the second factor. Nothing is done before the terms are accepted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        # Without the cookie there is no session: a page for everybody is not made to depend on one.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        page = request.resolver_match.url_name if request.resolver_match else None
        person = request.user
        if page in REACHED_BEFORE or not isinstance(person, Person) or not has_to_accept(person, at=timezone.now()):
            return None
        wanted = request.get_full_path() if request.method == "GET" else reverse(settings.LOGIN_REDIRECT_URL)
        return redirect(f"{reverse('terms')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")
