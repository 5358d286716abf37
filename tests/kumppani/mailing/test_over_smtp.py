"""Letters over real SMTP to a server of our own, parsed back as a reader does; and a sender that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kumppani.mailing.sending import send_waiting_letters, write_letter
from tests.inbox import Inbox, receiving

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KUMPPANI = Path(sys.executable).with_name("kumppani")
LETTERS = 1_000
KILLED_AFTER = 300


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    with receiving(settings) as inbox:
        yield inbox


@pytest.mark.django_db(transaction=True)
def test_a_letter_arrives_with_both_bodies_in_its_language_and_says_how_to_end_the_series(inbox: Inbox):
    write_letter(
        to="reader@example.org",
        subject="Viikon kooste: ÄÖ",
        body="Hei\n\nLue <täältä>: https://example.org/fi/a/?b=1&c=2\n",
        language="fi",
        at=NOW,
        unsubscribe="https://example.org/fi/end/abc/",
    )

    (message,) = inbox.messages
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert message["Subject"] == "Viikon kooste: ÄÖ"
    assert message["Content-Language"] == "fi"
    assert message["List-Unsubscribe"] == "<https://example.org/fi/end/abc/>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] is None
    assert "Lue <täältä>: https://example.org/fi/a/?b=1&c=2" in plain.get_content()
    assert '<html lang="fi" dir="ltr">' in page.get_content()
    assert "&lt;täältä&gt;" in page.get_content()
    assert 'href="https://example.org/fi/a/?b=1&amp;c=2"' in page.get_content()


@pytest.mark.django_db(transaction=True)
def test_an_arabic_letter_is_read_from_right_to_left(inbox: Inbox):
    write_letter(to="reader@example.org", subject="مرحبا", body="مرحبا\n", language="ar", at=NOW)

    page = inbox.messages[0].get_body(("html",))
    assert page is not None
    assert '<html lang="ar" dir="rtl">' in page.get_content()


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_answers_something_belongs_to_no_series(inbox: Inbox, settings: Any):
    settings.DEFAULT_FROM_EMAIL = "The programme <letters@programme.example>"

    write_letter(to="reader@example.org", subject="Koodi", body="Hei\n", language="fi", at=NOW)

    (message,) = inbox.messages
    assert (message["List-Unsubscribe"], message["Auto-Submitted"]) == (None, "auto-generated")
    assert message["Message-ID"].endswith("@programme.example>")


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_failed_goes_out_later_as_the_same_letter(inbox: Inbox, settings: Any):
    right, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    letter = write_letter(to="reader@example.org", subject="Koodi", body="Hei\n", language="fi", at=NOW)

    settings.EMAIL_PORT = right
    send_waiting_letters()

    assert [message["Message-ID"] for message in inbox.messages] == [letter.message_id]


@pytest.mark.same_on_every_database("a process of its own sends, with a database of its own")
def test_a_sender_that_is_killed_misses_nobody_and_repeats_at_most_the_letter_in_flight(
    inbox: Inbox, settings: Any, tmp_path: Path
):
    site = site_with_letters(tmp_path, settings.EMAIL_PORT)

    sender = subprocess.Popen([KUMPPANI, "manage", "send_letters"], env=site, stdout=subprocess.DEVNULL)
    wait_until(lambda: len(inbox.messages) >= KILLED_AFTER)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    when_killed = len(inbox.messages)
    subprocess.run([KUMPPANI, "manage", "send_letters"], env=site, check=True, capture_output=True)

    got = Counter(message["To"] for message in inbox.messages)
    twice = [message["Message-ID"] for message in inbox.messages if got[message["To"]] > 1]
    assert KILLED_AFTER <= when_killed < LETTERS, "it was killed in the middle"
    assert set(got) == {f"reader{number}@example.org" for number in range(LETTERS)}
    assert len(inbox.messages) <= LETTERS + 1
    assert len(set(twice)) <= 1


def site_with_letters(folder: Path, port: int) -> dict[str, str]:
    """Make a site whose outbox is full, and give the environment that leads to it."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "KUMPPANI_"))}
    usual.pop("DATABASE_URL", None)
    site = {**usual, "KUMPPANI_DATA": str(folder), "KUMPPANI_MAIL_HOST": "127.0.0.1", "KUMPPANI_MAIL_PORT": str(port)}
    subprocess.run([KUMPPANI, "manage", "migrate"], env=site, check=True, capture_output=True)
    subprocess.run([KUMPPANI, "manage", "shell", "-c", FILL], env=site, check=True, capture_output=True)
    return site


FILL = f"""
from django.utils import timezone
Letter.objects.bulk_create(
    Letter(to=f"reader{{number}}@example.org", subject="Digest", body="Hello", language="en", written_at=timezone.now(),
           message_id=f"<{{number}}@example.org>")
    for number in range({LETTERS})
)
"""


def wait_until(holds: Any, *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.01)
