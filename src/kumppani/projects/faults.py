"""Why something does not happen though the person may do it. The message is the sentence the page shows."""

from __future__ import annotations

from django.db import models

from kumppani.network.faults import NotNow


class EditedMeanwhile(NotNow):
    """Somebody else saved this after the person had opened it. Nothing was written."""

    def __init__(self, sentence: str, current: models.Model) -> None:
        super().__init__(sentence)
        self.current = current


__all__ = ["EditedMeanwhile", "NotNow"]
