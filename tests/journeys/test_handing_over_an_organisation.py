"""The only administrator of an organisation hands it to a colleague and goes; it is never without an administrator."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kumppani.network.actions.organisations import confirm_organisation
from tests.inbox import address_in, words_of
from tests.journeys.desks import organisation_of, somebody

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(databases=["default", "answers"], transaction=True),
]
NAME = "Invented language cafés"
HANDED_OVER = "administration handed over (Bea Berg: Invented language cafés)"


def test_from_the_invitation_to_the_leaving(desk_of, inbox):
    aino, bea = somebody("Aino Aalto"), somebody("Bea Berg")
    organisation = organisation_of(aino, NAME)
    confirm_organisation(organisation=organisation, by=somebody("Kai", coordinates="uusimaa"), at=timezone.localtime())
    members = f"network/organisations/{organisation.code}/members/"
    former, colleague = desk_of(aino), desk_of(bea)

    former.goto("sign-in/")
    former.sign_in()
    former.follow("My organisations")
    former.follow(NAME)
    former.follow("Members")
    former.press("Leave")
    former.says("You are the only member")
    former.says("Invite somebody, or put it in the archive.")
    former.page.get_by_label("E-mail address").fill(bea.email)
    former.press("Invite")
    former.says("Invited. The letter tells how to accept.")

    invitation = inbox.newest_to(bea.email)
    assert f"Aino Aalto invites you to become a member of {NAME}" in words_of(invitation)
    assert aino.email not in invitation.as_string()
    colleague.page.goto(address_in(invitation, "/network/"))
    colleague.sign_in()
    colleague.is_at("My organisations")
    colleague.item(NAME).get_by_role("button", name="Accept").click()
    colleague.says("You are a member now.")
    colleague.has_no_link("Edit the profile")
    colleague.follow("Members")
    colleague.has_no_button("Invite", "Hand over", "Remove", "Make an administrator")

    former.goto(members)
    former.press("Leave")
    former.says("The organisation would be left without an administrator. Hand the role over first.")
    former.press("Hand over to Bea Berg")
    former.says("Handed over. You are a member now.")
    former.has_no_button("Invite", "Hand over", "Remove", "Make a member")
    former.follow(NAME)
    former.has_no_link("Edit the profile")
    former.has_no_button("Archive")
    told(former)
    assert former.goto(f"network/organisations/{organisation.code}/edit/") == 403
    former.says("Only an administrator of the organisation may do this.")

    colleague.goto(f"network/organisations/{organisation.code}/")
    told(colleague)
    colleague.follow("Edit the profile")
    colleague.page.get_by_label("What you do").fill("We also learn to cycle.")
    colleague.press("Save")
    colleague.says("We also learn to cycle.")
    colleague.follow("Members")
    expect(colleague.page.get_by_role("heading", name="Invite a member")).to_be_visible()

    former.goto(members)
    former.press("Leave")
    former.says("You have left the organisation.")
    former.says("You act for no organisation yet.")
    assert former.goto(members) == 403
    former.has_no_button("Leave")
    colleague.goto(members)
    colleague.says_nothing_of("Aino Aalto")
    colleague.press("Leave")
    colleague.says("Invite somebody, or put it in the archive.")


def told(desk):
    desk.page.locator("summary", has_text="History").click()
    desk.says(HANDED_OVER)
    desk.says("organisation founded")
