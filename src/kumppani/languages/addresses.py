"""The same page in another language."""

from __future__ import annotations

from django.conf import settings
from django.urls import translate_url


def in_language(path: str, language: str) -> str:
    """Give the address of this page in that language; of a page that does not exist, the address it would have."""
    known = translate_url(path, language)
    if known != path:
        return known
    first, *rest = path.removeprefix("/").split("/", 1)
    if first in dict(settings.LANGUAGES):
        return "/" + "/".join([language, *rest])
    return f"/{language}/"
