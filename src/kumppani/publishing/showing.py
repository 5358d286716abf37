"""The parts of a good practice as a page shows them."""

from __future__ import annotations

from django.utils.safestring import SafeString

from kumppani.publishing.models import Version
from kumppani.publishing.practices import PARTS
from kumppani.publishing.quoting import as_quote
from kumppani.publishing.text import as_html


def shown_parts(version: Version) -> list[tuple[str, SafeString]]:
    """Headings, in the language in force, and what stands under them."""
    return [
        (str(part.label), as_html(version.parts[part.key], as_quote)) for part in PARTS if version.parts.get(part.key)
    ]
