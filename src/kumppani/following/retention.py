"""What is kept of what people follow and were told."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kumppani.following.models import KEPT_FOR, Follow, Happening
from kumppani.history.retention import keep


def forget_old_news(at: datetime) -> int:
    """Delete what happened long ago, with the rows of whom it was told, and what was followed until then."""
    Follow.objects.filter(until__lte=at - KEPT_FOR).delete()
    return Happening.objects.filter(at__lte=at - KEPT_FOR).delete()[1].get("following.Happening", 0)


keep(
    "following.follow",
    "following.followlabel",
    "following.reading",
    "following.topic",
    what=_("What you follow, how often you want letters, and your interests and skills"),
    why=_("So that you hear of what matters to you."),
    until=_("Until you change it or delete your account."),
)
keep(
    "following.happening",
    "following.happeninglabel",
    "following.told",
    what=_("What happened in the programme, who did it, and which of it you were told"),
    why=_("So that you are told everything once."),
    until=_("400 days after it happened."),
    end=forget_old_news,
)
