"""The same tables for other people's software: written as the files it reads, and its output read as a release."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from barometer.responses import ChoiceColumn, MultipleColumn, ResponseSet
from barometer.tabulation import NOT_ANSWERED, Cube
from benchmarks.losses import ReferenceTable
from benchmarks.others import ask
from benchmarks.published_files import Plain, PublishedRelease, published


def acro_on(
    python: Path, tables: Sequence[ReferenceTable], cube: Cube, folder: Path, threshold: int | None
) -> tuple[float, PublishedRelease]:
    """Let ACRO make the reference tables; give its CPU seconds, and its output beside the true margins."""
    file = folder / "reference.csv"
    columns = {f"{table.item} {table.by}": _rows(table) for table in tables}
    longest = max(len(rows) for rows in columns.values())
    answers = {}
    for name, rows in columns.items():
        padded = rows + [("", "")] * (longest - len(rows))
        answers[f"{name} row"], answers[f"{name} column"] = zip(*padded, strict=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(answers)
        writer.writerows(zip(*answers.values(), strict=True))
    asked = [[f"{name} row", f"{name} column"] for name in columns]
    answer = ask(python, "acro_tables.py", {"answers": str(file), "tables": asked, "threshold": threshold})
    released = [_as_table(table, made, cube) for table, made in zip(tables, answer["tables"], strict=True)]
    totals = {table.item: _total(table, cube) for table in tables}
    document = {
        "wave": {"respondents": cube.respondents},
        "policy": {"k": 5, "least_withheld": 0},
        "tables": [*totals.values(), *released],
    }
    return float(answer["cpu"]), published(document)


def _rows(table: ReferenceTable) -> list[tuple[str, str]]:
    """Give a respondent for every one that is counted."""
    return [
        (row, group)
        for i, row in enumerate(table.classes)
        for j, group in enumerate(table.groups)
        for _ in range(int(table.counts[i, j]))
    ]


def _total(table: ReferenceTable, cube: Cube) -> Plain:
    """Give the true one-way table of the item in its classes."""
    counts = cube.items[table.item]
    sums = {row: sum(int(counts.total[counts.codes.index(code)]) for code in of) for row, of in table.classes.items()}
    cells = [{"category": row, "group": "-", "status": "shown", "count": count} for row, count in sums.items()]
    groups = [{"code": "-", "respondents": cube.respondents}]
    return {"item": table.item, **_rest_of(table), "groups": groups, "cells": cells}


def _rest_of(table: ReferenceTable) -> dict[str, Any]:
    categories = [{"code": row, "part": "answer", "members": sorted(of)} for row, of in table.classes.items()]
    return {"kind": "partition", "base": {"rule": "all", "categories": list(table.classes)}, "categories": categories}


def _as_table(table: ReferenceTable, made: Plain, cube: Cube) -> Plain:
    """Read one crosstab, which leaves out rows and columns of nobody; the true sizes of groups stand beside it."""
    places = {
        (row, group): made["counts"][i][j]
        for i, row in enumerate(made["rows"])
        for j, group in enumerate(made["columns"])
    }
    cells = []
    for row in table.classes:
        for group in table.groups:
            count = places.get((row, group), 0)
            said = {"status": "c"} if count is None else {"status": "shown", "count": count}
            cells.append({"category": row, "group": group, **said})
    sizes = table.counts.sum(axis=0).tolist()
    groups = [
        {"code": group, "respondents": size, "members": list(of)}
        for (group, of), size in zip(table.groups.items(), sizes, strict=True)
    ]
    groups.append({"code": NOT_ANSWERED, "respondents": cube.respondents - sum(sizes), "members": [NOT_ANSWERED]})
    return {"item": table.item, "by": table.by, **_rest_of(table), "groups": groups, "cells": cells}


def pandas_on(python: Path, responses: ResponseSet, folder: Path) -> float:
    """Let pandas count every item by every background; a multiple choice as one column for each option."""
    files: dict[str, str] = {}
    for item, column in responses.columns.items():
        named = {item: column.values} if isinstance(column, ChoiceColumn) else {}
        if isinstance(column, MultipleColumn):
            named = {f"{item} {code}": column.ticked[:, place] for place, code in enumerate(column.codes)}
        for name, values in named.items():
            files[name] = str(folder / f"{len(files)}.npy")
            np.save(files[name], values.astype(np.int8))
    backgrounds = [question.id for question in responses.questionnaire.backgrounds]
    items = [name for name in files if name not in backgrounds]
    return float(ask(python, "pandas_cube.py", {"columns": files, "items": items, "backgrounds": backgrounds})["cpu"])
