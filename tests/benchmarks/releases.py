"""Small release documents, drawn as tables, for the attackers of the benchmark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.published_files import PublishedRelease, published

Rows = Mapping[str, Sequence[int | None]]
"""By category, a count for every group; None where the cell is withheld."""


def table(
    item: str,
    by: str | None,
    groups: Mapping[str, int],
    rows: Rows,
    *,
    parts: Mapping[str, str] | None = None,
    members: Mapping[str, Sequence[str]] | None = None,
    **others: Any,
) -> dict[str, Any]:
    """Draw a table as release.json holds it; a category is an answer unless `parts` says otherwise."""
    parts, members = parts or {}, members or {}
    cells = [
        {
            "category": category,
            "group": group,
            **({"status": "c"} if count is None else {"status": "shown", "count": count}),
        }
        for category, counts in rows.items()
        for group, count in zip(groups, counts, strict=True)
    ]
    kind = "multiple" if "ticked" in parts.values() else "partition"
    made = {
        "item": item,
        "kind": kind,
        "base": {
            "rule": "all",
            "categories": [row for row in rows if parts.get(row, "answer") not in ("ticked", "net")],
        },
        "categories": [
            {"code": row, "part": parts.get(row, "answer"), "members": list(members.get(row, (row,)))} for row in rows
        ],
        "groups": [
            {"code": group, "respondents": size, **({} if by is None else {"members": [group]})}
            for group, size in groups.items()
        ],
        "cells": cells,
        **others,
    }
    return made if by is None else {**made, "by": by}


def release(respondents: int, *tables: Mapping[str, Any], k: int = 5) -> PublishedRelease:
    return published({"wave": {"respondents": respondents}, "policy": {"k": k}, "tables": list(tables)})
