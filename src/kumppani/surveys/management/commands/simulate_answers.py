"""`kumppani manage simulate_answers N`: made-up respondents answer the open wave of the demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kumppani.surveys.models import State, Wave
from kumppani.surveys.simulating import simulate_respondents

EVERY = 25


class Command(BaseCommand):
    help = "Let made-up respondents answer the open wave of the demonstration, through the real pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("respondents", type=int)
        parser.add_argument("--wave", default="", help="the code of the wave; needed where several are open")
        parser.add_argument(
            "--seed", type=int, help="the same seed gives the same answers; a new one each time without"
        )

    def handle(self, *args: Any, respondents: int, wave: str, seed: int | None, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Only the demonstration takes made-up answers.")
        if respondents < 1:
            raise CommandError("Give how many respondents shall answer: 1 or more.")
        waves = Wave.objects.filter(state=State.OPEN, **({"code": wave} if wave else {}))
        if len(waves) != 1:
            raise CommandError(f"{len(waves)} waves are open under this name. Name one with --wave.")
        chosen = timezone.now().microsecond if seed is None else seed
        simulate_respondents(wave=waves[0], respondents=respondents, seed=chosen, progress=self._say)
        self.stdout.write(f"{respondents} made-up respondents answered “{waves[0]}”.")

    def _say(self, number: int) -> None:
        if number % EVERY == 0:
            self.stderr.write(f"  {number} have answered")
