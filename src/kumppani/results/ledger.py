"""The ledger of what is public here, kept by the rows themselves: nobody has to write it, and nobody can forget a line.

A line is read from the stored folder, which never changes; only the day and the order come from the row.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import IO

from django.utils import timezone

from barometer.release import read_release
from barometer.release.ledger import Entry, Ledger, entry_of, ledger_json
from kumppani.results.downloads import FIRST_DAY_OF_ZIP
from kumppani.results.models import Release
from kumppani.results.queries import public_in_order

LEDGER = "ledger.json"
REMEMBERED = 256
"""Lines kept in memory; a programme publishes a few releases a year."""


@dataclass(frozen=True)
class Line:
    """A line of the ledger and the row it is of."""

    release: Release
    entry: Entry

    @property
    def day(self) -> date:
        return date.fromisoformat(self.entry.published)


def lines() -> list[Line]:
    """Everything public, in the order in which it was published."""
    found: list[Line] = []
    newest: dict[str, str] = {}
    for release in public_in_order():
        replaces = newest.get(release.wave, "")
        found.append(Line(release, _entry(release.digest, release, replaces)))
        newest[release.wave] = release.identity
    return found


def ledger_file() -> bytes:
    """`ledger.json`, as `barometer release --ledger` reads it beside the folders it names."""
    ledger = Ledger()
    for line in lines():
        ledger = ledger.with_release(line.entry)
    return ledger_json(ledger)


def write_everything(to: IO[bytes]) -> None:
    """Write a zip of the ledger and every public release folder: what an analyst needs, and what an attacker has."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, LEDGER, ledger_file())
        for line in lines():
            for file in sorted(line.release.folder.iterdir()):
                _put(archive, f"{line.entry.folder}/{file.name}", file.read_bytes())


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, FIRST_DAY_OF_ZIP)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def _entry(digest: str, release: Release, replaces: str) -> Entry:
    if release.published_at is None:
        raise ValueError("only what was published stands in the ledger")
    day = timezone.localdate(release.published_at)
    return _line_of(digest, release.wave, day, tuple(release.attacked_with), replaces)


@lru_cache(maxsize=REMEMBERED)
def _line_of(digest: str, wave: str, day: date, audited_with: tuple[str, ...], replaces: str) -> Entry:
    folder = f"{wave}-{digest[:8]}"
    release = read_release(Release(digest=digest).folder)
    return entry_of(release, published=day, audited_with=audited_with, replaces=replaces, folder=folder)
