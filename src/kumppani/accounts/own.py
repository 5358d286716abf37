"""What everybody may do with their own place here: read all that is kept of them, change it, and leave.

Who has left stays as a row without a name: releases and waves were approved and opened by somebody, and that there were
two of them is part of what the certificate says.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import reduce
from operator import or_

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.actions import NotNow, is_last_administrator
from kumppani.accounts.leaving import kept_elsewhere, part_with_everything, ties_of
from kumppani.accounts.letters import send
from kumppani.accounts.models import Grant, JoinRequest, Person
from kumppani.history.models import Line
from kumppani.history.recording import record
from kumppani.regions.models import Region

NAME_OF_WHO_LEFT = "–"


@transaction.atomic
def change_own(*, person: Person, name: str, language: str, region: Region | None, at: datetime) -> None:
    """Change what a person says of herself. The region says who sees her among their people."""
    person.name, person.language, person.region = name, language, region
    person.save(update_fields=["name", "language", "region"])
    record(gettext_noop("own details changed"), about=person, by=person, at=at)


def everything_about(person: Person) -> dict[str, object]:
    """Give all that is kept of a person, in plain values and the words of the database."""
    lines = (Line.objects.filter(by=person) | _lines_about(person)).order_by("at", "id")
    return {
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "region": person.region_id,
        "last_signed_in": _moment(person.last_login),
        "joined": _moment(person.joined_at),
        "terms_accepted": {"version": person.terms_version, "at": _moment(person.terms_accepted_at)},
        "roles": [
            {
                "role": grant.role,
                "where": grant.place_name(),
                "from": _moment(grant.valid_from),
                "until": _moment(grant.valid_to),
            }
            for grant in person.grants.select_related("area", "region")
        ],
        "second_factors": [
            {"kind": factor.type, "added_at": _moment(factor.created_at), "used_at": _moment(factor.last_used_at)}
            for factor in Authenticator.objects.filter(user=person)
        ],
        "requests_to_join": [
            {
                "name": asked.name,
                "organisation": asked.organisation,
                "reason": asked.reason,
                "state": asked.state,
                "made_at": _moment(asked.made_at),
                "answer": asked.answer,
            }
            for asked in JoinRequest.objects.filter(email__iexact=person.email)
        ],
        "history": [
            {"at": _moment(line.at), "what": line.what, "about": line.about_name, "by_you": line.by_id == person.pk}
            for line in lines
        ],
        **kept_elsewhere(person),
    }


@transaction.atomic
def leave(*, person: Person, at: datetime, what: str = "") -> None:
    """Take a person's name, address and roles away for good; she cannot sign in any more.

    What would be left without anybody is handed over first. A letter tells her, and her alone, that it is done.
    Whoever is removed has had letters before: ``what`` then says in the history why.
    """
    if is_last_administrator(person, timezone.localdate(at)):
        raise NotNow(_("The programme would be left without an administrator. Give the role to somebody else first."))
    held = [tie.sentence for tie in ties_of(person, on=timezone.localdate(at)) if tie.holds_back]
    if held:
        raise NotNow(_("Something would be left without anybody. Hand it over first:") + " " + " ".join(held))
    part_with_everything(person, at=at)
    email, language = person.email, person.language
    Line.objects.filter(by=person).update(by_name=NAME_OF_WHO_LEFT)
    _lines_about(person).update(about_name=NAME_OF_WHO_LEFT)
    Grant.objects.filter(person=person).delete()
    JoinRequest.objects.filter(email__iexact=email).delete()
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    person.name, person.email, person.is_active = NAME_OF_WHO_LEFT, f"left-{person.pk}@invalid", False
    person.region, person.last_login = None, None
    person.idle_letter, person.idle_told_at, person.idle_told_again_at = None, None, None
    person.save()
    record(what or gettext_noop("left"), about=person, by=None, at=at)
    if not what:
        send("accounts/letters/left", to=email, language=language, said={"email": email}, at=at)


def _lines_about(person: Person) -> QuerySet[Line]:
    """Lines whose words may name her: about herself, her roles, and her requests to join."""
    requests = JoinRequest.objects.filter(email__iexact=person.email)
    named = {
        Person: [person.pk],
        Grant: person.grants.values_list("pk", flat=True),
        JoinRequest: requests.values_list("pk", flat=True),
    }
    about = [
        Q(about_kind=kind._meta.label_lower, about_id__in=[str(pk) for pk in keys]) for kind, keys in named.items()
    ]
    return Line.objects.filter(reduce(or_, about))


def _moment(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
