"""Asking to join, and what those who coordinate the region do with it.

Whoever asks has no account: a letter with a signed link shows that the address is hers. Until it is pressed nobody sees
the request, and the page says the same whether the address is known here or not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.actions import NotNow
from kumppani.accounts.letters import send
from kumppani.accounts.models import JoinRequest, Person
from kumppani.accounts.permissions import may_decide, require
from kumppani.accounts.queries import people_who_decide
from kumppani.history.recording import record
from kumppani.regions.models import Region

Address = Callable[..., str]
"""Gives the full address of a page by its name, in the language in force."""
SALT = "kumppani.accounts.joining"
LINK_DAYS = 7
KEPT_DAYS = 365
"""So long a decided request is kept; one whose address nobody confirmed, as long as its link."""


@dataclass(frozen=True)
class Asked:
    """What somebody wrote who wants to join."""

    name: str
    email: str
    language: str
    region: Region
    organisation: str
    reason: str = ""


@transaction.atomic
def ask_to_join(asked: Asked, *, address: Address, at: datetime) -> None:
    """Send a letter whose link confirms the address; to one that is known already, a letter that says so.

    What has been kept too long is forgotten on the way: that needs no clockwork.
    """
    forget_old_requests(at=at)
    if Person.objects.filter(email__iexact=asked.email).exists():
        sign_in = {"address": lambda: address("account_request_login_code")}
        send("accounts/letters/known_already", to=asked.email, language=asked.language, said=sign_in, at=at)
        return
    request = JoinRequest.objects.create(**(vars(asked) | {"email": asked.email.lower()}), made_at=at)
    link = signing.dumps(request.pk, salt=SALT)
    said = {"name": request.name, "days": LINK_DAYS, "address": lambda: address("confirm-joining", args=[link])}
    until = at + timedelta(days=LINK_DAYS)
    send("accounts/letters/confirm", to=request.email, language=request.language, said=said, at=at, of_use_until=until)


def request_of(link: str) -> JoinRequest | None:
    """Give the request that a link confirms; None where the link is wrong, too old, or its request decided or gone."""
    try:
        pk = signing.loads(link, salt=SALT, max_age=timedelta(days=LINK_DAYS))
    except signing.BadSignature:
        return None
    open_states = (JoinRequest.State.UNCONFIRMED, JoinRequest.State.WAITING)
    return JoinRequest.objects.select_related("region").filter(pk=pk, state__in=open_states).first()


def confirm(request: JoinRequest, *, address: Address, at: datetime) -> None:
    """Let the request wait for an answer, and tell those who can give one. Twice is as good as once."""
    if request.state == JoinRequest.State.WAITING:
        return
    try:
        with transaction.atomic():
            request.state = JoinRequest.State.WAITING
            request.save(update_fields=["state"])
            record(gettext_noop("asked to join"), about=request, by=None, at=at)
            for person in people_who_decide(request, on=timezone.localdate(at)):
                said = {"address": lambda: address("join-request", args=[request.pk]), "region": request.region}
                send("accounts/letters/waits", to=person.email, language=person.language, said=said, at=at)
    except IntegrityError:
        raise NotNow(_("Another request from this address waits already. You need not ask again.")) from None


@transaction.atomic
def approve(*, request: JoinRequest, by: Person, address: Address, at: datetime) -> Person:
    """Let somebody in: she can sign in from now on, and a letter says so."""
    request = _decided(request, JoinRequest.State.APPROVED, by=by, at=at)
    if Person.objects.filter(email__iexact=request.email).exists():
        raise NotNow(_("Somebody here has this e-mail address already."))
    person = Person.objects.create_person(
        email=request.email, name=request.name, language=request.language, region=request.region
    )
    record(gettext_noop("let in"), about=person, by=by, at=at)
    said = {"name": person.name, "address": lambda: address("account_request_login_code")}
    send("accounts/letters/welcome", to=person.email, language=person.language, said=said, at=at)
    return person


@transaction.atomic
def decline(*, request: JoinRequest, answer: str, by: Person, at: datetime) -> None:
    """Decline with a reason, which the letter gives word for word."""
    request = _decided(request, JoinRequest.State.DECLINED, by=by, at=at, answer=answer)
    record(gettext_noop("request to join declined"), about=request, by=by, at=at)
    said = {"name": request.name, "answer": answer}
    send("accounts/letters/declined", to=request.email, language=request.language, said=said, at=at)


def _decided(
    request: JoinRequest, state: JoinRequest.State, *, by: Person, at: datetime, answer: str = ""
) -> JoinRequest:
    require(may_decide(by, request, on=timezone.localdate(at)))
    locked = JoinRequest.objects.select_for_update().select_related("region").get(pk=request.pk)
    if locked.state != JoinRequest.State.WAITING:
        raise NotNow(_("Somebody has answered this request already."))
    locked.state, locked.decided_at, locked.decided_by, locked.answer = state, at, by, answer
    locked.save(update_fields=["state", "decided_at", "decided_by", "answer"])
    return locked


def forget_old_requests(*, at: datetime) -> int:
    """Delete requests that nobody confirmed in time, and those decided long ago; give how many."""
    unconfirmed = JoinRequest.objects.filter(
        state=JoinRequest.State.UNCONFIRMED, made_at__lt=at - timedelta(days=LINK_DAYS)
    )
    decided = JoinRequest.objects.filter(decided_at__lt=at - timedelta(days=KEPT_DAYS))
    return sum(found.delete()[0] for found in (unconfirmed, decided))
