"""`kumppani manage end_deleted_workspaces`: once a night, what was deleted 30 days ago is really gone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kumppani.files.storing import sweep
from kumppani.projects.actions.workspaces import end_deleted_workspaces


class Command(BaseCommand):
    help = (
        "Take deleted workspaces away for good once their 30 days are over, and files nobody names. Run it every night."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        self.stdout.write(f"{end_deleted_workspaces(at=at)} workspaces ended, {sweep(at=at)} files swept")
