"""The files of a release as a reader meets them: what each is, in which language, and how large."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kumppani.results.models import Release

CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
}

IN_EVERY_LANGUAGE = (
    ("tables.xlsx", _("All tables as a workbook, a sheet for each question")),
    ("tables.csv", _("All published cells as CSV")),
    ("datapackage.json", _("Description of the columns of the CSV")),
    ("release.json", _("Everything published, for programs")),
    ("ddi.xml", _("Description of the wave for archives (DDI)")),
    ("certificate.json", _("Certificate: how the release was protected and audited")),
    ("SHA256SUMS", _("Digests of the files")),
)


@dataclass(frozen=True)
class Download:
    name: str
    says: str
    size: int
    """Bytes."""


def downloads_of(release: Release, language: str) -> list[Download]:
    """The files for a reader of this language, what most readers want first."""
    named = (
        (f"report.{language}.pdf", _("The report to print and read (PDF)")),
        (f"report.{language}.html", _("The report as one page that works without the network (HTML)")),
        (f"questionnaire.{language}.html", _("The questionnaire as it was asked")),
        *IN_EVERY_LANGUAGE,
    )
    files = [(release.folder / name, name, says) for name, says in named]
    return [Download(name, str(says), file.stat().st_size) for file, name, says in files if file.is_file()]
