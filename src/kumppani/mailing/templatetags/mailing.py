"""In the demonstration a page may show the letter that was just written."""

from __future__ import annotations

import re

from django import template
from django.conf import settings

from kumppani.mailing.folder import ReadLetter, newest_letters

register = template.Library()


@register.simple_tag
def newest_letter_to(address: str) -> ReadLetter | None:
    """Give the newest letter to this address; outside the demonstration there is none to read."""
    if not settings.DEMONSTRATION:
        return None
    return next(iter(newest_letters(to=address)), None)


@register.filter
def code_in(letter: ReadLetter | None) -> str:
    """The code that the demonstration's letter holds, so that its visitor need not copy it."""
    found = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", letter.subject) if letter else None
    return found[0] if found else ""
