"""What is kept of letters."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kumppani.history.retention import keep
from kumppani.mailing.models import Letter

DAYS_UNSENT = 30
DAYS_SENT = 90


def forget_old_letters(at: datetime) -> int:
    """Delete the traces of letters sent long ago, and letters that could not be sent or are of no use any more."""
    unsent = Q(sent_at=None) & (Q(written_at__lt=at - timedelta(days=DAYS_UNSENT)) | Q(of_use_until__lt=at))
    return Letter.objects.filter(Q(sent_at__lt=at - timedelta(days=DAYS_SENT)) | unsent).delete()[0]


keep(
    "mailing.letter",
    what=_("Letters to you: your address and the words"),
    why=_("To send them, and to send them again when a mail server was away."),
    until=_(
        "The address and the words are deleted when the letter is sent. What cannot be sent is deleted after 30 days, "
        "a code when it has expired, and the date of a sent letter after 90 days."
    ),
    end=forget_old_letters,
)
