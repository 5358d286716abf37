"""The address of an edition, which stands under its own language."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.translation import override

from kumppani.publishing.models import Edition

register = template.Library()


@register.simple_tag
def address_of(edition: Edition) -> str:
    """Its page under its own language."""
    with override(edition.base):
        return reverse("text-plain" if edition.is_plain else "text", args=[edition.item.kind, edition.item.slug])
