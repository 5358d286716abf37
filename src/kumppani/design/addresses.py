"""E-mail addresses as people type them in forms."""

from __future__ import annotations

from typing import Any

from django import forms

LONGEST_EMAIL = 254
"""What mail servers agree on, and what the tables hold; Django's own field lets 320 characters through."""


class Email(forms.EmailField):
    """The field for an e-mail address, in every form."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**({"max_length": LONGEST_EMAIL} | more))
