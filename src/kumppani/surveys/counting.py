"""Counters that go up by one, without leaving more than the number.

A row is made only where there is none yet. To try and fail would be seen: PostgreSQL logs a failed INSERT with the
time of day, and a sequence moves on with every try, so that later rows would tell how many had been sent before.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Model, QuerySet


def count_one(counter: QuerySet[Any], field: str, first: Model) -> None:
    """Add one to the only row of ``counter``; where there is none, begin with ``first``."""
    if counter.update(**{field: F(field) + 1}):
        return
    type(first)._default_manager.bulk_create([first], ignore_conflicts=True)
    counter.update(**{field: F(field) + 1})
