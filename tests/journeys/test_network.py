"""A partner is found and written to, and what happens is followed: with letters between them, and no address shown."""

from __future__ import annotations

import email
import email.policy
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.people import KUMPPANI, press

if TYPE_CHECKING:
    from tests.journeys.conftest import LiveSite

pytestmark = pytest.mark.journey
NEED, OFFER = "Tila naisten kielikahvilalle", "Asukastalon sali iltaisin"
"""A need of the demonstration's member, and the offer of another organisation that fits it best."""


def test_a_partner_is_found_written_to_and_answers(live_site, at_work, page_without_javascript):
    member = at_work("member")
    member.goto(f"{live_site.url}/en/network/needs-and-offers/?about=need&place=uusimaa")
    member.get_by_role("link", name=NEED).click()
    best = member.locator("ol.tasks > li").first
    expect(best).to_contain_text(OFFER)
    expect(best).to_contain_text("same theme: education and language skills")
    expect(best).to_contain_text("same region: Uusimaa")

    best.get_by_role("link", name=OFFER).click()
    member.get_by_role("link", name="Write to the organisation").click()
    member.get_by_label("Subject").fill("The hall on Tuesdays")
    member.get_by_label("Letter").or_(member.locator("textarea")).first.fill("May our language café use the hall?")
    press(member, "Send")
    asked = newest_letter(live_site, "contact@demonstration.example", "May our language café use the hall?")
    assert "member@demonstration.example" not in asked

    stranger = page_without_javascript  # whoever reads the organisation's mail has no account
    stranger.goto(address_in(asked, "/network/letters/"))
    stranger.locator("textarea").fill("Yes, from six o'clock.")
    stranger.locator("form", has=stranger.locator("textarea")).get_by_role("button").click()

    answer = newest_letter(live_site, "member@demonstration.example", "Yes, from six o'clock.")
    assert "contact@demonstration.example" not in answer


def test_a_combination_is_followed_and_its_letter_read_and_stopped(live_site, at_work, page_without_javascript):
    member, title = at_work("member"), "Patjoja ja vuodevaatteita"
    member.goto(f"{live_site.url}/en/new/?kinds=network.need&themes=housing&regions=kainuu")
    press(member, "Follow this: Needs · Kainuu · housing")
    expect(member.get_by_text("You follow it now.")).to_be_visible()
    member.get_by_label("As soon as something happens").check()
    member.locator("form", has=member.get_by_label("Hour")).get_by_role("button").click()
    expect(member.get_by_text("Saved.")).to_be_visible()

    host = at_work("host")
    host.goto(f"{live_site.url}/en/network/?q=kainuun+kumppanit")
    host.get_by_role("link", name="Kainuun kumppanit").first.click()
    host.get_by_role("link", name="Tell what you need").click()
    host.get_by_label("Title").fill(title)
    host.get_by_label("What it is about").fill("Kolme perhettä muuttaa tyhjään asuntoon.")
    host.get_by_label("Last day").fill("2099-12-31")
    host.get_by_label("housing").check()
    host.get_by_label("Kainuu").check()
    press(host, "Save")
    expect(host.get_by_role("heading", level=1)).to_have_text(title)

    environment = {**os.environ, **live_site.environment, "KUMPPANI_ADDRESS": live_site.url}
    environment["DJANGO_SETTINGS_MODULE"] = "kumppani.settings.demonstration"
    subprocess.run([KUMPPANI, "manage", "send_digests"], check=True, capture_output=True, env=environment)
    letter = newest_letter(live_site, "member@demonstration.example", title)
    assert "Tarpeet" in letter, "she reads in her own language"

    reader = page_without_javascript
    reader.goto(address_in(letter, "/needs-and-offers/"))
    expect(reader.get_by_role("heading", level=1)).to_have_text(title)
    reader.goto(address_in(letter, "/new/stop/"))
    reader.get_by_role("button").last.click()
    member.goto(f"{live_site.url}/en/new/followed/")
    expect(member.get_by_label("Never: I read it on the site")).to_be_checked()
    expect(member.get_by_role("link", name="Needs · Kainuu · housing")).to_be_visible()


def newest_letter(site: LiveSite, to: str, words: str) -> str:
    """The plain words of the newest letter to this address that says these."""
    for file in reversed(site.letters):
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        body = letter.get_body(("plain",))
        said = body.get_content() if body is not None else ""
        if letter["To"] == to and words in said:
            return str(said)
    raise AssertionError(f"no letter to {to} says {words!r}")


def address_in(letter: str, part: str) -> str:
    found = [address for address in re.findall(r"https?://\S+", letter) if part in address]
    return next(address for address in found if "/report/" not in address)
