"""Mail of the demonstration: each message becomes an .eml file in a folder, and `letters_for` reads them again."""

from __future__ import annotations

import email
import email.policy
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage as Parsed
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

NEWEST = 50


class EmailBackend(BaseEmailBackend):
    """Writes each message to ``MAIL_FOLDER``; the name sorts by the moment it was written."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            (folder / f"{time.time_ns()}.eml").write_bytes(message.message().as_bytes())
        return len(email_messages)


@dataclass(frozen=True)
class ReadLetter:
    to: str
    subject: str
    body: str
    date: str


def newest_letters(*, to: str = "") -> list[ReadLetter]:
    """The newest letters in the folder, newest first; all of them, or those to one address."""
    files = sorted(Path(settings.MAIL_FOLDER).glob("*.eml"), reverse=True)[:NEWEST]
    letters = [_read(file) for file in files]
    return [letter for letter in letters if to in ("", letter.to)]


def _read(file: Path) -> ReadLetter:
    parsed: Any = email.message_from_bytes(file.read_bytes(), _class=Parsed, policy=email.policy.default)
    return ReadLetter(
        to=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        body=parsed.get_body(("plain",)).get_content(),
        date=str(parsed["Date"]),
    )
