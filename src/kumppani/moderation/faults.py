"""Why something does not happen though the person may do it. The message is the sentence the page shows."""

from __future__ import annotations


class NotNow(Exception):
    """Not as things are."""
