"""Whether now is the time: the refusal of a deed that comes too early, too late, or in the wrong place."""

from __future__ import annotations


class NotNow(Exception):
    """The deed is somebody's to do, and this is not the moment. The message is the sentence the page shows."""
