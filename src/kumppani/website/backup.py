"""One file with everything of the site but sealed answers and secrets: rows as JSON, releases and files as they lie.

The rows are written in Django's own form, so a backup made on SQLite can be read on PostgreSQL and the other way round.
Sealed answers are exported by `surveys`, shuffled; the secret key is not needed to read any of this.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

ROWS = "rows.json"
RELEASES = "releases"
FILES = "files"
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
    try:
        with tarfile.open(draft, "w:gz") as archive:
            _fill(archive)
        draft.replace(file)
    except OSError as fault:
        draft.unlink(missing_ok=True)
        raise CannotBackUp(f"The backup cannot be written to {file}: {fault.strerror or fault}.") from fault


def _fill(archive: tarfile.TarFile) -> None:
    rows = _rows()
    found = [
        (f"{kept}/{name}", folder / name, digest) for kept, folder in _kept() for name, digest in _digests_in(folder)
    ]
    digests = {ROWS: _digest(rows), **{name: digest for name, _path, digest in found}}
    _add(archive, MANIFEST, json.dumps({"format": FORMAT, "digests": digests}).encode())
    _add(archive, ROWS, rows)
    for name, path, _digest_of_it in found:
        archive.add(path, arcname=name)


def _kept() -> list[tuple[str, Path]]:
    """The folders that are kept as they lie, by their name in the backup."""
    return [(RELEASES, Path(settings.RELEASES_FOLDER)), (FILES, Path(settings.FILES_FOLDER))]


def read_backup(file: Path) -> None:
    """Read a backup into a site that has no people yet. Nothing is written when it cannot be read."""
    if not file.is_file():
        raise CannotBackUp(f"There is no file {file}.")
    for alias in connections:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
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
        _require_unchanged(folder, stated.get("digests"))
        _load(folder / ROWS)
        for kept, place_of_it in _kept():
            if (folder / kept).is_dir():
                shutil.copytree(folder / kept, place_of_it, dirs_exist_ok=True)


def _require_unchanged(folder: Path, stated: object) -> None:
    """Compare every file with the manifest, so that a damaged copy is refused before a row of it is read."""
    rows = folder / ROWS
    found = {ROWS: _digest(rows.read_bytes())} if rows.is_file() else {}
    for kept, _folder in _kept():
        found |= {f"{kept}/{name}": digest for name, digest in _digests_in(folder / kept)}
    promised = stated if isinstance(stated, dict) else {MANIFEST: ""}
    differing = sorted(name for name in found.keys() | promised.keys() if found.get(name) != promised.get(name))
    if differing:
        raise CannotBackUp(
            f"The backup is damaged: {differing[0]} is not what was backed up. Take another copy of the backup."
        )


def _digests_in(folder: Path) -> list[tuple[str, str]]:
    """Every file below the folder with its SHA-256, in the order of their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return [(path.relative_to(folder).as_posix(), _digest(path.read_bytes())) for path in files]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _rows() -> bytes:
    written = io.StringIO()
    call_command("dumpdata", exclude=LEFT_OUT, database="default", stdout=written, verbosity=0)
    rows = json.loads(written.getvalue())
    for row in rows:
        row["fields"] |= dict.fromkeys(_pointing_out(row["model"]))
    return json.dumps(rows, ensure_ascii=False).encode()


@cache
def _pointing_out(model: str) -> tuple[str, ...]:
    """Fields that may point to a row that is left out. They point to nothing in a backup: none such comes back."""
    fields = [field for field in apps.get_model(model)._meta.concrete_fields if field.null and field.related_model]
    others = {field.name: field.remote_field.model._meta for field in fields}
    return tuple(name for name, other in others.items() if {other.app_label, other.label_lower} & set(LEFT_OUT))


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
