"""Why something does not happen though the person may do it. The message is the sentence the page shows."""

from __future__ import annotations

from kumppani.projects.faults import EditedMeanwhile, NotNow


class NoSuchLink(LookupError):
    """There is no such registration, or what it held is deleted."""


__all__ = ["EditedMeanwhile", "NoSuchLink", "NotNow"]
