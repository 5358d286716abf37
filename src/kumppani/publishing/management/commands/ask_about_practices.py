"""`kumppani manage ask_about_practices`: once a day; a running server does the same by itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kumppani.history.running import noted
from kumppani.publishing.asking import ask_about_practices


class Command(BaseCommand):
    help = "Ask the owners of good practices, a year after they were published, whether they still hold."

    def handle(self, *args: Any, **options: Any) -> None:
        with noted("ask_about_practices") as run:
            run.told = str(ask_about_practices(at=timezone.now()))
        self.stdout.write(f"{run.told} letters written.")
