"""What the network keeps of a person. Who leaves the site: an organisation keeps an administrator, memberships end."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kumppani.accounts.leaving import Tie
from kumppani.accounts.models import Person
from kumppani.accounts.own import NAME_OF_WHO_LEFT
from kumppani.history.models import Line
from kumppani.network.models import Contact, Invitation, Membership, Organisation, State


def administered_alone(person: Person) -> list[Organisation]:
    """Organisations outside the archive that nobody else who can sign in administers."""
    admins = Membership.objects.current().filter(role=Membership.Role.ADMIN, person__is_active=True)
    others = admins.filter(organisation=OuterRef("pk")).exclude(person=person)
    own = admins.filter(organisation=OuterRef("pk"), person=person)
    return list(Organisation.objects.filter(Exists(own), ~Exists(others)).exclude(state=State.ARCHIVED))


def find_ties(person: Person, on: date) -> list[Tie]:
    """She hands each over to another member, or puts it in the archive where she is the only one."""
    return [_tie(organisation, person) for organisation in administered_alone(person)]


def _tie(organisation: Organisation, person: Person) -> Tie:
    others = organisation.memberships.current().filter(person__is_active=True).exclude(person=person)
    said = {"organisation": organisation}
    if others.exists():
        sentence = _("You are the only administrator of %(organisation)s. Make another member one.") % said
        return Tie(str(organisation), sentence, reverse("members", args=[organisation.code]))
    sentence = _("You are the only member of %(organisation)s. Invite somebody, or put it in the archive.") % said
    return Tie(str(organisation), sentence, reverse("organisation", args=[organisation.code]))


def kept_of(person: Person) -> dict[str, object]:
    """For which organisations she acts or acted, who invited her, and to whom she wrote; words are not kept."""
    memberships = Membership.objects.filter(person=person).select_related("organisation")
    return {
        "memberships": [
            {
                "organisation": str(membership.organisation),
                "role": membership.role,
                "from": membership.since.isoformat(),
                "until": membership.until.isoformat() if membership.until else None,
            }
            for membership in memberships
        ],
        "invitations": [
            {"organisation": str(invitation.organisation), "at": invitation.invited_at.isoformat()}
            for invitation in Invitation.objects.filter(email=person.email.lower()).select_related("organisation")
        ],
        "letters_to_organisations": [
            {
                "organisation": str(contact.organisation),
                "subject": contact.subject,
                "at": contact.began_at.isoformat(),
            }
            for contact in Contact.objects.filter(person=person).select_related("organisation")
        ],
    }


def part(person: Person, at: datetime) -> None:
    """End her memberships, take her name out of their history, and forget to whom she wrote and who invited her."""
    memberships = Membership.objects.filter(person=person).select_related("organisation")
    for membership in memberships:
        lines = Line.objects.filter(about_kind=Membership._meta.label_lower, about_id=str(membership.pk))
        lines.update(about_name=f"{NAME_OF_WHO_LEFT}: {membership.organisation}"[:200])
    memberships.filter(until=None).update(until=timezone.localdate(at))
    Contact.objects.filter(person=person).delete()
    Invitation.objects.filter(email=person.email.lower()).delete()
