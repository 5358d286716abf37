"""A respondent answers without an account, without JavaScript, and leaves nothing readable behind."""

import json
import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from barometer.questionnaire.canonical import digest, from_plain
from barometer.sealing import code_from_text, draft_lookup, identifier, open_bundle
from kumppani.surveys import actions
from kumppani.surveys.models import ChannelCount, DayCount, PageViews, Wave
from kumppani.surveys.sealed import store
from kumppani.surveys.sealed.checks import drafts_have_room
from kumppani.surveys.sealed.models import Draft
from tests.kumppani.surveys import waves
from tests.kumppani.surveys.waves import FORM, Browser

pytestmark = pytest.mark.django_db(databases=["default", "answers"])

BEGINNING = {"works": "yes", "partners": ["city", "other"], "partners.other": "a library"}
DETAILS = {"agree.a": "2", "agree.b": "1", "order.money": "1", "order.time": "2"}
END = {"years": "3", "since": "2020-05-01", "why": "Because we share a house."}


def sheets_in(wave, custodians):
    return open_bundle(actions.bundle_of(wave), custodians[:2], wave.questionnaire).sheets


def test_a_whole_sheet_is_answered_and_can_be_opened_by_custodians_alone(open_wave, custodians):
    browser = Browser(open_wave).press("start").press("next", **BEGINNING).press("next", **DETAILS).press("next", **END)
    assert "Those were all the questions" in browser.html

    browser.press("send")

    assert "Your answers have arrived" in browser.html
    (sheet,) = sheets_in(open_wave, custodians)
    assert dict(sheet.answers) == {
        "works": "yes",
        "partners": ("city", "other"),
        "partners.other": "a library",
        "agree.a": "2",
        "agree.b": "1",
        "order": ("money", "time"),
        "years": 3.0,
        "since": "2020-05-01",
        "why": "Because we share a house.",
    }
    assert (sheet.language, sheet.channel, sheet.mode, sheet.last_page) == ("en", "open_link", "web", "")
    assert sheet.consent == open_wave.consent


def test_the_first_page_leads_to_how_answers_are_protected_in_its_own_language(open_wave):
    with translation.override("en"):
        assert f'<a href="{reverse("protection")}">What is published' in Browser(open_wave).html


def test_the_pages_follow_the_answers_and_what_is_hidden_is_not_sealed(open_wave, custodians):
    browser = Browser(open_wave).press("start").press("next", **BEGINNING).press("next", **DETAILS)

    browser.press("back").press("back").press("next", works="no").press("next", **END).press("send")

    (sheet,) = sheets_in(open_wave, custodians)
    assert set(sheet.answers) == {"works", "years", "since", "why"}


def test_sent_twice_counts_once_and_shows_the_same_receipt(open_wave, custodians):
    browser = Browser(open_wave).press("start").press("enough")
    form = {**browser.hidden(), "-do": "send"}

    first = browser.send(form).html
    second = browser.send(form).html

    assert len(sheets_in(open_wave, custodians)) == 1
    assert DayCount.objects.get().sent == ChannelCount.objects.get().sent == 1
    assert "Your answers have arrived" in first
    code = re.search(r"(\w{4}-){6}\w{4}", first).group()
    assert code in second


def test_what_is_answered_so_far_can_be_sent_with_the_last_page_noted(open_wave, custodians):
    Browser(open_wave).press("start").press("next", **BEGINNING).press("enough", **DETAILS).press("send")

    (sheet,) = sheets_in(open_wave, custodians)
    assert sheet.last_page == "details"
    assert sheet.answers["agree.a"] == "2"


def test_a_draft_is_resumed_on_another_browser_with_the_code_typed_carelessly(open_wave):
    first = Browser(open_wave).press("start").press("next", **BEGINNING).press("pause", **DETAILS)
    code = re.search(r'class="code"[^>]*>([^<]+)', first.html).group(1)

    second = Browser(open_wave)
    second.send({"-do": "resume", "-code": code.lower().replace("-", " "), "-language": "en"})

    assert "How far do you agree?" in second.html
    assert re.search(r'name="agree.a" value="2" checked', second.html)


def test_the_language_is_changed_on_any_page_and_answers_are_kept(open_wave, custodians):
    browser = Browser(open_wave).press("start").press("language:fi", **BEGINNING)
    assert "Do you work with partners? (fi)" in browser.html
    assert 'value="yes" checked' in browser.html

    browser.press("next", **BEGINNING).press("enough").press("send")

    (sheet,) = sheets_in(open_wave, custodians)
    assert sheet.language == "fi"


def test_a_fault_is_explained_in_a_summary_that_leads_to_the_field(open_wave):
    browser = Browser(open_wave).press("start")

    browser.press("next", works="yes", partners=["city", "none"])

    assert "Please correct this before you go on" in browser.html
    assert 'href="#f-partners-city"' in browser.html
    assert 'id="f-partners-city"' in browser.html
    assert 'value="none" checked' in browser.html


def test_a_fault_is_explained_in_the_language_of_the_page_whoever_was_served_before(open_wave):
    browser = Browser(open_wave).press("start").press("language:fi", **BEGINNING)

    with translation.override("sv"):
        browser.press("next", works="yes", partners=["city", "none"])

    assert "Yhtä valitsemistasi vastauksista ei voi valita muiden kanssa." in browser.html


def test_what_was_typed_wrongly_is_still_there(open_wave):
    browser = Browser(open_wave).press("start").press("next", works="no").press("next", years="many", why="<b>&")

    assert 'value="many"' in browser.html
    assert "&lt;b&gt;&amp;</textarea>" in browser.html
    assert "Write a number with digits." in browser.html


def test_the_browsers_back_button_shows_the_earlier_page(open_wave):
    browser = Browser(open_wave)
    browser.page = browser.client.post(browser.address, "-do=start", content_type=FORM)
    first = browser.page["Location"]
    browser.page = browser.client.get(first)
    browser.press("next", **BEGINNING)
    assert "How far do you agree?" in browser.html

    browser.page = browser.client.get(first)

    assert "Do you work with partners?" in browser.html
    assert 'value="yes" checked' in browser.html


def test_a_mark_says_nothing_to_another_browser(open_wave):
    browser = Browser(open_wave)
    location = browser.client.post(browser.address, "-do=start", content_type=FORM)["Location"]

    seen_by_another = Client().get(location).content.decode()

    assert "Do you work with partners?" not in seen_by_another


def test_marks_of_one_page_are_never_the_same(open_wave):
    browser = Browser(open_wave)
    browser.page = browser.client.post(browser.address, "-do=start", content_type=FORM)
    browser.page = browser.client.get(browser.page["Location"])
    form = {**browser.hidden(), "-do": "language:en"}

    addresses = {
        browser.client.post(browser.address, urlencode(form), content_type=FORM)["Location"] for _ in range(10)
    }

    assert len(addresses) == 10


def test_an_answer_can_be_checked_and_withdrawn_with_the_code(open_wave, custodians):
    browser = Browser(open_wave).press("start").press("next", **BEGINNING)
    code = browser.code
    browser.press("enough").press("send")
    other = Browser(open_wave)

    assert "Your answers are here" in other.send({"-do": "check", "-code": code}).html
    assert "Take your answers back?" in other.send({"-do": "withdraw", "-code": code}).html
    assert store.count(open_wave.code) == 1
    assert "have been taken back" in other.send({"-do": "withdraw-for-good", "-code": code}).html

    assert store.count(open_wave.code) == 0
    assert sheets_in(open_wave, custodians) == ()
    name = identifier(open_wave.code, code_from_text(code))
    assert store.is_withdrawn(name)
    store.shuffle()
    assert not store.holds(name)


def test_a_withdrawn_answer_cannot_be_sent_again(open_wave):
    browser = Browser(open_wave).press("start").press("enough")
    form, code = {**browser.hidden(), "-do": "send"}, browser.code
    browser.send(form)
    browser.send({"-do": "withdraw-for-good", "-code": code})
    store.shuffle()

    browser.send(form)

    assert store.count(open_wave.code) == 0


@pytest.mark.parametrize("typed", ["", "hello", "0000-0000", "x" * 5000])
def test_a_mistyped_code_is_told_so(open_wave, typed):
    browser = Browser(open_wave).send({"-do": "check", "-code": typed, "-language": "en"})

    assert "This is not a whole code" in browser.html


def test_an_unknown_code_tells_nothing(open_wave):
    browser = Browser(open_wave).send({"-do": "check", "-code": "0000-0000-0000-0000-0000-0000-02JA"})

    assert "This is not a whole code" in browser.html or "No answers are found" in browser.html


def test_no_cookie_but_the_code_is_set_and_it_ends_with_the_session(open_wave):
    browser = Browser(open_wave)
    assert not browser.page.cookies
    response = browser.client.post(browser.address, "-do=start", content_type=FORM)

    (cookie,) = response.cookies.values()
    assert (cookie.key, cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        "answer",
        browser.address,
        True,
        "Lax",
    )
    assert cookie["expires"] == "" and cookie["max-age"] == ""
    assert cookie.value not in response["Location"]


def test_somebody_signed_in_is_not_seen(open_wave, who):
    client = Client(headers={"accept-language": "en"})
    client.force_login(who.coordinator)

    response = client.get(f"/answer/{open_wave.code}/")

    assert response.status_code == 200
    assert who.coordinator.name not in response.content.decode().replace("barometer@example.org", "")
    assert "Vary" not in response or "Cookie" not in response["Vary"]


def test_every_page_forbids_keeping_it_and_runs_no_script(open_wave):
    browser = Browser(open_wave).press("start")

    assert browser.page["Cache-Control"] == "no-store"
    assert "script-src 'self'" in browser.page["Content-Security-Policy"]
    assert "<script" not in browser.html
    assert "style=" not in browser.html


def test_pages_have_lengths_in_steps(open_wave):
    browser = Browser(open_wave).press("start")
    lengths = {len(browser.page.content), len(browser.press("next", **BEGINNING).page.content)}

    assert all(length % 4096 == 0 for length in lengths)


@pytest.mark.parametrize(
    "header", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}]
)
def test_a_form_from_another_site_is_refused(open_wave, header):
    response = Client(headers=header).post(f"/answer/{open_wave.code}/", "-do=start", content_type=FORM)

    assert response.status_code == 403


def test_a_form_of_another_sheet_is_refused(open_wave):
    victim, attacker = Browser(open_wave).press("start"), Browser(open_wave).press("start")

    victim.send({**attacker.hidden(), "-do": "next", **BEGINNING})

    assert victim.page.status_code == 400


@pytest.mark.parametrize("fields", [{"x": "y"}, {"-do": "fly"}, {"-do": "next"}, {"-do": "next", "-code": "abc"}])
def test_a_form_without_sense_is_refused(open_wave, fields):
    assert Browser(open_wave).send(fields).page.status_code == 400


def test_only_urlencoded_forms_are_read(open_wave):
    response = Client().post(f"/answer/{open_wave.code}/", {"-do": "start"})

    assert response.status_code == 415


def test_ten_megabytes_in_a_cell_are_refused(open_wave):
    browser = Browser(open_wave).press("start")

    browser.press("next", works="yes", **{"partners.other": "x" * 10_000_000})

    assert browser.page.status_code == 413
    assert "larger than any answer can be" in browser.html


def test_bytes_that_are_no_text_are_not_an_error_of_ours(open_wave):
    response = Client().post(f"/answer/{open_wave.code}/", b"-do=start&x=%ff%fe\xff", content_type=FORM)

    assert response.status_code in (303, 400)


def test_the_trap_field_and_haste_are_noted_and_nothing_is_refused(open_wave, custodians):
    Browser(open_wave).press("start").press("next", **BEGINNING, **{"-website": "spam"}).press("enough").press("send")

    (sheet,) = sheets_in(open_wave, custodians)
    assert set(sheet.flags) == {"minutes_1", "fast", "honeypot"}


def test_views_are_counted_once_and_only_for_pages_that_everybody_is_shown(open_wave):
    browser = Browser(open_wave).press("start").press("next", **BEGINNING).press("back").press("next", **BEGINNING)
    browser.press("next", **DETAILS)

    assert dict(PageViews.objects.values_list("page", "views")) == {"start": 1, "end": 1}


def test_a_channel_comes_from_the_address_if_the_wave_knows_it(open_wave, custodians):
    for channel in ("newsletter", "invented"):
        browser = Browser(open_wave)
        browser.page = browser.client.get(f"{browser.address}?channel={channel}")
        browser.press("start").press("enough").press("send")

    assert sorted(sheet.channel for sheet in sheets_in(open_wave, custodians)) == ["newsletter", "open_link"]


def test_a_paused_wave_keeps_drafts_and_a_closed_one_takes_no_more(open_wave, who):
    browser = Browser(open_wave).press("start")
    form = browser.hidden()
    actions.pause_wave(wave=open_wave, by=who.coordinator, at=timezone.now())
    assert "The survey is paused" in browser.send({**form, "-do": "enough"}).html

    actions.close_wave(wave=open_wave, by=who.coordinator, at=timezone.now())

    assert "The survey has closed" in browser.send({**form, "-do": "enough"}).html
    assert store.count(open_wave.code) == 0


def test_a_wave_that_is_not_open_yet_is_not_found(who, custodians):
    from tests.kumppani.surveys.waves import prepared

    wave = prepared(who, custodians)

    assert Client().get(f"/answer/{wave.code}/").status_code == 404


def test_the_draft_is_forgotten_once_the_sheet_is_sent(open_wave):
    browser = Browser(open_wave).press("start").press("enough")
    lookup = draft_lookup(open_wave.code, code_from_text(browser.code))
    assert store.draft(lookup, timezone.localdate()) is not None

    browser.press("send")

    assert store.draft(lookup, timezone.localdate()) is None
    assert browser.client.cookies["answer"].value == ""


def test_an_empty_form_empties_former_answers(open_wave, custodians):
    browser = Browser(open_wave).press("start").press("next", **BEGINNING).press("back").press("clear", **BEGINNING)
    assert "checked" not in browser.html

    browser.press("enough").press("send")

    (sheet,) = sheets_in(open_wave, custodians)
    assert sheet.answers == {}


def test_when_too_many_sheets_wait_to_be_finished_new_ones_are_turned_away_and_old_ones_go_on(open_wave, monkeypatch):
    monkeypatch.setattr("kumppani.surveys.sealed.store.MOST_DRAFTS", 2)
    early, other, late = (Browser(open_wave) for _ in range(3))
    for browser in (early, other, late):
        browser.send({"-do": "start", "-language": "en"})

    assert [browser.page.status_code for browser in (early, other, late)] == [200, 200, 503]
    assert "Please come back later" in late.html
    assert [fault.id for fault in drafts_have_room(databases=["answers"])] == ["sealed.W008"]
    assert early.press("next", works="no", partners=["city"]).page.status_code == 200

    Draft.objects.filter(expires_on__lte=timezone.localdate() + timedelta(days=1)).update(expires_on=date(2020, 1, 1))
    assert late.send({"-do": "start", "-language": "en"}).page.status_code == 200
    assert Draft.objects.count() == 2


def test_a_sheet_that_was_only_started_is_kept_until_the_next_day(open_wave):
    today = timezone.localdate()
    browser = Browser(open_wave).send({"-do": "start", "-language": "en"})
    assert Draft.objects.get().expires_on == today + timedelta(days=1)

    browser.press("next", works="no")
    assert Draft.objects.get().expires_on == today + timedelta(days=30)


def test_markup_in_the_texts_of_a_questionnaire_stays_text(who, custodians):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    wave = waves.opened(who, custodians)
    plain = json.loads(json.dumps(wave.questionnaire_plain).replace("A city", evil.replace('"', '\\"')))
    digest_now = digest(from_plain(plain))
    Wave.objects.update(
        questionnaire_plain=plain,
        questionnaire_digest=digest_now,
        titles={"en": evil},
        privacy={"en": evil},
    )

    browser = Browser(Wave.objects.get())
    first, then = browser.html, browser.send({"-do": "start", "-language": "en"}).html

    assert "&lt;script&gt;" in first
    assert "&lt;script&gt;" in then
    assert not re.search(r"<script|<img", first + then)
