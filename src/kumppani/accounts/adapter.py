"""Where django-allauth meets us: letters go through the outbox, and nobody signs up by themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, override

from kumppani.accounts.models import Person
from kumppani.mailing.sending import write_letter


class SignIn(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the letter in the person's own language, or for an unknown address in the language of the page."""
        person = Person.objects.filter(email__iexact=email).first()
        language = person.language if person else get_language() or "fi"
        with override(language):
            subject = render_to_string(f"{template_prefix}_subject.txt", context).strip()
            body = render_to_string(f"{template_prefix}_message.txt", context).strip() + "\n"
        write_letter(to=email, subject=subject, body=body, language=language, at=timezone.now())

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: each page of signing in says by itself what has happened."""
