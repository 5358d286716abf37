"""`kumppani manage restore_answers FILE`: put the sealed rows of a backup back, without those withdrawn since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from barometer.problems import UnusableInput
from barometer.sealing import read_bundle
from kumppani.surveys.actions import restore_rows
from kumppani.surveys.order import NotNow


class Command(BaseCommand):
    help = "Put the sealed answers of a backup back into the wave they belong to. Rows that are there stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            restored = restore_rows(bundle=read_bundle(file.read_bytes(), file=file.name))
        except (UnusableInput, NotNow, OSError) as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"{restored} sealed answers came back.")
