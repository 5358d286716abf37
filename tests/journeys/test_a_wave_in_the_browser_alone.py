"""The same story without a desk: the demonstration keeps the keys itself, opens the answers here, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.people import made_up_respondents_answer, press

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import LiveSite

pytestmark = pytest.mark.journey

WAVE = "trial"
RESPONDENTS = 60


def test_from_preparing_to_the_published_page(live_site, at_work, page):
    coordinator, custodian = at_work("coordinator"), at_work("custodian-1")
    analyst, approver = at_work("analyst"), at_work("approver")

    prepare_with_the_demonstrations_keys(coordinator, live_site)
    press(coordinator, "Make the rehearsal")
    custodian.goto(f"{live_site.url}/en/waves/{WAVE}/")
    press(custodian, "Open it here with the demonstration's keys")
    expect(custodian.get_by_role("status")).to_have_text("The rehearsal was opened with the demonstration's keys.")
    coordinator.reload()
    press(coordinator, "Open the wave")

    answered = made_up_respondents_answer(live_site, WAVE, RESPONDENTS)
    assert answered.status == 0, answered.err
    coordinator.reload()
    expect(coordinator.get_by_text(f"At least {RESPONDENTS} answers.")).to_be_visible()
    press(coordinator, "Close the wave for good")
    press(coordinator, "Cut off")
    custodian.reload()
    press(custodian, "Open them here with the demonstration's keys")
    expect(custodian.get_by_role("status")).to_have_text("The answers were opened with the demonstration's keys.")

    analyst.goto(f"{live_site.url}/en/waves/{WAVE}/")
    press(analyst, "Make the release here (demonstration)")
    expect(analyst.get_by_role("status")).to_contain_text("The release is made")
    expect(analyst.get_by_text("A release has been sent in.")).to_be_visible()
    publish(live_site, approver, coordinator)
    analyst.reload()
    expect(analyst.get_by_text("The results are published. The sealed answers are to be destroyed on")).to_be_visible()

    page.goto(f"{live_site.url}/en/results/waves/{WAVE}/")
    expect(page.locator("dl.facts div", has_text="Answers").locator("dd")).to_have_text(str(RESPONDENTS))
    expect(page.get_by_role("complementary", name="Demonstration")).to_contain_text("Not an official site.")
    assert list((live_site.data / "demonstration-opened").iterdir()) == []


def prepare_with_the_demonstrations_keys(coordinator: Page, site: LiveSite) -> None:
    coordinator.goto(f"{site.url}/en/waves/prepare/")
    coordinator.get_by_label("A wave of the examples").select_option("demonstration-open")
    coordinator.get_by_label("Another short name for the wave").fill(WAVE)
    coordinator.get_by_label("E-mail address for questions").fill("barometer@demonstration.example")
    press(coordinator, "Freeze and prepare")
    expect(coordinator.get_by_text("demonstration keys: nothing here is secret")).to_be_visible()


def publish(site: LiveSite, approver: Page, coordinator: Page) -> None:
    """The approver finds what waits; the coordinator publishes the same."""
    approver.goto(f"{site.url}/en/results/review/")
    approver.locator("main table tbody tr").first.get_by_role("link").click()
    press(approver, "Approve this release")
    coordinator.goto(approver.url)
    press(coordinator, "Publish")
    expect(coordinator.get_by_role("status")).to_have_text("Published.")
