"""The report of a release as prepared pieces of a page, one per language, made once when the release is checked.

They are made from `release.json` by our own renderer: the HTML that came in is offered for download and never shown as
part of the site.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from barometer.comparison import Comparison
from barometer.release import Release
from barometer.report.building import build_report
from barometer.report.model import Report
from barometer.report.page import render_body
from barometer.report.page.results import comparison_html
from kumppani.results.storing import digest_of, digest_on_disk, write_whole


def reports_of(release: Release, comparison: Comparison | None) -> dict[str, Report]:
    """Build the report in every language of the release."""
    return {
        language: build_report(
            release.tables,
            certificate=release.certificate,
            cited=release.cited,
            language=language,
            comparison=comparison,
        )
        for language in release.tables.wave.languages
    }


def write_pages(digest: str, reports: dict[str, Report]) -> str:
    """Prepare the pieces, replacing any that an attempt before this one left; give their digest."""
    folder = _folder(digest)
    shutil.rmtree(folder, ignore_errors=True)
    pieces = dict(_pieces(reports))
    write_whole(pieces, folder)
    return digest_of(pieces)


def remove_pages(digest: str) -> None:
    shutil.rmtree(_folder(digest), ignore_errors=True)


def _pieces(reports: dict[str, Report]) -> Iterator[tuple[str, bytes]]:
    for language, report in reports.items():
        yield f"{language}.html", render_body(report).encode()
        if report.comparison is not None:
            yield f"{language}.changes.html", comparison_html(report.comparison, report.words).encode()


def digest_of_pages(digest: str) -> str:
    return digest_on_disk(_folder(digest))


def read_page(digest: str, language: str) -> str:
    return (_folder(digest) / f"{language}.html").read_text(encoding="utf-8")


def read_changes(digest: str, language: str) -> str:
    return (_folder(digest) / f"{language}.changes.html").read_text(encoding="utf-8")


def _folder(digest: str) -> Path:
    return Path(settings.RELEASES_FOLDER) / "pages" / digest
