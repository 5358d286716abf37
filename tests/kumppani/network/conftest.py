"""Organisations of the tests, founded and confirmed by the site's own actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.roles import Role
from kumppani.mailing.models import Letter
from kumppani.network.actions.notices import write_notice
from kumppani.network.actions.organisations import confirm_organisation, found_organisation
from kumppani.network.models import Membership, Notice, Organisation
from kumppani.network.profile import Profile, Wording
from kumppani.regions.models import Region
from tests.kumppani.conftest import MakePerson

MakeOrganisation = Callable[..., Organisation]
MakeNotice = Callable[..., Notice]
FAR_DAY = date(2099, 12, 31)
_numbers = count(1)


def regions(*codes: str) -> tuple[Region, ...]:
    return tuple(Region.objects.filter(code__in=codes))


def profile(**other: Any) -> Profile:
    """A profile of an invented organisation in Uusimaa."""
    usual = Profile(
        name=f"Invented association {next(_numbers)}",
        text="We learn the language together.",
        language="en",
        kind="ngo",
        home=Region.objects.get(code="uusimaa"),
        regions=regions("uusimaa"),
        themes=("education",),
        target_groups=("women",),
        languages=("fi", "ar"),
        website="",
        contact_email="contact@association.example",
    )
    return replace(usual, **other)


def wording(**other: Any) -> Wording:
    usual = Wording(
        title="A room for a language café",
        text="On Tuesday evenings.",
        language="en",
        regions=regions("uusimaa"),
        themes=("education",),
        target_groups=("women",),
        languages=("fi",),
        valid_to=FAR_DAY,
    )
    return replace(usual, **other)


@pytest.fixture
def coordinator(somebody: MakePerson) -> Person:
    return somebody(Role.COORDINATOR)


@pytest.fixture
def regional(somebody: MakePerson) -> Callable[[str], Person]:
    """Make a coordinator of one region."""

    def make(region: str) -> Person:
        person = somebody()
        Grant.objects.create(
            person=person,
            role=Role.COORDINATOR,
            scope_kind=Grant.Scope.REGION,
            region=Region.objects.get(code=region),
            valid_from=date(2026, 1, 1),
        )
        return person

    return make


@pytest.fixture
def waiting(somebody: MakePerson) -> MakeOrganisation:
    """Found an organisation; it waits for confirmation."""

    def make(*, by: Person | None = None, **said: Any) -> Organisation:
        return found_organisation(profile=profile(**said), by=by or somebody(), at=timezone.now())

    return make


@pytest.fixture
def confirmed(waiting: MakeOrganisation, coordinator: Person) -> MakeOrganisation:
    """Found and confirm an organisation."""

    def make(**said: Any) -> Organisation:
        organisation = waiting(**said)
        confirm_organisation(organisation=organisation, by=coordinator, at=timezone.now())
        Letter.objects.all().delete()  # else it would leave with the letters that a test is about
        organisation.refresh_from_db()
        return organisation

    return make


@pytest.fixture
def noticed() -> MakeNotice:
    """Let an organisation's first administrator write a need, or an offer."""

    def make(organisation: Organisation, kind: str = "need", **said: Any) -> Notice:
        by = admin_of(organisation)
        return write_notice(organisation=organisation, kind=kind, wording=wording(**said), by=by, at=timezone.now())

    return make


def admin_of(organisation: Organisation) -> Person:
    found = organisation.memberships.current().filter(role=Membership.Role.ADMIN).select_related("person").first()
    assert found is not None
    return found.person


def join(organisation: Organisation, person: Person) -> Membership:
    return Membership.objects.create(
        organisation=organisation, person=person, role=Membership.Role.MEMBER, since=date(2026, 1, 1)
    )
