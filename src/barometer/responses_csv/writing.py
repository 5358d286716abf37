"""A ResponseSet to answers.csv: the same bytes for the same answers, and read back the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from barometer.responses import ResponseSet
from barometer.responses_csv.coding import cells_in, number_cell


def write_answers(responses: ResponseSet) -> bytes:
    """Write UTF-8 with commas, line feeds and no byte order mark; columns about the sheet last, where known."""
    columns: dict[str, Sequence[str]] = {item: cells_in(column) for item, column in responses.columns.items()}
    columns |= _about_the_sheet(responses)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode("utf-8")


def _about_the_sheet(responses: ResponseSet) -> dict[str, Sequence[str]]:
    known = {
        "_language": responses.languages,
        "_mode": responses.modes,
        "_channel": responses.channels,
        "_last_page": responses.last_pages,
        "_flags": tuple(" ".join(sorted(flags)) for flags in responses.flags),
        "_weight": () if responses.weights is None else [number_cell(weight) for weight in responses.weights.tolist()],
    }
    return {name: cells for name, cells in known.items() if len(cells)}
