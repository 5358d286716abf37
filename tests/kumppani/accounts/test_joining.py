from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from kumppani.accounts.models import Grant, JoinRequest, Person
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.regions.models import Region
from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db(transaction=True)
SignedIn = Callable[[Person], Client]
AINO = {
    "name": "Association worker",
    "email": "Worker@example.org",
    "region": "kainuu",
    "organisation": "An invented association",
    "reason": "We teach Finnish.",
    "language": "sv",
}


def coordinator_in(code: str, somebody: MakePerson, language: str = "en") -> Person:
    person = somebody(language=language)
    region = Region.objects.get(code=code)
    Grant.objects.create(
        person=person, role=Role.COORDINATOR, scope_kind="region", region=region, valid_from=date(2026, 1, 1)
    )
    return person


def ask(client: Client, **otherwise: str) -> Any:
    return client.post("/sv/join/", {**AINO, **otherwise})


def link_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"http://testserver(/\S+)", letter.body)
    assert found
    return found.group(1)


def waiting_request(client: Client) -> JoinRequest:
    ask(client)
    client.post(link_in(mail.outbox[-1]))
    return JoinRequest.objects.get()


def test_a_request_waits_only_once_the_button_behind_the_link_is_pressed(client: Client):
    ask(client)
    link = link_in(mail.outbox[0])

    opened = client.get(link)
    state_when_opened = JoinRequest.objects.get().state
    client.post(link)

    assert link.startswith("/sv/join/confirm/")
    assert mail.outbox[0].to == ["worker@example.org"]
    assert (opened.status_code, state_when_opened) == (200, "unconfirmed")
    assert JoinRequest.objects.get().state == "waiting"


def test_those_of_the_region_are_told_in_their_language_and_nothing_of_the_person(somebody: MakePerson, client: Client):
    near, _far = coordinator_in("kainuu", somebody, language="fi"), coordinator_in("lappi", somebody)
    somebody(Role.ADMINISTRATOR)

    waiting_request(client)
    client.post(link_in(mail.outbox[0]))

    told = mail.outbox[1:]
    assert [letter.to for letter in told] == [[near.email]]
    assert "/fi/people/requests/" in told[0].body
    assert "Kainuu" in told[0].body
    assert AINO["name"] not in told[0].body


def test_where_nobody_coordinates_those_of_the_programme_are_told(somebody: MakePerson, client: Client):
    national = somebody(Role.COORDINATOR)

    waiting_request(client)

    assert [letter.to for letter in mail.outbox[1:]] == [[national.email]]


def test_approved_she_can_sign_in_and_belongs_to_her_region(somebody: MakePerson, signed_in: SignedIn, client: Client):
    coordinator = coordinator_in("kainuu", somebody)
    asked = waiting_request(client)

    answer = signed_in(coordinator).post(f"/en/people/requests/{asked.pk}/", {"deed": "approve"}, follow=True)

    person = Person.objects.get(email="worker@example.org")
    assert "Approved." in answer.content.decode()
    assert (person.region_id, person.language, person.grants.count()) == ("kainuu", "sv", 0)
    assert mail.outbox[-1].to == [person.email]
    assert "/sv/sign-in/" in mail.outbox[-1].body
    assert {"asked to join", "let in"} <= {line.what for line in Line.objects.all()}


def test_declined_she_is_told_why_and_may_ask_again(somebody: MakePerson, signed_in: SignedIn, client: Client):
    asked = waiting_request(client)
    coordinator = signed_in(coordinator_in("kainuu", somebody))

    without = coordinator.post(f"/en/people/requests/{asked.pk}/", {"deed": "decline", "answer": ""})
    coordinator.post(f"/en/people/requests/{asked.pk}/", {"deed": "decline", "answer": "Ask with your own address."})
    ask(client)

    assert (without.status_code, "Write a reason" in without.content.decode()) == (400, True)
    assert "Ask with your own address." in mail.outbox[-2].body
    assert not Person.objects.filter(email="worker@example.org").exists()
    assert JoinRequest.objects.filter(state="unconfirmed").count() == 1


def test_a_request_is_answered_once(somebody: MakePerson, signed_in: SignedIn, client: Client):
    asked = waiting_request(client)
    coordinator = signed_in(coordinator_in("kainuu", somebody))
    page = f"/en/people/requests/{asked.pk}/"

    coordinator.post(page, {"deed": "approve"})
    again = coordinator.post(page, {"deed": "decline", "answer": "No."}, follow=True).content.decode()

    assert "has answered this request already" in again
    assert JoinRequest.objects.get().state == "approved"


def test_a_coordinator_of_another_region_neither_sees_nor_answers_it(
    somebody: MakePerson, signed_in: SignedIn, client: Client
):
    asked = waiting_request(client)
    other = signed_in(coordinator_in("lappi", somebody))
    page = f"/en/people/requests/{asked.pk}/"

    assert AINO["name"] not in other.get("/en/people/requests/").content.decode()
    assert AINO["name"] not in other.get("/en/workplace/").content.decode()
    assert [other.get(page).status_code, other.post(page, {"deed": "approve"}).status_code] == [403, 403]
    assert JoinRequest.objects.get().state == "waiting"


def test_her_own_region_sees_it_in_the_list_and_at_work(somebody: MakePerson, signed_in: SignedIn, client: Client):
    waiting_request(client)
    near = signed_in(coordinator_in("kainuu", somebody))

    assert AINO["name"] in near.get("/en/people/requests/").content.decode()
    assert "1 person asks to join" in near.get("/en/workplace/").content.decode()


def test_the_page_is_the_same_whether_the_address_is_known_or_not(somebody: MakePerson):
    known, unknown = somebody(), "nobody@example.org"

    pages = [ask(Client(), email=address).content.decode().replace(address, "@") for address in (known.email, unknown)]

    assert pages[0] == pages[1]
    assert JoinRequest.objects.count() == 1
    assert "/sv/sign-in/" in mail.outbox[0].body


def test_an_unconfirmed_request_is_seen_by_nobody(somebody: MakePerson, signed_in: SignedIn, client: Client):
    ask(client)
    near = signed_in(coordinator_in("kainuu", somebody))

    assert AINO["name"] not in near.get("/en/people/requests/").content.decode()
    assert near.get(f"/en/people/requests/{JoinRequest.objects.get().pk}/").status_code == 404


@pytest.mark.parametrize("link", ["nonsense", "1:abc:def"])
def test_a_link_that_somebody_made_up_confirms_nothing(link: str, client: Client):
    assert client.post(f"/en/join/confirm/{link}/").status_code == 404


def test_a_second_request_from_an_address_does_not_wait_beside_the_first(client: Client):
    ask(client)
    ask(client)
    first, second = (link_in(letter) for letter in mail.outbox)

    client.post(first)
    page = client.post(second).content.decode()

    assert JoinRequest.objects.filter(state="waiting").count() == 1
    assert "väntar" in page or "waits already" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Write your name."),
        ({"email": "worker"}, "This is not an e-mail address."),
        ({"region": ""}, "Choose a region"),
        ({"organisation": ""}, "It may be a group of your own."),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(wrong: dict[str, str], said: str, client: Client):
    answer = client.post("/en/join/", {**AINO, **wrong})

    page = answer.content.decode()
    assert (answer.status_code, said in page) == (400, True)
    assert AINO["reason"] in page
    assert not mail.outbox


def test_old_requests_are_forgotten_when_another_comes(client: Client):
    now = timezone.now()
    said = {**AINO, "region": Region.objects.get(code="kainuu")}
    for state, days, decided in (
        ("unconfirmed", 8, None),
        ("unconfirmed", 6, None),
        ("waiting", 400, None),
        ("declined", 400, 366),
        ("approved", 400, 300),
    ):
        JoinRequest.objects.create(
            **said,
            state=state,
            made_at=now - timedelta(days=days),
            decided_at=None if decided is None else now - timedelta(days=decided),
        )

    ask(client, email="another@example.org")

    kept = JoinRequest.objects.exclude(email="another@example.org").values_list("state", flat=True)
    assert sorted(kept) == ["approved", "unconfirmed", "waiting"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_as_often_for_one_request_as_for_three(
    count: int, somebody: MakePerson, signed_in: SignedIn, django_assert_num_queries: Any
):
    for number in range(count):
        JoinRequest.objects.create(
            **{**AINO, "email": f"w{number}@example.org", "region": Region.objects.get(code="kainuu")},
            state="waiting",
            made_at=timezone.now(),
        )
    client = signed_in(coordinator_in("kainuu", somebody))

    with django_assert_num_queries(6):
        page = client.get("/en/people/requests/").content.decode()
    assert page.count(AINO["name"]) == count
