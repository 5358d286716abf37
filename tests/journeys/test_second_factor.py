"""Passkeys and an authenticator app as people meet them, on a site that asks for a second factor.

The browser has a virtual authenticator: it makes and keeps real passkeys and says that a finger was laid on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.roles import Role
from kumppani.accounts.terms import accept_terms
from tests.journeys.test_accessible_pages import faults_of
from tests.kumppani.accounts.factors import code_of_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(databases=["default", "answers"], transaction=True),
]


@pytest.fixture
def administrator(db: None) -> Person:
    person = Person.objects.create_person(email="aino@example.org", name="Aino", language="en")
    Grant.objects.create(person=person, role=Role.ADMINISTRATOR, valid_from=date(2026, 1, 1))
    accept_terms(person=person, at=timezone.now())
    return person


class Desk:
    """Somebody's browser with a device that holds passkeys; it notes what the page's policy would not allow."""

    def __init__(self, browser: Browser, url: str) -> None:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(15_000)
        self.url, self.page = url, context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.device: CDPSession = context.new_cdp_session(self.page)
        self.device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        made = self.device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.authenticator = made["authenticatorId"]

    def goto(self, path: str, language: str = "en") -> None:
        self.page.goto(f"{self.url}/{language}/{path}")

    def lay_another_finger_on_it(self, *, right: bool) -> None:
        verified = {"authenticatorId": self.authenticator, "isUserVerified": right}
        self.device.send("WebAuthn.setUserVerified", verified)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def is_at(self, title: str) -> None:
        expect(self.page.get_by_role("heading", name=title, level=1, exact=True)).to_be_visible()

    def says(self, sentence: str) -> None:
        expect(self.page.get_by_text(sentence)).to_be_visible()


@pytest.fixture
def desk(browser: Browser, live_server: Any) -> Iterator[Desk]:
    at = Desk(browser, live_server.url)
    yield at
    at.page.context.close()


def sign_in_by_code(page: Page, url: str, person: Person) -> None:
    page.goto(f"{url}/en/sign-in/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("heading", name="Enter the code").wait_for()
    page.get_by_label("Code").fill(mail.outbox[-1].subject.split()[-1])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Sign out").or_(page.get_by_role("button", name="Stop signing in")).first.wait_for()


def test_an_administrator_sets_up_a_passkey_and_signs_in_with_it_alone(desk: Desk, administrator: Person):
    sign_in_by_code(desk.page, desk.url, administrator)
    desk.is_at("Signing in")
    desk.says("One step is missing: a second factor")

    desk.follow("Add a passkey")
    desk.page.get_by_label("Name of the passkey").fill("Telephone")
    desk.page.keyboard.press("Enter")
    desk.is_at("Recovery codes")
    desk.says("The passkey is added.")
    expect(desk.page.locator(".codes li")).to_have_count(10)
    with desk.page.expect_download() as download:
        desk.follow("Download the codes")
    kept = download.value.path().read_text(encoding="utf-8")
    desk.follow("I have kept them: go on to my work")
    desk.is_at("My work")
    desk.press("Sign out")

    desk.goto("people/")
    desk.press("Sign in with a passkey")
    desk.is_at("People and roles")

    assert len(re.findall(r"^\d{8}$", kept, re.MULTILINE)) == 10
    assert administrator.email in kept
    assert [letter.subject for letter in mail.outbox][1:] == ["Your sign-in was changed"]
    assert desk.complaints == []


def test_a_passkey_is_also_the_second_factor_and_the_last_one_stays(desk: Desk, administrator: Person):
    sign_in_by_code(desk.page, desk.url, administrator)
    desk.follow("Add a passkey")
    desk.press("Add the passkey")
    desk.is_at("Recovery codes")
    desk.press("Sign out")

    sign_in_by_code(desk.page, desk.url, administrator)
    desk.is_at("Show your second factor")
    desk.press("Use a passkey")
    desk.is_at("My work")
    desk.follow("Signing in: your passkeys and second factor")
    desk.page.get_by_role("link", name="Remove: Passkey 1").click()
    desk.is_at("Show that it is you")
    desk.press("Use a passkey")

    desk.is_at("Remove a passkey")
    desk.says("This is your only second factor, and your role asks for one. Add another first, then remove this.")
    expect(desk.page.get_by_role("button", name="Yes, remove it")).to_have_count(0)
    desk.goto("account/security/passkeys/add/")
    desk.press("Add the passkey")
    desk.says("This device has a passkey for this site already. You need not add it again.")
    assert desk.complaints == []


def test_what_goes_wrong_with_a_passkey_is_said_on_the_page(desk: Desk, administrator: Person):
    sign_in_by_code(desk.page, desk.url, administrator)
    desk.follow("Add a passkey")
    desk.lay_another_finger_on_it(right=False)
    desk.press("Add the passkey")
    desk.says("The browser did not give a passkey.")
    desk.lay_another_finger_on_it(right=True)
    desk.press("Add the passkey")
    desk.is_at("Recovery codes")
    desk.press("Sign out")

    desk.goto("sign-in/")
    desk.lay_another_finger_on_it(right=False)
    desk.press("Sign in with a passkey")

    desk.says("The browser did not give a passkey.")
    assert desk.complaints == []


def test_at_an_address_that_is_a_number_the_page_says_why_passkeys_fail(desk: Desk):
    desk.url = desk.url.replace("localhost", "127.0.0.1")
    desk.goto("sign-in/")
    desk.press("Sign in with a passkey")

    desk.says("Passkeys do not work at this address.")


def test_a_passkey_that_was_removed_here_and_not_on_the_device_lets_nobody_in(desk: Desk, administrator: Person):
    Grant.objects.all().delete()
    sign_in_by_code(desk.page, desk.url, administrator)
    desk.goto("account/security/passkeys/add/")
    desk.press("Add the passkey")
    desk.is_at("Recovery codes")
    desk.goto("account/security/")
    desk.page.get_by_role("link", name="Remove: Passkey 1").click()
    desk.press("Yes, remove it")
    desk.says("It is removed.")
    desk.press("Sign out")

    desk.goto("sign-in/")
    desk.press("Sign in with a passkey")

    desk.says("This was not accepted.")
    expect(desk.page.get_by_role("button", name="Send me a code")).to_be_visible()


def test_an_app_is_set_up_and_used_without_javascript(
    page_without_javascript: Page, live_server: Any, administrator: Person
):
    page = page_without_javascript
    sign_in_by_code(page, live_server.url, administrator)
    expect(page.get_by_text("Passkeys need JavaScript, and this browser does not run it.")).to_be_visible()
    page.get_by_role("link", name="Add an authenticator app").click()
    expect(page.locator(".qr svg")).to_be_visible()
    secret = page.locator(".code").inner_text().replace(" ", "")
    page.get_by_label("Code from the app").fill(code_of_app(secret))
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_role("heading", name="Recovery codes", level=1)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    sign_in_by_code(page, live_server.url, administrator)
    page.get_by_label("Code from the authenticator app, or a recovery code").fill(code_of_app(secret))
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_role("heading", name="My work")).to_be_visible()


@pytest.mark.same_on_every_database("templates and style sheets make the look of a page")
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_of_signing_in_is_accessible(
    language: str, browser: Browser, live_server: Any, administrator: Person, set_up: Callable[[Desk], str]
):
    desk, other = Desk(browser, live_server.url), Desk(browser, live_server.url)
    sign_in_by_code(desk.page, desk.url, administrator)
    found = []

    def look(path: str) -> None:
        nonlocal found
        desk.goto(path, language)
        assert desk.page.url == f"{desk.url}/{language}/{path}", path
        found += faults_of(desk.page, path)

    for path in ("sign-in/", "account/security/"):
        desk.goto(path, language)
        found += faults_of(desk.page, f"missing: {path}")
    look("account/security/passkeys/add/")
    look("account/security/app/")
    passkey = set_up(desk)
    look("account/security/")
    look("account/security/recovery-codes/")
    look("account/security/recovery-codes/new/")
    look("account/security/app/remove/")
    look(f"account/security/passkeys/{passkey}/remove/")
    look("account/security/confirm/")
    look("account/security/confirm/passkey/")
    look(f"people/{administrator.pk}/second-factor/")
    sign_in_by_code(other.page, other.url, administrator)
    other.goto("sign-in/second-factor/", language)
    found += faults_of(other.page, "second factor")
    other.page.locator("input[name=code]").fill("1")
    other.page.locator("form:has(input[name=code]) button").click()
    expect(other.page.get_by_role("alert").first).to_be_visible()
    found += faults_of(other.page, "second factor, wrong")
    desk.page.context.close()
    other.page.context.close()

    assert found == []


@pytest.fixture
def set_up() -> Callable[[Desk], str]:
    """Add a passkey and an app; give the number of the passkey."""

    def both(desk: Desk) -> str:
        desk.goto("account/security/passkeys/add/")
        desk.press("Add the passkey")
        desk.is_at("Recovery codes")
        desk.goto("account/security/app/")
        secret = desk.page.locator(".code").inner_text().replace(" ", "")
        desk.page.get_by_label("Code from the app").fill(code_of_app(secret))
        desk.press("Add the app")
        desk.page.get_by_role("heading", name="Signing in").wait_for()
        address = desk.page.get_by_role("link", name="Remove: Passkey 1").get_attribute("href") or ""
        return address.split("/")[-3]

    return both
