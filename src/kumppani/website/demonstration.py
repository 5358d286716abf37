"""The demonstration's people: role names only, nobody who exists, and what each may do in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.roles import Role
from kumppani.accounts.terms import VERSION

DOMAIN = "demonstration.example"
FIRST_DAY = date(2026, 1, 1)


def being_made_mark() -> Path:
    """This file is there while the demonstration's results are being made."""
    return Path(settings.DATA) / "made" / "in-the-making"


def not_made_mark() -> Path:
    """This file is there when they could not be made; the terminal has told why."""
    return Path(settings.DATA) / "made" / "not-made"


@dataclass(frozen=True)
class Character:
    key: str
    name: Promise
    language: str
    role: Role
    says: Promise

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


CHARACTERS = (
    Character(
        "coordinator",
        pgettext_lazy("demonstration", "Coordinator"),
        "fi",
        Role.COORDINATOR,
        _("Prepares a wave, opens and closes it, hands the sealed answers over, publishes what has been approved."),
    ),
    Character(
        "custodian-1",
        pgettext_lazy("demonstration", "First custodian"),
        "fi",
        Role.CUSTODIAN,
        _("Holds a key, opens the rehearsal answer before the wave opens and the answers after it has closed."),
    ),
    Character(
        "custodian-2",
        pgettext_lazy("demonstration", "Second custodian"),
        "sv",
        Role.CUSTODIAN,
        _("Holds another key, so that one person's absence does not lose the answers."),
    ),
    Character(
        "analyst",
        pgettext_lazy("demonstration", "Analyst"),
        "fi",
        Role.ANALYST,
        _("Makes the release from the opened answers and sends it in."),
    ),
    Character(
        "approver",
        pgettext_lazy("demonstration", "Approver"),
        "sv",
        Role.APPROVER,
        _("Reads what was checked and withheld, and approves what others have made."),
    ),
    Character(
        "administrator",
        pgettext_lazy("demonstration", "Administrator"),
        "en",
        Role.ADMINISTRATOR,
        _("Gives and ends roles, and reads the history."),
    ),
)


def character_of(role: Role) -> Character:
    """The first of the demonstration's people with this role."""
    return next(character for character in CHARACTERS if character.role == role)


def load_people() -> dict[str, Person]:
    """Write the people and their grants; those who are there already stay as they are."""
    people = {character.key: _load(character) for character in CHARACTERS}
    # They are nobody: there is nobody to read the terms and accept them.
    Person.objects.filter(pk__in=[person.pk for person in people.values()]).update(terms_version=VERSION)
    return people


def _load(character: Character) -> Person:
    person = Person.objects.filter(email=character.email).first()
    if person is None:
        with override(character.language):
            name = str(character.name)
        person = Person.objects.create_person(email=character.email, name=name, language=character.language)
        Grant.objects.create(person=person, role=character.role, valid_from=FIRST_DAY)
    return person
