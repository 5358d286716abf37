"""Organisations, for what the site as a whole does with them; and a database that fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import OperationalError

from tests.kumppani.network.conftest import confirmed, coordinator, noticed, waiting  # noqa: F401 (fixtures)


def without(table: str, fault: type[Exception] = OperationalError) -> Callable[..., Any]:
    """A database that refuses whatever is asked of one table."""

    def refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if table in sql:
            raise fault("the connection was closed")
        return execute(sql, *rest)

    return refuse
