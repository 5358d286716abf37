"""When a task that repeats comes again. Plain dates, no database."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from kumppani.design.days import LAST_DAY


def next_day(day: date, every: int, unit: str, *, month_day: int | None = None, after: date) -> date | None:
    """The first day after both ``day`` and ``after``, counted in steps from ``day``: nobody owes what she missed.

    A month that is too short gives its last day, and the next longer one ``month_day`` again. None: there is none.
    """
    step = 1
    while (found := later(day, every * step, unit, month_day or day.day)) is not None and found <= max(day, after):
        step += 1
    return found


def later(day: date, number: int, unit: str = "days", month_day: int = 1) -> date | None:
    """So many days, weeks or months later; None after the last day there is."""
    if unit != "months":
        days = number * (7 if unit == "weeks" else 1)
        return day + timedelta(days=days) if days <= (LAST_DAY - day).days else None
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    if year > LAST_DAY.year:
        return None
    return date(year, month + 1, min(month_day, monthrange(year, month + 1)[1]))
