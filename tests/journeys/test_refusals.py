"""Wrong order, wrong person, wrong key, a changed byte: each is refused in a clear sentence, and nothing changes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import people
from tests.journeys.people import EXAMPLES, barometer, press, save
from tests.journeys.respondents import begin, code_shown, do

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journeys.conftest import LiveSite

pytestmark = pytest.mark.journey

WAVE = "refused"


def test_from_a_real_key_to_a_changed_byte_of_the_bundle(live_site, at_work, page_without_javascript, tmp_path):
    coordinator, custodian, analyst = at_work("coordinator"), at_work("custodian-1"), at_work("analyst")
    keys = people.keys_made_offline(tmp_path / "keys")

    fill_in(coordinator, live_site, real_wave_key(tmp_path))
    press(coordinator, "Freeze and prepare")
    expect(coordinator.get_by_role("alert")).to_contain_text("This is the demonstration. Do not use real keys here.")
    fill_in(coordinator, live_site, keys.files[0])
    press(coordinator, "Freeze and prepare")
    expect(coordinator.get_by_role("alert")).to_contain_text("This is not a wave key.")
    fill_in(coordinator, live_site, keys.wave_key)
    press(coordinator, "Freeze and prepare")
    wave = f"{live_site.url}/en/waves/{WAVE}/"

    assert refusal(coordinator, wave, "do/open/") == (
        "This cannot be done now: the wave is “prepared”, and would have to be “rehearsed”."
    )
    assert refusal(coordinator, wave, "bundle/").startswith("This cannot be done now: the wave is “prepared”")
    assert refusal(custodian, wave, "do/open-rehearsal-here/") == (
        "There is no rehearsal to open yet. A coordinator makes one first."
    )
    assert refusal(analyst, wave, "do/rehearse/") == "Only a coordinator may do this with a wave."
    assert refusal(custodian, wave, "do/release-here/") == "Only an analyst may make a release."
    page_without_javascript.goto(f"{live_site.url}/answer/{WAVE}/")
    expect(page_without_javascript.get_by_role("heading", level=1)).to_have_text("Sellaista sivua ei ole")

    coordinator.goto(wave)
    press(coordinator, "Make the rehearsal")
    custodian.goto(wave)
    custodian.get_by_label("The word inside the rehearsal").fill("rehearsal-kahvikuppi")
    press(custodian, "Prove it")
    expect(custodian.get_by_text("This is not the word inside the rehearsal.").first).to_be_visible()
    rehearsal = save(custodian, "Download the rehearsal", tmp_path / "rehearsal.bundle", role="link")
    refuse_other_keys(rehearsal, keys, tmp_path)
    state = coordinator.locator("main .tag").first
    expect(state).to_have_text("prepared")

    prove(custodian, rehearsal, keys, tmp_path)
    coordinator.goto(wave)
    press(coordinator, "Open the wave")
    page_without_javascript.set_extra_http_headers({"Accept-Language": "en"})
    begin(page_without_javascript, live_site, WAVE, "en")
    do(page_without_javascript, "enough")
    do(page_without_javascript, "send")
    assert len(code_shown(page_without_javascript)) == 34
    assert refusal(coordinator, wave, "bundle/").startswith("This cannot be done now: the wave is “open”")
    assert refusal(custodian, wave, "do/open-answers-here/") == "The answers can be opened only after the cut-off."
    coordinator.goto(wave)
    press(coordinator, "Close the wave for good")
    press(coordinator, "Cut off")
    begin_is_over(page_without_javascript, live_site)
    bundle = save(coordinator, "Take out the sealed answers", tmp_path / "refused.bundle")
    refuse_changed_bytes(bundle, keys, tmp_path)


def fill_in(coordinator: Page, site: LiveSite, wave_key: Path) -> None:
    coordinator.goto(f"{site.url}/en/waves/prepare/")
    coordinator.get_by_label("A wave of the examples").select_option("demonstration-open")
    coordinator.get_by_label("Another short name for the wave").fill(WAVE)
    coordinator.get_by_label("E-mail address for questions").fill("barometer@demonstration.example")
    coordinator.get_by_label("The wave key that the custodians made").set_input_files(wave_key)


def real_wave_key(desk: Path) -> Path:
    public = [barometer("keys", "new", "--to", desk / f"real-{number}.key").out.strip() for number in (1, 2)]
    made = barometer("keys", "wave", "--custodian", public[0], "--custodian", public[1], "--to", desk / "real.wavekey")
    assert made.status == 0, made.err
    return desk / "real.wavekey"


def refusal(page: Page, wave: str, deed: str) -> str:
    """Send a deed whose button is not on the page, as its button would; give the sentence that refuses it."""
    page.goto(wave)
    state = page.locator("main .tag").first.inner_text()
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    sent = page.request.post(
        wave + deed, form={"csrfmiddlewaretoken": str(token)}, headers={"Referer": wave}, max_redirects=0
    )
    assert sent.status in (302, 403), sent.status
    if sent.status == 403:
        page.set_content(sent.text())
        said = page.locator("main p.lead").first.inner_text()
        page.goto(wave)
    else:
        page.goto(wave)
        said = page.locator(".notice-error, .notice-danger, [role=status]").first.inner_text()
    assert page.locator("main .tag").first.inner_text() == state
    return said.strip()


def refuse_other_keys(rehearsal: Path, keys: people.OfflineKeys, desk: Path) -> None:
    """One key of two, a stranger's key, a real key: no folder is written."""
    alone = people.opened_offline(rehearsal, [keys.files[0]], desk / "not")
    assert (alone.status, "needs 2 of its 3 custodians; 1 of the keys given" in alone.err) == (2, True), alone.err

    barometer("keys", "new", "--demonstration", "--to", desk / "stranger.key")
    strangers = people.opened_offline(rehearsal, [keys.files[0], desk / "stranger.key"], desk / "not")
    assert (strangers.status, "1 of the keys given are theirs" in strangers.err) == (2, True), strangers.err

    real = people.opened_offline(rehearsal, [keys.files[0], desk / "real-1.key"], desk / "not")
    assert real.status == 2
    assert "a real key for a demonstration" in real.err
    assert not (desk / "not").exists()


def prove(custodian: Page, rehearsal: Path, keys: people.OfflineKeys, desk: Path) -> None:
    word = people.word_inside(rehearsal, list(keys.files[:2]), desk / "rehearsal")
    custodian.get_by_label("The word inside the rehearsal").fill(word)
    press(custodian, "Prove it")
    expect(custodian.get_by_role("status")).to_contain_text("The rehearsal has been opened")


def begin_is_over(page: Page, site: LiveSite) -> None:
    page.goto(f"{site.url}/answer/{WAVE}/?language=en")
    expect(page.get_by_role("heading", name="The survey has closed")).to_be_visible()


def refuse_changed_bytes(bundle: Path, keys: people.OfflineKeys, desk: Path) -> None:
    """A byte of the heading, of a row: the bundle is refused in one line that names the file."""
    size = bundle.stat().st_size
    for place in (size // 10, size // 2, size - 200):
        changed = people.with_one_byte_changed(bundle, desk / f"changed-{place}.bundle", place=place)
        opened = people.opened_offline(changed, list(keys.files[:2]), desk / "changed")
        assert opened.status == 2, (place, opened.err)
        assert changed.name in opened.err
        assert "Traceback" not in opened.err
        assert not (desk / "changed").exists()
    assert people.opened_offline(bundle, list(keys.files[1:]), desk / "whole").status == 0


def test_a_changed_byte_and_the_wrong_person_at_the_release(live_site, at_work, tmp_path):
    analyst, approver, coordinator = at_work("analyst"), at_work("approver"), at_work("coordinator")
    folder = small_release(tmp_path)

    send_in(analyst, live_site, people.with_one_byte_changed(packed(folder, tmp_path), tmp_path / "bad.zip", place=900))
    expect(analyst.get_by_role("alert")).to_contain_text("The file is not a zip that can be read.")
    table = folder / "tables.csv"
    people.with_one_byte_changed(table, table, place=table.stat().st_size // 2)
    send_in(analyst, live_site, packed(folder, tmp_path))
    expect(analyst.locator("main .tag").first).to_have_text("refused by the checks")
    expect(analyst.get_by_text("tables.csv").first).to_be_visible()
    people.with_one_byte_changed(table, table, place=table.stat().st_size // 2)

    send_in(coordinator, live_site, packed(folder, tmp_path))
    review = coordinator.url
    assert refusal(analyst, review, "approve/") == "Only an approver may approve a release."
    assert refusal(coordinator, review, "approve/") == "Only an approver may approve a release."
    assert refusal(approver, review, "publish/") == "Only a coordinator may publish a release."
    assert refusal(coordinator, review, "publish/") == "Only an approved release can be published."
    approver.goto(f"{live_site.url}/en/results/review/take-in/")
    expect(approver.get_by_text("Only a coordinator or an analyst may take in a release.")).to_be_visible()

    kept = next(path for path in live_site.data.rglob("tables.csv") if path.read_bytes() == table.read_bytes())
    kept.chmod(0o644)
    people.with_one_byte_changed(kept, kept, place=100)
    approver.goto(review)
    press(approver, "Approve this release")
    expect(approver.get_by_text("A file of this release is not what was checked.")).to_be_visible()
    people.with_one_byte_changed(kept, kept, place=100)
    press(approver, "Approve this release")
    expect(approver.get_by_text("Approved.")).to_be_visible()


def small_release(desk: Path) -> Path:
    """A release of made-up answers to the open questionnaire."""
    wave = desk / "wave"
    shutil.copytree(EXAMPLES / "demonstration-open", wave)
    dated = (wave / "wave.yaml").read_text(encoding="utf-8").replace("id: demonstration-open", f"id: {WAVE}", 1)
    (wave / "wave.yaml").write_text(f"{dated}\nopened: 2026-09-01\nclosed: 2026-09-30\n", encoding="utf-8")
    answers = wave / "answers.csv"
    assert barometer("generate", wave, "--respondents", "60", "--seed", "3", "--to", answers).status == 0
    made = barometer("release", wave, "--to", desk / WAVE)
    assert made.status == 0, made.err
    return desk / WAVE


def packed(folder: Path, desk: Path) -> Path:
    return people.zipped(folder, desk / "release.zip")


def send_in(page: Page, site: LiveSite, release: Path) -> None:
    page.goto(f"{site.url}/en/results/review/take-in/")
    page.get_by_label("The release folder, as a zip").set_input_files(release)
    press(page, "Send and check")
