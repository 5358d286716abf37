"""Nothing stands in the way: axe-core finds no violation, in each language, two widths, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.accessibility import Violation, violations_of, violations_of_colour
from tests.journeys.respondents import address_of, choose, code_shown, do, give_code, walk_to_the_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.journey,
    pytest.mark.same_on_every_database("what axe-core and widths show is made by templates and style sheets"),
]

WAVE = "demonstration-open"
LANGUAGES = ("fi", "sv", "en", "ar")
LANGUAGES_OF_THE_WAVE = ("fi", "sv", "en")
WIDTHS = (320, 1280)
PUBLIC = (
    "",
    "results/",
    "results/ledger/",
    "network/",
    "network/regions/",
    "network/needs-and-offers/",
    "network/needs-and-offers/1/",
    "news/",
    "news/kielikahvilat-kokoontuvat-nyt-viidessa-maakunnassa-keksitty/",
    "news/kielikahvilat-kokoontuvat-nyt-viidessa-maakunnassa-keksitty/plain/",
    "practices/",
    "practices/kielikahvila-asukastalon-arjessa-keksitty/",
    "pages/",
    "columns/",
    "texts/preview/no-such-link/",
    "events/",
    "events/1/",
    "events/5/",
    "events/1/register/",
    "events/registered/no-such-link/",
    "moderation/",
    "moderation/numbers/",
    "moderation/report/notice/1/",
    "results/waves/kb2022-demonstration/",
    "sign-in/",
    "join/",
    "how-answers-are-protected/",
    "accessibility/",
    "what-we-keep/",
    "deeds/",
    "terms/",
    "demonstration/",
)
DECIDING = (
    "moderation/queue/",
    "moderation/log/",
    *(f"moderation/cases/{number}/" for number in (1, 2, 3)),
    "people/idle/",
    "history/",
    "network/waiting/",
)
Fault = tuple[str, int, str, Violation | str]


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page(live_site, visitor, language, path):
    visitor.goto(f"{live_site.url}/{language}/{path}")

    assert visitor.locator("html").get_attribute("lang") == language
    assert faults_of(visitor, "page") == []


def test_the_page_of_changes(live_site, visitor):
    """Once, for it is long: every table of two waves."""
    visitor.set_viewport_size({"width": 1280, "height": 900})
    visitor.goto(f"{live_site.url}/fi/results/waves/demonstration-2026/changes/")

    assert violations_of(visitor) == ()


@pytest.mark.parametrize("language", LANGUAGES_OF_THE_WAVE)
def test_every_page_a_respondent_meets(live_site, visitor, language):
    """Every page of the open wave, with the questions that only those who took part are asked, and all that follows."""
    visitor.goto(f"{address_of(live_site, WAVE)}?language={language}")
    found = faults_of(visitor, "first page")
    do(visitor, "start")
    walked = 0
    for walked in walk_to_the_end(visitor):
        found += faults_of(visitor, f"page {walked}")
        if visitor.locator("input[name=part_national]").count():
            choose(visitor, "part_national", "yes")
        if visitor.locator("input[name=did]").count():
            choose(visitor, "did", "webinars")
            choose(visitor, "did", "none_of_these")
            do(visitor, "next")
            expect(visitor.get_by_role("alert")).to_have_count(1)
            found += faults_of(visitor, "a fault")
            visitor.locator("input[name=did][value=webinars]").uncheck()
    found += faults_of(visitor, "before sending")
    do(visitor, "pause")
    found += faults_of(visitor, "go on later")
    do(visitor, "resume")
    do(visitor, "send")
    found += faults_of(visitor, "receipt")
    code = code_shown(visitor)
    for what, typed in (("check", code), ("withdraw", code), ("check", "1234")):
        give_code(visitor, live_site, WAVE, language, typed, what)
        found += faults_of(visitor, f"{what} {typed[:4]}")

    assert walked >= 8
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_those_who_run_a_wave(live_site, at_work, language):
    coordinator = at_work("coordinator")
    found = []
    for path in ("workplace/", "waves/", "waves/prepare/", f"waves/{WAVE}/", "results/review/", *DECIDING):
        coordinator.goto(f"{live_site.url}/{language}/{path}")
        found += faults_of(coordinator, path)
    coordinator.set_viewport_size({"width": 1280, "height": 900})
    coordinator.emulate_media(color_scheme="light")

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_those_who_look_after_the_site_and_of_an_author(live_site, at_work, language):
    found = []
    for who, paths in {
        "administrator": ("upkeep/", "people/"),
        "member": ("moderation/decisions/3/", "account/"),
    }.items():
        page = at_work(who)
        for path in paths:
            page.goto(f"{live_site.url}/{language}/{path}")
            found += faults_of(page, path)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_workspaces(live_site, at_work, language):
    member = at_work("member")
    found = []
    for path in (
        "",
        "found/",
        "my-tasks/",
        "my-tasks/calendar/",
        "my-tasks/templates/",
        "1/",
        "1/people/",
        "1/tasks/",
        "1/tasks/write/",
        "1/board/",
        "1/months/",
        "1/discussion/",
        "1/minutes/",
        "1/template/",
        "1/history/",
        "tasks/1/",
        "discussion/1/",
        "shared/no-such-link/",
    ):
        member.goto(f"{live_site.url}/{language}/projects/{path}")
        found += faults_of(member, path)
    member.set_viewport_size({"width": 1280, "height": 900})
    member.emulate_media(color_scheme="light")

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_on_which_texts_are_written(live_site, at_work, language):
    coordinator = at_work("coordinator")
    found = []
    for path in (
        "",
        "begin/news/",
        "begin/practices/",
        "1/",
        "1/about/",
        "1/sv/",
        "1/en/review/",
        "1/fi/versions/?from=1&to=2",
        "6/fi/review/",
    ):
        coordinator.goto(f"{live_site.url}/{language}/texts/{path}")
        found += faults_of(coordinator, path)
    coordinator.set_viewport_size({"width": 1280, "height": 900})
    coordinator.emulate_media(color_scheme="light")

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_those_who_arrange_events(live_site, at_work, language):
    member = at_work("member")
    found = []
    for path in (
        "mine/",
        "write/",
        "2/",
        "2/edit/",
        "2/questions/",
        "2/places/",
        "2/participants/",
        "2/materials/",
        "2/call-off/",
        "7/",
    ):
        member.goto(f"{live_site.url}/{language}/events/{path}")
        found += faults_of(member, path)
    member.set_viewport_size({"width": 1280, "height": 900})
    member.emulate_media(color_scheme="light")

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_what_is_new(live_site, at_work, language):
    member = at_work("member")
    found = []
    for path in ("", "for-me/", "followed/", "followed/add/", "stop-one/x/"):
        member.goto(f"{live_site.url}/{language}/new/{path}")
        found += faults_of(member, path)
    member.set_viewport_size({"width": 1280, "height": 900})
    member.emulate_media(color_scheme="light")

    assert found == []


def faults_of(page: Page, place: str) -> list[Fault]:
    """What is wrong with the page as it stands: at each width, and once more in dark for what colours can do."""
    found: list[Fault] = []
    page.emulate_media(color_scheme="light")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [(place, width, "light", violation) for violation in violations_of(page)]
        if too_wide := page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"):
            found.append((place, width, "", f"{too_wide} pixels wider than the screen"))
    page.emulate_media(color_scheme="dark")
    return found + [(place, WIDTHS[-1], "dark", violation) for violation in violations_of_colour(page)]
