"""A name in several languages kept in one column: ``{"fi": …, "sv": …, "en": …}``."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language

from barometer.texts import Text


def in_reader_language(said: Mapping[str, str]) -> str:
    """Give the text in the language of the page, else in the original (the first one written)."""
    return Text.of(said).in_(get_language() or settings.LANGUAGE_CODE)
