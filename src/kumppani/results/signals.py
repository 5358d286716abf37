"""What other apps may want to know of a release; they stand above this one, so they are told and not called."""

from __future__ import annotations

from django.dispatch import Signal

release_published = Signal()
"""Sent within the transaction that publishes, with ``release``, ``by`` and ``at``. A receiver that raises NotNow
stops the publication with its sentence."""
