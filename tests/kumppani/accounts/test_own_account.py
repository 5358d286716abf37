from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.utils import timezone

from kumppani.accounts.actions import grant_role
from kumppani.accounts.models import JoinRequest, Person
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.history.recording import record
from kumppani.regions.models import Region
from tests.kumppani.accounts.factors import by_mailed_code, code_of_app, with_app
from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]
NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


def somebody_with_a_past(somebody: MakePerson) -> Person:
    person, administrator = somebody(), somebody(Role.ADMINISTRATOR)
    kainuu = Region.objects.get(code="kainuu")
    grant_role(person=person, role=Role.COORDINATOR, place=kainuu, until=None, by=administrator, at=NOW)
    asked = JoinRequest.objects.create(
        name=person.name,
        email=person.email,
        language="en",
        region=kainuu,
        organisation="An invented association",
        state="approved",
        made_at=NOW,
        decided_at=NOW,
    )
    record("asked to join", about=asked, by=None, at=NOW)
    record("did something", about=administrator, by=person, at=NOW)
    return person


def test_she_changes_what_she_says_of_herself(somebody: MakePerson, signed_in: SignedIn):
    person = somebody()

    page = signed_in(person).post(
        "/en/account/", {"name": "New name", "language": "sv", "region": "lappi"}, follow=True
    )

    person.refresh_from_db()
    assert (person.name, person.language, person.region_id) == ("New name", "sv", "lappi")
    assert "Saved." in page.content.decode()


def test_a_name_is_not_left_out(somebody: MakePerson, signed_in: SignedIn):
    page = signed_in(somebody()).post("/en/account/", {"name": "", "language": "sv", "region": ""})

    assert (page.status_code, "Write your name." in page.content.decode()) == (400, True)


def test_she_downloads_all_that_is_kept_of_her_and_of_nobody_else(somebody: MakePerson, signed_in: SignedIn):
    person = somebody_with_a_past(somebody)

    kept = json.loads(signed_in(person).get("/en/account/everything.json").content)

    assert (kept["email"], kept["roles"][0]["where"]) == (person.email, "Kainuu")
    assert kept["requests_to_join"][0]["organisation"] == "An invented association"
    assert {line["what"] for line in kept["history"]} == {"asked to join", "did something", "role granted"}
    assert str(somebody_with_a_past(somebody).email) not in json.dumps(kept)


def test_nothing_in_the_database_names_her_once_she_has_left(
    somebody: MakePerson, signed_in: SignedIn, django_capture_on_commit_callbacks: Any
):
    person = somebody_with_a_past(somebody)
    for changed in (person, *JoinRequest.objects.all()):
        changed.name = "Unmistakable Canary"
        changed.save()
    Line.objects.filter(by=person).update(by_name=person.name)
    Line.objects.exclude(by=person).update(about_name=person.name)
    address, client = person.email, signed_in(person)
    assert everywhere("Unmistakable Canary") or everywhere(address), "there is something that could be left"

    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/en/account/leave/", follow=True).content.decode()

    assert "Your account is deleted." in page
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([address], "Your account is deleted")]
    assert everywhere("Unmistakable Canary") == everywhere(address) == []
    assert client.get("/en/account/").status_code == 302
    assert not Person.objects.get(pk=person.pk).is_active


def everywhere(words: str) -> list[str]:
    """Every row of every model that holds these words."""
    found = []
    for model in apps.get_models():
        if model._meta.managed and model._meta.app_label not in ("sessions", "sealed"):
            for row in model._default_manager.values():
                found += [model._meta.label] if any(words in str(value) for value in row.values()) else []
    return found


def test_the_last_administrator_stays(somebody: MakePerson, signed_in: SignedIn):
    administrator = somebody(Role.ADMINISTRATOR)

    page = signed_in(administrator).post("/en/account/leave/", follow=True).content.decode()

    assert "without an administrator" in page
    assert Person.objects.get(pk=administrator.pk).is_active


def test_who_left_may_join_again(somebody: MakePerson, signed_in: SignedIn):
    person = somebody()
    address = person.email
    signed_in(person).post("/en/account/leave/")

    again = Person.objects.create_person(email=address, name="Again", language="en")

    assert again.pk != person.pk
    assert timezone.now() > NOW


@pytest.mark.django_db(transaction=True)
def test_who_has_a_second_factor_shows_it_before_the_account_is_deleted(somebody: MakePerson, client: Client):
    """Somebody who comes upon an open session cannot delete the account of whoever left it open."""
    person = somebody()
    with_app(person)
    by_mailed_code(client, person)
    second = client.post("/en/sign-in/second-factor/", {"code": code_of_app()})
    assert second.status_code == 302
    session = client.session
    for method in session["account_authentication_methods"]:
        method["at"] -= 3600
    session.save()

    asked = client.post("/en/account/leave/")
    assert (asked.status_code, asked["Location"].split("?")[0]) == (302, "/en/account/security/confirm/")
    assert Person.objects.get(pk=person.pk).is_active

    client.post(asked["Location"], {"code": code_of_app()}, follow=True)
    assert not Person.objects.get(pk=person.pk).is_active
