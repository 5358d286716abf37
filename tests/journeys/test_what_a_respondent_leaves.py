"""A respondent is nobody: no cookie of a session or a form, nothing kept of her browser, even when she has a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.respondents import address_of, begin, code_shown, do, give_code, walk_to_the_end

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

    from tests.journeys.conftest import LiveSite

pytestmark = pytest.mark.journey

WAVE = "demonstration-open"
AGENT = "Havaintoselain/88.8"


def test_a_coordinator_who_answers_is_given_only_the_cookie_of_her_draft(live_site, at_work):
    """Signed in elsewhere on the site; the answer pages neither send a session on nor renew it."""
    page = at_work("coordinator").context.new_page()
    given = cookies_given(page)

    answer_to_the_end(page, live_site)

    names = {cookie.partition("=")[0] for cookie in given}
    assert names == {"answer"}
    alive = [cookie for cookie in given if "max-age=0" not in cookie.lower()]
    assert alive
    for cookie in alive:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", f"path=/answer/{WAVE}/", "samesite=lax"} <= attributes
        assert not any(attribute.startswith(("max-age", "expires")) for attribute in attributes)
    assert [cookie for cookie in page.context.cookies() if cookie["name"] == "answer"] == []
    page.close()


def test_pages_for_everybody_set_no_cookie(live_site, page):
    given = cookies_given(page)

    for path in ("/fi/", "/sv/results/", "/en/how-answers-are-protected/", "/fi/accessibility/", f"/answer/{WAVE}/"):
        page.goto(live_site.url + path)

    assert given == []


def test_nothing_of_the_browser_or_the_code_is_kept(live_site, browser):
    context = browser.new_context(user_agent=AGENT, java_script_enabled=False, locale="fi-FI")
    page = context.new_page()
    page.goto(f"{live_site.url}/fi/")  # the log and the data could hold it from here on

    code = answer_to_the_end(page, live_site)
    give_code(page, live_site, WAVE, "fi", code, "check")

    words = [word.encode() for word in (AGENT, code, code.replace("-", ""))]
    files = [live_site.log, *(path for path in live_site.data.rglob("*") if path.is_file())]
    assert [path.name for path in files if any(word in path.read_bytes() for word in words)] == []
    context.close()


def test_neither_code_nor_page_stands_in_an_address(live_site, page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    code = answer_to_the_end(page, live_site)

    places = {address.partition("?")[0] for address in asked if "/answer/" in address}
    assert places == {address_of(live_site, WAVE)}
    assert not any(code in address or code.replace("-", "") in address for address in asked)
    assert not any(item in address for address in asked for item in ("org_type", "cooperation_now", "wishes"))


def answer_to_the_end(page: Page, site: LiveSite) -> str:
    begin(page, site, WAVE, "fi")
    assert list(walk_to_the_end(page))
    do(page, "send")
    return code_shown(page)


def cookies_given(page: Page) -> list[str]:
    """The cookies that responses will have set on this page, each as the server wrote it."""
    given: list[str] = []

    def note(response: Response) -> None:
        given.extend(
            str(header["value"]) for header in response.headers_array() if header["name"].lower() == "set-cookie"
        )

    page.on("response", note)
    return given
