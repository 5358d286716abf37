"""`kumppani manage look_after`: what `kumppani serve` starts beside itself; for servers that are started otherwise."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kumppani.website.looking_after import look_after


class Command(BaseCommand):
    help = "Write and send letters every minute, and do the work of the day, until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        look_after()
