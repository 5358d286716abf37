"""What a respondent does on the pages of a questionnaire, in whatever language they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import LiveSite


def address_of(site: LiveSite, wave: str) -> str:
    return f"{site.url}/answer/{wave}/"


def begin(page: Page, site: LiveSite, wave: str, language: str) -> None:
    page.goto(f"{address_of(site, wave)}?language={language}")
    do(page, "start")


def do(page: Page, what: str) -> None:
    """Press the button that does this, and wait for the page it leads to: what is asked next is asked of that one.

    On a questionnaire's page one more button, for the Enter key, is out of sight.
    """
    with page.expect_navigation():
        page.locator(f"button[name='-do'][value='{what}']:not([aria-hidden])").click()


def choose(page: Page, item: str, option: str) -> None:
    page.locator(f"input[name='{item}'][value='{option}']").check()


def has_chosen(page: Page, item: str, option: str) -> bool:
    return page.locator(f"input[name='{item}'][value='{option}']").is_checked()


def is_at_the_end(page: Page) -> bool:
    return page.locator("button[name='-do'][value='send']").count() > 0


def walk_to_the_end(page: Page) -> Iterator[int]:
    """Go on page by page; each number is a page that stands in the browser now, the first is 1."""
    number = 0
    while not is_at_the_end(page):
        number += 1
        yield number
        do(page, "next")


def code_shown(page: Page) -> str:
    return page.locator("p.code").inner_text().strip()


def give_code(page: Page, site: LiveSite, wave: str, language: str, code: str, what: str) -> None:
    """Type the code on the first page of the survey and press one of its buttons."""
    page.goto(f"{address_of(site, wave)}?language={language}")
    page.locator("#f-code").fill(code)
    do(page, what)
