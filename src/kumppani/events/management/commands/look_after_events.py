"""`kumppani manage look_after_events`: give on places whose time has run out, and remind. A running site does it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kumppani.events.actions.looking_after import look_after_events
from kumppani.history.running import noted


class Command(BaseCommand):
    help = "Give on the places of events whose time has run out, and write reminders. A running site does it by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        with noted("look_after_events") as run:
            run.told = str(look_after_events(at=timezone.now()))
        self.stdout.write(run.told)
