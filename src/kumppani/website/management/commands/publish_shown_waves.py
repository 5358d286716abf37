"""Make and publish the released waves of the demonstration; `kumppani demo` runs it beside the server."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kumppani.website.setting_up import ExamplesAreMissing, ReleaseNotMade, publish_shown_waves


class Command(BaseCommand):
    help = "Make and publish the released waves of the demonstration that are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            publish_shown_waves(say=self._say)
        except (ExamplesAreMissing, ReleaseNotMade) as reason:
            raise CommandError(str(reason)) from reason

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
