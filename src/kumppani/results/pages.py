"""The report of a release as prepared pieces of a page, one per language, made once when the release is checked.

They are made from `release.json` by our own renderer: the HTML that came in is offered for download and never shown as
part of the site.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from barometer.release import Release
from barometer.report.building import build_report
from barometer.report.model import Report
from barometer.report.page import render_body
from kumppani.results.storing import write_whole


def reports_of(release: Release) -> dict[str, Report]:
    """Build the report in every language of the release."""
    return {
        language: build_report(
            release.tables, certificate=release.certificate, cited=release.cited, language=language
        )
        for language in release.tables.wave.languages
    }


def write_pages(digest: str, reports: dict[str, Report]) -> None:
    """Prepare the pieces, unless they are there already."""
    folder = _folder(digest)
    if not folder.exists():
        write_whole({f"{code}.html": render_body(report).encode() for code, report in reports.items()}, folder)


def read_page(digest: str, language: str) -> str:
    return (_folder(digest) / f"{language}.html").read_text(encoding="utf-8")


def _folder(digest: str) -> Path:
    return Path(settings.RELEASES_FOLDER) / "pages" / digest
