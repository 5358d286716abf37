"""A first draft of the privacy notice of a wave."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _


def standard_privacy(language: str) -> str:
    """A first draft of the privacy notice, for the coordinator to complete."""
    with translation.override(language):
        return _(
            "We use the answers to publish results about cooperation as a whole, never about one person. Taking part is"
            " voluntary, and you may stop at any time. Your answers are personal data until they are destroyed. Please"
            " do not write names or other things that reveal somebody. With the code you get, you can take your answers"
            " back. If you think your data is used wrongly, you can complain to the Data Protection Ombudsman."
        )
