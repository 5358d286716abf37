"""The published cells as a long table, one row a cell, with a Frictionless data package that describes the columns.

Withheld cells have empty numbers and their mark; nothing stands here that `release.json` does not hold.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator

from barometer.estimation import percent
from barometer.published import TOTAL, Cell, Group, PublishedTables, Table, cell_id

DESCRIBED = {
    "cell": "Permanent name of the cell: wave / item / statistic / category / base / group.",
    "wave": "The wave the answers were given in.",
    "item": "Question, or question.row for a row of a matrix.",
    "by": "Background question the table is crossed by; empty for all respondents.",
    "group": "Group of respondents; '-' for all of them.",
    "category": "Answer, merged answers, net or state that is counted.",
    "part": "What the category counts, and so whether it belongs to the base.",
    "status": "shown; u = base under 50; c = withheld to protect respondents; x = not available; z = not applicable; "
    "b = break in the series.",
    "count": "Number of respondents.",
    "base": "Number of answers the share is of.",
    "base_rule": "answered = gave an answer, 'cannot say' included; shown = everybody who was shown the question.",
    "percent": "Share of the base in percent, rounded as printed in the report.",
    "share": "Share of the base between 0 and 1, unrounded.",
    "low": "Lower end of the 95 % Wilson interval of the share.",
    "high": "Upper end of the 95 % Wilson interval of the share.",
    "mean": "Mean of the scores of the substantive answers, rounded as published.",
    "respondents": "Number of respondents in the group.",
    "protection": "audited, or UNSAFE for tables made without protection, for tests.",
}
NUMERIC = {"count": "integer", "base": "integer", "respondents": "integer"} | dict.fromkeys(
    ("percent", "share", "low", "high", "mean"), "number"
)


def tables_csv(tables: PublishedTables) -> bytes:
    """Write every published cell as a row of a UTF-8 CSV file with labels in all languages of the wave."""
    languages = tables.wave.languages
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    labels = [f"{what}_{language}" for language in languages for what in ("title", "group_label", "category_label")]
    writer.writerow([*DESCRIBED, *labels])
    protection = {"protection": "UNSAFE" if tables.unsafe else "audited"}
    for table, cell in tables.cells():
        row = _row(tables.wave.id, table, cell) | protection
        writer.writerow([*row.values(), *_labels(table, cell, languages)])
    for table in tables.tables:
        for row, texts in _mean_rows(tables.wave.id, table, languages):
            writer.writerow([*(row | protection).values(), *texts])
    return written.getvalue().encode("utf-8")


def _row(wave: str, table: Table, cell: Cell) -> dict[str, str]:
    group = table.group(cell.group)
    return {
        "cell": cell_id(wave, table, cell),
        "wave": wave,
        "item": table.item,
        "by": table.by or "",
        "group": cell.group,
        "category": cell.category,
        "part": table.category(cell.category).part.value,
        "status": cell.status.value,
        "count": _plain(cell.count),
        "base": _plain(group.base),
        "base_rule": table.base.rule,
        "percent": _percent(cell, group),
        "share": _plain(cell.share),
        "low": _plain(cell.low),
        "high": _plain(cell.high),
        "mean": "",
        "respondents": str(group.respondents),
    }


def _percent(cell: Cell, group: Group) -> str:
    if cell.share is None or cell.count is None or not group.base:
        return ""
    return str(percent(cell.count, group.base, 0 if group.base < 1000 else 1))


def _labels(table: Table, cell: Cell, languages: tuple[str, ...]) -> Iterator[str]:
    group, category = table.group(cell.group), table.category(cell.category)
    for language in languages:
        yield _title(table, language)
        yield group.label.in_(language)
        yield category.label.in_(language)


def _title(table: Table, language: str) -> str:
    row = table.row_title.in_(language)
    return f"{table.title.in_(language)} – {row}" if row else table.title.in_(language)


def _mean_rows(wave: str, table: Table, languages: tuple[str, ...]) -> Iterator[tuple[dict[str, str], list[str]]]:
    for mean in table.means:
        group = table.group(mean.group)
        across = TOTAL if table.by is None else f"{table.by}={mean.group}"
        row = dict.fromkeys(DESCRIBED, "") | {
            "cell": f"{wave}/{table.item}/mean/-/{table.base.rule}/{across}",
            "wave": wave,
            "item": table.item,
            "by": table.by or "",
            "group": mean.group,
            "category": "mean",
            "part": "mean",
            "status": mean.status.value,
            "base": _plain(mean.n),
            "base_rule": "substantive",
            "mean": "" if mean.value is None else f"{mean.value:.{mean.decimals}f}",
            "respondents": str(group.respondents),
        }
        texts = [text for language in languages for text in (_title(table, language), group.label.in_(language), "")]
        yield row, texts


def _plain(number: float | None) -> str:
    return "" if number is None else repr(round(number, 12)) if isinstance(number, float) else str(number)


def data_package(tables: PublishedTables, release: str, csv_bytes: bytes) -> dict[str, object]:
    """Describe `tables.csv` as a Frictionless data package (specification of the Frictionless project, version 1)."""
    wave = tables.wave
    fields = [
        {"name": name, "type": NUMERIC.get(name, "string"), "description": meaning}
        for name, meaning in DESCRIBED.items()
    ]
    fields += [
        {"name": f"{what}_{language}", "type": "string"}
        for language in wave.languages
        for what in ("title", "group_label", "category_label")
    ]
    return {
        "profile": "tabular-data-package",
        "name": wave.id.lower(),
        "id": release,
        "title": wave.title.in_(wave.languages[0]),
        "titles": wave.title.as_dict(),
        "description": wave.label.as_dict(),
        "demonstration": wave.demonstration,
        "unsafe": tables.unsafe,
        "resources": [
            {
                "name": "tables",
                "path": "tables.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(csv_bytes),
                "hash": f"sha256:{hashlib.sha256(csv_bytes).hexdigest()}",
                "schema": {"fields": fields, "primaryKey": "cell", "missingValues": [""]},
            }
        ],
    }
