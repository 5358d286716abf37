"""What of a PostgreSQL cluster would tell when an answer came: `kumppani doctor` names it, the operator decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning, register
from django.db import DatabaseError, connections

from kumppani.surveys.sealed import store
from kumppani.surveys.sealed.routing import ANSWERS

NEARLY_FULL = 0.5
SLOW = None
"""In place of telling values: every number but -1, which turns it off."""
TELLING: dict[str, tuple[tuple[str, ...] | None, str, str]] = {
    "archive_mode": (("on", "always"), "Archived journals keep every answer's moment.", "W001"),
    "wal_level": (("logical",), "Logical replication can copy rows as they come.", "W002"),
    "track_commit_timestamp": (("on",), "Every row's moment of writing can be asked.", "W003"),
    "log_statement": (("mod", "all"), "The log keeps every statement with its moment.", "W004"),
    "log_duration": (("on",), "The log keeps the moment of every statement.", "W005"),
    "log_min_duration_statement": (SLOW, "The log keeps slow statements with their moment.", "W006"),
    "log_min_duration_sample": (SLOW, "The log keeps some statements with their moment.", "W007"),
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
        if name in found and _tells(found[name], telling)
    ]


@register("database")
def drafts_have_room(
    app_configs: Any = None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """Say early when unfinished answers come near their limit, for beyond it new respondents are turned away."""
    if ANSWERS not in (databases or ()):
        return []
    try:
        waiting = store.drafts_waiting()
    except DatabaseError:
        return []
    if waiting < NEARLY_FULL * store.MOST_DRAFTS:
        return []
    message = f"{waiting} answers wait to be finished; at {store.MOST_DRAFTS} new respondents are turned away."
    hint = "If somebody floods the site, slow new starts down at the proxy. Sheets only started pass away in a day."
    return [Warning(message, hint=hint, id="sealed.W008")]


def _tells(value: str, telling: tuple[str, ...] | None) -> bool:
    return value != "-1" if telling is None else value in telling
