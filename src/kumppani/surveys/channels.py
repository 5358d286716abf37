"""Channels in words. A coordinator names them in codes; the usual ones are said in the language of the page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from kumppani.surveys.models import OPEN_LINK

WORDS: dict[str, Promise] = {
    OPEN_LINK: pgettext_lazy("channel", "public address"),
    "newsletter": pgettext_lazy("channel", "newsletter"),
    "email": pgettext_lazy("channel", "e-mail"),
    "network": pgettext_lazy("channel", "network"),
    "event": pgettext_lazy("channel", "event"),
    "paper": pgettext_lazy("channel", "paper"),
    "telephone": pgettext_lazy("channel", "telephone"),
}


def channel_said(code: str) -> str:
    """Give the word for a channel; one that only this wave has is read as its code was written."""
    return str(WORDS.get(code) or code.replace("_", " "))
