"""From protected tables to the files of a release folder. The same tables always give the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from barometer.comparison import Comparison
from barometer.published import Certificate, CitedTables, PublishedTables
from barometer.published_json import release_document, release_id, to_plain
from barometer.questionnaire.model import Questionnaire
from barometer.questionnaire_page import render_questionnaire
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
    comparison: Comparison | None = None,
    progress: Progress = lambda _: None,
) -> dict[str, bytes]:
    """Make every file of the folder, by name, SHA256SUMS last. The tables must carry their estimates already."""
    release = release_id(tables)
    certificate = replace(certificate, release=release)
    languages = tables.wave.languages
    files = {
        "release.json": pretty(release_document(tables, cited)),
        "certificate.json": pretty(to_plain(certificate)),
        "tables.csv": tables_csv(tables),
        "ddi.xml": ddi_xml(tables, release),
    }
    if tables.unsafe:
        files[UNSAFE] = b"UNSAFE: made without protection, for tests. Do not publish any of these files.\n"
    files["datapackage.json"] = pretty(data_package(tables, release, files["tables.csv"]))
    reports = []
    for language in languages:
        progress(f"report in {language}")
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
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def sums(files: Mapping[str, bytes]) -> bytes:
    """Write the digests in the form that ``sha256sum --check`` reads."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files) if name != SUMS]
    return "".join(lines).encode("utf-8")


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files so that the folder is either whole or absent. An existing folder must be empty."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(folder)
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
