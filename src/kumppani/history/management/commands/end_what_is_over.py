"""`kumppani manage end_what_is_over`: once a night, delete what has been kept as long as was promised."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kumppani.history.ending import end_what_is_over


class Command(BaseCommand):
    help = "Delete what was kept as long as promised, and write to those whose account is idle. Run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, number in end_what_is_over(at=timezone.localtime()).items():
            if number:
                self.stdout.write(f"{name}: {number}")
