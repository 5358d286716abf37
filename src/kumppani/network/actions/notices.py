"""Write, change, close and reopen a need or an offer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.history.recording import record
from kumppani.moderation.gate import is_hidden
from kumppani.network.faults import NotNow
from kumppani.network.followed import tell_of_notice
from kumppani.network.models import Notice, NoticeLabel, Organisation, State
from kumppani.network.permissions import may_act_for
from kumppani.network.profile import FACETS, Wording

PLAIN = ("title", "text", "language", "valid_to")


@transaction.atomic
def write_notice(*, organisation: Organisation, kind: str, wording: Wording, by: Person, at: datetime) -> Notice:
    """Tell what the organisation needs or offers; everybody reads it once the organisation is confirmed."""
    require(may_act_for(by, organisation))
    if organisation.state == State.ARCHIVED:
        raise NotNow(_("The organisation is in the archive."))
    _require_future(wording, at)
    plain = {name: getattr(wording, name) for name in PLAIN}
    notice = Notice.objects.create(organisation=organisation, kind=kind, written_at=at, **plain)
    _write_lists(notice, wording)
    what = gettext_noop("need written") if kind == Notice.Kind.NEED else gettext_noop("offer written")
    record(what, about=notice, by=by, at=at)
    tell_of_notice(notice, by=by, at=at)
    return notice


@transaction.atomic
def edit_notice(*, notice: Notice, wording: Wording, by: Person, at: datetime) -> None:
    require(may_act_for(by, notice.organisation))
    if is_hidden(notice):
        raise NotNow(_("It is hidden by a decision, and cannot be changed now. You can appeal."))
    _require_future(wording, at)
    for name in PLAIN:
        setattr(notice, name, getattr(wording, name))
    notice.save(update_fields=list(PLAIN))
    _write_lists(notice, wording)
    record(gettext_noop("notice edited"), about=notice, by=by, at=at)


@transaction.atomic
def close_notice(*, notice: Notice, by: Person, at: datetime) -> None:
    """Take it out of the lists; it can be reopened."""
    require(may_act_for(by, notice.organisation))
    if notice.closed_at is not None:
        raise NotNow(_("It is closed already."))
    notice.closed_at = at
    notice.save(update_fields=["closed_at"])
    record(gettext_noop("notice closed"), about=notice, by=by, at=at)


@transaction.atomic
def reopen_notice(*, notice: Notice, by: Person, at: datetime) -> None:
    require(may_act_for(by, notice.organisation))
    if notice.closed_at is None:
        raise NotNow(_("It is open already."))
    if notice.valid_to < at.date():
        raise NotNow(_("Its last day has passed. Change the last day first."))
    notice.closed_at = None
    notice.save(update_fields=["closed_at"])
    record(gettext_noop("notice reopened"), about=notice, by=by, at=at)
    tell_of_notice(notice, by=by, at=at)


def _require_future(wording: Wording, at: datetime) -> None:
    if wording.valid_to < at.date():
        raise NotNow(_("The last day has passed already."))


def _write_lists(notice: Notice, wording: Wording) -> None:
    notice.regions.set(wording.regions)
    notice.labels.all().delete()
    NoticeLabel.objects.bulk_create(
        NoticeLabel(notice=notice, facet=facet, code=code)
        for facet, name in FACETS.items()
        for code in getattr(wording, name)
    )
