"""End what has been kept long enough: every declared end, one after the other, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from kumppani.history.recording import record
from kumppani.history.retention import Retention, everything_kept
from kumppani.history.running import noted

NAME = "end_what_is_over"


def end_what_is_over(*, at: datetime, rows: Iterable[Retention] | None = None) -> dict[str, int]:
    """Run every end and give how many each ended, by the first model of its row.

    One that fails stops none of the others; the first failure is raised when all have had their turn.
    """
    counts: dict[str, int] = {}
    failures: list[Exception] = []
    with noted(NAME) as run:
        for row in everything_kept() if rows is None else rows:
            if row.end is None:
                continue
            try:
                with transaction.atomic():
                    counts[row.models[0]] = row.end(at)
            except Exception as failure:
                failures.append(failure)
        said = ", ".join(f"{name} {number}" for name, number in counts.items() if number)
        run.told = said[:300]
        if said:
            record(gettext_noop("kept no longer"), about=run, by=None, at=at, note=said)
        if failures:
            raise failures[0]
    return counts
