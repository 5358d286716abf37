"""What every page knows: whose programme it is, whether it is the demonstration, the languages on offer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from barometer.texts import direction_of


def page(request: HttpRequest) -> dict[str, Any]:
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "demonstration": settings.DEMONSTRATION,
        "programme_name": settings.PROGRAMME_NAME,
        "language": language,
        "direction": direction_of(language),
    }
