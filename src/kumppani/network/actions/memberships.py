"""Who acts for an organisation: invited, promoted, removed, gone. There is always an administrator left."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import NotPermitted, require
from kumppani.history.recording import record
from kumppani.mailing.sending import write_letter
from kumppani.network.faults import NotNow
from kumppani.network.followed import tell_of_member
from kumppani.network.models import Invitation, Membership, Organisation
from kumppani.network.permissions import may_administer

MOST_INVITATIONS = 20
"""That wait at a time: an organisation is no way to write to many strangers."""


@transaction.atomic
def invite_member(*, organisation: Organisation, email: str, page: str, by: Person, at: datetime) -> Invitation:
    """Write to an address; the letter leads to ``page``. Nobody learns whether somebody has an account there."""
    require(may_administer(by, organisation))
    email = email.lower()
    if organisation.memberships.current().filter(person__email=email).exists():
        raise NotNow(_("She or he is a member already."))
    if organisation.invitations.filter(email=email).exists():
        raise NotNow(_("This address has been invited already."))
    if organisation.invitations.count() >= MOST_INVITATIONS:
        raise NotNow(_("Too many invitations wait for an answer. Withdraw one first."))
    invitation = Invitation.objects.create(organisation=organisation, email=email, invited_by=by, invited_at=at)
    known = Person.objects.filter(email=email).first()
    language = known.language if known else get_language() or organisation.language
    with override(language):
        subject = _("You are invited to act for %(organisation)s") % {"organisation": organisation}
        body = _(
            "%(person)s invites you to become a member of %(organisation)s in the network.\n\n"
            "Sign in with this e-mail address and accept or decline:\n%(page)s"
        ) % {"person": by.name, "organisation": organisation, "page": page}
    write_letter(to=email, subject=subject, body=body + "\n", language=language, at=at)
    record(gettext_noop("member invited"), about=invitation, by=by, at=at)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Person, at: datetime) -> None:
    require(may_administer(by, invitation.organisation))
    record(gettext_noop("invitation withdrawn"), about=invitation, by=by, at=at)
    invitation.delete()


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: Person, at: datetime) -> Membership:
    """Become a member. Only who reads the letters to that address may."""
    _require_addressee(invitation, by)
    organisation = _locked(invitation.organisation)
    membership = organisation.memberships.current().filter(person=by).first()
    if membership is None:
        membership = Membership.objects.create(
            organisation=organisation, person=by, role=Membership.Role.MEMBER, since=at.date()
        )
        record(gettext_noop("invitation accepted"), about=membership, by=by, at=at)
        tell_of_member(membership, by=by, at=at)
    invitation.delete()
    return membership


@transaction.atomic
def decline_invitation(*, invitation: Invitation, by: Person, at: datetime) -> None:
    _require_addressee(invitation, by)
    record(gettext_noop("invitation declined"), about=invitation, by=by, at=at)
    invitation.delete()


@transaction.atomic
def promote_member(*, membership: Membership, by: Person, at: datetime) -> None:
    """Make a member an administrator."""
    membership = _current_of_administered(membership, by)
    if membership.is_admin:
        raise NotNow(_("She or he is an administrator already."))
    _set_role(membership, Membership.Role.ADMIN)
    record(gettext_noop("member made administrator"), about=membership, by=by, at=at)


@transaction.atomic
def demote_admin(*, membership: Membership, by: Person, at: datetime) -> None:
    """Make an administrator a member again, unless nobody else administers."""
    membership = _current_of_administered(membership, by)
    if not membership.is_admin:
        raise NotNow(_("She or he is no administrator."))
    _require_another_admin(membership)
    _set_role(membership, Membership.Role.MEMBER)
    record(gettext_noop("administrator made member"), about=membership, by=by, at=at)


@transaction.atomic
def remove_member(*, membership: Membership, by: Person, at: datetime) -> None:
    """End somebody's membership with this day."""
    membership = _current_of_administered(membership, by)
    _end(membership, at)
    record(gettext_noop("member removed"), about=membership, by=by, at=at)


@transaction.atomic
def leave_organisation(*, organisation: Organisation, by: Person, at: datetime) -> None:
    """End one's own membership; the last administrator hands over first."""
    membership = _own(_locked(organisation), by)
    _end(membership, at)
    record(gettext_noop("member left"), about=membership, by=by, at=at)


@transaction.atomic
def hand_over(*, organisation: Organisation, to: Membership, by: Person, at: datetime) -> None:
    """Make another member administrator in one's own place."""
    require(may_administer(by, organisation))
    own = _own(_locked(organisation), by)
    other = _current(to)
    if other.organisation_id != organisation.pk or other == own or not other.person.is_active:
        raise NotNow(_("Choose another member of this organisation."))
    _set_role(other, Membership.Role.ADMIN)
    _set_role(own, Membership.Role.MEMBER)
    record(gettext_noop("administration handed over"), about=other, by=by, at=at)


def _require_addressee(invitation: Invitation, person: Person) -> None:
    if invitation.email != person.email.lower():
        raise NotPermitted(_("This invitation was sent to another address."))


def _current_of_administered(membership: Membership, by: Person) -> Membership:
    require(may_administer(by, membership.organisation))
    _locked(membership.organisation)
    return _current(membership)


def _current(membership: Membership) -> Membership:
    found = Membership.objects.current().select_related("person", "organisation").filter(pk=membership.pk).first()
    if found is None:
        raise NotNow(_("She or he is no member any more."))
    return found


def _own(organisation: Organisation, person: Person) -> Membership:
    found = organisation.memberships.current().filter(person=person).first()
    if found is None:
        raise NotPermitted(_("Only a member may do this."))
    return found


def _set_role(membership: Membership, role: Membership.Role) -> None:
    membership.role = role
    membership.save(update_fields=["role"])


def _end(membership: Membership, at: datetime) -> None:
    _require_another_admin(membership)
    membership.until = at.date()
    membership.save(update_fields=["until"])


def _require_another_admin(membership: Membership) -> None:
    """Everybody who changes memberships holds the organisation's row, so two cannot both be the last but one.

    Who can sign in no more administers nothing.
    """
    others = membership.organisation.memberships.current().exclude(pk=membership.pk).filter(person__is_active=True)
    if not membership.is_admin or others.filter(role=Membership.Role.ADMIN).exists():
        return
    if others.exists():
        raise NotNow(_("The organisation would be left without an administrator. Hand the role over first."))
    said = {"organisation": membership.organisation}
    raise NotNow(_("You are the only member of %(organisation)s. Invite somebody, or put it in the archive.") % said)


def _locked(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)
