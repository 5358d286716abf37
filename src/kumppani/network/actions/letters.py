"""Letters between a person and an organisation: the site passes them on, and neither sees the other's address.

Every letter carries a signed link to a page where it can be answered. The words are in the letter alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import NotPermitted, require
from kumppani.history.recording import record
from kumppani.mailing.sending import write_letter
from kumppani.network.actions.organisations import one_line
from kumppani.network.faults import NotNow
from kumppani.network.models import Contact, Organisation, RelayedLetter
from kumppani.network.permissions import may_write

LETTERS_A_DAY = 10
LINK_HOLDS = timedelta(days=60)
SALT = "kumppani.network.letters"


class LinkTooOld(Exception):
    """The link was real and is over."""


@dataclass(frozen=True)
class Answering:
    """Whose turn a link is: the organisation's, or the person's."""

    contact: Contact
    by_organisation: bool


@transaction.atomic
def write_to_organisation(
    *, organisation: Organisation, subject: str, words: str, site: str, by: Person, at: datetime
) -> Contact:
    """Pass a letter on to the organisation's address, with a link to answer by; ``site`` is the site's address."""
    require(may_write(by))
    if not organisation.is_listed:
        raise NotNow(_("Letters are passed on to organisations that have been confirmed."))
    contact = Contact.objects.create(organisation=organisation, person=by, subject=one_line(subject)[:120], began_at=at)
    _to_organisation(contact, words, site, at)
    record(gettext_noop("letter passed on"), about=organisation, by=by, at=at)
    return contact


@transaction.atomic
def answer_letter(*, token: str, words: str, site: str, by: Person | None, at: datetime) -> None:
    """Answer by a link: the organisation's reader needs no account, the person has to have signed in."""
    answering = answering_of(token)
    contact = answering.contact
    if answering.by_organisation:
        _count(contact, by_organisation=True, at=at)
        _to_person(contact, words, site, at)
    elif by != contact.person:
        raise NotPermitted(_("Sign in as the person this letter was sent to."))
    elif not contact.organisation.is_listed:
        raise NotNow(_("Letters are passed on to organisations that have been confirmed."))
    else:
        _to_organisation(contact, words, site, at)


def answering_of(token: str) -> Answering:
    """What a link in a letter stands for. Raises BadSignature for one that is not ours."""
    try:
        number, by_organisation = signing.loads(token, salt=SALT, max_age=LINK_HOLDS)
        contact = Contact.objects.select_related("organisation", "person").get(pk=number)
    except (signing.SignatureExpired, Contact.DoesNotExist) as fault:
        raise LinkTooOld from fault
    return Answering(contact, by_organisation)


def link_for(contact: Contact, *, by_organisation: bool) -> str:
    """The path of the page on which this side answers, in the language that is active."""
    return reverse("answer-letter", args=[signing.dumps((contact.pk, by_organisation), salt=SALT)])


def _to_organisation(contact: Contact, words: str, site: str, at: datetime) -> None:
    _count(contact, by_organisation=False, at=at)
    organisation = contact.organisation
    with override(organisation.language):
        said = {
            "person": contact.person.name,
            "organisation": organisation,
            "words": words.strip(),
            "link": urljoin(site, link_for(contact, by_organisation=True)),
        }
        subject = _("%(person)s writes: %(subject)s") % {"person": contact.person.name, "subject": contact.subject}
        body = (
            _(
                "%(person)s writes to %(organisation)s through the network:\n\n%(words)s\n\n"
                "Answer on this page; it holds for 60 days. Your e-mail address is not shown.\n%(link)s"
            )
            % said
        )
    _send(organisation.contact_email, subject, body, organisation.language, at)


def _to_person(contact: Contact, words: str, site: str, at: datetime) -> None:
    person, organisation = contact.person, contact.organisation
    with override(person.language):
        said = {
            "organisation": organisation,
            "words": words.strip(),
            "link": urljoin(site, link_for(contact, by_organisation=False)),
        }
        subject = _("%(organisation)s answers: %(subject)s") % {
            "organisation": organisation,
            "subject": contact.subject,
        }
        body = (
            _(
                "%(organisation)s answers you through the network:\n\n%(words)s\n\n"
                "Answer on this page; it holds for 60 days. Your e-mail address is not shown.\n%(link)s"
            )
            % said
        )
    _send(person.email, subject, body, person.language, at)


def _send(to: str, subject: str, body: str, language: str, at: datetime) -> None:
    write_letter(to=to, subject=one_line(subject), body=body + "\n", language=language, at=at)


def _count(contact: Contact, *, by_organisation: bool, at: datetime) -> None:
    """Let a side write so many letters in a day: a person to all organisations together, an answer to one person."""
    Person.objects.select_for_update().get(pk=contact.person_id)
    sent = RelayedLetter.objects.filter(
        contact__person=contact.person_id, by_organisation=by_organisation, at__gt=at - timedelta(days=1)
    )
    if by_organisation:
        sent = sent.filter(contact=contact)
    if sent.count() >= LETTERS_A_DAY:
        raise NotNow(_("Ten letters have been sent within a day. Go on tomorrow."))
    RelayedLetter.objects.create(contact=contact, by_organisation=by_organisation, at=at)
