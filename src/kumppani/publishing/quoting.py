"""A number in a text is a cell of a release: shown with its base, its uncertainty and its source, never typed.

``[[cell: demonstration-2026/benefit/share/positive/answered/-]]`` names one; when the text is saved the release is
pinned behind it (``@ 1f0c…``), so that the number never changes by itself. What a newer or corrected release says
otherwise is told beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from barometer.published import Cell, Table, cell_id
from barometer.release import read_release
from kumppani.publishing.text import CELL
from kumppani.results.models import Release
from kumppani.results.queries import published_releases, readable_by_anybody

PIN = re.compile(r"(?P<cell>[^@\s]+)(?:\s*@\s*(?P<release>[0-9a-f]{8,64}))?")
PINNED_DIGITS = 12
RELEASES_KEPT = 8


@dataclass(frozen=True)
class Quoted:
    """A released cell as it stands in a text."""

    table: Table
    cell: Cell
    release: Release
    differs: str
    """What the newest release of the wave says instead; empty where it says the same."""

    @property
    def base(self) -> int | None:
        return self.table.group(self.cell.group).base

    @property
    def figure(self) -> str:
        return _percent(self.cell)


def with_pins(source: str) -> str:
    """Name beside every cell the release it is taken from: the one published now."""
    return CELL.sub(lambda found: _pinned(found[0], found[1]), source)


def _pinned(whole: str, inside: str) -> str:
    found = PIN.fullmatch(inside)
    if found is None or found["release"]:
        return whole
    release = published_releases().filter(wave=found["cell"].partition("/")[0]).first()
    if release is None or found["cell"] not in _cells_of(release.digest):
        return whole
    return f"[[cell: {found['cell']} @ {release.identity[:PINNED_DIGITS]}]]"


def quoted(inside: str) -> Quoted | None:
    """The cell these words name; None where nobody can read it in a release that is or was public."""
    found = PIN.fullmatch(inside)
    if found is None or not found["release"]:
        return None
    wave = found["cell"].partition("/")[0]
    pinned = readable_by_anybody().filter(wave=wave, identity__startswith=found["release"]).order_by("-published_at")
    release = pinned.first()
    there = _cells_of(release.digest).get(found["cell"]) if release is not None else None
    if release is None or there is None:
        return None
    return Quoted(*there, release=release, differs=_newer(release, found["cell"], there[1]))


def _newer(release: Release, name: str, cell: Cell) -> str:
    newest = published_releases().filter(wave=release.wave).first()
    if newest is None:
        return _("the release is no longer published")
    if newest.identity == release.identity:
        return ""
    now = _cells_of(newest.digest).get(name)
    if now is None:
        return _("a newer release does not give this number")
    return (
        ""
        if _percent(now[1]) == _percent(cell)
        else _("a newer release says %(figure)s") % {"figure": _percent(now[1])}
    )


def what_is_wrong(inside: str) -> str:
    """A sentence for who looks the text over; empty where the number holds."""
    found = quoted(inside)
    if found is None:
        return _("This names no number of a published release.")
    return _("The number does not hold any more: %(why)s.") % {"why": found.differs} if found.differs else ""


def as_quote(inside: str) -> SafeString:
    """The number with its base, its interval and its source; a mark where there is none."""
    found = quoted(inside)
    if found is None:
        return format_html('<span class="tag tag-bad">{}</span>', _("number not found"))
    language = get_language() or "fi"
    said = _("of %(base)s, interval %(low)s–%(high)s %%, %(source)s") % {
        "base": found.base if found.base is not None else "–",
        "low": _whole(found.cell.low),
        "high": _whole(found.cell.high),
        "source": found.release,
    }
    address = f"{reverse('pinned-release', args=[found.release.identity])}#q-{found.table.item}"
    differs = format_html(' <span class="tag tag-bad">{}</span>', found.differs) if found.differs else ""
    return format_html(
        '<span class="quoted" data-cell="{}"><b>{}</b> <a class="small" href="{}" title="{}">({})</a>{}</span>',
        inside,
        found.figure,
        address,
        found.table.title.in_(language),
        said,
        differs,
    )


def _percent(cell: Cell) -> str:
    return f"{_whole(cell.share)} %"


def _whole(share: float | None) -> str:
    return "–" if share is None else str(int(share * 100 + 0.5))


@lru_cache(maxsize=RELEASES_KEPT)
def _cells_of(digest: str) -> Mapping[str, tuple[Table, Cell]]:
    """Every share of a release that is shown; a stored folder never changes."""
    tables = read_release(Release(digest=digest).folder).tables
    return {
        cell_id(tables.wave.id, table, cell): (table, cell)
        for table, cell in tables.cells()
        if cell.status.is_shown and cell.share is not None
    }
