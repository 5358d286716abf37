"""What stands in a release folder, as an outsider reads it: `release.json` by its schema, and `tables.csv`.

Written without looking at how releases are made. Nothing here knows more than whoever downloads the folder.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Plain = Mapping[str, Any]
OVERLAPPING = ("net", "ticked")
"""Parts of a table that are no part of the sum."""


@dataclass(frozen=True)
class PublishedTable:
    """One table of `release.json`, with the codes and leaves that its categories and groups stand for."""

    plain: Plain

    @property
    def item(self) -> str:
        return str(self.plain["item"])

    @property
    def by(self) -> str | None:
        return self.plain.get("by")

    @property
    def name(self) -> str:
        return self.item if self.by is None else f"{self.item}/{self.by}"

    @property
    def condition(self) -> str:
        return str(self.plain.get("shown_if", ""))

    @cached_property
    def categories(self) -> dict[str, Plain]:
        return {category["code"]: category for category in self.plain.get("categories", ())}

    @cached_property
    def groups(self) -> dict[str, Plain]:
        return {group["code"]: group for group in self.plain.get("groups", ())}

    @property
    def cells(self) -> list[Plain]:
        return list(self.plain.get("cells", ()))

    @property
    def means(self) -> list[Plain]:
        return list(self.plain.get("means", ()))

    @property
    def base_categories(self) -> list[str]:
        return list(self.plain["base"].get("categories", ()))

    def codes(self, category: str) -> frozenset[str]:
        return frozenset(self.categories[category].get("members", (category,)))

    def leaves(self, group: str) -> frozenset[str]:
        return frozenset(self.groups[group].get("members", (group,)))

    def part(self, category: str) -> str:
        return str(self.categories[category]["part"])


@dataclass(frozen=True)
class PublishedRelease:
    """A release folder: all tables, and what the other file says of cells that `release.json` leaves empty."""

    respondents: int
    policy: Plain
    tables: tuple[PublishedTable, ...]
    lines: tuple[Plain, ...] = ()

    @property
    def k(self) -> int:
        return int(self.policy.get("k", 5))

    @property
    def least_withheld(self) -> int:
        """The least that a withheld cell can be: 1 in our releases, 0 where nought is withheld as well."""
        return int(self.policy.get("least_withheld", 1))

    @cached_property
    def scores(self) -> dict[str, float]:
        """What answers count as in a mean, by code; merged ones have their scores from where they stand alone."""
        alone = [c for table in self.tables for c in table.categories.values() if c.get("score") is not None]
        return {(c.get("members") or [c["code"]])[0]: c["score"] for c in alone if len(c.get("members", ())) <= 1}

    @cached_property
    def by_item(self) -> dict[str, list[PublishedTable]]:
        found: dict[str, list[PublishedTable]] = {}
        for table in self.tables:
            found.setdefault(table.item, []).append(table)
        return found

    def withheld(self) -> Iterator[tuple[PublishedTable, Plain]]:
        for table in self.tables:
            for cell in table.cells:
                if cell["status"] == "c":
                    yield table, cell


def read_published(folder: Path) -> PublishedRelease:
    """Read a release folder."""
    document = json.loads((folder / "release.json").read_text("utf-8"))
    csv_file = folder / "tables.csv"
    lines = list(csv.DictReader(csv_file.open(encoding="utf-8-sig"))) if csv_file.exists() else []
    return published(document, lines)


def published(document: Plain, lines: list[dict[str, str]] | None = None) -> PublishedRelease:
    """Take a release document as it stands in the file."""
    return PublishedRelease(
        respondents=int(document["wave"]["respondents"]),
        policy=document.get("policy", {}),
        tables=tuple(PublishedTable(table) for table in document.get("tables", ())),
        lines=tuple(lines or ()),
    )
