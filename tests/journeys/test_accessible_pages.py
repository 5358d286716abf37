"""Nothing stands in the way: axe-core finds no violation on the public pages, in three languages and two widths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.accessibility import Violation, violations_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.journey

WIDTHS = {"narrow": 320, "wide": 1280}
LANGUAGES = ("fi", "sv", "en")


@pytest.fixture(params=WIDTHS)
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a fresh browser, as wide as a telephone or as a desk."""
    context = browser.new_context(viewport={"width": WIDTHS[request.param], "height": 900})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def sideways_scrolling(page: Page) -> int:
    """Give by how many pixels the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def faults_of(page: Page) -> list[Violation | str]:
    too_wide = sideways_scrolling(page)
    return [*violations_of(page), *([f"{too_wide} pixels wider than the screen"] if too_wide > 0 else [])]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["", "results/", "sign-in/", "how-answers-are-protected/", "accessibility/", "demonstration/"]
)
def test_a_public_page(live_site, visitor, language, path):
    visitor.goto(f"{live_site.url}/{language}/{path}")

    assert visitor.locator("html").get_attribute("lang") == language
    assert faults_of(visitor) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_newest_results(live_site, visitor, language):
    visitor.goto(f"{live_site.url}/{language}/results/")
    visitor.goto(live_site.url + visitor.locator("main a[href*='/results/waves/']").first.get_attribute("href"))

    assert visitor.locator("html").get_attribute("lang") == language
    assert faults_of(visitor) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_a_respondent_meets(live_site, visitor, language):
    visitor.set_extra_http_headers({"Accept-Language": language})
    visitor.goto(f"{live_site.url}/{language}/")
    visitor.goto(live_site.url + visitor.locator("a[href*='/answer/']").first.get_attribute("href"))
    found = [("landing", fault) for fault in faults_of(visitor)]

    visitor.locator(f"[name=language][value={language}]").check() if visitor.locator(
        f"input[type=radio][name=language][value={language}]"
    ).count() else None
    visitor.locator("[name=do][value=start]").first.click()
    walked = 0
    while visitor.locator("[name=do][value=send]").count() == 0:
        walked += 1
        found += [(f"page {walked}", fault) for fault in faults_of(visitor)]
        visitor.locator("[name=do][value=next]").first.click()
    found += [("before sending", fault) for fault in faults_of(visitor)]
    visitor.locator("[name=do][value=send]").first.click()
    found += [("receipt", fault) for fault in faults_of(visitor)]

    assert walked >= 5
    assert found == []
