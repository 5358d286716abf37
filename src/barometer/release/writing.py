"""From protected tables to the files of a release folder. The same tables always give the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from barometer.problems import Problem, UnusableInput
from barometer.published import Certificate, CitedTables, PublishedTables
from barometer.published_json import release_document, to_plain
from barometer.questionnaire.model import Questionnaire
from barometer.questionnaire_page import render_questionnaire
from barometer.release.comparing import COMPARISON, Compared, comparison_document
from barometer.release.ddi import ddi_xml
from barometer.release.table_rows import data_package, tables_csv
from barometer.report.building import build_report
from barometer.report.page import render_page
from barometer.report.pdf import render_pdf
from barometer.report.workbook import render_workbook

SUMS = "SHA256SUMS"
UNSAFE = "UNSAFE.txt"
"""In a release that does not protect, so that its listing and its digests say so too."""

Progress = Callable[[str], None]
"""Told what is being made, a short phrase at a time."""


def release_files(
    tables: PublishedTables,
    certificate: Certificate,
    questionnaire: Questionnaire,
    *,
    cited: CitedTables | None = None,
    compared: Compared | None = None,
    progress: Progress = lambda _: None,
) -> dict[str, bytes]:
    """Make every file of the folder, by name, SHA256SUMS last. The tables must carry their estimates already."""
    document = release_document(tables, cited)
    release = str(document["release"])
    certificate = replace(certificate, release=release)
    files = {
        "release.json": pretty(document),
        "certificate.json": pretty(to_plain(certificate)),
        "tables.csv": tables_csv(tables),
        "ddi.xml": ddi_xml(tables, release),
    }
    if compared is not None:
        files[COMPARISON] = pretty(comparison_document(compared, release))
    if tables.unsafe:
        files[UNSAFE] = b"UNSAFE: made without protection, for tests. Do not publish any of these files.\n"
    files["datapackage.json"] = pretty(data_package(tables, release, files["tables.csv"]))
    reports = []
    for language in tables.wave.languages:
        progress(f"report in {language}")
        comparison = None if compared is None else compared.comparison
        report = build_report(tables, certificate=certificate, cited=cited, language=language, comparison=comparison)
        reports.append(report)
        files[f"report.{language}.html"] = render_page(report).encode("utf-8")
        files[f"report.{language}.pdf"] = render_pdf(report)
        files[f"questionnaire.{language}.html"] = render_questionnaire(
            questionnaire, language, demonstration=tables.wave.demonstration, unsafe=tables.unsafe
        ).encode("utf-8")
    progress("workbook")
    files["tables.xlsx"] = render_workbook(reports)
    return files | {SUMS: sums(files)}


def pretty(plain: object) -> bytes:
    """Write JSON for people too: a line for each cell, or for whatever else holds nothing that holds something."""
    return ("".join(_laid_out(plain, "\n")) + "\n").encode("utf-8")


_spelled = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _laid_out(plain: object, begin: str) -> Iterator[str]:
    if not isinstance(plain, dict | list) or not any(isinstance(item, dict | list) for item in _held(plain)):
        yield _spelled(plain)
        return
    opened, closed = "{}" if isinstance(plain, dict) else "[]"
    inner = begin + " "
    yield opened
    for place, key in enumerate(plain):
        yield f"{',' if place else ''}{inner}"
        if isinstance(plain, dict):
            yield f"{_spelled(key)}: "
            yield from _laid_out(plain[key], inner)
        else:
            yield from _laid_out(key, inner)
    yield f"{begin}{closed}"


def _held(plain: dict[str, object] | list[object]) -> Iterable[object]:
    return plain.values() if isinstance(plain, dict) else plain


def sums(files: Mapping[str, bytes]) -> bytes:
    """Write the digests in the form that ``sha256sum --check`` reads."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files) if name != SUMS]
    return "".join(lines).encode("utf-8")


def require_new_folder(folder: Path) -> None:
    """Refuse a folder that holds something already, or whose place is taken; asked before long work begins."""
    taken = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not taken.is_dir():
        message = "There is a file of this name, where a folder is needed."
        raise UnusableInput([Problem("target-not-a-folder", message, "Name another folder.", str(taken))])
    if taken == folder and any(folder.iterdir()):
        message = "The folder exists and is not empty."
        raise UnusableInput([Problem("target-exists", message, "Name a new folder, or remove it.", str(folder))])
    if not os.access(taken if taken != folder else folder.parent, os.W_OK | os.X_OK):
        message = "Nothing may be written here."
        raise UnusableInput([Problem("target-unwritable", message, "Name a folder of your own.", str(taken))])


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files so that the folder is either whole or absent. An existing folder must be empty."""
    require_new_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            (making / name).write_bytes(content)
        making.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        os.replace(making, folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
