"""Somebody who worked everywhere takes along all that is kept of her and leaves; her words stay, her name is gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.utils import timezone
from playwright.sync_api import expect

from kumppani.network.actions.organisations import confirm_organisation
from tests.inbox import Inbox, address_in, words_of
from tests.journeys.desks import organisation_of, somebody
from tests.journeys.people import save

if TYPE_CHECKING:
    from tests.journeys.desks import Desk

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(databases=["default", "answers"], transaction=True),
]
NAME, ADDRESS = "Dina Dahl", "dina@example.org"
CAFES, NEIGHBOURS, FAIR = "Invented language cafés", "Invented neighbours", "A fair for newcomers"
WORDS = "I bring the big coffee machine."


def test_she_takes_everything_along_and_leaves_her_words_without_her_name(desk_of, inbox, tmp_path):
    dina, eero, frida = somebody(NAME), somebody("Eero Eskola"), somebody("Frida Fors")
    kai = somebody("Kai", coordinates="uusimaa")
    cafes = organisation_of(eero, CAFES)
    neighbours = organisation_of(frida, NEIGHBOURS)
    for organisation in (cafes, neighbours):
        confirm_organisation(organisation=organisation, by=kai, at=timezone.localtime())
    colleague, leaving = desk_of(eero), desk_of(dina)

    workspace = invites_her(colleague, cafes.code)
    leaving.page.goto(address_in(inbox.newest_to(ADDRESS), "/projects/"))
    leaving.sign_in()
    works_everywhere(leaving, workspace)
    assert f"{NAME} writes to {NEIGHBOURS}" in words_of(inbox.newest_to(neighbours.contact_email))
    answers_and_names_her(colleague, workspace)

    leaving.goto("workplace/")
    leaving.follow(f"Your account: {NAME}")
    kept = save(leaving.page, "Download all of it", tmp_path / "everything.json", role="link")
    is_hers_alone(kept, others=[eero.email, frida.email, kai.email, cafes.contact_email, neighbours.contact_email])

    letters = len(inbox.messages)
    leaving.press("Delete my account")
    leaving.says("Your account is deleted. Thank you for having been with us.")
    (farewell,) = inbox.messages[letters:]
    assert (farewell["To"], farewell["Subject"]) == (ADDRESS, "Your account is deleted")
    assert "stays without your name" in words_of(farewell)
    she_is_let_in_no_more(leaving, inbox)

    she_is_named_nowhere(colleague, workspace, cafes.code)
    assert rows_with(NAME) == rows_with(ADDRESS) == []


def invites_her(desk: Desk, code: str) -> str:
    """Into the organisation, and into a workspace that he founds; gives the workspace's path."""
    desk.goto(f"sign-in/?next=/en/network/organisations/{code}/members/")
    desk.sign_in()
    desk.page.get_by_label("E-mail address").fill(ADDRESS)
    desk.press("Invite")
    desk.follow("Workspaces")
    desk.follow("Found a workspace")
    desk.page.get_by_label("Name of the workspace").fill(FAIR)
    desk.page.get_by_label("What it is about, in a sentence").fill("We prepare a fair in spring.")
    desk.press("Found it")
    desk.is_at(FAIR)
    workspace = desk.page.url.partition("/en/")[2]
    desk.goto(f"{workspace}people/")
    desk.page.get_by_label("E-mail address").fill(ADDRESS)
    desk.press("Invite")
    desk.says(ADDRESS)
    return workspace


def works_everywhere(desk: Desk, workspace: str) -> None:
    """She accepts both invitations, takes a task and comments on it, follows, and writes a letter."""
    desk.item(FAIR).get_by_role("button", name="Accept").click()
    desk.is_at(FAIR)
    desk.follow("Write a task")
    desk.page.get_by_label("Title").fill("Make the coffee")
    desk.page.get_by_label(NAME).check()
    desk.press("Save")
    desk.page.get_by_label("Your comment").fill(WORDS)
    desk.press("Comment")
    desk.says(WORDS)

    desk.goto("network/mine/")
    desk.item(CAFES).get_by_role("button", name="Accept").click()
    desk.says("You are a member now.")
    desk.goto("network/")
    desk.follow(NEIGHBOURS)
    desk.press("Follow the organisation")
    desk.says("You follow it now.")
    desk.goto("network/")
    desk.follow(NEIGHBOURS)
    desk.follow("Write to the organisation")
    desk.page.get_by_label("Subject").fill("Tables")
    desk.page.get_by_label("Letter").or_(desk.page.locator("textarea")).first.fill("May we borrow your tables?")
    desk.press("Send")


def answers_and_names_her(desk: Desk, workspace: str) -> None:
    desk.goto(f"{workspace}tasks/")
    desk.follow("Make the coffee")
    desk.says(WORDS)
    desk.page.get_by_label("Your comment").fill(f"Thank you, @{NAME}!")
    desk.press("Comment")
    desk.says(f"Thank you, @{NAME}!")


def is_hers_alone(file: Path, *, others: list[str]) -> None:
    text = file.read_text(encoding="utf-8")
    kept = json.loads(text)
    assert (kept["name"], kept["email"]) == (NAME, ADDRESS)
    assert [one["organisation"] for one in kept["memberships"]] == [CAFES]
    assert [one["subject"] for one in kept["letters_to_organisations"]] == ["Tables"]
    assert [one["workspace"] for one in kept["workspaces"]["takes_part_in"]] == [FAIR]
    assert [one["title"] for one in kept["workspaces"]["tasks"]] == ["Make the coffee"]
    assert [one["text"] for one in kept["workspaces"]["comments"]] == [WORDS]
    assert len(kept["following"]["follows"]) == 1
    assert "invitation accepted" in {line["what"] for line in kept["history"]}
    assert [address for address in others if address in text] == []
    assert text.count("@") == text.count(ADDRESS)


def she_is_let_in_no_more(desk: Desk, inbox: Inbox) -> None:
    """A page of hers leads to the sign-in page, and no code comes that would lead further."""
    desk.goto("account/")
    desk.page.get_by_label("E-mail address").fill(ADDRESS)
    desk.press("Send me a code")
    desk.is_at("Enter the code")
    assert "code" not in str(inbox.newest_to(ADDRESS)["Subject"]).lower()
    desk.page.get_by_label("Code").fill("ABCD-EFGH")
    desk.press("Sign in")
    expect(desk.page.get_by_role("alert")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Sign out")).to_have_count(0)


def she_is_named_nowhere(desk: Desk, workspace: str, code: str) -> None:
    desk.goto(f"{workspace}tasks/")
    desk.follow("Make the coffee")
    comment = desk.page.get_by_role("article", name="Comment").filter(has_text=WORDS)
    expect(comment).to_contain_text("somebody who has left")
    desk.says("Thank you, @–!")
    desk.says("nobody yet")
    for path in (
        desk.page.url.partition("/en/")[2],
        workspace,
        f"{workspace}people/",
        f"{workspace}history/",
        f"{workspace}tasks/",
        "new/for-me/",
        f"network/organisations/{code}/",
        f"network/organisations/{code}/members/",
    ):
        assert desk.goto(path) == 200
        desk.says_nothing_of("Dina")
        desk.says_nothing_of(ADDRESS)


def rows_with(words: str) -> list[str]:
    """Every model of which a row holds these words."""
    found = []
    for model in apps.get_models():
        if model._meta.managed and model._meta.app_label not in ("sessions", "sealed"):
            for row in model._default_manager.values():
                found += [model._meta.label] if any(words in str(value) for value in row.values()) else []
    return found
