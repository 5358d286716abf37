"""Who coordinates one region decides there and nowhere else: no button, no typed address and no forged request does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from kumppani.accounts import joining
from kumppani.accounts.models import Grant, JoinRequest, Person
from kumppani.accounts.roles import Role
from kumppani.history.models import Line
from kumppani.moderation import actions as moderation
from kumppani.moderation.models import Case
from kumppani.network.actions.organisations import confirm_organisation
from kumppani.network.models import Organisation
from kumppani.network.moderated import ORGANISATION
from kumppani.regions.models import Region
from tests.inbox import Inbox
from tests.journeys.desks import organisation_of, somebody

if TYPE_CHECKING:
    from tests.journeys.desks import Desk

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(databases=["default", "answers"], transaction=True),
]


@dataclass(frozen=True)
class Place:
    """A region with its coordinators, and what waits there for one of them."""

    name: str
    coordinator: Person
    helper: Grant
    """The role of another coordinator there."""
    request: JoinRequest
    organisation: Organisation
    case: Case


def place(code: str, coordinator: str, helper: str) -> Place:
    """Somebody asks to join, an organisation waits, and another is reported."""
    region, at = Region.objects.get(code=code), timezone.localtime()
    coordinates, helps = somebody(coordinator, coordinates=code), somebody(helper, coordinates=code)
    founder, reader = somebody(f"Founder-{code}"), somebody(f"Reader-{code}")
    Person.objects.filter(pk__in=[coordinates.pk, helps.pk]).update(region=region)
    asked = joining.Asked(f"Newcomer of {region}", f"newcomer@{code}.example", "en", region, f"Club of {region}")
    joining.ask_to_join(asked, address=address, at=at)
    request = JoinRequest.objects.get(region=region)
    joining.confirm(request, address=address, at=at)
    listed = organisation_of(founder, f"Singers of {region}", home=code)
    confirm_organisation(organisation=listed, by=coordinates, at=at)
    said = moderation.Reported(reason="respect", words="It hurts.", language="en")
    moderation.report(ORGANISATION, listed, said, by=reader, address=address, at=at)
    waiting = organisation_of(founder, f"Skiers of {region}", home=code)
    grant = Grant.objects.get(person=helps)
    return Place(str(region), coordinates, grant, request, waiting, Case.objects.get(region=region))


def address(name: str, args: list[object] | None = None) -> str:
    return f"https://site.example{reverse(name, args=args or [])}"


def everything_that_is_decided_on() -> dict[str, Any]:
    tables = (JoinRequest, Organisation, Case, Grant, Line)
    return {table.__name__: list(table._default_manager.order_by("pk").values()) for table in tables}


def test_she_decides_in_her_region_and_touches_nothing_in_another(desk_of, inbox):
    here, there = place("kainuu", "Katri", "Kaisa"), place("lappi", "Lotta", "Lauri")
    katri, lotta = desk_of(here.coordinator), desk_of(there.coordinator)

    katri.sign_in_with_a_role()
    expect(katri.page.get_by_role("link", name="1 person asks to join")).to_be_visible()
    katri.says_nothing_of(there.name)
    for link, own in WAITING.items():
        katri.goto("workplace/")
        katri.page.get_by_role("link", name=re.compile(link)).first.click()
        katri.says(f"{own} of {here.name}")
        katri.says_nothing_of(there.name)
    katri.goto("people/")
    katri.says("Kaisa")
    katri.says_nothing_of("Lauri")

    before = everything_that_is_decided_on()
    she_is_shown_nothing_of(katri, there)
    no_typed_address_leads(katri, there)
    no_forged_request_changes(katri, there)
    assert everything_that_is_decided_on() == before

    decides(katri, here, inbox)
    lotta.sign_in_with_a_role()
    decides(lotta, there, inbox)


WAITING = {"asks to join": "Newcomer", "Skiers": "Skiers", "report or appeal": "Singers"}
"""What stands on her work page, and what she finds behind it."""


def she_is_shown_nothing_of(desk: Desk, place: Place) -> None:
    """The public page of the reported organisation is all there is, with what every reader may do."""
    desk.goto("network/")
    desk.has_no_link(f"Skiers of {place.name}")
    desk.follow(f"Singers of {place.name}")
    desk.is_at(f"Singers of {place.name}")
    desk.has_no_button("Confirm the organisation", "Decline", "Archive", "History")
    desk.has_no_link("Members", "Edit the profile")


def no_typed_address_leads(desk: Desk, place: Place) -> None:
    code, listed = place.organisation.code, Organisation.objects.get(pk=place.case.number).code
    for path, status in {
        f"people/requests/{place.request.pk}/": 403,
        f"people/{place.helper.person_id}/": 403,
        f"network/organisations/{code}/": 404,
        f"network/organisations/{code}/edit/": 404,
        f"network/organisations/{code}/members/": 404,
        f"network/organisations/{listed}/edit/": 403,
        f"network/organisations/{listed}/members/": 403,
        f"moderation/cases/{place.case.pk}/": 404,
        f"moderation/decisions/{place.case.pk}/": 404,
    }.items():
        assert (path, desk.goto(path)) == (path, status)
        desk.says_nothing_of("newcomer@")
        desk.has_no_button("Approve", "Confirm the organisation", "Decide", "Give the role")


def no_forged_request_changes(desk: Desk, place: Place) -> None:
    code, listed = place.organisation.code, Organisation.objects.get(pk=place.case.number).code
    reason = {"because": "Because.", "rule": "respect", "outcome": "hidden"}
    role = {"role": Role.COORDINATOR.value, "place": "region:lappi", "until": ""}
    desk.goto("workplace/")
    for path, said, status in (
        (f"people/requests/{place.request.pk}/", {"deed": "approve"}, 403),
        (f"people/requests/{place.request.pk}/", {"deed": "decline", "answer": "No."}, 403),
        (f"people/{place.helper.person_id}/give-role/", role, 403),
        (f"people/roles/{place.helper.pk}/end/", {}, 403),
        (f"network/organisations/{code}/confirm/", {}, 404),
        (f"network/organisations/{code}/decline/", reason, 404),
        (f"network/organisations/{code}/archive/", {}, 404),
        (f"network/organisations/{listed}/archive/", {}, 403),
        (f"network/organisations/{listed}/decline/", reason, 403),
        (f"moderation/cases/{place.case.pk}/decide/", reason, 404),
        (f"moderation/cases/{place.case.pk}/show-again/", reason, 404),
        (f"moderation/cases/{place.case.pk}/appeal/", {**reason, "deed": "overturn"}, 404),
    ):
        assert (path, desk.forges(path, **said)) == (path, status)
    her_own = f"people/{Person.objects.get(name='Kaisa').pk}/give-role/"
    assert desk.forges(her_own, **role) == 400, "nor does she give a role there to somebody of her own region"


def decides(desk: Desk, place: Place, inbox: Inbox) -> None:
    """With the buttons of the pages; and what was decided is told by letter."""
    desk.goto("workplace/")
    desk.page.get_by_role("link", name="1 person asks to join").click()
    desk.follow(f"Newcomer of {place.name}")
    desk.says(place.request.email)
    desk.press("Approve")
    desk.says("Approved. A letter says how to sign in.")
    assert "Welcome" in inbox.newest_to(place.request.email)["Subject"]

    desk.goto("workplace/")
    desk.follow(f"Skiers of {place.name}")
    desk.follow(f"Skiers of {place.name}")
    desk.press("Confirm the organisation")
    desk.says("Confirmed. It stands in the directory now.")

    desk.goto("workplace/")
    desk.page.get_by_role("link", name="1 report or appeal").click()
    desk.follow(f"Singers of {place.name}")
    desk.page.get_by_label("Decision").select_option("left")
    desk.page.get_by_label("Which rule it is about").select_option("respect")
    desk.page.get_by_label("The reason, as the author will read it").fill("It breaks no rule.")
    desk.press("Decide")
    desk.says("Decided. Those concerned are told by letter.")

    desk.goto("people/")
    desk.follow(place.helper.person.name)
    desk.page.get_by_role("button", name="End today: Coordinator").click()
    desk.says("The role ends with this day.")
