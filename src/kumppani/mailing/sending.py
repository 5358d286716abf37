"""Write a letter with the change that causes it; send what waits.

A letter is sent after the commit. When the mail server is away it waits: the next letters that leave take a few waiting
ones with them, a starting server sends what waits, and so does `kumppani manage send_letters`.

No transaction is open while a mail server is spoken to, however slow it is: a letter is claimed in a short one, sent,
and marked in another. Nobody is missed, and whoever is killed between the server's yes and the mark leaves a letter
that goes out again, once its claim has expired, as the same letter.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
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

LONGEST_SUBJECT = 200
MOST_FAILURES = 20
MOST_TAKEN_ALONG = 5
"""A reader waits for them, so they are few."""
FAILURES_TO_GIVE_UP = 2
"""In one go; one letter may be at fault itself, with two the mail server is away."""

CLAIMED_FOR = timedelta(minutes=5)
"""Longer than any letter takes: a mail server may keep each word of a conversation waiting for EMAIL_TIMEOUT."""

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
    with it, and its method says whether an entry is made, brought up to date or taken away. The ``subject`` may hold
    any name: it is made one line and cut here.
    """
    letter = Letter.objects.create(
        to=to,
        subject=one_line(subject),
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


def one_line(subject: str) -> str:
    """A subject is one line: a line break in it would be taken for another header."""
    line = " ".join(subject.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def waiting_letters(*, at: datetime) -> QuerySet[Letter]:
    """Letters that have not left and are still of use; those that failed so often that they are given up too."""
    return Letter.objects.filter(Q(of_use_until=None) | Q(of_use_until__gt=at), sent_at=None)


def send_waiting_letters(*, most: int | None = None) -> int:
    """Try the letters that wait, the oldest first, until two have failed; give how many left.

    Those in another sender's hands are passed by.
    """
    now = timezone.now()
    waiting = waiting_letters(at=now).filter(_unclaimed(now), failures__lt=MOST_FAILURES)
    sent = failed = 0
    connection = get_connection()
    try:
        for pk in list(waiting.values_list("pk", flat=True)[:most]):
            letter = _claimed(pk)
            if letter is None:
                continue
            if _send(letter, connection):
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


def send_letter(pk: int) -> bool:
    """Send one letter unless it is sent or being sent. A failure is counted and logged, and raises nothing."""
    letter = _claimed(pk)
    return letter is not None and _send(letter, None)


def _claimed(pk: int) -> Letter | None:
    """Take a letter in hand for a while; None when it is sent, gone, or in another's hands.

    Raises RuntimeError inside a transaction: that would be held open while the mail server is spoken to.
    """
    now = timezone.now()
    with transaction.atomic(durable=True):
        free = Letter.objects.filter(_unclaimed(now), pk=pk, sent_at=None)
        if not free.update(claimed_until=now + CLAIMED_FOR):
            return None
        return Letter.objects.get(pk=pk)


def _unclaimed(now: datetime) -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lte=now)


def _send(letter: Letter, connection: BaseEmailBackend | None) -> bool:
    try:
        _open(connection)
        _message(letter, connection).send()
    except Exception as failure:  # the mail server's, mostly; also a letter that makes no message
        # The log names the letter by number: no address, no words.
        logger.warning("Letter %s was not sent: %s", letter.pk, type(failure).__name__)
        # When the claim has expired the letter may be another's by now.
        still_ours = Letter.objects.filter(pk=letter.pk, sent_at=None, claimed_until=letter.claimed_until)
        kind = type(failure).__name__[:60]
        still_ours.update(failures=letter.failures + 1, failure=kind, claimed_until=None)
        return False
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), claimed_until=None, **EMPTY)
    return True


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
