"""In the demonstration a page may show the letter that was just written."""

from __future__ import annotations

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
