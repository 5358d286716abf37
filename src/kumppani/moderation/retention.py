"""What is kept of reports and decisions."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kumppani.history.retention import keep
from kumppani.moderation.actions import forget_old_cases


def _forget(at: datetime) -> int:
    return sum(forget_old_cases(at=at).values())


keep(
    "moderation.case",
    "moderation.report",
    what=_("Reports, decisions about what you wrote, and appeals, with the words they are about"),
    why=_("So that somebody can decide, and another person can decide on an appeal."),
    until=_(
        "90 days after the last decision; what was hidden is deleted then too. An address you gave with a report is "
        "deleted after 7 days if you do not confirm it."
    ),
    end=_forget,
)
