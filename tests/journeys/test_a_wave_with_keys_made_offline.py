"""The whole story: a wave whose keys and answers are handled away from the site, from its questionnaire to its page."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.journeys import people, respondents
from tests.journeys.people import barometer, press, save
from tests.journeys.respondents import begin, choose, code_shown, do, give_code, has_chosen

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.journeys.conftest import LiveSite

pytestmark = pytest.mark.journey

WAVE = "autumn"
WORDS = "Kahvia joka kokoukseen, kiitos"
"""What the respondent of the story writes in a free text; nobody else writes it."""
OTHER_WORDS = "Tämän perun heti"
AGENT = "Mielikuvitusselain/77.7"
SHEETS = 150


def test_from_the_keys_to_the_published_page(live_site, at_work, browser, tmp_path):
    keys = people.keys_made_offline(tmp_path / "keys")
    coordinator, custodian = at_work("coordinator"), at_work("custodian-1")
    analyst, approver = at_work("analyst"), at_work("approver")

    prepare(coordinator, live_site, keys.wave_key, tmp_path)
    rehearse(coordinator, custodian, live_site, keys, tmp_path)
    press(coordinator, "Open the wave")
    expect(coordinator.get_by_role("status")).to_have_text("The wave is open.")

    answer_in_finnish_without_javascript(browser, live_site)
    assert places_that_hold(live_site, WORDS, AGENT) == []
    withdraw_what_was_sent(browser, live_site)
    seal_sheets_from_elsewhere(coordinator, live_site, tmp_path)
    close(coordinator)
    bundle = save(coordinator, "Take out the sealed answers", tmp_path / "autumn.bundle")

    opened = people.opened_offline(bundle, [keys.files[0], keys.files[2]], tmp_path / "opened")
    assert opened.status == 0, opened.err
    assert opened.result["answers"] == SHEETS + 1
    assert (opened.result["refused"], opened.result["unexplained"]) == ({}, 0)
    assert open_texts(tmp_path / "opened").count(WORDS) == 1
    assert OTHER_WORDS not in open_texts(tmp_path / "opened")
    say_that_they_were_opened(custodian, live_site)
    say_that_they_were_opened(at_work("custodian-2"), live_site)

    made = barometer("release", tmp_path / "opened", "--to", tmp_path / WAVE)
    assert made.status == 0, made.err
    send_in(analyst, live_site, people.zipped(tmp_path / WAVE, tmp_path / "release.zip"))
    approve_and_publish(analyst, approver, coordinator)

    see_that_the_wave_has_ended(coordinator, live_site)
    read_the_published_page(browser, live_site, tmp_path / WAVE)


def prepare(coordinator: Page, site: LiveSite, wave_key: Path, desk: Path) -> None:
    """The coordinator sends the wave folder and the key that the custodians made."""
    folder = people.zipped(people.wave_of_its_own(WAVE, desk / "wave"), desk / "wave.zip")
    coordinator.goto(f"{site.url}/en/waves/")
    coordinator.get_by_role("link", name="Prepare a wave").click()
    coordinator.get_by_label("The wave folder, as a zip").set_input_files(folder)
    coordinator.get_by_label("Another short name for the wave").fill(WAVE)
    coordinator.get_by_label("The wave key that the custodians made").set_input_files(wave_key)
    coordinator.get_by_label("E-mail address for questions").fill("barometer@demonstration.example")
    press(coordinator, "Freeze and prepare")

    expect(coordinator.get_by_role("status")).to_contain_text("The wave is prepared.")
    expect(coordinator.get_by_text("2 of 3 open the answers together.")).to_be_visible()
    expect(coordinator.get_by_text("demonstration keys: nothing here is secret")).to_be_visible()


def rehearse(coordinator: Page, custodian: Page, site: LiveSite, keys: people.OfflineKeys, desk: Path) -> None:
    """Two pairs of custodians open the sealed rehearsal at their desks; the word inside opens the way."""
    press(coordinator, "Make the rehearsal")
    custodian.goto(f"{site.url}/en/waves/{WAVE}/")
    rehearsal = save(custodian, "Download the rehearsal", desk / "rehearsal.bundle", role="link")
    first = people.word_inside(rehearsal, [keys.files[0], keys.files[1]], desk / "rehearsal-1")
    second = people.word_inside(rehearsal, [keys.files[1], keys.files[2]], desk / "rehearsal-2")
    assert first == second

    custodian.get_by_label("The word inside the rehearsal").fill(first)
    press(custodian, "Prove it")
    expect(custodian.get_by_role("status")).to_contain_text("The rehearsal has been opened")
    coordinator.reload()


def answer_in_finnish_without_javascript(browser: Browser, site: LiveSite) -> None:
    """A telephone 320 pixels wide, no script: languages, Back, a fault, another browser, the receipt."""
    page = telephone(browser)
    begin(page, site, WAVE, "fi")
    expect(page.get_by_role("heading", name="Sinä ja organisaatiosi")).to_be_visible()
    choose(page, "org_type", "religious")
    choose(page, "region", "lappi")
    do(page, "next")

    expect(page.get_by_role("heading", name="Yhteistyö nyt")).to_be_visible()
    choose(page, "grade.municipal", "4")
    do(page, "language:sv")
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    assert has_chosen(page, "grade.municipal", "4")
    page.get_by_role("button", name="Tillbaka").click()
    assert has_chosen(page, "org_type", "religious")
    do(page, "language:fi")
    do(page, "next")
    assert has_chosen(page, "grade.municipal", "4")
    do(page, "next")

    page.get_by_label("Mitä yhteistyössä pitäisi muuttaa?").fill(WORDS)
    do(page, "next")
    page.go_back()
    expect(page.get_by_label("Mitä yhteistyössä pitäisi muuttaa?")).to_have_value(WORDS)
    page.go_forward()
    expect(page.get_by_role("heading", name="Saatko tietoa")).to_be_visible()
    do(page, "next")
    choose(page, "part_national", "yes")
    do(page, "next")

    choose(page, "did", "webinars")
    choose(page, "did", "none_of_these")
    do(page, "next")
    expect(page.get_by_role("alert")).to_contain_text("Yhtä valitsemistasi vastauksista ei voi valita muiden kanssa.")
    assert page.title().startswith("Virhe:")
    page.locator("input[name='did'][value='none_of_these']").uncheck()
    do(page, "pause")
    code = code_shown(page)
    assert re.fullmatch(r"(\w{4}-){6}\w{4}", code)

    page.context.close()
    page = telephone(browser)
    give_code(page, site, WAVE, "fi", code.lower().replace("-", " "), "check")
    expect(page.get_by_role("heading", name="Vastauksiasi ei ole vielä lähetetty")).to_be_visible()
    do(page, "resume")
    assert has_chosen(page, "did", "webinars")
    for _ in respondents.walk_to_the_end(page):
        pass
    do(page, "send")
    assert code_shown(page) == code
    assert page.context.cookies() == []

    give_code(page, site, WAVE, "fi", code, "check")
    expect(page.get_by_role("heading", name="Vastauksesi ovat tallessa")).to_be_visible()
    page.context.close()


def withdraw_what_was_sent(browser: Browser, site: LiveSite) -> None:
    """Another respondent sends, and takes her answers back."""
    page = telephone(browser)
    begin(page, site, WAVE, "sv")
    for number in respondents.walk_to_the_end(page):
        if number == 3:
            page.locator("textarea").fill(OTHER_WORDS)
    do(page, "send")
    code = code_shown(page)
    give_code(page, site, WAVE, "sv", code, "withdraw")
    do(page, "withdraw-for-good")
    withdrawn = page.get_by_role("heading", level=1).inner_text()
    give_code(page, site, WAVE, "sv", code, "check")

    assert page.get_by_role("heading", level=1).inner_text() == withdrawn
    expect(page.get_by_role("heading", name="Dina svar har tagits tillbaka")).to_be_visible()
    page.context.close()


def telephone(browser: Browser) -> Page:
    context = browser.new_context(
        viewport={"width": 320, "height": 700}, java_script_enabled=False, user_agent=AGENT, locale="fi-FI"
    )
    context.set_default_timeout(30_000)
    return context.new_page()


def places_that_hold(site: LiveSite, *words: str) -> list[str]:
    """The files of the site that hold one of these words as they were written."""
    written = [word.encode(encoding) for word in words for encoding in ("utf-8", "utf-16-le")]
    files = [site.log, *(path for path in site.data.rglob("*") if path.is_file())]
    return [path.name for path in files if any(word in path.read_bytes() for word in written)]


def seal_sheets_from_elsewhere(coordinator: Page, site: LiveSite, desk: Path) -> None:
    """Answers on paper, enough of them for a release; the file that was sent is not kept."""
    sheets = desk / "paper.csv"
    assert barometer("generate", desk / "wave", "--respondents", str(SHEETS), "--seed", "5", "--to", sheets).status == 0
    coordinator.goto(f"{site.url}/en/waves/{WAVE}/")
    coordinator.get_by_label("Answers from elsewhere (answers.csv)").set_input_files(sheets)
    press(coordinator, "Seal them")

    expect(coordinator.get_by_role("status")).to_have_text(f"{SHEETS} sheets are sealed.")
    expect(coordinator.get_by_text(f"At least {SHEETS} answers.")).to_be_visible()


def close(coordinator: Page) -> None:
    press(coordinator, "Close the wave for good")
    expect(coordinator.get_by_role("status")).to_have_text("The wave is closed.")
    press(coordinator, "Cut off")
    expect(coordinator.get_by_role("status")).to_contain_text("The wave is cut off.")


def open_texts(opened: Path) -> list[str]:
    with (opened / "open-texts.csv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


def say_that_they_were_opened(custodian: Page, site: LiveSite) -> None:
    custodian.goto(f"{site.url}/en/waves/{WAVE}/")
    if custodian.get_by_role("button", name="We have opened the answers").count():
        press(custodian, "We have opened the answers")
        expect(custodian.get_by_role("status")).to_contain_text("the answers were opened")


def send_in(analyst: Page, site: LiveSite, release: Path) -> None:
    """The site verifies and attacks what the analyst made; she is told that somebody else decides."""
    analyst.goto(f"{site.url}/en/results/review/")
    analyst.get_by_role("link", name="Take in a release").click()
    analyst.get_by_label("The release folder, as a zip").set_input_files(release)
    analyst.get_by_label("Ensimmäinen").check()  # people are called by their names, whatever the page's language
    press(analyst, "Send and check")

    expect(
        analyst.get_by_text("The attack tried to find out what a few people answered. It found nothing.")
    ).to_be_visible()
    expect(analyst.get_by_role("button", name="Approve this release")).to_have_count(0)


def approve_and_publish(analyst: Page, approver: Page, coordinator: Page) -> None:
    address = analyst.url
    approver.goto(address)
    press(approver, "Approve this release")
    expect(approver.get_by_role("status")).to_contain_text("Approved.")
    coordinator.goto(address)
    press(coordinator, "Publish")
    expect(coordinator.get_by_role("status")).to_have_text("Published.")


def see_that_the_wave_has_ended(coordinator: Page, site: LiveSite) -> None:
    """The wave knows of the release that was made at a desk, and leads to it."""
    coordinator.goto(f"{site.url}/en/waves/{WAVE}/")
    expect(coordinator.locator("main .tag").first).to_have_text("released")
    coordinator.get_by_role("link", name="See the published results").click()
    expect(coordinator).to_have_url(f"{site.url}/en/results/waves/{WAVE}/")


def read_the_published_page(browser: Browser, site: LiveSite, made: Path) -> None:
    """A reader without JavaScript sees the numbers of release.json, and gets every file byte for byte."""
    reader = browser.new_context(java_script_enabled=False).new_page()
    reader.goto(f"{site.url}/en/results/")
    reader.locator(f"main a[href$='/results/waves/{WAVE}/']").first.click()
    release = json.loads((made / "release.json").read_text(encoding="utf-8"))

    assert release["wave"]["respondents"] == SHEETS + 1
    single = [table for table in release["tables"] if is_of_a_single_question(table)]
    assert len(single) >= 5
    for table in single:
        assert printed(reader, table["item"]) == published(table)
    downloaded = {}
    for link in reader.locator(".downloads a").all():
        address = link.get_attribute("href")
        downloaded[address.rpartition("/")[2]] = reader.request.get(site.url + address).body()
    assert {"release.json", "tables.csv", "tables.xlsx", "report.en.pdf", "certificate.json"} <= downloaded.keys()
    assert {name: (made / name).read_bytes() for name in downloaded} == downloaded
    reader.context.close()


def is_of_a_single_question(table: dict[str, Any]) -> bool:
    """Whether the page has one plain table for it: no rows of a matrix, no free text, no backgrounds across."""
    parts = {category["part"] for category in table["categories"]}
    plain = table["kind"] == "partition" and table.get("by") is None and "row_title" not in table
    return plain and "answer" in parts and len(table["categories"]) > 2


def published(table: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Each answer's share in whole percents, halves up, and its count."""
    labels = {category["code"]: category["label"]["en"] for category in table["categories"]}
    shares = [cell for cell in table["cells"] if "share" in cell]
    return {labels[cell["category"]]: (f"{int(100 * cell['share'] + 0.5)}%", str(cell["count"])) for cell in shares}


def printed(reader: Page, item: str) -> dict[str, tuple[str, str]]:
    """Each row of the question's table that has a share: label, share and number."""
    rows = reader.locator(f"section[aria-labelledby='q-{item}'] table.answers tbody tr").all()
    cells = [(row.locator("th").inner_text(), row.locator("td").all_inner_texts()) for row in rows]
    return {label: (numbers[0], numbers[-1]) for label, numbers in cells if numbers[0].endswith("%")}
