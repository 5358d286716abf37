"""Where django-allauth meets us: letters go through the outbox, and nobody signs up by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from kumppani.accounts.models import Person
from kumppani.mailing.sending import write_letter


class SignIn(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This is not the code we sent. Check it, or ask for a new one."),
        "too_many_login_attempts": _("There have been too many attempts. Wait five minutes and try again."),
        "rate_limited": _("There have been too many attempts. Wait five minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """A passkey outlives the right to sign in, and so may a code that was just sent."""
        messages.error(request, _("You may no longer sign in here. Ask an administrator if this is a mistake."))
        return redirect("account_request_login_code")

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """The first is asked for, the others can be chosen: a passkey before a code."""
        ways = super().get_reauthentication_methods(user)
        return sorted(ways, key=lambda way: way["id"] != "mfa_reauthenticate:webauthn")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the letter in the person's own language, or for an unknown address in the language of the page."""
        person = Person.objects.filter(email__iexact=email).first()
        language = person.language if person else get_language() or "fi"
        with override(language):
            subject = render_to_string(f"{template_prefix}_subject.txt", context).strip()
            body = render_to_string(f"{template_prefix}_message.txt", context).strip() + "\n"
        now = timezone.now()
        expires = now + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
        letter = write_letter(to=email, subject=subject, body=body, language=language, at=now, of_use_until=expires)
        letter.refresh_from_db()
        # Known and unknown addresses both get a letter, so this tells nothing of the address.
        if letter.failures and self.request is not None:
            messages.error(
                self.request,
                _(
                    "The mail server does not answer, so the letter has not left yet. "
                    "Wait a minute, then ask for a new code."
                ),
            )

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Pass on what went wrong; of what went well each page of signing in tells by itself."""
        if message is not None:
            messages.add_message(request, level, message, extra_tags)
