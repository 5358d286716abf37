"""A mail server of the tests' own: letters come over real SMTP and are parsed as a reader's program does."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Inbox:
    """Takes every message, and remembers it as it was parsed."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.asked, self.may_answer = threading.Event(), threading.Event()
        self.may_answer.set()

    def answer_late(self) -> None:
        """From now on take what is sent and say nothing, until ``may_answer`` is set."""
        self.may_answer.clear()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.asked.set()
        while not self.may_answer.is_set():
            await asyncio.sleep(0.01)
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def newest_to(self, address: str) -> EmailMessage:
        letters = [message for message in self.messages if message["To"] == address]
        assert letters, f"no letter came to {address}"
        return letters[-1]


@contextmanager
def receiving(settings: Any) -> Iterator[Inbox]:
    """Let the site send to an inbox on the loopback interface."""
    inbox = Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    try:
        yield inbox
    finally:
        inbox.may_answer.set()
        server.stop()


def words_of(message: EmailMessage) -> str:
    """The letter as plain words."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def address_in(message: EmailMessage, part: str) -> str:
    """The first address in the letter that has this part."""
    return next(found for found in re.findall(r"https?://\S+", words_of(message)) if part in found)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
