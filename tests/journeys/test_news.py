"""News appears in each language on its own date and is told to who reads it; a good practice is submitted."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.people import KUMPPANI, press
from tests.journeys.test_network import newest_letter

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import LiveSite

pytestmark = pytest.mark.journey


def test_news_is_published_in_three_languages_on_their_own_dates(live_site, at_work, page_without_javascript):
    follower = at_work("member")
    follower.goto(f"{live_site.url}/fi/news/")
    press(follower, "Seuraa tällä kielellä")
    follower.get_by_label("Heti kun jotain tapahtuu").check()
    follower.locator("form", has=follower.get_by_label("Kellonaika")).get_by_role("button").click()

    writer = at_work("coordinator")
    writer.goto(f"{live_site.url}/en/texts/begin/news/")
    writer.get_by_label("Language you write in").select_option("fi")
    fill(writer, "Yhteinen tori avataan", "Tori avataan keväällä.")
    writer.get_by_label("Whose it is").select_option("nationwide")
    writer.locator("input[name=regions][value=nationwide]").check()
    press(writer, "Save as a draft")
    room = writer.url
    for language, title, body in (
        ("Swedish", "Ett gemensamt torg öppnas", "Torget öppnas på våren."),
        ("English", "A joint market opens", "The market opens in spring."),
    ):
        writer.goto(room)
        writer.locator("#main").get_by_role("link", name=language, exact=True).click()
        expect(writer.get_by_text("Tori avataan keväällä.")).to_be_visible()
        fill(writer, title, body)
        press(writer, "Save")
    for language in ("Finnish", "Swedish", "English"):
        writer.goto(room)
        press(writer, f"Send for review ({language})")
    writer.goto(f"{room}fi/review/")
    expect(writer.get_by_text("You saved this version yourself.")).to_be_visible()

    reviewer = at_work("administrator")
    reviewer.goto(f"{live_site.url}/en/texts/")
    expect(reviewer.get_by_role("link", name="Yhteinen tori avataan").first).to_be_visible()
    publish(reviewer, f"{room}fi/review/")
    tomorrow = timezone.localtime() + timedelta(days=1)
    for code, days in (("sv", 1), ("en", 2)):
        publish(reviewer, f"{room}{code}/review/", f"{tomorrow + timedelta(days=days - 1):%Y-%m-%dT09:00}")
        expect(reviewer.get_by_text("Scheduled. Readers see it at its time.")).to_be_visible()

    reader = page_without_javascript
    reader.goto(f"{live_site.url}/sv/news/")
    reader.get_by_role("link", name="Yhteinen tori avataan").click()
    expect(reader.get_by_text("Detta finns inte på svenska ännu.")).to_be_visible()
    expect(reader.get_by_text(f"På svenska {tomorrow.day}")).to_be_visible()
    expect(reader.get_by_text("Ett gemensamt torg")).to_have_count(0)
    told = letters_written(live_site, follower, "Yhteinen tori avataan")
    assert "Ett gemensamt torg" not in told and "A joint market" not in told

    publish(reviewer, f"{room}sv/review/", again=(writer, f"{room}sv/"))
    reader.goto(f"{live_site.url}/sv/news/")
    reader.get_by_role("link", name="Ett gemensamt torg öppnas").click()
    expect(reader.get_by_text(re.compile("Publicerad på svenska"))).to_be_visible()

    writer.goto(f"{room}fi/")
    fill(writer, "Yhteinen tori avataan", "Tori avataan vasta syksyllä.")
    press(writer, "Save")
    press(writer, "Send for review (Finnish)")
    reader.reload()
    expect(reader.get_by_text("Originalet har ändrats sedan detta översattes.")).to_have_count(0)
    publish(reviewer, f"{room}fi/review/")
    reader.reload()
    expect(reader.get_by_text(re.compile("Originalet har ändrats sedan detta översattes"))).to_be_visible()
    writer.goto(f"{room}fi/versions/?from=1&to=2")
    expect(writer.locator("del").first).to_contain_text("keväällä")


def test_a_good_practice_is_submitted_reviewed_and_published(live_site, at_work, page_without_javascript):
    member = at_work("member")
    member.goto(f"{live_site.url}/en/texts/begin/practices/")
    member.get_by_label("Title").fill("Neighbours cook together")
    member.get_by_label("Language you write in").select_option("en")
    member.get_by_label("Whose it is").select_option("uusimaa")
    member.get_by_label("Country and town").fill("Finland, Koivuranta")
    member.get_by_label("Since when it has been done").fill("2024-01-31")
    member.locator("input[name=regions][value=uusimaa]").check()
    for label in ("In short", "Issue and goals", "How it works", "Results", "Who benefits", "Funding and resources"):
        member.get_by_label(label, exact=True).fill("Neighbours cook a meal in the yard every month.")
    member.get_by_label("Results", exact=True).fill("again " * 120)
    press(member, "Count the words")
    expect(member.get_by_text("Results: 120 of at most 100 words")).to_be_visible()
    member.get_by_label("Results", exact=True).fill("People know each other by name.")
    press(member, "Save as a draft")
    room = member.url
    press(member, "Send for review (English)")

    coordinator = at_work("coordinator")
    coordinator.goto(f"{live_site.url}/en/workplace/")
    expect(coordinator.get_by_text(re.compile(r"texts? in review"))).to_be_visible()
    publish(coordinator, f"{room}en/review/")

    reader = page_without_javascript
    reader.goto(f"{live_site.url}/en/practices/?q=cooking")
    reader.get_by_role("link", name="Neighbours cook together").click()
    expect(reader.get_by_text("People know each other by name.")).to_be_visible()


def fill(page: Page, title: str, body: str) -> None:
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text", exact=True).fill(body)


def publish(page: Page, address: str, moment: str = "", *, again: tuple[Page, str] | None = None) -> None:
    """Publish what waits there; where it has been scheduled, its writer saves and sends it once more first."""
    if again is not None:
        writer, place = again
        writer.goto(place)
        press(writer, "Save")
        press(writer, "Send for review (Swedish)")
    page.goto(address)
    if moment:
        page.get_by_label("Publish on").fill(moment)
    press(page, "Publish")


def letters_written(site: LiveSite, page: Page, words: str) -> str:
    """Do what a clock does, and read the newest letter to the member that says these words."""
    environment = {**os.environ, **site.environment, "KUMPPANI_ADDRESS": site.url}
    environment["DJANGO_SETTINGS_MODULE"] = "kumppani.settings.demonstration"
    for command in ("tell_what_was_published", "send_digests"):
        subprocess.run([KUMPPANI, "manage", command], check=True, capture_output=True, env=environment)
    return newest_letter(site, "member@demonstration.example", words)
