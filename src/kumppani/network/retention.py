"""What is kept of organisations, of those who act for them, and of letters."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kumppani.history.retention import keep, months_before
from kumppani.mailing.sending import write_letter
from kumppani.network.actions.letters import forget_old_words
from kumppani.network.index import forget_unused_words
from kumppani.network.models import Contact, Invitation, Membership, Notice, Organisation, RelayedLetter, State

MONTHS_ARCHIVED = 24
MONTHS_PAST = 24
DAYS_INVITED = 60
DAYS_OF_CONTACTS = 180


def shred_archived_organisations(at: datetime) -> int:
    """Delete what has lain in the archive for two years, after its words have gone to its administrators."""
    before = months_before(timezone.localdate(at), MONTHS_ARCHIVED)
    over = Organisation.objects.filter(state=State.ARCHIVED, archived_at__lt=before)
    count = 0
    for organisation in over:
        _export(organisation, at)
        organisation.delete()
        count += 1
    forget_unused_words()
    return count


def _export(organisation: Organisation, at: datetime) -> None:
    """The last letter to its administrators holds what is deleted."""
    admins = organisation.memberships.current().filter(role=Membership.Role.ADMIN, person__is_active=True)
    for membership in admins.select_related("person"):
        person = membership.person
        with override(person.language):
            subject = _now("%(organisation)s is deleted") % {"organisation": organisation}
            body = _now(
                "%(organisation)s has been in the archive for two years, and is deleted now. This is what it said:\n\n"
                "%(text)s\n\n%(website)s"
            ) % {"organisation": organisation, "text": organisation.text, "website": organisation.website}
        write_letter(to=person.email, subject=subject, body=body.strip() + "\n", language=person.language, at=at)


def forget_past_notices(at: datetime) -> int:
    before = months_before(timezone.localdate(at), MONTHS_PAST).date()
    return Notice.objects.filter(valid_to__lt=before).delete()[1].get("network.Notice", 0)


def forget_old_invitations(at: datetime) -> int:
    return Invitation.objects.filter(invited_at__lt=at - timedelta(days=DAYS_INVITED)).delete()[0]


def forget_old_contacts(at: datetime) -> int:
    """Letters last longer than their links, so that an appeal about one finds its people."""
    forget_old_words(at=at)
    since = at - timedelta(days=DAYS_OF_CONTACTS)
    newer = RelayedLetter.objects.filter(contact=OuterRef("pk"), at__gte=since)
    over = Contact.objects.filter(~Exists(newer), began_at__lt=since)
    return over.delete()[1].get("network.Contact", 0)


keep(
    "network.organisation",
    "network.organisationlabel",
    "network.word",
    "network.wordkey",
    what=_("What an organisation says of itself, and its address for contacts, which is shown to nobody"),
    why=_("So that partners find it, and letters can be passed on."),
    until=_(
        "As long as it is in the network. After two years in the archive it is deleted, and its administrators are "
        "sent what it said."
    ),
    end=shred_archived_organisations,
)
keep(
    "network.membership",
    what=_("Who acts for an organisation, from when to when"),
    why=_("So that its members and coordinators know who may."),
    until=_("As long as the organisation is kept. The name is taken out when somebody leaves."),
)
keep(
    "network.invitation",
    what=_("That an address was invited to act for an organisation"),
    why=_("So that the invited person can accept."),
    until=_("Until it is answered or withdrawn, and no longer than 60 days."),
    end=forget_old_invitations,
)
keep(
    "network.notice",
    "network.noticelabel",
    what=_("Needs and offers"),
    why=_("So that partners find each other."),
    until=_("Two years after the last day."),
    end=forget_past_notices,
)
keep(
    "network.contact",
    "network.relayedletter",
    what=_("That you wrote to an organisation, with the subject; the words locked, with the key in the letter alone"),
    why=_("So that it can answer without seeing your address, and a letter that hurts can be reported."),
    until=_("The words 60 days, all else 180 days after the last letter."),
    end=forget_old_contacts,
)
