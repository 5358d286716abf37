"""What is wrong with the set-up of this site, a line each. Apps add their own as Django system checks."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

OTHERS = stat.S_IRWXG | stat.S_IRWXO
NOT_OURS = frozenset({"security.W002", "security.W005", "security.W021"})
"""Framing is forbidden by our own headers; subdomains and preloading are for whoever owns the domain."""


def faults() -> Iterator[str]:
    """Give every fault: databases first, since little else matters without them."""
    yield from _database_faults()
    yield from _file_faults()
    found = checks.run_checks(include_deployment_checks=settings.BEHIND_TLS, databases=list(connections))
    yield from (f"{fault.id}: {fault.msg} {fault.hint or ''}".strip() for fault in found if fault.id not in NOT_OURS)


def _database_faults() -> Iterator[str]:
    for alias in connections:
        connection = connections[alias]
        try:
            connection.ensure_connection()
            plan = MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())
        except DatabaseError as fault:
            yield f"The database {alias!r} does not answer: {type(fault).__name__}."
            continue
        if plan:
            yield f"Database {alias!r} misses {len(plan)} migrations. Run: kumppani manage migrate --database {alias}"
        if connection.vendor == "sqlite":
            yield from _sqlite_faults(alias)


def _sqlite_faults(alias: str) -> Iterator[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        journal = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous")
        synchronous = cursor.fetchone()[0]
    if journal not in ("wal", "memory"):
        yield f"The database {alias!r} keeps its journal as {journal!r}, not as WAL: its disk may not allow it."
    if synchronous < 2:
        yield f"The database {alias!r} does not wait for the disk (synchronous = {synchronous})."


def _file_faults() -> Iterator[str]:
    data, key = Path(settings.DATA), Path(settings.DATA) / "secret-key"
    if data.stat().st_mode & OTHERS:
        yield f"The data folder {data} can be read by others. Run: chmod 700 {data}"
    if key.exists() and key.stat().st_mode & OTHERS:
        yield f"The secret key {key} can be read by others. Run: chmod 600 {key}"
    if not settings.DEMONSTRATION and settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        yield "Mail has no sender's address. Set KUMPPANI_MAIL_FROM."
