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


@dataclass(frozen=True)
class Violation:
    """One rule broken at one place of the page."""

    rule: str
    place: str
    help: str


def violations_of(page: Page) -> tuple[Violation, ...]:
    """Give every violation on the page as it stands now; empty when there is none."""
    page.evaluate(_axe())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", list(RULES)
    )
    return tuple(
        Violation(rule["id"], " ".join(str(part) for part in node["target"]), rule["help"])
        for rule in found["violations"]
        for node in rule["nodes"]
    )


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
