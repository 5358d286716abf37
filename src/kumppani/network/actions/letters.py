"""Letters between a person and an organisation: the site passes them on, and neither sees the other's address.

Every letter carries a signed link to a page where it can be answered, and one to report it. The words are in the letter
alone; what the site keeps of them is locked, with the key in the second link.
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
from kumppani.mailing.sending import one_line, write_letter
from kumppani.moderation.gate import hidden_now
from kumppani.network.faults import NotNow
from kumppani.network.models import Contact, Organisation, RelayedLetter
from kumppani.network.permissions import may_write
from kumppani.network.sealed_words import seal_words, unseal_words

LETTERS_A_DAY = 10
LINK_HOLDS = timedelta(days=60)
SALT = "kumppani.network.letters"
SALT_TO_REPORT = "kumppani.network.letters.report"


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
    forget_old_words(at=at)
    if not organisation.is_reachable:
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
    if contact.letters.filter(hidden_now(RelayedLetter)).exists():
        raise NotNow(_("This exchange of letters has been stopped by a decision."))
    if answering.by_organisation:
        _to_person(contact, words, site, at)
    elif by != contact.person:
        raise NotPermitted(_("Sign in as the person this letter was sent to."))
    elif not contact.organisation.is_reachable:
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


@dataclass(frozen=True)
class Shown:
    """A letter that its receiver shows, and its words."""

    letter: RelayedLetter
    words: str


def letter_shown_by(token: str) -> Shown:
    """What the link to report a letter opens. Raises BadSignature for one that is not ours."""
    try:
        number, key = signing.loads(token, salt=SALT_TO_REPORT, max_age=LINK_HOLDS)
        letter = RelayedLetter.objects.select_related("contact__organisation__home", "contact__person").get(pk=number)
    except (signing.SignatureExpired, RelayedLetter.DoesNotExist) as fault:
        raise LinkTooOld from fault
    if letter.sealed is None:
        raise LinkTooOld
    return Shown(letter, unseal_words(bytes(letter.sealed), key))


def forget_old_words(*, at: datetime) -> int:
    """Delete the locked words of letters whose links have run out; give how many."""
    return RelayedLetter.objects.filter(at__lt=at - LINK_HOLDS, sealed__isnull=False).update(sealed=None)


def _link_to_report(letter: RelayedLetter, words: str) -> str:
    """Lock the words and give the path that opens them."""
    sealed, key = seal_words(words)
    letter.sealed = sealed
    letter.save(update_fields=["sealed"])
    return reverse("report-letter", args=[signing.dumps((letter.pk, key), salt=SALT_TO_REPORT)])


def _to_organisation(contact: Contact, words: str, site: str, at: datetime) -> None:
    letter = _count(contact, by_organisation=False, at=at)
    organisation = contact.organisation
    with override(organisation.language):
        said = {
            "person": contact.person.name,
            "organisation": organisation,
            "words": words.strip(),
            "link": urljoin(site, link_for(contact, by_organisation=True)),
            "report": urljoin(site, _link_to_report(letter, words.strip())),
        }
        subject = _("%(person)s writes: %(subject)s") % {"person": contact.person.name, "subject": contact.subject}
        body = (
            _(
                "%(person)s writes to %(organisation)s through the network:\n\n%(words)s\n\n"
                "Answer on this page; it holds for 60 days. Your e-mail address is not shown.\n%(link)s\n\n"
                "Is something wrong with this letter? Report it here; those who decide can read it only then.\n"
                "%(report)s"
            )
            % said
        )
    _send(organisation.contact_email, subject, body, organisation.language, at)


def _to_person(contact: Contact, words: str, site: str, at: datetime) -> None:
    letter = _count(contact, by_organisation=True, at=at)
    person, organisation = contact.person, contact.organisation
    with override(person.language):
        said = {
            "organisation": organisation,
            "words": words.strip(),
            "link": urljoin(site, link_for(contact, by_organisation=False)),
            "report": urljoin(site, _link_to_report(letter, words.strip())),
        }
        subject = _("%(organisation)s answers: %(subject)s") % {
            "organisation": organisation,
            "subject": contact.subject,
        }
        body = (
            _(
                "%(organisation)s answers you through the network:\n\n%(words)s\n\n"
                "Answer on this page; it holds for 60 days. Your e-mail address is not shown.\n%(link)s\n\n"
                "Is something wrong with this letter? Report it here; those who decide can read it only then.\n"
                "%(report)s"
            )
            % said
        )
    _send(person.email, subject, body, person.language, at)


def _send(to: str, subject: str, body: str, language: str, at: datetime) -> None:
    write_letter(to=to, subject=subject, body=body + "\n", language=language, at=at)


def _count(contact: Contact, *, by_organisation: bool, at: datetime) -> RelayedLetter:
    """Let a side write so many letters in a day: a person to all organisations together, an answer to one person."""
    Person.objects.select_for_update().get(pk=contact.person_id)
    sent = RelayedLetter.objects.filter(
        contact__person=contact.person_id, by_organisation=by_organisation, at__gt=at - timedelta(days=1)
    )
    if by_organisation:
        sent = sent.filter(contact=contact)
    if sent.count() >= LETTERS_A_DAY:
        raise NotNow(_("Ten letters have been sent within a day. Go on tomorrow."))
    return RelayedLetter.objects.create(contact=contact, by_organisation=by_organisation, at=at)
