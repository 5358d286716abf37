from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.roles import Role
from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]


def test_an_administrator_adds_a_person_and_gives_and_ends_a_role(somebody: MakePerson, signed_in: SignedIn):
    client = signed_in(somebody(Role.ADMINISTRATOR))

    client.post("/en/people/add/", {"name": "Aino", "email": "Aino@example.org", "language": "fi"})
    aino = Person.objects.get(email="aino@example.org")
    given = client.post(
        f"/en/people/{aino.pk}/give-role/", {"role": "approver", "place": "programme", "until": ""}, follow=True
    )
    grant = aino.grants.get()
    ended = client.post(f"/en/people/roles/{grant.pk}/end/", follow=True).content.decode()

    assert "The role is given and in force." in given.content.decode()
    assert "The role ends with this day." in ended
    assert aino.grants.get().valid_to == timezone.localdate()
    assert [line in ended for line in ("person added", "role granted", "role ended")] == [True] * 3


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"role": "", "place": "programme", "until": ""}, "Choose a role."),
        ({"role": "analyst", "place": "", "until": ""}, "Choose where the role holds."),
        ({"role": "analyst", "place": "programme", "until": "soon"}, "Write the day as year-month-day"),
        ({"role": "analyst", "place": "programme", "until": "2020-01-01"}, "The last day has passed already."),
        ({"role": "custodian", "place": "programme", "until": ""}, "holds this role already"),
    ],
)
def test_a_role_that_cannot_be_given_is_explained(
    posted: dict[str, str], said: str, somebody: MakePerson, signed_in: SignedIn
):
    receiver = somebody(Role.CUSTODIAN)
    client = signed_in(somebody(Role.ADMINISTRATOR))

    answer = client.post(f"/en/people/{receiver.pk}/give-role/", posted)

    assert (answer.status_code, said in answer.content.decode()) == (400, True)
    assert receiver.grants.count() == 1


def test_an_address_is_one_persons(somebody: MakePerson, signed_in: SignedIn):
    known = somebody()
    client = signed_in(somebody(Role.ADMINISTRATOR))

    answer = client.post("/en/people/add/", {"name": "Two", "email": known.email.upper(), "language": "fi"})

    assert "has this e-mail address already" in answer.content.decode()


def test_nobody_gives_a_role_to_herself(somebody: MakePerson, signed_in: SignedIn):
    administrator = somebody(Role.ADMINISTRATOR)
    client = signed_in(administrator)

    answer = client.post(f"/en/people/{administrator.pk}/give-role/", {"role": "approver", "place": "programme"})

    assert "You cannot give a role to yourself." in answer.content.decode()
    assert administrator.grants.count() == 1


def test_the_last_administrator_stays(somebody: MakePerson, signed_in: SignedIn):
    administrator = somebody(Role.ADMINISTRATOR)
    own = administrator.grants.get()
    client = signed_in(administrator)

    refused = client.post(f"/en/people/roles/{own.pk}/end/", follow=True).content.decode()
    somebody(Role.ADMINISTRATOR)
    client.post(f"/en/people/roles/{own.pk}/end/")

    assert "without an administrator" in refused
    assert Grant.objects.get(pk=own.pk).valid_to == timezone.localdate()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.COORDINATOR)])
def test_other_roles_see_no_people(role: Role, somebody: MakePerson, signed_in: SignedIn):
    person = somebody(role)
    client = signed_in(person)
    grant = person.grants.get()

    reached = [client.get("/en/people/"), client.get("/en/people/add/"), client.get(f"/en/people/{person.pk}/")]
    reached += [client.post(f"/en/people/{person.pk}/give-role/"), client.post(f"/en/people/roles/{grant.pk}/end/")]

    assert [answer.status_code for answer in reached] == [403] * 5


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_as_often_for_one_person_as_for_three(
    count: int, somebody: MakePerson, signed_in: SignedIn, django_assert_num_queries: Any
):
    client = signed_in(somebody(Role.ADMINISTRATOR))
    for _person in range(count - 1):
        somebody(Role.ANALYST)

    with django_assert_num_queries(8):
        page = client.get("/en/people/").content.decode()
    assert page.count('<th scope="row">') == count
