"""Letters over real SMTP to a server of our own, read back as a reader does; senders that are slow, two, or killed."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from kumppani.mailing.models import Letter
from kumppani.mailing.sending import send_letter, send_waiting_letters, write_letter
from tests.conftest import MadeOnce
from tests.inbox import Inbox, receiving

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KUMPPANI = Path(sys.executable).with_name("kumppani")
LETTERS = 1_000
KILLED_AFTER = 300
SECONDS_TO_WAIT = 180
"""A machine that does much else may need them; nothing waits so long that goes well."""


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


def a_letter() -> Letter:
    return Letter.objects.create(to="reader@example.org", subject="s", body="b", language="fi", written_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_a_letter_once(inbox: Inbox):
    letter, sent = a_letter(), []

    def send() -> None:
        sent.append(send_letter(letter.pk))
        connection.close()

    inbox.answer_late()
    first = threading.Thread(target=send)
    first.start()
    assert inbox.asked.wait(SECONDS_TO_WAIT)
    assert send_letter(letter.pk) is False
    assert send_waiting_letters() == 0
    inbox.may_answer.set()
    first.join()

    assert sent == [True]
    assert len(inbox.messages) == 1
    letter.refresh_from_db()
    assert letter.sent_at is not None
    assert (letter.failures, letter.to) == (0, "")


@pytest.mark.same_on_every_database("SQLite alone has one writer; a process of its own sends, with its own database")
def test_while_a_mail_server_is_slow_everybody_else_can_write(inbox: Inbox, settings: Any, an_empty_site: Site):
    site = an_empty_site(settings.EMAIL_PORT)
    fill(site, 1)

    inbox.answer_late()
    sender = subprocess.Popen([KUMPPANI, "manage", "send_letters"], env=site, stdout=subprocess.DEVNULL)
    assert inbox.asked.wait(SECONDS_TO_WAIT)
    with sqlite3.connect(database_of(site), timeout=1) as other:
        other.execute("UPDATE mailing_letter SET language = 'sv'")
    inbox.may_answer.set()
    sender.wait()

    with sqlite3.connect(database_of(site)) as other:
        assert other.execute("SELECT language, sent_at IS NULL FROM mailing_letter").fetchall() == [("sv", 0)]


@pytest.mark.same_on_every_database("a process of its own sends, with a database of its own")
def test_a_sender_that_is_killed_misses_nobody_and_repeats_at_most_the_letter_in_flight(
    inbox: Inbox, settings: Any, an_empty_site: Site
):
    site = an_empty_site(settings.EMAIL_PORT)
    fill(site, LETTERS)

    sender = subprocess.Popen([KUMPPANI, "manage", "send_letters"], env=site, stdout=subprocess.DEVNULL)
    wait_until(lambda: len(inbox.messages) >= KILLED_AFTER)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    when_killed = len(inbox.messages)
    let_the_claim_of_the_killed_expire(site)
    subprocess.run([KUMPPANI, "manage", "send_letters"], env=site, check=True, capture_output=True)

    got = Counter(message["To"] for message in inbox.messages)
    twice = [message["Message-ID"] for message in inbox.messages if got[message["To"]] > 1]
    assert KILLED_AFTER <= when_killed < LETTERS, "it was killed in the middle"
    assert set(got) == {f"reader{number}@example.org" for number in range(LETTERS)}
    assert len(inbox.messages) <= LETTERS + 1
    assert len(set(twice)) <= 1


Site = Callable[[int], dict[str, str]]


@pytest.fixture
def an_empty_site(made_once: MadeOnce, tmp_path: Path) -> Site:
    """Give a site of its own whose mail server is at this port: the environment that leads to it."""

    def migrated(folder: Path) -> None:
        subprocess.run([KUMPPANI, "manage", "migrate"], env=_environment(folder), check=True, capture_output=True)

    def make(port: int) -> dict[str, str]:
        shutil.copytree(made_once("empty-site", migrated), tmp_path / "site")
        return {**_environment(tmp_path / "site"), "KUMPPANI_MAIL_PORT": str(port)}

    return make


def _environment(folder: Path) -> dict[str, str]:
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "KUMPPANI_"))}
    usual.pop("DATABASE_URL", None)
    return {**usual, "KUMPPANI_DATA": str(folder), "KUMPPANI_MAIL_HOST": "127.0.0.1"}


def database_of(site: dict[str, str]) -> Path:
    return Path(site["KUMPPANI_DATA"]) / "kumppani.sqlite3"


def fill(site: dict[str, str], letters: int) -> None:
    """Put so many letters into the outbox of a site."""
    columns = '"to", subject, body, language, written_at, message_id, unsubscribe, calendar, calendar_method'
    columns += ", failures, failure"
    with sqlite3.connect(database_of(site)) as database:
        database.executemany(
            f"INSERT INTO mailing_letter ({columns}) VALUES (?, 'Digest', 'Hello', 'en', ?, ?, '', '', '', 0, '')",
            [
                (f"reader{number}@example.org", NOW.strftime("%Y-%m-%d %H:%M:%S"), f"<{number}@example.org>")
                for number in range(letters)
            ],
        )


def let_the_claim_of_the_killed_expire(site: dict[str, str]) -> None:
    """Let the minutes pass after which another sender may take what a killed one had in hand: one letter at most."""
    with sqlite3.connect(database_of(site)) as database:
        held = "claimed_until IS NOT NULL AND sent_at IS NULL"
        assert database.execute(f"UPDATE mailing_letter SET claimed_until = '2026-01-01' WHERE {held}").rowcount <= 1


def wait_until(holds: Any, *, seconds: float = SECONDS_TO_WAIT) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.01)
