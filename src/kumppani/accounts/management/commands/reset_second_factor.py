"""Reset the second factor of somebody whom no administrator can help: the only administrator herself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kumppani.accounts.actions import NotNow
from kumppani.accounts.models import Person
from kumppani.accounts.second_factor import reset_factors


class Command(BaseCommand):
    help = "Remove somebody's passkeys, authenticator app and recovery codes; the history and a letter tell of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address this person signs in with")
        parser.add_argument("--reason", required=True, help="why, for the history and the letter")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError("Nobody here has this e-mail address.")
        try:
            reset_factors(person=person, reason=options["reason"], by=None, at=timezone.localtime())
        except NotNow as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("The second factor is reset, and a letter tells of it.")
