"""People at browsers of their own, on a site that runs beside the test; their letters come over SMTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from playwright.sync_api import expect

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.roles import Role
from kumppani.network.actions.organisations import found_organisation
from kumppani.network.models import Organisation
from kumppani.network.profile import Profile
from kumppani.regions.models import Region
from tests.inbox import Inbox
from tests.journeys.people import press
from tests.kumppani.accounts.factors import code_of_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

MILLISECONDS_TO_WAIT = 15_000


class Desk:
    """One person's browser. She reads her own letters and nobody else's."""

    def __init__(self, browser: Browser, url: str, inbox: Inbox, person: Person) -> None:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(MILLISECONDS_TO_WAIT)
        self.url, self.inbox, self.email, self.page = url, inbox, person.email, context.new_page()

    def goto(self, path: str) -> int:
        """Type an address; it gives the status of the page."""
        response = self.page.goto(f"{self.url}/en/{path}")
        assert response is not None
        return response.status

    def sign_in(self) -> None:
        """From the page that asks for it; whoever has a role also sets up an app and accepts the terms."""
        self.page.get_by_label("E-mail address").fill(self.email)
        self.press("Send me a code")
        self.is_at("Enter the code")
        self.page.get_by_label("Code").fill(str(self.inbox.newest_to(self.email)["Subject"]).split()[-1])
        self.press("Sign in")
        self.page.get_by_role("button", name="Sign out").wait_for()

    def sign_in_with_a_role(self) -> None:
        self.goto("sign-in/")
        self.sign_in()
        self.follow("Add an authenticator app")
        secret = self.page.locator(".code").inner_text().replace(" ", "")
        self.page.get_by_label("Code from the app").fill(code_of_app(secret))
        self.press("Add the app")
        self.is_at("Recovery codes")
        self.follow("I have kept them: go on to my work")
        self.press("I have read this and accept it")
        self.is_at("My work")

    def press(self, name: str) -> None:
        press(self.page, name)

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def is_at(self, title: str) -> None:
        expect(self.page.get_by_role("heading", name=title, level=1, exact=True)).to_be_visible()

    def says(self, sentence: str) -> None:
        expect(self.page.get_by_text(sentence).first).to_be_visible()

    def says_nothing_of(self, words: str) -> None:
        """What the page is, closed parts and addresses included, does not have these words."""
        assert words not in self.page.content()

    def item(self, words: str) -> Locator:
        return self.page.get_by_role("listitem").filter(has_text=words)

    def has_no_button(self, *names: str) -> None:
        for name in names:
            expect(self.page.locator("button, summary").filter(has_text=name)).to_have_count(0)

    def has_no_link(self, *names: str) -> None:
        for name in names:
            expect(self.page.get_by_role("link", name=name)).to_have_count(0)

    def forges(self, path: str, **said: Any) -> int:
        """Send what no button sends, with her own session and the token of her own page; give the status."""
        token = self.page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
        form = {"csrfmiddlewaretoken": token, **said}
        return self.page.context.request.post(f"{self.url}/en/{path}", form=form, max_redirects=0).status


def somebody(name: str, *, coordinates: str = "") -> Person:
    """Somebody with an account, who may coordinate a region."""
    person = Person.objects.create_person(email=f"{name.split()[0].lower()}@example.org", name=name, language="en")
    if coordinates:
        Grant.objects.create(
            person=person,
            role=Role.COORDINATOR,
            scope_kind=Grant.Scope.REGION,
            region=Region.objects.get(code=coordinates),
            valid_from=timezone.localdate(),
        )
    return person


def organisation_of(person: Person, name: str, *, home: str = "uusimaa") -> Organisation:
    """Somebody's organisation as it waits for confirmation."""
    region = Region.objects.get(code=home)
    profile = Profile(
        name=name,
        text="We learn the language together.",
        language="en",
        kind="ngo",
        home=region,
        regions=(region,),
        themes=("education",),
        target_groups=("women",),
        languages=("fi", "ar"),
        website="",
        contact_email=f"mail-of-{home}@association.example",
    )
    return found_organisation(profile=profile, by=person, at=timezone.localtime())
