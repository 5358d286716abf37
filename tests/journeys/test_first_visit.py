"""What a visitor gets at once: each language at its address, and a respondent's page that is small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

pytestmark = pytest.mark.journey

LARGEST_FIRST_PAGE = 25_000
"""Bytes over the network, headers left out."""
MOST_REQUESTS = 4


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_language_has_its_address(live_site, page_without_javascript, language):
    response = page_without_javascript.goto(f"{live_site.url}/{language}/")

    assert response.status == 200
    assert page_without_javascript.locator("html").get_attribute("lang") == language


def test_the_first_page_of_a_respondent_is_small(live_site, page, page_without_javascript):
    page.goto(f"{live_site.url}/fi/")
    address = live_site.url + page.locator("a[href*='/answer/']").first.get_attribute("href")

    responses = responses_of_a_cold_visit(page_without_javascript, address)

    sizes = {
        response.url.removeprefix(live_site.url): response.request.sizes()["responseBodySize"] for response in responses
    }
    assert len(sizes) <= MOST_REQUESTS, sizes
    assert sum(sizes.values()) <= LARGEST_FIRST_PAGE, sizes


def test_a_respondent_is_given_no_cookie_before_she_begins(live_site, page, page_without_javascript):
    page.goto(f"{live_site.url}/fi/")
    page_without_javascript.goto(live_site.url + page.locator("a[href*='/answer/']").first.get_attribute("href"))

    assert page_without_javascript.context.cookies() == []


def responses_of_a_cold_visit(page: Page, address: str) -> list[Response]:
    responses: list[Response] = []
    page.on("response", responses.append)
    page.goto(address, wait_until="networkidle")
    assert responses
    return responses
