"""`kumppani manage send_reminders`: once a day, write the letters that remind of tasks. Twice writes none twice."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from kumppani.history.running import noted
from kumppani.projects.actions.reminders import send_reminders


class Command(BaseCommand):
    help = "Write the letters that remind of tasks, each once. Run it every morning."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--site", default=settings.SITE_ADDRESS, help="the address of the site, for the links in the letters"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with noted("send_reminders") as run:
            run.told = f"{send_reminders(site=options['site'], at=timezone.now())} reminders"
        self.stdout.write(run.told)
