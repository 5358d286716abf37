"""The ledger: which releases of a programme are public, in which order, and with what each was audited.

A ledger only grows. Every release in it was audited together with all that stand before it, so whoever makes the next
one reads them all. Beside the ledger lie the release folders it names; digests say whether they are the ones meant.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from barometer.problems import Problem, UnusableInput
from barometer.published_json import to_plain, value_from_plain
from barometer.release.reading import Release, read_release, verify
from barometer.release.writing import SUMS, pretty

SCHEMA = "kumppani/ledger/1"
LARGEST_LEDGER = 10 * 1024 * 1024
"""Bytes; a larger file is refused unread."""
DIGEST = re.compile(r"[0-9a-f]{64}")
_ONE_WAY = "A ledger only grows; take the one that the site or the last release wrote."


@dataclass(frozen=True)
class Entry:
    """One public release, as `release.json` and `certificate.json` say it, and the day it was published."""

    release: str
    wave: str
    questionnaire: str
    """The digest of the questionnaire."""
    policy: str
    """The digest of the policy."""
    respondents: int
    published: str
    """An ISO day."""
    files: str
    """SHA-256 of the folder's SHA256SUMS; editions of one release differ in it."""
    audited_with: tuple[str, ...] = ()
    """The ids of the releases it was audited together with: all before it."""
    replaces: str = ""
    """The id of the release of the same wave that it replaces; its own where it is an edition; empty otherwise."""
    folder: str = ""
    """Where the release folder lies, seen from the ledger's own folder."""


@dataclass(frozen=True)
class Ledger:
    releases: tuple[Entry, ...] = ()

    def with_release(self, entry: Entry) -> Ledger:
        """Add the next release. Raises UnusableInput where it does not follow from what is there."""
        longer = Ledger((*self.releases, entry))
        _refuse_faults(longer)
        return longer


def entry_of(release: Release, *, published: date, audited_with: Sequence[str], replaces: str, folder: str) -> Entry:
    """Give the line of a release that has become public."""
    return Entry(
        release=release.id,
        wave=release.tables.wave.id,
        questionnaire=release.tables.wave.questionnaire_digest,
        policy=release.certificate.policy_digest,
        respondents=release.tables.wave.respondents,
        published=published.isoformat(),
        files=files_digest(release),
        audited_with=tuple(audited_with),
        replaces=replaces,
        folder=folder,
    )


def files_digest(release: Release) -> str:
    """Name every byte of a release folder: SHA-256 (hex) of its SHA256SUMS."""
    return hashlib.sha256(release.files.get(SUMS, b"")).hexdigest()


def ledger_json(ledger: Ledger) -> bytes:
    return pretty({"schema": SCHEMA, **_plain(ledger)})


def _plain(ledger: Ledger) -> dict[str, Any]:
    """Leave out what is empty: what a release replaces, and where its folder lies."""
    unsaid = {("replaces", ""), ("folder", "")}
    entries = [
        {name: held for name, held in to_plain(entry).items() if isinstance(held, list) or (name, held) not in unsaid}
        for entry in ledger.releases
    ]
    return {"releases": entries} if entries else {}


def read_ledger(content: bytes) -> Ledger:
    """Read a ledger. Raises UnusableInput naming the first fault."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _fault("ledger-not-json", "", f"It is not JSON: {error}.", _ONE_WAY) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise _fault("ledger-format", "schema", f"The format is not {SCHEMA}.", "Name the ledger file itself.")
    ledger = value_from_plain(Ledger, {name: held for name, held in document.items() if name != "schema"})
    _refuse_faults(ledger)
    return ledger


def read_ledger_file(path: Path) -> Ledger:
    """Read the ledger at this place. Raises UnusableInput where there is none or it cannot be used."""
    if not path.is_file() or path.stat().st_size > LARGEST_LEDGER:
        message = "There is no ledger of this name, or it is far too large."
        raise _fault("ledger-missing", "", message, "Name the ledger file.", file=str(path))
    try:
        return read_ledger(path.read_bytes())
    except UnusableInput as unusable:
        raise UnusableInput([replace(problem, file=str(path)) for problem in unusable.problems]) from unusable


def releases_of(ledger: Ledger, beside: Path) -> tuple[Release, ...]:
    """Read and verify every release folder; ``beside`` is the folder of the ledger. Raises UnusableInput."""
    return tuple(_release_of(entry, beside) for entry in ledger.releases)


def _release_of(entry: Entry, beside: Path) -> Release:
    folder = (beside / entry.folder).resolve()
    if not entry.folder or not folder.is_relative_to(beside.resolve()):
        message = "The ledger does not say where the folder of this release lies, beside it or below."
        remedy = "Put the release folder beside the ledger and name it under `folder`."
        raise _fault("ledger-folder", entry.release, message, remedy)
    release = read_release(folder)
    if faults := verify(release):
        raise UnusableInput(faults)
    if (release.id, files_digest(release)) != (entry.release, entry.files):
        message = f"The folder {entry.folder} holds another release, or other files, than the ledger names."
        raise _fault("ledger-other-release", entry.release, message, "Take the release again from its source.")
    return release


def _refuse_faults(ledger: Ledger) -> None:
    for number, message in _faults(ledger):
        raise _fault("ledger-malformed", f"releases[{number}]", message, _ONE_WAY)


def _faults(ledger: Ledger) -> Iterator[tuple[int, str]]:
    """Give the place and what is wrong of whatever cannot be in a ledger that only grew."""
    waves: dict[str, set[str]] = {}  # of each release the waves it is of: two waves may have the same numbers
    seen: set[str] = set()
    day = ""
    for number, entry in enumerate(ledger.releases):
        digests = (entry.release, entry.questionnaire, entry.policy, entry.files, *entry.audited_with)
        if not all(DIGEST.fullmatch(digest) for digest in digests) or not entry.wave:
            yield number, "A release has its id, its wave, and digests of 64 hexadecimal digits."
        if not _is_day(entry.published) or entry.published < day:
            yield number, f"It was published on {entry.published or 'no day'}, out of order."
        if entry.files in seen:
            yield number, "The same files stand here a second time."
        if missing := waves.keys() - set(entry.audited_with):
            yield number, f"It was not audited together with {', '.join(sorted(missing))}, published before it."
        if unknown := set(entry.audited_with) - waves.keys():
            yield number, f"It names {', '.join(sorted(unknown))}, which is not published before it."
        replaces_own = entry.wave in waves.get(entry.replaces, ())
        if any(entry.wave in held for held in waves.values()) and not replaces_own:
            yield number, f"The wave {entry.wave} was published before, and it does not say which release it replaces."
        if entry.replaces and not replaces_own:
            yield number, "It replaces a release that is not one of its wave published before."
        waves.setdefault(entry.release, set()).add(entry.wave)
        day = entry.published
        seen.add(entry.files)


def _is_day(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


def _fault(code: str, item: str, message: str, remedy: str, *, file: str = "") -> UnusableInput:
    return UnusableInput([Problem(code, message, remedy, file, item=item)])
