"""From an address in the environment to Django's settings of a database: SQLite (default) or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

POSTGRESQL_SCHEMES = frozenset({"postgres", "postgresql"})

SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock at the start, so a reader that becomes a writer waits instead of failing.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
}


class UnknownDatabase(ValueError):
    """The address names no database that Kumppani runs on."""


def database_from(address: str) -> dict[str, Any]:
    """Read ``sqlite:////absolute/file`` or ``postgresql://user:password@host:port/name?option=value``."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path.removeprefix("/"))))
    if parts.scheme in POSTGRESQL_SCHEMES:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise UnknownDatabase(f"DATABASE_URL starts with {parts.scheme!r}: write sqlite:///… or postgresql://….")


def answers_beside(database: dict[str, Any]) -> dict[str, Any]:
    """Give the database for sealed answers that lies beside this one: the same place, another name.

    Two aliases on one database would share one table of applied migrations, so the name has to differ.
    """
    if database["ENGINE"].endswith("sqlite3"):
        return _sqlite(Path(database["NAME"]).with_name("answers.sqlite3"))
    return {**database, "NAME": f"{database['NAME']}_answers"}


def _sqlite(file: Path) -> dict[str, Any]:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": dict(SQLITE_OPTIONS)}
