"""When a task that repeats comes again. Plain dates, no database."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def next_day(day: date, every: int, unit: str, *, month_day: int | None = None, after: date) -> date:
    """The first day after both ``day`` and ``after``, counted in steps from ``day``: nobody owes what she missed.

    A month that is too short gives its last day, and the next longer one ``month_day`` again.
    """
    step = 1
    while (found := _later(day, every * step, unit, month_day or day.day)) <= max(day, after):
        step += 1
    return found


def _later(day: date, number: int, unit: str, month_day: int) -> date:
    if unit != "months":
        return day + timedelta(days=number * (7 if unit == "weeks" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    return date(year, month + 1, min(month_day, monthrange(year, month + 1)[1]))
