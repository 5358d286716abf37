"""Founding, confirming and editing, and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import NotPermitted
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.network.actions import organisations as actions
from kumppani.network.faults import EditedMeanwhile, NotNow
from kumppani.network.models import Organisation, State
from kumppani.network.queries import visible_organisations
from tests.kumppani.conftest import MakePerson
from tests.kumppani.network.conftest import MakeOrganisation, admin_of, join, profile, regions

pytestmark = pytest.mark.django_db
MakeRegional = Callable[[str], Person]


def test_who_founds_an_organisation_administers_it_and_it_waits(somebody: MakePerson):
    founder = somebody()

    founded = actions.found_organisation(profile=profile(name="Ääni (invented)"), by=founder, at=timezone.now())

    assert (founded.code, founded.state, admin_of(founded)) == ("aani-invented", State.WAITING, founder)
    assert [line.what for line in Line.objects.all()] == ["organisation founded"]


def test_two_of_one_name_have_two_addresses_and_a_name_without_letters_has_one(waiting: MakeOrganisation):
    made = [waiting(name=name).code for name in ("Same name", "Same name", "منظمة", "منظمة")]

    assert made == ["same-name", "same-name-2", "organisation", "organisation-2"]


def test_a_coordinator_of_its_region_confirms_it_and_its_administrator_is_told(
    waiting: MakeOrganisation, regional: MakeRegional, django_capture_on_commit_callbacks: Callable
):
    organisation, at = waiting(), timezone.now()

    with pytest.raises(NotPermitted):
        actions.confirm_organisation(organisation=organisation, by=regional("lappi"), at=at)
    uusimaa = regional("uusimaa")
    with django_capture_on_commit_callbacks(execute=True):
        actions.confirm_organisation(organisation=organisation, by=uusimaa, at=at)

    organisation.refresh_from_db()
    assert (organisation.state, organisation.confirmed_at, organisation.confirmed_by) == (State.CONFIRMED, at, uusimaa)
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([admin_of(organisation).email], f"{organisation} is confirmed")


def test_a_declined_one_goes_back_with_the_reason_and_may_come_again(waiting: MakeOrganisation, coordinator: Person):
    organisation, at = waiting(), timezone.now()

    with pytest.raises(NotNow, match="Write the reason"):
        actions.decline_organisation(organisation=organisation, because=" ", by=coordinator, at=at)
    actions.decline_organisation(organisation=organisation, because="Which region?", by=coordinator, at=at)
    organisation.refresh_from_db()
    declined = organisation.state, organisation.declined_because
    actions.send_again(organisation=organisation, by=admin_of(organisation), at=at)
    organisation.refresh_from_db()

    assert declined == (State.DRAFT, "Which region?")
    assert (organisation.state, organisation.declined_because) == (State.WAITING, "")


def test_of_two_who_edit_at_once_the_second_writes_nothing(confirmed: MakeOrganisation):
    organisation, at = confirmed(), timezone.now()
    admin = admin_of(organisation)
    actions.edit_profile(organisation=organisation, profile=profile(text="First"), version=1, by=admin, at=at)

    with pytest.raises(EditedMeanwhile) as refusal:
        actions.edit_profile(organisation=organisation, profile=profile(text="Second"), version=1, by=admin, at=at)

    organisation.refresh_from_db()
    assert (refusal.value.current.text, organisation.text, organisation.version) == ("First", "First", 2)


def test_only_its_administrators_edit_it(confirmed: MakeOrganisation, somebody: MakePerson, coordinator: Person):
    organisation, member, at = confirmed(), somebody(), timezone.now()
    join(organisation, member)

    for person in (member, somebody(), coordinator):
        with pytest.raises(NotPermitted):
            actions.edit_profile(organisation=organisation, profile=profile(), version=1, by=person, at=at)


def test_its_administrator_says_once_a_year_that_the_profile_holds(confirmed: MakeOrganisation):
    organisation, later = confirmed(), timezone.now() + timedelta(days=400)
    assert organisation.is_due(later.date())

    actions.confirm_that_profile_holds(organisation=organisation, by=admin_of(organisation), at=later)

    organisation.refresh_from_db()
    assert not organisation.is_due(later.date())


def test_an_archived_one_is_sent_for_confirmation_anew(confirmed: MakeOrganisation):
    organisation, at = confirmed(), timezone.now()
    admin = admin_of(organisation)

    actions.archive_organisation(organisation=organisation, by=admin, at=at)
    with pytest.raises(NotNow):
        actions.archive_organisation(organisation=organisation, by=admin, at=at)
    actions.send_again(organisation=organisation, by=admin, at=at)

    organisation.refresh_from_db()
    assert organisation.state == State.WAITING


def test_what_is_not_confirmed_is_seen_by_members_and_by_those_who_may_confirm_it(
    waiting: MakeOrganisation,
    confirmed: MakeOrganisation,
    somebody: MakePerson,
    regional: MakeRegional,
    coordinator: Person,
):
    public, hidden = confirmed(regions=regions("lappi")), waiting()
    member, day = somebody(), timezone.localdate()
    join(hidden, member)

    def seen(person: Person) -> set[Organisation]:
        return set(visible_organisations(person, on=day))

    people = {
        "stranger": somebody(),
        "analyst": somebody(Role.ANALYST),
        "elsewhere": regional("lappi"),
        "member": member,
        "founder": admin_of(hidden),
        "here": regional("uusimaa"),
        "coordinator": coordinator,
        "administrator": somebody(Role.ADMINISTRATOR),
    }
    blind = {"stranger", "analyst", "elsewhere"}
    assert {name: seen(person) for name, person in people.items()} == {
        name: {public} if name in blind else {public, hidden} for name in people
    }
