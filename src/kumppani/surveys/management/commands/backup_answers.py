"""`kumppani manage backup_answers FOLDER`: the sealed rows of each wave, shuffled, as a sealed bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kumppani.surveys.actions import bundle_for_backup
from kumppani.surveys.models import State, Wave


class Command(BaseCommand):
    help = "Back the sealed answers up: one bundle a wave; an open wave only when at least twenty rows are new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for wave in Wave.objects.exclude(state__in=[State.PREPARED, State.REHEARSED, State.DESTROYED]):
            bundle = bundle_for_backup(wave=wave)
            if bundle is None:
                self.stdout.write(f"{wave.code}: too few new answers; the backup before stays.")
                continue
            draft = folder / f"{wave.code}.bundle.part"
            draft.write_bytes(bundle)
            draft.replace(folder / f"{wave.code}.bundle")
            self.stdout.write(f"{wave.code}: backed up.")
