"""What was reported in the demonstration's network: one thing is overdue, one decided and appealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import yaml
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.mailing.models import Letter
from kumppani.moderation import actions
from kumppani.moderation.models import Case
from kumppani.network.actions.notices import write_notice
from kumppani.network.demonstration import FILE, MEMBER, wording_of
from kumppani.network.models import Membership, Organisation
from kumppani.network.moderated import NOTICE
from kumppani.regions.models import Region


@transaction.atomic
def load_demonstration_reports(*, coordinator: Person, at: datetime) -> None:
    """Write and report them by the site's own actions, once, without a letter: the mailbox is to begin empty."""
    if Case.objects.exists():
        return
    there = set(Letter.objects.values_list("pk", flat=True))
    regions = Region.objects.in_bulk()
    organisations = {organisation.name: organisation for organisation in Organisation.objects.all()}
    for entry in yaml.safe_load(FILE.read_text(encoding="utf-8"))["reports"]:
        if entry["of"] in organisations:
            _report(entry, organisations[entry["of"]], regions, coordinator, at)
    Letter.objects.exclude(pk__in=there).delete()


def _report(
    entry: dict[str, Any], organisation: Organisation, regions: dict[str, Region], coordinator: Person, at: datetime
) -> None:
    admins = organisation.memberships.current().filter(role=Membership.Role.ADMIN).select_related("person")
    author = admins[0].person
    at = timezone.localtime(at - timedelta(days=entry["ago"]))
    notice = write_notice(
        organisation=organisation, kind=entry["kind"], wording=wording_of(entry, regions, at), by=author, at=at
    )
    said = actions.Reported(reason=entry["reason"], words=entry["said"], language=entry["language"])
    reporter = Person.objects.filter(email=MEMBER).exclude(pk=author.pk).first()
    case = actions.report(NOTICE, notice, said, by=reporter, address=_no_address, at=at).case
    if "outcome" in entry:
        at += timedelta(days=1)
        case = actions.decide(
            case=case,
            outcome=entry["outcome"],
            rule=entry["reason"],
            because=entry["because"],
            by=coordinator,
            address=_no_address,
            at=at,
        )
    if "appeal" in entry:
        actions.appeal(case=case, words=entry["appeal"], by=author, address=_no_address, at=at + timedelta(days=1))


def _no_address(name: str, args: Sequence[object] = ()) -> str:
    """The letters are not sent."""
    return reverse(name, args=list(args))
