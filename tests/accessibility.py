"""Asks axe-core what a page in the browser does wrong, by WCAG 2.2 AA and by best practice.

The page needs a context in which scripts may run; the page's own Content-Security-Policy stays in force.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RULES_OF_COLOUR = ("color-contrast", "link-in-text-block")


@dataclass(frozen=True)
class Violation:
    """One rule broken at one place of the page."""

    rule: str
    place: str
    help: str


def violations_of(page: Page) -> tuple[Violation, ...]:
    """Give every violation on the page as it stands now; empty when there is none."""
    return _run(page, {"type": "tag", "values": list(RULES)})


def violations_of_colour(page: Page) -> tuple[Violation, ...]:
    """Give the violations that colours alone make: what to ask again when only the colours have changed."""
    return _run(page, {"type": "rule", "values": list(RULES_OF_COLOUR)})


def _run(page: Page, only: dict[str, object]) -> tuple[Violation, ...]:
    page.evaluate(_axe())
    found = page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only)
    return tuple(
        Violation(rule["id"], " ".join(str(part) for part in node["target"]), rule["help"])
        for rule in found["violations"]
        for node in rule["nodes"]
    )


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
