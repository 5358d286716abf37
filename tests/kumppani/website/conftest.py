"""Organisations, for what the site as a whole does with them."""

from __future__ import annotations

from tests.kumppani.network.conftest import confirmed, coordinator, noticed, waiting  # noqa: F401 (fixtures)
