"""Why something does not happen though the person may do it. The message is the sentence the page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kumppani.publishing.models import Version


class NotNow(Exception):
    """Not as things are."""


class EditedMeanwhile(NotNow):
    """Somebody else saved a version after this person had opened it. Nothing was written."""

    def __init__(self, sentence: str, current: Version) -> None:
        super().__init__(sentence)
        self.current = current
