"""`kumppani manage send_digests`: for a timer, every few minutes; a running server does the same by itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kumppani.following.digests import write_digests
from kumppani.history.running import noted
from kumppani.mailing.sending import send_waiting_letters


class Command(BaseCommand):
    help = "Write to everybody for whom it is time what happened to what they follow, and send what waits."

    def handle(self, *args: Any, **options: Any) -> None:
        with noted("send_digests") as run:
            try:
                written = write_digests(at=timezone.now())
            finally:  # one that could not be written keeps no other from leaving
                sent = send_waiting_letters()
            run.told = f"{written} letters written, {sent} sent"
        self.stdout.write(f"{run.told}.")
