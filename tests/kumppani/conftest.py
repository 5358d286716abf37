"""People of the tests, and a client signed in as one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count

import pytest
from django.test import Client
from django.utils import translation

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.roles import Role
from kumppani.accounts.terms import VERSION


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences outside a request are compared in the language they are written in."""
    with translation.override("en"):
        yield


MakePerson = Callable[..., Person]
_numbers = count(1)


@pytest.fixture
def somebody(db: None) -> MakePerson:
    """Make a person with these roles, in force since the beginning of 2026, who has accepted their terms."""

    def make(*roles: Role, language: str = "en") -> Person:
        number = next(_numbers)
        person = Person.objects.create_person(
            email=f"person{number}@example.org", name=f"Person {number}", language=language
        )
        person.terms_version = VERSION
        person.save(update_fields=["terms_version"])
        for role in roles:
            Grant.objects.create(person=person, role=role, valid_from=date(2026, 1, 1))
        return person

    return make


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    """Give a client that this person has signed in with."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
