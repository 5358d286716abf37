"""Who leaves the site leaves no organisation without an administrator; and what is kept of the network ends in time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from kumppani.accounts.actions import NotNow as NotNowHere
from kumppani.accounts.models import Person
from kumppani.accounts.own import everything_about, leave
from kumppani.mailing.models import Letter
from kumppani.network.actions import memberships
from kumppani.network.actions.letters import write_to_organisation
from kumppani.network.actions.organisations import archive_organisation, confirm_that_profile_holds, found_organisation
from kumppani.network.faults import NotNow
from kumppani.network.models import Contact, Membership, Notice, Organisation
from kumppani.network.reminding import remind_organisations
from kumppani.network.retention import forget_old_contacts, forget_past_notices, shred_archived_organisations
from tests.kumppani.conftest import MakePerson
from tests.kumppani.network.conftest import MakeNotice, MakeOrganisation, admin_of, join, profile

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_the_only_administrator_hands_over_before_she_leaves(
    confirmed: MakeOrganisation, somebody: MakePerson, signed_in: Callable[[Person], Client]
):
    organisation, at = confirmed(), timezone.now()
    admin, other = admin_of(organisation), somebody()

    with pytest.raises(NotNowHere, match="only member"):
        leave(person=admin, at=at)
    membership = join(organisation, other)
    page = signed_in(admin).get("/en/account/").content.decode()
    assert f"You are the only administrator of {organisation}." in page
    assert f'href="/en/network/organisations/{organisation.code}/members/"' in page
    assert "Yes, delete my account" not in page
    memberships.hand_over(organisation=organisation, to=membership, by=admin, at=at)
    leave(person=admin, at=at)

    assert [person.person_id for person in organisation.memberships.current()] == [other.pk]


def test_the_history_of_an_organisation_names_nobody_who_left(
    confirmed: MakeOrganisation, somebody: MakePerson, signed_in: Callable[[Person], Client]
):
    organisation, person, at = confirmed(), somebody(), timezone.now()
    name = person.name = "Unmistakable Canary"
    person.save()
    membership, admin = join(organisation, person), admin_of(organisation)
    memberships.promote_member(membership=membership, by=admin, at=at)
    page = f"/en/network/organisations/{organisation.code}/"
    assert f"{name}: {organisation}" in signed_in(admin).get(page).content.decode()

    leave(person=person, at=at)

    after = signed_in(admin).get(page).content.decode()
    assert name not in after
    assert f"member made administrator (–: {organisation})" in after


def test_what_the_network_keeps_of_somebody_is_told_to_her(confirmed: MakeOrganisation, somebody: MakePerson):
    organisation, person = confirmed(), somebody()
    join(organisation, person)
    write_to_organisation(
        organisation=organisation, subject="Subject", words="?", site="", by=person, at=timezone.now()
    )

    kept = everything_about(person)

    assert kept["memberships"] == [
        {"organisation": str(organisation), "role": "member", "from": "2026-01-01", "until": None}
    ]
    assert "Subject" in str(kept["letters_to_organisations"])


def test_an_organisation_in_the_archive_keeps_nobody(confirmed: MakeOrganisation):
    organisation, at = confirmed(), timezone.now()
    admin = admin_of(organisation)
    archive_organisation(organisation=organisation, by=admin, at=at)

    leave(person=admin, at=at)

    assert not organisation.memberships.current().exists()


def test_who_can_sign_in_no_more_administers_nothing(confirmed: MakeOrganisation, somebody: MakePerson):
    organisation, gone, at = confirmed(), somebody(), timezone.now()
    membership = join(organisation, gone)
    Membership.objects.filter(pk=membership.pk).update(role="admin")
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    admin = admin_of(organisation)
    own = organisation.memberships.get(person=admin)

    for deed in (
        lambda: memberships.demote_admin(membership=own, by=admin, at=at),
        lambda: memberships.leave_organisation(organisation=organisation, by=admin, at=at),
        lambda: memberships.hand_over(organisation=organisation, to=membership, by=admin, at=at),
    ):
        with pytest.raises(NotNow):
            deed()


def test_what_lay_in_the_archive_for_two_years_goes_to_its_administrators_and_is_deleted(
    confirmed: MakeOrganisation, noticed: MakeNotice
):
    organisation, at = confirmed(text="What we did"), timezone.now()
    noticed(organisation)
    admin = admin_of(organisation)
    archive_organisation(organisation=organisation, by=admin, at=at)

    assert shred_archived_organisations(at + 729 * DAY) == 0
    assert shred_archived_organisations(at + 733 * DAY) == 1
    assert shred_archived_organisations(at + 733 * DAY) == 0

    letter = Letter.objects.get(to=admin.email)
    assert "What we did" in letter.body
    assert not Organisation.objects.exists()


def test_past_notices_and_old_contacts_are_forgotten(
    confirmed: MakeOrganisation, noticed: MakeNotice, somebody: MakePerson
):
    organisation, at = confirmed(), timezone.now()
    old, fresh = noticed(organisation), noticed(organisation)
    Notice.objects.filter(pk=old.pk).update(valid_to=timezone.localdate() - 740 * DAY)
    write_to_organisation(organisation=organisation, subject="?", words="?", site="", by=somebody(), at=at)

    assert forget_past_notices(at) == 1
    assert list(Notice.objects.all()) == [fresh]
    assert forget_old_contacts(at + 179 * DAY) == 0
    assert forget_old_contacts(at + 181 * DAY) == 1
    assert not Contact.objects.exists()


def test_administrators_are_asked_once_a_year_whether_the_profile_holds(confirmed: MakeOrganisation):
    organisation, at = confirmed(), timezone.now()

    assert remind_organisations(at=at + 364 * DAY) == 0
    assert [remind_organisations(at=at + days * DAY) for days in (367, 368, 500)] == [1, 0, 0]
    letter = Letter.objects.get(to=admin_of(organisation).email)
    assert letter.subject == f"Is the profile of {organisation} still true?"
    organisation.refresh_from_db()
    confirm_that_profile_holds(organisation=organisation, by=admin_of(organisation), at=at + 501 * DAY)
    assert [remind_organisations(at=at + days * DAY) for days in (600, 868 + 1)] == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_two_who_add_an_organisation_of_one_name_at_once_both_do(somebody: MakePerson):
    if connection.vendor != "postgresql":
        pytest.skip("not run: the tests' SQLite lies in memory and lets one thread write")
    together, people, faults = threading.Barrier(4), [somebody() for _ in range(4)], []
    said = profile(name="Same name")

    def found(person: Person) -> None:
        try:
            together.wait()
            found_organisation(profile=said, by=person, at=timezone.now())
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=found, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    codes = sorted(Organisation.objects.values_list("code", flat=True))
    assert codes == ["same-name", "same-name-2", "same-name-3", "same-name-4"]
