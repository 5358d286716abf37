"""Who needs a second factor, whether this session has shown one, and every change of somebody's factors.

A second factor is a passkey or an authenticator app; recovery codes stand in for one that is lost. Every change writes
a line into the history and a letter to the person it concerns, in the transaction of the change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from kumppani.accounts.actions import NotNow
from kumppani.accounts.models import Person
from kumppani.accounts.permissions import ALLOWED, RESET_SECOND_FACTOR, Decision, NotPermitted, holds, require
from kumppani.history.recording import record
from kumppani.mailing.sending import write_letter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PASSKEY, APP, RECOVERY_CODES = Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES
LONGEST_REASON = 200


@dataclass(frozen=True)
class Change:
    """What happened to somebody's factors: a phrase for the history, a sentence for the letter."""

    what: str
    told: StrOrPromise


PASSKEY_ADDED = Change(gettext_noop("passkey added"), gettext_lazy("A passkey was added to your sign-in."))
PASSKEY_REMOVED = Change(gettext_noop("passkey removed"), gettext_lazy("A passkey was removed from your sign-in."))
APP_ADDED = Change(
    gettext_noop("authenticator app added"), gettext_lazy("An authenticator app was added to your sign-in.")
)
APP_REMOVED = Change(
    gettext_noop("authenticator app removed"), gettext_lazy("The authenticator app was removed from your sign-in.")
)
CODES_MADE = Change(
    gettext_noop("recovery codes made"),
    gettext_lazy("New recovery codes were made for your sign-in. The earlier ones work no more."),
)
FACTORS_RESET = Change(
    gettext_noop("second factor reset"),
    gettext_lazy(
        "Your passkeys, authenticator app and recovery codes were removed, and you were signed out everywhere. "
        "Sign in with a code sent by e-mail; if your role asks for a second factor, you set up a new one then."
    ),
)


def is_asked_of(person: Person, *, on: date) -> bool:
    """Whoever holds a role on this day needs a second factor, unless the operator has said that nobody does."""
    return settings.SECOND_FACTOR_REQUIRED and person.grants.in_force(on).exists()


def was_shown(request: HttpRequest) -> bool:
    """Has the person of this session shown a second factor, or set one up, since it began?"""
    return any(shown["method"] == "mfa" for shown in get_authentication_records(request, request.user))


def remember_shown(request: HttpRequest, factor: Authenticator) -> None:
    """Whoever has just set a factor up holds it, and is not asked for it at once."""
    record_authentication(request, factor.user, "mfa", id=factor.pk, type=factor.type, reauthenticated=True)


def factors_of(person: Person) -> QuerySet[Authenticator]:
    """Her passkeys and her authenticator app, oldest first; recovery codes are none by themselves."""
    return Authenticator.objects.filter(user=person, type__in=(PASSKEY, APP)).order_by("created_at", "pk")


def may_remove(person: Person, factor: Authenticator, *, on: date) -> Decision:
    """The last second factor stays as long as a role asks for one."""
    if is_asked_of(person, on=on) and not factors_of(person).exclude(pk=factor.pk).exists():
        return Decision(
            False,
            _("This is your only second factor, and your role asks for one. Add another first, then remove this."),
        )
    return ALLOWED


@transaction.atomic
def remove_factor(*, factor: Authenticator, by: Person, at: datetime) -> None:
    """Remove a passkey or the authenticator app of one's own; recovery codes go with the last."""
    if factor.user_id != by.pk:
        raise NotPermitted(_("This belongs to somebody else."))
    # Locked, so that two removals at once do not each take the other's for the one that stays.
    person = Person.objects.select_for_update().get(pk=by.pk)
    if not (decision := may_remove(person, factor, on=timezone.localdate(at))):
        raise NotNow(decision.sentence)
    Authenticator.objects.filter(pk=factor.pk).delete()
    if not factors_of(person).exists():
        Authenticator.objects.filter(user=person).delete()
    tell(PASSKEY_REMOVED if factor.type == PASSKEY else APP_REMOVED, person=person, by=by, at=at)


def may_reset(administrator: Person, person: Person, *, on: date) -> Decision:
    """Nobody resets her own: whoever came to an administrator's open session could then make it his for good."""
    if administrator == person:
        return Decision(False, str(_("You cannot reset your own second factor. Another administrator can.")))
    return holds(administrator, RESET_SECOND_FACTOR, on=on)


@transaction.atomic
def reset_factors(*, person: Person, reason: str, by: Person | None, at: datetime) -> None:
    """Remove everything of somebody who has lost it, and end her sessions. No ``by`` is an operator at the machine."""
    if by is not None:
        require(may_reset(by, person, on=timezone.localdate(at)))
    if not reason.strip():
        raise NotNow(_("Write the reason."))
    if not Authenticator.objects.filter(user=person).exists():
        raise NotNow(_("She or he has no second factor."))
    Authenticator.objects.filter(user=person).delete()
    # A session is tied to the password, also to one that nobody can use: another ends them all.
    person.set_unusable_password()
    person.save(update_fields=["password"])
    tell(FACTORS_RESET, person=person, by=by, at=at, reason=reason.strip()[:LONGEST_REASON])


@transaction.atomic
def tell(change: Change, *, person: Person, by: Person | None, at: datetime, reason: str = "") -> None:
    """Write the line and the letter of a change of factors."""
    record(change.what, about=person, by=by, at=at, note=reason)
    with override(person.language):
        words = {"change": change.told, "at": at, "reason": reason, "by": by if by != person else None}
        subject = _("Your sign-in was changed")
        body = render_to_string("accounts/email/second_factor_changed.txt", words).strip() + "\n"
    write_letter(to=person.email, subject=subject, body=body, language=person.language, at=at)
