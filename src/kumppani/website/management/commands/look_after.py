"""`kumppani manage look_after`: what `kumppani serve` starts beside itself; for servers that are started otherwise."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kumppani.website.looking_after import look_after, wait_a_minute


class Command(BaseCommand):
    help = "Write and send letters every minute, and do the work of the day, until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--with-parent",
            type=int,
            metavar="PID",
            help="stop when the process that started this one is not PID any more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        look_after(wait=partial(wait_a_minute, parent=options["with_parent"]))
