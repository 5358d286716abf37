"""Write a letter with the change that causes it; send what waits.

A letter is sent after the commit. When the mail server is away the letter waits for `kumppani manage send_letters`.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from kumppani.mailing.models import Letter

MOST_FAILURES = 20
logger = logging.getLogger(__name__)


def write_letter(*, to: str, subject: str, body: str, language: str, at: datetime) -> Letter:
    """Put a letter in the outbox; it leaves when the transaction around this call is committed."""
    letter = Letter.objects.create(to=to, subject=subject, body=body, language=language, written_at=at)
    transaction.on_commit(partial(send_letter, letter.pk))
    return letter


def send_waiting_letters() -> int:
    """Try every letter that waits; give how many left."""
    waiting = Letter.objects.filter(sent_at=None, failures__lt=MOST_FAILURES).values_list("pk", flat=True)
    return sum(send_letter(pk) for pk in list(waiting))


def send_letter(pk: int) -> bool:
    """Send one letter unless it is sent or being sent. A failure is counted and logged, and raises nothing."""
    with transaction.atomic():
        letter = _locked(pk)
        if letter is None:
            return False
        try:
            _message(letter).send()
        except OSError as failure:
            # SMTPException is an OSError too. The log names the letter by number: no address, no words.
            logger.warning("Letter %s was not sent: %s", pk, type(failure).__name__)
            Letter.objects.filter(pk=pk).update(failures=letter.failures + 1)
            return False
        Letter.objects.filter(pk=pk).update(sent_at=timezone.now(), body="", to="")
        return True


def _locked(pk: int) -> Letter | None:
    """On PostgreSQL a letter that another process is sending is passed by; SQLite has one writer at a time anyway."""
    waiting = Letter.objects.filter(pk=pk, sent_at=None)
    skip = transaction.get_connection().features.has_select_for_update_skip_locked
    return waiting.select_for_update(skip_locked=skip).first()


def _message(letter: Letter) -> EmailMessage:
    return EmailMessage(
        subject=letter.subject,
        body=letter.body,
        to=[letter.to],
        headers={"Content-Language": letter.language, "Auto-Submitted": "auto-generated"},
    )
