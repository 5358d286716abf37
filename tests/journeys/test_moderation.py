"""A need is reported without an account, hidden with a reason, appealed against, and shown again by another person."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import press

pytestmark = pytest.mark.journey
TITLE = "Mentoreita uusien yhdistysten hallituksiin"
"""A need of an organisation that the demonstration's member administers."""


def test_a_reported_need_its_reason_and_its_appeal(live_site, at_work, page_without_javascript):
    visitor = page_without_javascript
    visitor.goto(f"{live_site.url}/en/network/needs-and-offers/?about=need&place=pirkanmaa")
    visitor.get_by_role("link", name=TITLE).click()
    address = visitor.url
    visitor.get_by_role("link", name="Report", exact=True).click()
    press(visitor, "Send the report")
    expect(visitor.get_by_role("alert")).to_contain_text("Choose what is wrong with it.")
    visitor.get_by_label("What is wrong with it?").select_option("respect")
    press(visitor, "Send the report")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Thank you for the report")

    coordinator = at_work("coordinator")
    coordinator.goto(f"{live_site.url}/en/workplace/")
    coordinator.get_by_role("link", name=re.compile("reports and appeals")).click()
    coordinator.get_by_role("link", name=TITLE).click()
    case = coordinator.url
    coordinator.get_by_label("Decision").select_option("hidden")
    coordinator.get_by_label("Which rule it is about").select_option("respect")
    coordinator.get_by_label("The reason, as the author will read it").fill("Teksti loukkaa erästä yhdistystä.")
    press(coordinator, "Decide")
    expect(coordinator.get_by_text("Decided. Those concerned are told by letter.")).to_be_visible()

    visitor.goto(address)
    expect(visitor.get_by_role("heading", level=1)).not_to_have_text(TITLE)

    author = at_work("member")
    author.goto(address)
    author.get_by_role("link", name="Read why, and appeal").click()
    expect(author.get_by_text("Teksti loukkaa erästä yhdistystä.")).to_be_visible()
    author.get_by_label("Why should it be shown?").fill("Se kertoo omista kokemuksistamme.")
    press(author, "Send the appeal")
    expect(author.get_by_text("Your appeal is made.")).to_be_visible()

    coordinator.goto(case)
    expect(coordinator.get_by_text("You made the decision. Another person decides on the appeal.")).to_be_visible()

    administrator = at_work("administrator")
    administrator.goto(case)
    administrator.get_by_label("The reason, as the author will read it").fill("Teksti kertoo kokemuksesta.")
    press(administrator, "Show it again")
    expect(administrator.get_by_text("The appeal is decided.")).to_be_visible()

    visitor.goto(address)
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TITLE)
