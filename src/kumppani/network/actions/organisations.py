"""Found an organisation, confirm it, keep its profile true, put it away."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from itertools import count

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.history.recording import record
from kumppani.mailing.sending import write_letter
from kumppani.moderation.gate import is_hidden
from kumppani.network.faults import EditedMeanwhile, NotNow
from kumppani.network.followed import NEW_ORGANISATION, PROFILE, tell_of_organisation
from kumppani.network.index import index_organisation
from kumppani.network.models import Membership, Organisation, OrganisationLabel, State
from kumppani.network.permissions import may_administer, may_confirm, may_write
from kumppani.network.profile import FACETS, Profile

LONGEST_CODE = 70
MOST_ATTEMPTS = 20
PLAIN = ("name", "text", "language", "kind", "home", "website", "contact_email")


@transaction.atomic
def found_organisation(*, profile: Profile, by: Person, at: datetime) -> Organisation:
    """Anybody who has signed in may; she becomes its administrator, and it waits for confirmation."""
    require(may_write(by))
    organisation = _with_free_code(profile, at)
    _write_lists(organisation, profile)
    Membership.objects.create(organisation=organisation, person=by, role=Membership.Role.ADMIN, since=at.date())
    record(gettext_noop("organisation founded"), about=organisation, by=by, at=at)
    return organisation


@transaction.atomic
def edit_profile(*, organisation: Organisation, profile: Profile, version: int, by: Person, at: datetime) -> None:
    """Save the profile unless somebody saved another after ``version``; then nothing is written."""
    require(may_administer(by, organisation))
    organisation = _locked(organisation)
    if is_hidden(organisation):
        raise NotNow(_("It is hidden by a decision, and cannot be changed now. You can appeal."))
    if organisation.version != version:
        raise EditedMeanwhile(
            _("Somebody else has saved this profile meanwhile. Nothing you wrote is lost: see below."), organisation
        )
    for name in PLAIN:
        setattr(organisation, name, getattr(profile, name))
    organisation.version += 1
    organisation.save()
    _write_lists(organisation, profile)
    record(gettext_noop("profile edited"), about=organisation, by=by, at=at)
    tell_of_organisation(PROFILE, organisation, by=by, at=at)


@transaction.atomic
def confirm_organisation(*, organisation: Organisation, by: Person, at: datetime) -> None:
    """Let everybody see it."""
    require(may_confirm(by, organisation, on=at.date()))
    organisation = _locked_in(organisation, State.WAITING, _("Only an organisation that waits can be confirmed."))
    organisation.state, organisation.confirmed_at, organisation.confirmed_by = State.CONFIRMED, at, by
    organisation.declined_because = ""
    organisation.save(update_fields=["state", "confirmed_at", "confirmed_by", "declined_because"])
    record(gettext_noop("organisation confirmed"), about=organisation, by=by, at=at)
    tell_of_organisation(NEW_ORGANISATION, organisation, by=by, at=at)
    _tell_admins(organisation, at, because="")


@transaction.atomic
def decline_organisation(*, organisation: Organisation, because: str, by: Person, at: datetime) -> None:
    """Hand it back to its members as a draft, with the reason; they may change it and send it again."""
    require(may_confirm(by, organisation, on=at.date()))
    organisation = _locked_in(organisation, State.WAITING, _("Only an organisation that waits can be declined."))
    if not because.strip():
        raise NotNow(_("Write the reason: the organisation's members read it."))
    organisation.state, organisation.declined_because = State.DRAFT, because.strip()
    organisation.save(update_fields=["state", "declined_because"])
    record(gettext_noop("organisation declined"), about=organisation, by=by, at=at)
    _tell_admins(organisation, at, because=because.strip())


@transaction.atomic
def send_again(*, organisation: Organisation, by: Person, at: datetime) -> None:
    """Ask for confirmation once more: after a decline, or out of the archive."""
    require(may_administer(by, organisation))
    organisation = _locked(organisation)
    if organisation.state not in (State.DRAFT, State.ARCHIVED):
        raise NotNow(_("It has been sent already."))
    organisation.state, organisation.sent_at, organisation.declined_because = State.WAITING, at, ""
    organisation.save(update_fields=["state", "sent_at", "declined_because"])
    record(gettext_noop("organisation sent for confirmation"), about=organisation, by=by, at=at)


@transaction.atomic
def confirm_that_profile_holds(*, organisation: Organisation, by: Person, at: datetime) -> None:
    """Say once a year that the profile is still true; who does not is shown below the others."""
    require(may_administer(by, organisation))
    organisation = _locked_in(organisation, State.CONFIRMED, _("It waits for its first confirmation by a coordinator."))
    organisation.confirmed_at, organisation.confirmed_by = at, by
    organisation.save(update_fields=["confirmed_at", "confirmed_by"])
    record(gettext_noop("profile confirmed to hold"), about=organisation, by=by, at=at)


@transaction.atomic
def archive_organisation(*, organisation: Organisation, by: Person, at: datetime) -> None:
    """Take it out of the directory with its needs and offers; its members can send it for confirmation again."""
    require(may_administer(by, organisation) or may_confirm(by, organisation, on=at.date()))
    organisation = _locked(organisation)
    if organisation.state == State.ARCHIVED:
        raise NotNow(_("It is in the archive already."))
    organisation.state, organisation.archived_at = State.ARCHIVED, at
    organisation.save(update_fields=["state", "archived_at"])
    record(gettext_noop("organisation archived"), about=organisation, by=by, at=at)


def _write_lists(organisation: Organisation, profile: Profile) -> None:
    organisation.regions.set(profile.regions)
    organisation.labels.all().delete()
    OrganisationLabel.objects.bulk_create(
        OrganisationLabel(organisation=organisation, facet=facet, code=code)
        for facet, name in FACETS.items()
        for code in getattr(profile, name)
    )
    index_organisation(organisation)


def _with_free_code(profile: Profile, at: datetime) -> Organisation:
    """Two who found one of the same name at once choose the same address; the second then chooses anew."""
    plain = {name: getattr(profile, name) for name in PLAIN}
    for _attempt in range(MOST_ATTEMPTS):
        with suppress(IntegrityError), transaction.atomic():
            return Organisation.objects.create(code=_free_code(profile.name), state=State.WAITING, sent_at=at, **plain)
    raise NotNow(_("Many add an organisation of this name at this moment. Try again."))


def _free_code(name: str) -> str:
    """An address of the name's letters; of a name without any that an address takes, of a number."""
    wanted = slugify(name)[:LONGEST_CODE].strip("-") or "organisation"
    taken = set(Organisation.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    return next(code for code in _numbered(wanted) if code not in taken)


def _numbered(wanted: str) -> Iterable[str]:
    yield wanted
    yield from (f"{wanted}-{number}" for number in count(2))


def _tell_admins(organisation: Organisation, at: datetime, *, because: str) -> None:
    admins = organisation.memberships.current().filter(role=Membership.Role.ADMIN).select_related("person")
    for membership in admins:
        person = membership.person
        with override(person.language):
            if because:
                subject = _("%(organisation)s was not confirmed yet") % {"organisation": organisation}
                body = _(
                    "A coordinator did not confirm %(organisation)s yet, for this reason:\n\n%(because)s\n\n"
                    "Change the profile on the site and send it again."
                ) % {"organisation": organisation, "because": because}
            else:
                subject = _("%(organisation)s is confirmed") % {"organisation": organisation}
                body = _("%(organisation)s stands in the directory of the network now.") % {
                    "organisation": organisation
                }
        write_letter(to=person.email, subject=subject, body=body + "\n", language=person.language, at=at)


def _locked_in(organisation: Organisation, state: State, otherwise: str) -> Organisation:
    organisation = _locked(organisation)
    if organisation.state != state:
        raise NotNow(otherwise)
    return organisation


def _locked(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)
