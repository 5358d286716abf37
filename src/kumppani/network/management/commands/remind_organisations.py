"""`kumppani manage remind_organisations`: ask by letter, once a year, whether profiles still hold."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kumppani.history.running import noted
from kumppani.network.reminding import remind_organisations


class Command(BaseCommand):
    help = "Ask the administrators of organisations whose profile nobody has confirmed for a year. Run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        with noted("remind_organisations") as run:
            run.told = str(remind_organisations(at=timezone.now()))
        self.stdout.write(f"{run.told} reminded")
