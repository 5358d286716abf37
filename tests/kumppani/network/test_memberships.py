"""Who acts for an organisation, and that somebody always administers it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone

from kumppani.accounts.permissions import NotPermitted
from kumppani.history.models import Line
from kumppani.network.actions import memberships as actions
from kumppani.network.faults import NotNow
from kumppani.network.models import Membership
from tests.kumppani.conftest import MakePerson
from tests.kumppani.network.conftest import MakeOrganisation, admin_of, join

pytestmark = pytest.mark.django_db
PAGE = "https://site.example/en/network/mine/"


def test_an_invited_person_becomes_a_member_and_nobody_else_by_her_invitation(
    confirmed: MakeOrganisation, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    organisation, invited, stranger, at = confirmed(), somebody(), somebody(), timezone.now()

    with django_capture_on_commit_callbacks(execute=True):
        invitation = actions.invite_member(
            organisation=organisation, email=invited.email.upper(), page=PAGE, by=admin_of(organisation), at=at
        )
    with pytest.raises(NotPermitted):
        actions.accept_invitation(invitation=invitation, by=stranger, at=at)
    membership = actions.accept_invitation(invitation=invitation, by=invited, at=at)

    assert (membership.person, membership.role) == (invited, Membership.Role.MEMBER)
    assert not organisation.invitations.exists()
    letter = mail.outbox[-1]
    assert (letter.to, PAGE in letter.body) == ([invited.email], True)


def test_an_unknown_address_is_invited_in_the_same_way(confirmed: MakeOrganisation):
    organisation = confirmed()

    invitation = actions.invite_member(
        organisation=organisation, email="nobody@example.org", page=PAGE, by=admin_of(organisation), at=timezone.now()
    )

    assert invitation in organisation.invitations.all()


def test_an_address_is_invited_once(confirmed: MakeOrganisation, somebody: MakePerson):
    organisation, member = confirmed(), somebody()
    join(organisation, member)
    said = {"organisation": organisation, "page": PAGE, "by": admin_of(organisation), "at": timezone.now()}
    actions.invite_member(email="a@example.org", **said)

    for email in ("A@example.org", member.email):
        with pytest.raises(NotNow):
            actions.invite_member(email=email, **said)


def test_the_last_administrator_stays_until_she_hands_over(confirmed: MakeOrganisation, somebody: MakePerson):
    organisation, at = confirmed(), timezone.now()
    admin, other = admin_of(organisation), somebody()
    with pytest.raises(NotNow, match="Invite somebody, or put it in the archive"):
        actions.leave_organisation(organisation=organisation, by=admin, at=at)
    own, hers = organisation.memberships.get(), join(organisation, other)

    for deed in (
        lambda: actions.leave_organisation(organisation=organisation, by=admin, at=at),
        lambda: actions.demote_admin(membership=own, by=admin, at=at),
        lambda: actions.remove_member(membership=own, by=admin, at=at),
    ):
        with pytest.raises(NotNow, match="without an administrator"):
            deed()
    actions.hand_over(organisation=organisation, to=hers, by=admin, at=at)
    actions.leave_organisation(organisation=organisation, by=admin, at=at)

    assert [(found.person, found.role) for found in organisation.memberships.current()] == [(other, "admin")]
    assert {"administration handed over", "member left"} <= {line.what for line in Line.objects.all()}


def test_an_administrator_promotes_demotes_and_removes(confirmed: MakeOrganisation, somebody: MakePerson):
    organisation, at = confirmed(), timezone.now()
    admin, membership = admin_of(organisation), join(organisation, somebody())

    roles = []
    for deed in (actions.promote_member, actions.demote_admin, actions.remove_member):
        deed(membership=membership, by=admin, at=at)
        membership.refresh_from_db()
        roles.append((membership.role, membership.until))

    assert roles == [("admin", None), ("member", None), ("member", at.date())]
    with pytest.raises(NotNow, match="no member any more"):
        actions.promote_member(membership=membership, by=admin, at=at)


def test_a_member_changes_nobodys_membership_but_ends_her_own(confirmed: MakeOrganisation, somebody: MakePerson):
    organisation, member, at = confirmed(), somebody(), timezone.now()
    membership, other = join(organisation, member), join(organisation, somebody())

    for deed in (actions.promote_member, actions.remove_member):
        with pytest.raises(NotPermitted):
            deed(membership=other, by=member, at=at)
    actions.leave_organisation(organisation=organisation, by=member, at=at)

    membership.refresh_from_db()
    assert membership.until == at.date()
