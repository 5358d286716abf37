"""Letters about somebody's place here, each in the reader's own language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from kumppani.mailing.models import Letter
from kumppani.mailing.sending import write_letter


def send(
    template: str,
    *,
    to: str,
    language: str,
    said: Mapping[str, object],
    at: datetime,
    of_use_until: datetime | None = None,
) -> Letter:
    """Write a letter from two templates, for subject and body. What is callable is said in the letter's language."""
    with override(language):
        context = {name: value() if callable(value) else value for name, value in said.items()}
        context["programme"] = str(settings.PROGRAMME_NAME)
        subject = render_to_string(f"{template}_subject.txt", context)
        body = render_to_string(f"{template}.txt", context).strip() + "\n"
    return write_letter(to=to, subject=subject, body=body, language=language, at=at, of_use_until=of_use_until)
