"""`kumppani manage tidy_answers`: once a night, forget drafts whose days are over and shuffle the sealed rows."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kumppani.history.running import noted
from kumppani.surveys.sealed import store


class Command(BaseCommand):
    help = "Forget drafts whose days are over, remove withdrawn rows, and shuffle the sealed rows. Run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        with noted("tidy_answers"):
            forgotten = store.forget_expired_drafts(timezone.localdate())
            store.shuffle()
        self.stdout.write(f"{forgotten} drafts forgotten; the sealed rows are shuffled.")
