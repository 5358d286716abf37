from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from kumppani.accounts import permissions
from kumppani.accounts.models import Grant
from kumppani.accounts.permissions import (
    ADMIT,
    GRANT_ROLES,
    SEE_HISTORY,
    NotPermitted,
    UnknownPermission,
    declare,
    holds,
    permission,
    require,
)
from kumppani.accounts.roles import Role
from kumppani.regions.models import Region
from tests.kumppani.conftest import MakePerson

TODAY = date(2026, 6, 15)


def test_a_misspelt_permission_fails_where_it_is_looked_up():
    with pytest.raises(UnknownPermission, match=r"accounts\.grnt"):
        permission("accounts.grnt")


def test_a_permission_is_declared_once():
    with pytest.raises(ValueError, match="declared twice"):
        declare(GRANT_ROLES.name, label="", roles=set(), refusal="")


def test_every_permission_is_held_by_some_role_and_has_its_words():
    for declared in permissions.declared_permissions():
        assert declared.roles
        assert str(declared.label)
        assert str(declared.refusal).endswith(".")


@pytest.mark.parametrize("role", Role)
def test_who_holds_the_permissions_of_accounts(role: Role, somebody: MakePerson):
    person = somebody(role)

    held = {asked.name for asked in (ADMIT, GRANT_ROLES, SEE_HISTORY) if holds(person, asked, on=TODAY)}

    assert held == {
        Role.ADMINISTRATOR: {"accounts.admit", "accounts.grant", "accounts.see_history"},
        Role.COORDINATOR: {"accounts.admit", "accounts.see_history"},
        Role.APPROVER: {"accounts.see_history"},
    }.get(role, set())


def test_nobody_holds_anything_before_signing_in():
    decision = holds(AnonymousUser(), SEE_HISTORY, on=TODAY)

    assert (bool(decision), decision.sentence) == (False, "Sign in first.")


@pytest.mark.parametrize(("day", "held"), [(14, False), (15, True), (20, True), (21, False)])
def test_a_grant_holds_from_its_first_day_to_its_last(day: int, held: bool, somebody: MakePerson):
    person = somebody()
    Grant.objects.create(
        person=person, role=Role.ADMINISTRATOR, valid_from=date(2026, 6, 15), valid_to=date(2026, 6, 20)
    )

    assert bool(holds(person, GRANT_ROLES, on=date(2026, 6, day))) is held


def test_a_grant_for_a_region_holds_there_and_nowhere_else(somebody: MakePerson):
    person = somebody()
    lappi, kainuu = Region.objects.get(code="lappi"), Region.objects.get(code="kainuu")
    Grant.objects.create(
        person=person, role=Role.ADMINISTRATOR, scope_kind="region", region=lappi, valid_from=date(2026, 1, 1)
    )

    assert holds(person, GRANT_ROLES, on=TODAY, region=lappi)
    assert not holds(person, GRANT_ROLES, on=TODAY, region=kainuu)
    assert not holds(person, GRANT_ROLES, on=TODAY)


def test_a_refusal_says_why(somebody: MakePerson):
    with pytest.raises(NotPermitted, match="Only an administrator may give or end grants"):
        require(holds(somebody(Role.ANALYST), GRANT_ROLES, on=TODAY))


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "king"},
        {"scope_kind": "region"},
        {"valid_to": date(2025, 12, 31)},
    ],
)
def test_a_grant_that_makes_no_sense_cannot_be_written(wrong: dict[str, object], somebody: MakePerson):
    grant = {"role": Role.ANALYST, "valid_from": date(2026, 1, 1), **wrong}

    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(person=somebody(), **grant)
