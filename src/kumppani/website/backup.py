"""One file with everything of the site but sealed answers and secrets: rows as JSON, release folders as they lie.

The rows are written in Django's own form, so a backup made on SQLite can be read on PostgreSQL and the other way round.
Sealed answers are exported by `surveys`, shuffled; the secret key is not needed to read any of this.
"""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import tempfile
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, transaction

ROWS = "rows.json"
RELEASES = "releases"
MANIFEST = "manifest.json"
FORMAT = "kumppani-backup-1"
LEFT_OUT = ("contenttypes", "auth.permission", "sessions", "mailing.letter")
"""Made anew by the site, or short-lived and not to be kept: an unsent letter may hold a code."""


class CannotBackUp(Exception):
    """The message says what is in the way."""


def write_backup(file: Path) -> None:
    """Write the backup, whole or not at all."""
    if file.exists():
        raise CannotBackUp(f"{file} is there already. Name a new file.")
    draft = file.with_name(f"{file.name}.part")
    with tarfile.open(draft, "w:gz") as archive:
        _add(archive, MANIFEST, json.dumps({"format": FORMAT}).encode())
        _add(archive, ROWS, _rows())
        if Path(settings.RELEASES_FOLDER).is_dir():
            archive.add(settings.RELEASES_FOLDER, arcname=RELEASES)
    draft.replace(file)


def read_backup(file: Path) -> None:
    """Read a backup into a site that has no people yet. Nothing is written when it cannot be read."""
    if not file.is_file():
        raise CannotBackUp(f"There is no file {file}.")
    call_command("migrate", verbosity=0, interactive=False)
    if apps.get_model("accounts", "Person").objects.exists():
        raise CannotBackUp(
            "This site has people already. Restore into an empty one: set KUMPPANI_DATA to a new folder."
        )
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        try:
            with tarfile.open(file) as archive:
                archive.extractall(folder, filter="data")
            stated = json.loads((folder / MANIFEST).read_text())
        except (tarfile.TarError, OSError, ValueError) as fault:
            raise CannotBackUp(f"{file} is not a backup that can be read: {fault}") from fault
        if stated.get("format") != FORMAT:
            raise CannotBackUp(f"{file} has the format {stated.get('format')!r}, not {FORMAT}.")
        _load(folder / ROWS)
        if (folder / RELEASES).is_dir():
            shutil.copytree(folder / RELEASES, settings.RELEASES_FOLDER, dirs_exist_ok=True)


def _rows() -> bytes:
    written = io.StringIO()
    call_command("dumpdata", exclude=LEFT_OUT, database="default", stdout=written, verbosity=0)
    return written.getvalue().encode()


def _load(rows: Path) -> None:
    try:
        with transaction.atomic():
            # The migrations have filled the region tree; the backup brings its own rows of it.
            for name in ("Area", "Grouping", "Region"):
                apps.get_model("regions", name).objects.all().delete()
            call_command("loaddata", rows, verbosity=0)
    except (DatabaseError, ValueError) as fault:
        raise CannotBackUp(f"The rows cannot be read: {fault}") from fault


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
