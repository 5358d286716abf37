"""The network of the demonstration, written by the site's own actions. Everything in it is invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import override, pgettext_lazy

from kumppani.accounts.models import Person
from kumppani.following.actions import follow
from kumppani.network.actions.notices import write_notice
from kumppani.network.actions.organisations import found_organisation
from kumppani.network.followed import NEW_ORGANISATION, tell_of_organisation
from kumppani.network.models import Organisation, State
from kumppani.network.profile import Profile, Wording
from kumppani.regions.models import Region

FILE = Path(__file__).with_name("demonstration.yaml")
DOMAIN = "demonstration.example"
MEMBER = f"member@{DOMAIN}"
"""Administers a few of the organisations; a visitor signs in as her."""
HOST = f"host@{DOMAIN}"
"""Administers the others."""
MEMBER_NAME = pgettext_lazy("demonstration", "Member of organisations")
HOST_NAME = pgettext_lazy("demonstration", "Host of the other organisations")
FOLLOWED = ({"themes": {"education"}, "regions": {"uusimaa"}}, {"kinds": {"network.offer"}, "regions": {"pirkanmaa"}})
"""What the member follows."""
A_MONTH = timedelta(days=30.5)


@transaction.atomic
def load_demonstration_network(*, coordinator: Person, at: datetime) -> None:
    """Write people, organisations, needs and offers, once: what is there already stays as it is."""
    if Organisation.objects.exists():
        return
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    member, host = _person(MEMBER, MEMBER_NAME), _person(HOST, HOST_NAME)
    regions = Region.objects.in_bulk()
    made = {entry["name"]: (entry, _found(entry, regions, member, host, at)) for entry in said["organisations"]}
    _confirm([(entry, founded) for entry, founded in made.values() if not entry.get("waits")], coordinator, at)
    for days, (entry, organisation) in enumerate(made.values()):
        if not entry.get("waits"):
            tell_of_organisation(NEW_ORGANISATION, organisation, by=coordinator, at=at - timedelta(days=days))
    for days, entry in enumerate(said["notices"]):
        of, organisation = made[entry["of"]]
        by = member if of.get("mine") else host
        written = at - timedelta(days=days, hours=days % 7)
        write_notice(
            organisation=organisation, kind=entry["kind"], wording=wording_of(entry, regions, at), by=by, at=written
        )
    for codes in FOLLOWED:
        follow(person=member, codes=codes, at=at)


def _person(email: str, name: Any) -> Person:
    found = Person.objects.filter(email=email).first()
    if found is not None:
        return found
    with override("fi"):
        return Person.objects.create_person(email=email, name=str(name), language="fi")


def _found(
    entry: dict[str, Any], regions: dict[str, Region], member: Person, host: Person, at: datetime
) -> Organisation:
    profile = Profile(
        **{name: entry[name] for name in ("name", "text", "language", "kind")},
        home=regions[entry["home"]],
        **_lists(entry, regions),
        website="",
        contact_email=f"contact@{DOMAIN}",
    )
    return found_organisation(profile=profile, by=member if entry.get("mine") else host, at=at)


def _confirm(made: list[tuple[dict[str, Any], Organisation]], coordinator: Person, at: datetime) -> None:
    """Confirm without a letter for each: the mailbox of the demonstration is to begin empty."""
    for entry, organisation in made:
        organisation.state, organisation.confirmed_by = State.CONFIRMED, coordinator
        organisation.confirmed_at = at - entry.get("months", 0) * A_MONTH
    Organisation.objects.bulk_update(
        [organisation for _, organisation in made], ["state", "confirmed_by", "confirmed_at"]
    )


def wording_of(entry: dict[str, Any], regions: dict[str, Region], at: datetime) -> Wording:
    return Wording(
        **{name: entry[name] for name in ("title", "text", "language")},
        **_lists(entry, regions),
        valid_to=(at + timedelta(days=entry["days"])).date(),
    )


def _lists(entry: dict[str, Any], regions: dict[str, Region]) -> dict[str, Any]:
    return {
        "regions": tuple(regions[code] for code in entry["regions"]),
        "themes": tuple(entry["themes"]),
        "target_groups": tuple(entry["groups"]),
        "languages": tuple(entry["languages"]),
    }
