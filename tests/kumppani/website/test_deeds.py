"""Everybody reads what was done in which role, and nobody's name."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kumppani.accounts.actions import end_grant, grant_role
from kumppani.accounts.own import leave
from kumppani.accounts.roles import Role
from kumppani.history.recording import record
from kumppani.regions.models import Region
from kumppani.results.models import Release
from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db


def rows() -> list[str]:
    page = Client().get("/en/deeds/").content.decode()
    cells = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return cells.replace("</td><td>", " | ").replace("<tr><td>", "").replace("</td>", "").split("</tr>")[:-1]


def test_roles_are_told_without_names_and_places(somebody: MakePerson):
    now, today = timezone.now(), timezone.localdate().strftime("%d/%m/%Y")
    administrator, receiver = somebody(Role.ADMINISTRATOR, Role.ANALYST), somebody()
    kainuu = Region.objects.get(code="kainuu")
    grant = grant_role(person=receiver, role=Role.COORDINATOR, place=kainuu, until=None, by=administrator, at=now)
    end_grant(grant=grant, by=administrator, at=now)

    page = Client().get("/en/deeds/").content.decode()
    assert [row.split(" | ")[1:] for row in rows()] == [
        ["administrator", "role ended", "coordinator"],
        ["administrator", "role granted", "coordinator"],
    ]
    assert today[-4:] in rows()[0]
    assert not any(secret in page for secret in (receiver.name, administrator.name, "Kainuu"))


def test_who_has_left_is_told_by_no_role(somebody: MakePerson):
    now = timezone.now()
    somebody(Role.ADMINISTRATOR)
    administrator, receiver = somebody(Role.ADMINISTRATOR), somebody()
    grant_role(person=receiver, role=Role.ANALYST, place=None, until=None, by=administrator, at=now)
    leave(person=administrator, at=now)
    leave(person=receiver, at=now)

    assert [row.split(" | ")[1:] for row in rows()] == [["–", "role granted", "–"]]


def test_other_deeds_are_not_told(somebody: MakePerson):
    record("let in", about=somebody(), by=somebody(Role.COORDINATOR), at=timezone.now())
    record("report decided: hidden", about=somebody(), by=somebody(Role.COORDINATOR), at=timezone.now())

    assert rows() == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_one_deed_as_for_three(
    count: int, somebody: MakePerson, django_assert_num_queries: Any
):
    administrator = somebody(Role.ADMINISTRATOR)
    for _ in range(count):
        grant_role(person=somebody(), role=Role.ANALYST, place=None, until=None, by=administrator, at=timezone.now())

    with django_assert_num_queries(4):
        assert len(rows()) == count


def test_a_release_is_named(somebody: MakePerson):
    person = somebody(Role.APPROVER)
    release = Release(pk=1, titles={"en": "An invented barometer"})
    record("release approved", about=release, by=person, at=timezone.now())

    assert [row.split(" | ")[1:] for row in rows()] == [["approver", "release approved", "An invented barometer"]]
