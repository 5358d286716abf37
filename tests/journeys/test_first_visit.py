"""What a visitor gets at once: each language at its address, and a respondent's page that is small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.respondents import address_of, begin
from tests.weighing import weighing

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.journey,
    pytest.mark.same_on_every_database("languages, sizes and the keyboard are of templates and style sheets"),
]

WAVE = "demonstration-open"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_language_has_its_address(live_site, page_without_javascript, language):
    response = page_without_javascript.goto(f"{live_site.url}/{language}/")

    assert response.status == 200
    assert page_without_javascript.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_first_page_of_a_respondent_is_small(live_site, page_without_javascript, language):
    with weighing(page_without_javascript) as weight:
        page_without_javascript.goto(f"{address_of(live_site, WAVE)}?language={language}")

    assert weight.is_small, weight


def test_a_page_is_answered_by_the_keyboard_alone(live_site, page):
    """Tab to each question, arrows to choose, Enter to go on; what has the focus is always to be seen."""
    begin(page, live_site, WAVE, "en")
    tab_to(page, "org_type")
    page.keyboard.press("ArrowDown")
    tab_to(page, "region")
    page.keyboard.press("Space")
    assert page.locator("input[name=org_type]:checked").get_attribute("value") == "ngo"
    assert page.locator("input[name=region]:checked").get_attribute("value") == "uusimaa"
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="You and your organisation")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.go_back()
    expect(page.locator("input[name=org_type][value=ngo]")).to_be_checked()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a field of this name has the focus; every stop on the way is in view."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "() => {const e = document.activeElement, r = e.getBoundingClientRect();"
            "return {name: e.name, seen: r.width > 0 && r.bottom > 0 && r.top < innerHeight}}"
        )
        assert focus["seen"]
        if focus["name"] == name:
            return
    pytest.fail(f"Tab does not reach {name}")
