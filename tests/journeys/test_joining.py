"""Somebody without an account asks to join; a coordinator lets her in; she signs in. No page needs JavaScript."""

from __future__ import annotations

import email
import email.policy
import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import press, sign_in

pytestmark = pytest.mark.journey

WHO = "association-worker"
ADDRESS = f"{WHO}@demonstration.example"


def test_from_the_request_to_the_first_signing_in(live_site, at_work, page_without_javascript):
    page = page_without_javascript
    page.goto(f"{live_site.url}/en/sign-in/")
    page.get_by_role("link", name="Ask to join").click()
    page.get_by_label("Your name").fill("Association worker")
    press(page, "Send the request")
    expect(page.get_by_role("alert")).to_contain_text("Write your e-mail address.")
    page.get_by_label("Your e-mail address").fill(ADDRESS)
    page.get_by_label("Where you work").select_option("kainuu")
    page.get_by_label("Your organisation or group").fill("An invented association")
    press(page, "Send the request")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your e-mail")

    page.goto(link_in_the_newest_letter(live_site))
    press(page, "Yes, pass my request on")
    expect(page.get_by_text("Your request has been passed on")).to_be_visible()

    coordinator = at_work("coordinator")
    coordinator.goto(f"{live_site.url}/en/workplace/")
    coordinator.get_by_role("link", name="1 person asks to join").click()
    coordinator.get_by_role("link", name="Association worker").click()
    press(coordinator, "Approve")
    expect(coordinator.get_by_text("Approved. A letter says how to sign in.")).to_be_visible()

    sign_in(page, live_site, WHO)
    page.goto(f"{live_site.url}/en/workplace/")
    expect(page.get_by_text("Association worker")).to_be_visible()


def link_in_the_newest_letter(site) -> str:
    letters = [email.message_from_bytes(letter.read_bytes(), policy=email.policy.default) for letter in site.letters]
    newest = [letter for letter in letters if letter["To"] == ADDRESS][-1]
    found = re.search(r"http\S+/join/confirm/\S+", newest.get_body(("plain",)).get_content())
    assert found
    return found.group()
