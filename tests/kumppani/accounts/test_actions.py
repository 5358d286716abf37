from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kumppani.accounts.actions import end_grant, grant_role
from kumppani.accounts.models import Grant
from kumppani.accounts.permissions import NotPermitted
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.regions.models import Region
from tests.kumppani.conftest import MakePerson

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


def test_an_administrator_gives_and_ends_a_role(somebody: MakePerson):
    administrator, person = somebody(Role.ADMINISTRATOR), somebody()

    grant = grant_role(person=person, role=Role.ANALYST, place=None, until=None, by=administrator, at=NOW)
    end_grant(grant=grant, by=administrator, at=NOW)

    assert Grant.objects.get(person=person).valid_to == date(2026, 6, 15)
    assert [line.what for line in Line.objects.all()] == ["role ended", "role granted"]


def test_nobody_gives_a_role_to_herself(somebody: MakePerson):
    administrator = somebody(Role.ADMINISTRATOR)

    with pytest.raises(NotPermitted, match="to yourself"):
        grant_role(person=administrator, role=Role.APPROVER, place=None, until=None, by=administrator, at=NOW)


def test_an_administrator_of_a_region_cannot_give_a_role_for_the_whole_programme(somebody: MakePerson):
    lappi = Region.objects.get(code="lappi")
    local, person = somebody(), somebody()
    Grant.objects.create(
        person=local, role=Role.ADMINISTRATOR, scope_kind="region", region=lappi, valid_from=date(2026, 1, 1)
    )

    grant_role(person=person, role=Role.COORDINATOR, place=lappi, until=None, by=local, at=NOW)
    with pytest.raises(NotPermitted):
        grant_role(person=person, role=Role.COORDINATOR, place=None, until=None, by=local, at=NOW)

    assert Grant.objects.filter(person=person).count() == 1


def test_a_day_begins_at_midnight_in_finland_for_a_right_too(somebody: MakePerson):
    """At half past midnight in Helsinki it is still yesterday in UTC."""
    after_midnight = datetime(2026, 6, 15, 21, 30, tzinfo=UTC)
    administrator, person = somebody(), somebody()
    Grant.objects.create(person=administrator, role=Role.ADMINISTRATOR, valid_from=date(2026, 6, 16))

    grant = grant_role(person=person, role=Role.ANALYST, place=None, until=None, by=administrator, at=after_midnight)

    assert grant.valid_from == date(2026, 6, 16)
