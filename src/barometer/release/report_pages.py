"""Whether the report pages of a release say the same in every language, and name the certificate they were made with.

They are not made again for this, so that a release of an older version can still be checked: numbers and marks in the
cells of their tables are compared in reading order, with the separators that differ between languages left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from barometer.problems import Problem
from barometer.published import Certificate
from barometer.release.reading import Release

_AGAIN = "Do not use this copy; take the release again from its source."
_CELL = re.compile(r"<td\b[^>]*>(.*?)</td>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*|\[[a-z]\]")
_SEPARATORS = re.compile(r"[.,\u00a0\u202f ]")


def page_faults(release: Release) -> Iterator[Problem]:
    """Name each report page that differs in its numbers from the first, or that belongs to another certificate."""
    pages = {name: release.files[name].decode("utf-8", "replace") for name in _page_names(release)}
    first = next(iter(pages.values()), "")
    for name, page in pages.items():
        if _numbers(page) != _numbers(first):
            message = "The tables hold other numbers or marks than in another language."
            yield Problem("release-languages", message, _AGAIN, item=name)
        if missing := [said for said in _must_say(release.certificate) if escape(said) not in page]:
            message = f"The page does not name what its certificate does: {', '.join(missing)}."
            yield Problem("release-languages", message, _AGAIN, item=name)


def _page_names(release: Release) -> list[str]:
    named = [f"report.{language}.html" for language in release.tables.wave.languages]
    return [name for name in named if name in release.files]


def _must_say(certificate: Certificate) -> tuple[str, ...]:
    return certificate.release, certificate.policy_digest, certificate.software


def _numbers(page: str) -> list[str]:
    """Give what stands in each cell: its numbers without separators, and its marks."""
    cells = (unescape(_TAG.sub(" ", cell)) for cell in _CELL.findall(page))
    return [" ".join(_SEPARATORS.sub("", number) for number in _NUMBER.findall(cell)) for cell in cells]
