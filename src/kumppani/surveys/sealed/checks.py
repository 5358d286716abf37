"""What of a PostgreSQL cluster would tell when an answer came: `kumppani doctor` names it, the operator decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning, register
from django.db import DatabaseError, connections

from kumppani.surveys.sealed.routing import ANSWERS

TELLING = {
    "archive_mode": (("on", "always"), "Archived journals keep every answer's moment.", "W001"),
    "wal_level": (("logical",), "Logical replication can copy rows as they come.", "W002"),
    "track_commit_timestamp": (("on",), "Every row's moment of writing can be asked.", "W003"),
    "log_statement": (("mod", "all"), "The log keeps every statement with its moment.", "W004"),
}
"""By setting: the values that tell, why, and the number of the fault."""


@register("database")
def cluster_keeps_no_times(
    app_configs: Any = None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """Give what the cluster of the sealed store keeps of the moment a row came; nothing on SQLite."""
    if ANSWERS not in (databases or ()) or connections[ANSWERS].vendor != "postgresql":
        return []
    try:
        with connections[ANSWERS].cursor() as cursor:
            cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(TELLING)])
            found = dict(cursor.fetchall())
    except DatabaseError:
        return []
    return [
        Warning(f"{why} ({name} = {found[name]})", hint=f"Change {name} on this cluster.", id=f"sealed.{number}")
        for name, (telling, why, number) in TELLING.items()
        if found.get(name) in telling
    ]
