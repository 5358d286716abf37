"""The sealed bundle: everything custodians need to open a wave, in one file of lines.

The first line is the manifest, then comes a line for every row, shuffled, and the last line is the digest of all
before it. The digest finds damage, not forgery: whoever changes the bundle can write a new one. Forged rows are found
by opening (`opening.py`).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from barometer.problems import Problem, UnusableInput
from barometer.sealing.keys import WaveKey, wave_key_as_plain, wave_key_from_plain
from barometer.sealing.packing import canonical

BUNDLE_FORMAT = "kumppani sealed bundle 1"
DIGEST_LINE = b'{"sha256":"'
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Row:
    """A sealed answer as the store holds it: a name that says nothing, and bytes of one length for the wave."""

    identifier: str
    sealed: bytes


@dataclass(frozen=True)
class Counts:
    """How many were sent, from counters of their own: per day (ISO dates) and per channel, never crossed."""

    by_day: Mapping[str, int] = field(default_factory=dict)
    by_channel: Mapping[str, int] = field(default_factory=dict)

    @property
    def sent(self) -> int:
        return sum(self.by_day.values())


@dataclass(frozen=True)
class Bundle:
    wave: str
    questionnaire: str
    """The digest of the questionnaire that was frozen with the wave."""
    wave_key: WaveKey
    counts: Counts
    rows: tuple[Row, ...]
    withdrawn: frozenset[str] = frozenset()
    """Identifiers whose rows must not be opened, also where an older bundle still holds them."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The wave folder that was frozen (``wave.yaml``, ``questionnaire/…``, ``policy.yaml``), by path."""

    @property
    def demonstration(self) -> bool:
        return self.wave_key.demonstration


def write_bundle(bundle: Bundle) -> bytes:
    """Write the bundle with its rows in a fresh random order."""
    rows = list(bundle.rows)
    secrets.SystemRandom().shuffle(rows)
    lines = [canonical(_manifest(bundle))]
    lines += [canonical({"identifier": row.identifier, "sealed": b64encode(row.sealed).decode()}) for row in rows]
    body = b"\n".join(lines) + b"\n"
    return body + DIGEST_LINE + hashlib.sha256(body).hexdigest().encode() + b'"}\n'


def read_bundle(data: bytes, *, file: str = "") -> Bundle:
    """Read a bundle; UnusableInput that says what is wrong and where, for an empty, cut or changed file too."""
    if not data.strip():
        raise _unusable("bundle-empty", "The file is empty.", file)
    if not data.startswith(b"{") or BUNDLE_FORMAT.encode() not in data[:1_000_000].split(b"\n", 1)[0]:
        raise _unusable("bundle-format", f"This is not a file of the format “{BUNDLE_FORMAT}”.", file)
    body, digest, end = data.rpartition(DIGEST_LINE)
    if not digest or not end.endswith(b'"}\n'):
        raise _unusable("bundle-cut", "The end of the bundle is missing.", file, line=data.count(b"\n") + 1)
    if hashlib.sha256(body).hexdigest().encode() != end[:-3]:
        raise _unusable("bundle-changed", "The bundle was changed after it was written.", file)
    return _read_lines(body.splitlines(), file)


def _read_lines(lines: list[bytes], file: str) -> Bundle:
    rows = tuple(_read_row(text, file, line) for line, text in enumerate(lines[1:], start=2))
    try:
        manifest = json.loads(lines[0])
        if manifest["rows"] != len(rows):
            raise ValueError("rows are missing")
        return _from_manifest(manifest, rows)
    except (*UNREADABLE, UnusableInput):
        raise _unusable("bundle-line", "This line of the bundle cannot be read.", file, line=1) from None


def _read_row(text: bytes, file: str, line: int) -> Row:
    try:
        row = json.loads(text)
        return Row(str(row["identifier"]), b64decode(row["sealed"], validate=True))
    except UNREADABLE:
        raise _unusable("bundle-line", "This line of the bundle cannot be read.", file, line=line) from None


def _manifest(bundle: Bundle) -> dict[str, Any]:
    return {
        "format": BUNDLE_FORMAT,
        "wave": bundle.wave,
        "questionnaire": bundle.questionnaire,
        "wave_key": wave_key_as_plain(bundle.wave_key),
        "demonstration": bundle.demonstration,
        "sent_by_day": dict(bundle.counts.by_day),
        "sent_by_channel": dict(bundle.counts.by_channel),
        "withdrawn": sorted(bundle.withdrawn),
        "files": dict(bundle.files),
        "rows": len(bundle.rows),
    }


def _from_manifest(manifest: dict[str, Any], rows: tuple[Row, ...]) -> Bundle:
    return Bundle(
        wave=str(manifest["wave"]),
        questionnaire=str(manifest["questionnaire"]),
        wave_key=wave_key_from_plain(manifest["wave_key"]),
        counts=Counts(_counts(manifest["sent_by_day"]), _counts(manifest["sent_by_channel"])),
        rows=rows,
        withdrawn=frozenset(str(identifier) for identifier in manifest["withdrawn"]),
        files={str(path): str(text) for path, text in manifest["files"].items()},
    )


def _counts(plain: dict[str, Any]) -> dict[str, int]:
    return {str(name): int(count) for name, count in plain.items()}


def _unusable(code: str, message: str, file: str, *, line: int = 0) -> UnusableInput:
    remedy = "Export the bundle again from the wave's page, and copy it whole."
    return UnusableInput([Problem(code, message, remedy, file=file, line=line)])
