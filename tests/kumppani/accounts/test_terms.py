"""Whoever holds a role accepts its terms before it is used, once for each text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kumppani.accounts import terms
from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]


def not_yet(person: Person, signed_in: SignedIn) -> Client:
    """A client of somebody who has signed in and accepted nothing."""
    client = signed_in(person)
    Person.objects.filter(pk=person.pk).update(terms_version="")
    return client


def test_a_role_is_used_once_its_terms_are_accepted_and_not_before(somebody: MakePerson, signed_in: SignedIn):
    person = somebody(Role.ADMINISTRATOR)
    client = not_yet(person, signed_in)

    asked = client.get("/en/people/?page=1")
    deed = client.post("/en/people/add/", {"name": "New", "email": "new@example.org", "language": "en"})
    page = client.get(asked.headers["Location"]).content.decode()
    accepted = client.post("/en/terms/", {"next": "/en/people/?page=1"})

    assert asked.headers["Location"] == "/en/terms/?next=%2Fen%2Fpeople%2F%3Fpage%3D1"
    assert (deed.status_code, Person.objects.filter(email="new@example.org").exists()) == (302, False)
    assert "I have read this and accept it" in page
    assert accepted.headers["Location"] == "/en/people/?page=1"
    assert client.get("/en/people/").status_code == 200
    line = Line.objects.get(what="terms of a role accepted")
    assert (line.by, line.note) == (person, terms.VERSION)


def test_other_terms_are_asked_anew(somebody: MakePerson, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch):
    client = signed_in(somebody(Role.COORDINATOR))
    assert client.get("/en/people/").status_code == 200

    monkeypatch.setattr(terms, "VERSION", "2027-06-01")

    assert client.get("/en/people/").status_code == 302


def test_people_without_a_role_are_asked_nothing(somebody: MakePerson, signed_in: SignedIn):
    client = not_yet(somebody(), signed_in)

    assert client.get("/en/network/mine/").status_code == 200
    assert "I have read this and accept it" not in client.get("/en/terms/").content.decode()


@pytest.mark.parametrize("path", ["account/", "account/everything.json", "what-we-keep/", "accessibility/", "terms/"])
def test_what_it_is_about_is_read_before(path: str, somebody: MakePerson, signed_in: SignedIn):
    assert not_yet(somebody(Role.ANALYST), signed_in).get(f"/en/{path}").status_code == 200


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_accepting_leads_to_no_other_site(wanted: str, somebody: MakePerson, signed_in: SignedIn):
    answer = not_yet(somebody(Role.ANALYST), signed_in).post("/en/terms/", {"next": wanted})

    assert answer.headers["Location"] == "/en/workplace/"


@pytest.mark.parametrize("wanted", ["x", "no such page", "index.html"])
def test_what_is_no_address_leads_to_the_workplace(wanted: str, somebody: MakePerson, signed_in: SignedIn):
    answer = not_yet(somebody(Role.ANALYST), signed_in).post("/en/terms/", {"next": wanted})

    assert answer.headers["Location"] == "/en/workplace/"


def test_nobody_accepts_without_signing_in():
    assert Client().get("/en/terms/").status_code == 200
    assert "/sign-in/" in Client().post("/en/terms/").headers["Location"]
