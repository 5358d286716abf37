"""Write a letter with the change that causes it; send what waits.

A letter is sent after the commit. When the mail server is away it waits: the next letters that leave take a few waiting
ones with them, a starting server sends what waits, and so does `kumppani manage send_letters`.
"""

from __future__ import annotations

import logging
from datetime import datetime
from email.mime.text import MIMEText
from email.utils import make_msgid, parseaddr
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language_info

from kumppani.mailing.models import Letter

MOST_FAILURES = 20
MOST_TAKEN_ALONG = 5
"""A reader waits for them, so they are few."""
FAILURES_TO_GIVE_UP = 2
"""In one go; one letter may be at fault itself, with two the mail server is away."""

EMPTY = dict.fromkeys(("subject", "body", "to", "failure", "calendar"), "")
"""What a letter loses when it has left."""

logger = logging.getLogger(__name__)


def write_letter(
    *,
    to: str,
    subject: str,
    body: str,
    language: str,
    at: datetime,
    of_use_until: datetime | None = None,
    unsubscribe: str = "",
    at_once: bool = True,
    calendar: str = "",
    calendar_method: str = "",
) -> Letter:
    """Put a letter in the outbox; it leaves when the transaction around this call is committed.

    Many letters are written not ``at_once`` and then sent together, over one connection: `send_waiting_letters`.

    The ``body`` is plain text; its paragraphs and addresses become a page for those who read mail as pages. A letter of
    a series has the address at which one press ends it, ``unsubscribe``. A ``calendar`` is an iCalendar file that goes
    with it, and its method says whether an entry is made, brought up to date or taken away.
    """
    letter = Letter.objects.create(
        to=to,
        subject=subject,
        body=body,
        language=language,
        written_at=at,
        of_use_until=of_use_until,
        unsubscribe=unsubscribe,
        calendar=calendar,
        calendar_method=calendar_method,
        message_id=make_msgid(domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or None),
    )
    if at_once:
        transaction.on_commit(partial(_send_with_others, letter.pk))
    return letter


def waiting_letters(*, at: datetime) -> QuerySet[Letter]:
    """Letters that have not left and are still of use; those that failed so often that they are given up too."""
    return Letter.objects.filter(Q(of_use_until=None) | Q(of_use_until__gt=at), sent_at=None)


def send_waiting_letters(*, most: int | None = None) -> int:
    """Try the letters that wait, the oldest first, until two have failed; give how many left."""
    waiting = waiting_letters(at=timezone.now()).filter(failures__lt=MOST_FAILURES)
    sent = failed = 0
    connection = get_connection()
    try:
        for pk in list(waiting.values_list("pk", flat=True)[:most]):
            if send_letter(pk, connection):
                sent += 1
            else:
                failed += 1
                connection.close()  # a server that is away now is asked anew the next time
            if failed == FAILURES_TO_GIVE_UP:
                break
    finally:
        connection.close()
    return sent


def _send_with_others(pk: int) -> None:
    """Send a new letter; when that works the mail server is back, and a few that waited go with it."""
    if send_letter(pk):
        send_waiting_letters(most=MOST_TAKEN_ALONG)


def send_letter(pk: int, connection: BaseEmailBackend | None = None) -> bool:
    """Send one letter unless it is sent or being sent. A failure is counted and logged, and raises nothing.

    Whoever is killed between the server's yes and the commit leaves a letter that goes out again, as the same letter.
    """
    with transaction.atomic():
        letter = _locked(pk)
        if letter is None:
            return False
        try:
            _open(connection)
            _message(letter, connection).send()
        except OSError as failure:
            # SMTPException is an OSError too. The log names the letter by number: no address, no words.
            logger.warning("Letter %s was not sent: %s", pk, type(failure).__name__)
            Letter.objects.filter(pk=pk).update(failures=letter.failures + 1, failure=type(failure).__name__[:60])
            return False
        Letter.objects.filter(pk=pk).update(sent_at=timezone.now(), **EMPTY)
        return True


def _locked(pk: int) -> Letter | None:
    """On PostgreSQL a letter that another process is sending is passed by; SQLite has one writer at a time anyway."""
    waiting = Letter.objects.filter(pk=pk, sent_at=None)
    skip = transaction.get_connection().features.has_select_for_update_skip_locked
    return waiting.select_for_update(skip_locked=skip).first()


def _open(connection: BaseEmailBackend | None) -> None:
    """Keep one connection for many letters: a message closes only what it opened itself."""
    if connection is not None:
        connection.open()


def _message(letter: Letter, connection: BaseEmailBackend | None) -> EmailMultiAlternatives:
    headers = {"Content-Language": letter.language}
    if letter.message_id:  # letters that waited when an older version was replaced have none, and are given one now
        headers["Message-ID"] = letter.message_id
    if letter.unsubscribe:
        # One press in the reader's own mail program is enough: RFC 8058.
        headers |= {
            "List-Unsubscribe": f"<{letter.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    else:
        headers["Auto-Submitted"] = "auto-generated"
    message = EmailMultiAlternatives(
        subject=letter.subject, body=letter.body, to=[letter.to], headers=headers, connection=connection
    )
    direction = "rtl" if get_language_info(letter.language)["bidi"] else "ltr"
    page = render_to_string("mailing/letter.html", {"letter": letter, "direction": direction})
    message.attach_alternative(page, "text/html")
    if letter.calendar:
        message.attach(_calendar_of(letter))
    return message


def _calendar_of(letter: Letter) -> MIMEText:
    """The file beside the letter, with its method in the type, as calendar programs look for it there (RFC 6047)."""
    part = MIMEText(letter.calendar, "calendar", "utf-8")
    part.set_param("method", letter.calendar_method)
    part.add_header("Content-Disposition", "attachment", filename="event.ics")
    return part
