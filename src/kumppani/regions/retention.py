"""Regions tell nothing of people."""

from __future__ import annotations

from kumppani.history.retention import nothing_about_people

nothing_about_people("regions.region", "regions.grouping", "regions.area")
