"""The files of a release as a reader meets them: what each is, of which kind, in which language, and how large."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kumppani.results.models import Release

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
}
KINDS = {"html": "HTML", "pdf": "PDF", "xlsx": "Excel", "csv": "CSV", "json": "JSON", "xml": "XML"}

IN_A_LANGUAGE = (
    ("report.{}.pdf", _("The report to print and read")),
    ("report.{}.html", _("The report as one page that works without the network")),
    ("questionnaire.{}.html", _("The questionnaire as it was asked")),
)
IN_EVERY_LANGUAGE = (
    ("tables.xlsx", _("All tables as a workbook, a sheet for each question")),
    ("tables.csv", _("All published cells")),
    ("datapackage.json", _("Description of the columns of the CSV")),
    ("release.json", _("Everything published, for programs")),
    ("comparison.json", _("Changes since the earlier wave, for programs")),
    ("ddi.xml", _("Description of the wave for archives (DDI)")),
    ("certificate.json", _("Certificate: how the release was protected and audited")),
    ("SHA256SUMS", _("Digests of the files")),
)
FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Download:
    name: str
    says: str
    kind: str
    language: str
    """Its own name for itself, for example Svenska; empty where a file is for readers of every language."""
    language_code: str
    size: int
    """Bytes."""


def downloads_of(release: Release, language: str) -> list[Download]:
    """The files for a reader of this language, what most readers want first."""
    return [*_in_language(release, language), *_found(release, IN_EVERY_LANGUAGE, "")]


def downloads_in_other_languages(release: Release, language: str) -> list[Download]:
    """The reports and questionnaires in the other languages of the release."""
    others = [other for other in release.languages if other != language]
    return [download for other in others for download in _in_language(release, other)]


def archive_of(release: Release) -> bytes:
    """All files in one zip, under a folder named after the wave; the same bytes every time."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for file in sorted(release.folder.iterdir()):
            entry = zipfile.ZipInfo(f"{release.wave}/{file.name}", FIRST_DAY_OF_ZIP)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _in_language(release: Release, language: str) -> list[Download]:
    named = [(pattern.format(language), says) for pattern, says in IN_A_LANGUAGE]
    return _found(release, named, language)


def _found(release: Release, named: Iterable[tuple[str, StrOrPromise]], language: str) -> list[Download]:
    files = [(release.folder / name, name, says) for name, says in named]
    return [
        Download(
            name=name,
            says=str(says),
            kind=KINDS.get(name.rpartition(".")[2], ""),
            language=dict(settings.LANGUAGES).get(language, language),
            language_code=language,
            size=file.stat().st_size,
        )
        for file, name, says in files
        if file.is_file()
    ]
