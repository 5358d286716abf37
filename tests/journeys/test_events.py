"""Somebody without an account registers for a full webinar, gets a place, changes, sees the materials, and cancels."""

from __future__ import annotations

import email
import email.policy
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.accessibility import violations_of
from tests.journeys.people import press

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tests.journeys.conftest import LiveSite

pytestmark = pytest.mark.journey
SECRET = "https://meeting.demonstration.example/journey"


def newest_letter(site: LiveSite, to: str) -> EmailMessage:
    """The newest letter to this address, as its reader's program parses it."""
    parsed = [email.message_from_bytes(letter.read_bytes(), policy=email.policy.default) for letter in site.letters]
    return [letter for letter in parsed if letter["To"] == to][-1]  # type: ignore[return-value]


def link_in(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://\S+/registered/\S+", body.get_content())
    assert found is not None
    return found.group()


def test_from_the_waiting_list_to_the_materials(live_site, at_work, browser):
    coordinator = at_work("coordinator")
    coordinator.goto(f"{live_site.url}/en/events/write/")
    press(coordinator, "Save")
    expect(coordinator.get_by_role("alert")).to_contain_text("Write the title in at least one language.")
    coordinator.locator("summary", has_text="English").click()
    coordinator.get_by_label("Title (English)").fill("A full webinar (journey)")
    coordinator.get_by_label("Begins").fill("2099-05-04T13:00")
    coordinator.get_by_label("Ends").fill("2099-05-04T14:00")
    coordinator.get_by_label("Address of the online meeting").fill(SECRET)
    coordinator.get_by_label("How many places").fill("1")
    for box in ("English", "participation", "whole country"):
        coordinator.get_by_role("checkbox", name=re.compile(box)).first.check()
    press(coordinator, "Save")
    expect(coordinator.get_by_role("heading", level=1)).to_have_text(re.compile("A full webinar"))
    event = coordinator.url
    coordinator.get_by_role("link", name="What is asked").click()
    coordinator.get_by_label("Do you need interpreting? Into which language?").check()
    press(coordinator, "Save")
    press(coordinator, "Publish")
    expect(coordinator.get_by_text("Published. Everybody sees it now.")).to_be_visible()

    # Two people come one after the other, each with a browser of her own and without JavaScript.
    people = []
    for name in ("first", "second"):
        context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
        context.set_default_timeout(60_000)
        visitor = context.new_page()
        visitor.goto(event)
        visitor.get_by_role("link", name=re.compile("^Register")).click()
        visitor.get_by_label("Your name").fill(f"The {name} (invented)")
        visitor.get_by_label("E-mail address").fill(f"{name}@journey.example")
        visitor.get_by_label("Do you need interpreting?").fill("Arabic")
        visitor.get_by_role("button", name=re.compile("Register|Come to the waiting list")).click()
        expect(visitor.get_by_role("heading", level=1)).to_have_text("Look at your e-mail")
        visitor.goto(link_in(newest_letter(live_site, f"{name}@journey.example")))
        press(visitor, "Confirm")
        people.append(visitor)
    first, second = people
    expect(first.get_by_role("heading", name="You have a place")).to_be_visible()
    expect(first.get_by_role("link", name=SECRET)).to_be_visible()
    expect(second.get_by_role("heading", name="You are on the waiting list")).to_be_visible()
    expect(second.get_by_text(SECRET)).to_have_count(0)
    confirmation = newest_letter(live_site, "first@journey.example")
    assert SECRET in str(next(part for part in confirmation.walk() if part.get_filename() == "event.ics").get_content())

    # The first gives her place back; it is offered to the second, who takes it and changes what she wrote.
    first.locator("summary", has_text="Cancel the registration").click()
    first.get_by_role("button", name="Yes, cancel").click()
    expect(first.get_by_text("You have cancelled.")).to_be_visible()
    second.goto(link_in(newest_letter(live_site, "second@journey.example")))
    press(second, "Take the place")
    expect(second.get_by_role("link", name=SECRET)).to_be_visible()
    second.locator("summary", has_text="Change what you wrote").click()
    second.get_by_label("Do you need interpreting?").fill("None any more")
    press(second, "Save")

    # The organiser sees one participant with the new answer, and adds a recording for those who were registered.
    coordinator.goto(f"{event}participants/")
    expect(coordinator.get_by_role("cell", name="None any more")).to_be_visible()
    expect(coordinator.get_by_text("first@journey.example")).to_have_count(0)
    coordinator.goto(f"{event}materials/")
    coordinator.get_by_label("What it is").fill("The recording")
    coordinator.get_by_label("Address of a recording or a page").fill("https://video.journey.example/1")
    press(coordinator, "Add")
    second.reload()
    expect(second.get_by_role("link", name="The recording")).to_be_visible()

    with_script = browser.new_page()
    with_script.set_default_timeout(60_000)
    with_script.goto(second.url)
    assert violations_of(with_script) == ()
    with_script.goto(event)
    expect(with_script.get_by_text("The recording")).to_have_count(0)
    with_script.close()

    second.locator("summary", has_text="Cancel the registration").click()
    second.get_by_role("button", name="Yes, cancel").click()
    expect(second.get_by_text("You have cancelled.")).to_be_visible()
    for visitor in people:
        visitor.context.close()
