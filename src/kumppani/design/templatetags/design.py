"""Components that need more than their arguments. Loaded everywhere; the plain ones are includes in `design/`."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils.translation import get_language

from barometer.texts import direction_of
from kumppani.languages.addresses import in_language
from kumppani.languages.hyphens import with_soft_hyphens

register = template.Library()


@register.inclusion_tag("design/language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """Links to this page in each language, each in its own name."""
    path = context["request"].path if "request" in context else "/"
    return {
        "choices": [
            {"code": code, "name": name, "address": in_language(path, code), "current": code == get_language()}
            for code, name in settings.LANGUAGES
        ]
    }


@register.inclusion_tag("design/breadcrumbs.html")
def breadcrumbs(*names_and_addresses: str) -> dict[str, Any]:
    """``{% breadcrumbs name address name address last %}``: the last has no address, being this page."""
    names, addresses = names_and_addresses[::2], [*names_and_addresses[1::2], ""]
    return {"trail": [{"name": name, "address": to} for name, to in zip(names, addresses, strict=True)]}


@register.filter
def direction(language: str) -> str:
    """The direction of a text that may be in another language than the page."""
    return direction_of(language)


@register.filter
def breakable(title: object) -> str:
    """Let long words of a heading break between syllables where a narrow screen needs it."""
    return with_soft_hyphens(str(title))
