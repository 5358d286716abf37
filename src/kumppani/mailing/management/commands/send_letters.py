"""Send the letters that wait because the mail server was away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kumppani.history.running import noted
from kumppani.mailing.sending import send_waiting_letters


class Command(BaseCommand):
    help = "Send the letters that wait in the outbox. Run it every few minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        with noted("send_letters") as run:
            run.told = str(send_waiting_letters())
        self.stdout.write(f"{run.told} sent")
