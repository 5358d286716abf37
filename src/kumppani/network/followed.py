"""What of the network is told to those who follow it, and by what it is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kumppani.accounts.models import Person
from kumppani.design.numbers import row_number
from kumppani.following.kinds import Facet as FollowedFacet
from kumppani.following.kinds import Kind, register_facet, register_kind
from kumppani.following.telling import tell
from kumppani.network.codes import choices_of, name_of
from kumppani.network.models import Facet, Membership, Notice, Organisation
from kumppani.network.queries import visible_memberships, visible_notices, visible_organisations

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ORGANISATIONS = "organisations"
NEW_ORGANISATION = "network.organisation"
PROFILE = "network.profile"
NEED, OFFER = "network.need", "network.offer"
MEMBER = "network.member"
EDITS_ARE_ONE_FOR = timedelta(days=1)


def register() -> None:
    for facet in Facet:
        register_facet(_coded(facet))
    register_facet(FollowedFacet(ORGANISATIONS, _("Organisations"), None, _names_of_organisations))
    register_kind(_organisation_kind(NEW_ORGANISATION, _("New organisations")))
    register_kind(_organisation_kind(PROFILE, _("Changed profiles of organisations")))
    register_kind(_notice_kind(NEED, _("Needs"), Notice.Kind.NEED))
    register_kind(_notice_kind(OFFER, _("Offers"), Notice.Kind.OFFER))
    register_kind(
        Kind(
            MEMBER,
            _("New members of my organisations"),
            Membership,
            lambda person, on: visible_memberships(person, on=on),
            lambda membership: reverse("members", args=[membership.organisation.code]),
            lambda membership: membership.organisation.language,
        )
    )


def tell_of_organisation(kind: str, organisation: Organisation, *, by: Person, at: datetime) -> None:
    again = EDITS_ARE_ONE_FOR if kind == PROFILE else None
    tell(kind, subject=organisation, by=by, at=at, labels=_labels(organisation, organisation), not_again_for=again)


def tell_of_notice(notice: Notice, *, by: Person, at: datetime) -> None:
    kind = NEED if notice.kind == Notice.Kind.NEED else OFFER
    tell(kind, subject=notice, by=by, at=at, labels=_labels(notice, notice.organisation))


def tell_of_member(membership: Membership, *, by: Person, at: datetime) -> None:
    labels = {ORGANISATIONS: [str(membership.organisation_id)]}
    tell(MEMBER, subject=membership, by=by, at=at, labels=labels)


def _labels(described: Organisation | Notice, organisation: Organisation) -> dict[str, Iterable[str]]:
    codes: dict[str, Iterable[str]] = {
        str(facet): [label.code for label in described.labels.filter(facet=facet)] for facet in Facet
    }
    return {
        **codes,
        "regions": list(described.regions.values_list("pk", flat=True)),
        ORGANISATIONS: [str(organisation.pk)],
    }


def _coded(facet: Facet) -> FollowedFacet:
    def choices() -> list[tuple[str, str]]:
        return choices_of(facet)

    def names(codes: Iterable[str]) -> Mapping[str, str]:
        return {code: name_of(facet, code) for code in codes}

    return FollowedFacet(str(facet), facet.label, choices, names)


def _names_of_organisations(codes: Iterable[str]) -> Mapping[str, str]:
    """Those everybody may see: whoever types a number into an address is not told the name of a draft."""
    keys = [number for code in codes if (number := row_number(code)) is not None]
    listed = Organisation.objects.listed().filter(pk__in=keys)
    return {str(key): name for key, name in listed.values_list("pk", "name")}


def _organisation_kind(name: str, label: StrOrPromise) -> Kind:
    return Kind(
        name,
        label,
        Organisation,
        lambda person, on: visible_organisations(person, on=on),
        lambda organisation: reverse("organisation", args=[organisation.code]),
        lambda organisation: organisation.language,
    )


def _notice_kind(name: str, label: StrOrPromise, kind: str) -> Kind:
    return Kind(
        name,
        label,
        Notice,
        lambda person, on: visible_notices(person, on=on).filter(kind=kind),
        lambda notice: reverse("notice", args=[notice.pk]),
        lambda notice: notice.language,
    )
