"""`kumppani manage tell_what_was_published`: for a timer; a running server does the same by itself, every minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kumppani.history.running import noted
from kumppani.publishing.followed import tell_what_was_published


class Command(BaseCommand):
    help = "Tell followers of the texts whose time has come. Readers see those texts without it."

    def handle(self, *args: Any, **options: Any) -> None:
        with noted("tell_what_was_published") as run:
            run.told = str(tell_what_was_published(at=timezone.now()))
        self.stdout.write(f"{run.told} texts told of.")
