"""Reading a release folder back, and checking that it is whole: what `barometer verify` and the site rely on.

Everything is recomputed from `release.json`: digests, identity, the CSV, the shares. A folder made by somebody who also
recomputed SHA256SUMS still has another identity; compare it with the one that was announced.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barometer.estimation import estimate
from barometer.problems import Problem, UnusableInput
from barometer.published import Certificate, CitedTables, Part, PublishedTables, Table
from barometer.published_json import (
    SCHEMA,
    canonical_json,
    certificate_from_plain,
    cited_from_plain,
    release_document,
    tables_from_plain,
)
from barometer.release.comparing import COMPARISON, comparison_faults
from barometer.release.ddi import ddi_xml
from barometer.release.table_rows import data_package, tables_csv
from barometer.release.writing import SUMS, UNSAFE, pretty, sums

LARGEST_FILE = 100 * 1024 * 1024
"""Bytes; a larger file in a release folder is refused unread."""


@dataclass(frozen=True)
class Release:
    """A release folder as it was read."""

    id: str
    tables: PublishedTables
    certificate: Certificate
    cited: CitedTables | None
    files: dict[str, bytes]


def expected_files(languages: tuple[str, ...], *, unsafe: bool, compared: bool = False) -> frozenset[str]:
    """Name the files a release in these languages consists of; ``compared`` with an earlier one or not."""
    common = {"release.json", "certificate.json", "tables.csv", "datapackage.json", "tables.xlsx", "ddi.xml", SUMS}
    if unsafe:
        common |= {UNSAFE}
    if compared:
        common |= {COMPARISON}
    for language in languages:
        common |= {f"report.{language}.html", f"report.{language}.pdf", f"questionnaire.{language}.html"}
    return frozenset(common)


def read_release(folder: Path) -> Release:
    """Read a release folder. Raises UnusableInput when a part is missing or cannot be read; checks no digest."""
    if not folder.is_dir():
        raise UnusableInput(
            [_problem("release-missing", str(folder), "There is no such folder.", "Name a release folder.")]
        )
    files = {path.name: _content(path) for path in sorted(folder.iterdir())}
    for name in ("release.json", "certificate.json"):
        if name not in files:
            raise UnusableInput(
                [_problem("release-file-missing", name, "The file is missing.", "Take the whole release folder again.")]
            )
    document = _json(files["release.json"], "release.json")
    if document.get("schema") != SCHEMA:
        raise UnusableInput(
            [
                _problem(
                    "release-format",
                    "release.json",
                    f"The format is {document.get('schema')!r}, not {SCHEMA}.",
                    "Use a version of this software that knows the format.",
                )
            ]
        )
    cited = document.pop("cited", None)
    named = str(document.pop("release", ""))
    document.pop("schema")
    tables = tables_from_plain(document)
    _require_whole_tables(tables)
    return Release(
        id=named,
        tables=tables,
        certificate=certificate_from_plain(_json(files["certificate.json"], "certificate.json")),
        cited=None if cited is None else cited_from_plain(cited),
        files=files,
    )


def _require_whole_tables(tables: PublishedTables) -> None:
    """Every table has one cell for every category and group, and nothing refers to what is not there."""
    for table in tables.tables:
        categories = [category.code for category in table.categories]
        groups = [group.code for group in table.groups]
        wanted = [(category, group) for category in categories for group in groups]
        is_whole = (
            [(cell.category, cell.group) for cell in table.cells] == wanted
            and len(set(wanted)) == len(wanted)
            and set(table.base.categories) <= set(categories)
            and {mean.group for mean in table.means} <= set(groups)
        )
        if not is_whole:
            message = "Categories, groups and cells of the table do not belong together."
            raise UnusableInput([_problem("release-malformed", table.id, message, _AGAIN)])


def _content(path: Path) -> bytes:
    if not path.is_file() or path.is_symlink():
        raise UnusableInput(
            [_problem("release-not-a-file", path.name, "It is not a plain file.", "A release folder holds files only.")]
        )
    if path.stat().st_size > LARGEST_FILE:
        raise UnusableInput(
            [
                _problem(
                    "release-file-too-large",
                    path.name,
                    "The file is over 100 MB.",
                    "Take the release again from its source.",
                )
            ]
        )
    return path.read_bytes()


def _json(content: bytes, name: str) -> dict[str, Any]:
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnusableInput(
            [_problem("release-not-json", name, f"It is not JSON: {error}.", "Take the release again from its source.")]
        ) from error
    if not isinstance(plain, dict):
        raise UnusableInput(
            [_problem("release-not-json", name, "It holds no JSON object.", "Take the release again from its source.")]
        )
    return plain


def verify(release: Path | Release) -> tuple[Problem, ...]:
    """Recompute everything that can be recomputed from the published files; an empty tuple means all of it agrees."""
    return tuple(_faults(release if isinstance(release, Release) else read_release(release)))


def _faults(release: Release) -> Iterator[Problem]:
    tables, files = release.tables, release.files
    document = release_document(tables, release.cited)
    yield from _digest_faults(release)
    yield from _identity_faults(release, str(document["release"]))
    yield from _comparison_faults(release)
    for name, made in (
        ("release.json", pretty(document)),
        ("tables.csv", tables_csv(tables)),
        ("ddi.xml", ddi_xml(tables, release.id)),
        ("datapackage.json", pretty(data_package(tables, release.id, files.get("tables.csv", b"")))),
    ):
        if files.get(name, made) != made:
            yield _problem("release-derived-differs", name, "It does not follow from release.json.", _AGAIN)
    if estimate(tables) != tables:
        yield _problem(
            "release-estimates-differ", "release.json", "A share or interval does not follow from its counts.", _AGAIN
        )
    for table in tables.tables:
        yield from _table_faults(table, tables)


_AGAIN = "Do not use this copy; take the release again from its source."


def _digest_faults(release: Release) -> Iterator[Problem]:
    files = release.files
    stated = dict(_stated_sums(files.get(SUMS, b"")))
    compared = COMPARISON in files or COMPARISON in stated
    expected = expected_files(release.tables.wave.languages, unsafe=release.tables.unsafe, compared=compared)
    for name in sorted(expected - files.keys()):
        yield _problem("release-file-missing", name, "The file is missing.", _AGAIN)
    for name in sorted(files.keys() - expected):
        yield _problem(
            "release-file-unexpected",
            name,
            "The file does not belong to a release.",
            "Remove it, or take the release again.",
        )
    actual = dict(_stated_sums(sums(files)))
    changed = [name for name in sorted(actual) if stated.get(name) != actual[name] and name in expected]
    for name in changed:
        yield _problem("release-digest", name, "The content is not what SHA256SUMS says.", _AGAIN)
    if SUMS in files and not changed and files[SUMS] != sums(files) and files.keys() <= expected:
        yield _problem("release-digest", SUMS, "The file itself was changed.", _AGAIN)


def _stated_sums(content: bytes) -> Iterator[tuple[str, str]]:
    for match in re.finditer(r"^([0-9a-f]{64})  ([^\n]+)$", content.decode("utf-8", "replace"), re.MULTILINE):
        yield match[2], match[1]


def _comparison_faults(release: Release) -> Iterator[Problem]:
    if COMPARISON not in release.files:
        return
    document = _json(release.files[COMPARISON], COMPARISON)
    if release.files[COMPARISON] != pretty(document):
        yield _problem("release-derived-differs", COMPARISON, "It is not written as a release writes it.", _AGAIN)
    for place, message in comparison_faults(document, release.tables, release.id):
        yield _problem("release-comparison", f"{COMPARISON}, {place}", message, _AGAIN)


def _identity_faults(release: Release, identity: str) -> Iterator[Problem]:
    tables, certificate = release.tables, release.certificate
    if release.id != identity:
        yield _problem("release-identity", "release.json", "The identity is not that of its tables and policy.", _AGAIN)
    if certificate.release != identity:
        yield _problem("release-certificate", "certificate.json", "The certificate belongs to another release.", _AGAIN)
    if certificate.policy_digest != hashlib.sha256(canonical_json(tables.policy)).hexdigest():
        yield _problem("release-policy", "certificate.json", "The certificate names another policy.", _AGAIN)
    if certificate.unsafe != tables.unsafe:
        yield _problem("release-unsafe", "certificate.json", "Certificate and tables disagree on being unsafe.", _AGAIN)
    if certificate.respondents != tables.wave.respondents:
        yield _problem("release-respondents", "certificate.json", "The number of respondents differs.", _AGAIN)
    if {audit.table for audit in certificate.audits} != {table.id for table in tables.tables}:
        yield _problem("release-audits", "certificate.json", "Not every table was audited.", _AGAIN)


def _table_faults(table: Table, tables: PublishedTables) -> Iterator[Problem]:
    """Additivity: the groups make the wave, and the categories that add up make each group."""
    if sum(group.respondents for group in table.groups) != tables.wave.respondents:
        yield _problem("release-groups", table.id, "The groups do not add up to all respondents.", _AGAIN)
    adding = [category for category in table.categories if category.part.adds_up]
    for group in table.groups:
        counts = [table.cell(category.code, group.code).count for category in adding]
        known = sum(count for count in counts if count is not None)
        if known > group.respondents or (None not in counts and known != group.respondents):
            yield _problem(
                "release-sum", f"{table.id}, {group.code}", "The answers do not add up to the group.", _AGAIN
            )
        for net in (category for category in table.categories if category.part is Part.NET):
            parts = [table.cell(member, group.code).count for member in net.members if _has(table, member)]
            stated = table.cell(net.code, group.code).count
            parts_known = len(parts) == len(net.members) and None not in parts
            if stated is not None and parts_known and stated != sum(part for part in parts if part is not None):
                yield _problem("release-net", f"{table.id}, {net.code}", "The net is not the sum of its parts.", _AGAIN)


def _has(table: Table, code: str) -> bool:
    return any(category.code == code for category in table.categories)


def _problem(code: str, item: str, message: str, remedy: str) -> Problem:
    return Problem(code=code, message=message, remedy=remedy, item=item)
