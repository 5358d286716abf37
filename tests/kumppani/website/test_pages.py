from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.history.recording import record
from kumppani.settings import demonstration as demonstration_settings
from kumppani.website.demonstration import CHARACTERS, being_made_mark, load_people
from tests.kumppani.conftest import MakePerson
from tests.kumppani.results.conftest import NOW

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]
PUBLIC = ["home", "results", "protection", "accessibility", "demonstration", "mailbox", "account_request_login_code"]
INLINE = re.compile(r"<script(?! src=\"/static/[^\"]+\" defer></script>)|<style|\sstyle=|\son[a-z]+=|javascript:")


@pytest.mark.parametrize(("language", "direction"), [("fi", "ltr"), ("sv", "ltr"), ("en", "ltr"), ("ar", "rtl")])
@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_page_is_there_in_every_language(name: str, language: str, direction: str, client: Client):
    with override(language):
        address = reverse(name)

    response = client.get(address)
    page = response.content.decode()

    assert response.status_code == 200
    assert address.startswith(f"/{language}/")
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert page.count("<h1") == 1
    assert not INLINE.findall(page)


@pytest.mark.parametrize(
    ("wanted", "given"),
    [("fi", "fi"), ("sv-FI,sv;q=0.9", "sv"), ("en-GB", "en"), ("ar-SY", "ar"), ("so", "fi"), ("", "fi")],
)
def test_the_root_leads_to_the_readers_language(wanted: str, given: str, client: Client):
    response = client.get("/", headers={"accept-language": wanted})

    assert response.headers["Location"] == f"/{given}/"
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize(("language", "label"), [("fi", "Esittely"), ("sv", "Demonstration"), ("en", "Demonstration")])
@pytest.mark.parametrize("name", PUBLIC)
def test_the_demonstration_says_so_on_every_page(name: str, language: str, label: str, client: Client, settings: Any):
    with override(language):
        address = reverse(name)

    assert f'<strong class="tag">{label}</strong>' in client.get(address).content.decode()


def test_the_demonstration_asks_for_no_second_factor_and_says_so(client: Client):
    page = client.get("/en/demonstration/").content.decode()

    assert demonstration_settings.SECOND_FACTOR_REQUIRED is False
    assert "also needs a second factor: a passkey or an authenticator app. The demonstration asks for none" in page


def test_a_real_site_has_no_demonstration_pages_and_says_nothing_of_one(client: Client, settings: Any):
    settings.DEMONSTRATION = False

    assert 'class="demonstration"' not in client.get("/en/").content.decode()
    assert client.get("/en/demonstration/").status_code == 404
    assert client.get("/en/demonstration/mailbox/").status_code == 404
    assert client.post("/en/demonstration/sign-in/", {"email": "coordinator@demonstration.example"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/fi/ei/ole/", 404, "Sellaista sivua ei ole"),
        ("/sv/finns/inte/", 404, "Det finns ingen sådan sida"),
        ("/en/nothing/", 404, "There is no such page"),
    ],
)
def test_errors_have_a_page_in_the_language_of_the_address(path: str, status: int, title: str, client: Client):
    response = client.get(path)

    assert response.status_code == status
    assert f"<h1>{title}</h1>" in response.content.decode()


def test_a_form_without_its_token_is_refused_on_a_page_of_ours():
    response = Client(enforce_csrf_checks=True).post("/en/sign-in/", {"email": "somebody@example.org"})

    assert response.status_code == 403
    assert "open for so long" in response.content.decode()


def test_a_broken_page_says_so_and_tells_nothing(client: Client, monkeypatch: pytest.MonkeyPatch):
    def fall(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("a secret in the fault")

    monkeypatch.setattr("kumppani.website.views.newest_results", fall)
    client.raise_request_exception = False

    response = client.get("/en/")

    assert response.status_code == 500
    assert "The fault is ours" in response.content.decode()
    assert "a secret in the fault" not in response.content.decode()


def test_each_link_to_another_language_says_which_it_is_in_that_language(client: Client):
    page = client.get("/en/accessibility/").content.decode()

    assert '<a href="/fi/accessibility/" lang="fi" hreflang="fi">Suomi</a>' in page
    assert '<a href="/en/accessibility/" lang="en" hreflang="en" aria-current="true">English</a>' in page


def test_the_site_is_not_whole_while_the_demonstration_makes_its_results(client: Client):
    being_made_mark().parent.mkdir(parents=True, exist_ok=True)
    being_made_mark().touch()
    try:
        during = client.get("/health").status_code, "results are being made" in client.get("/en/").content.decode()
    finally:
        being_made_mark().unlink()

    assert during == (503, True)
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("character", CHARACTERS, ids=lambda character: character.key)
@pytest.mark.django_db(transaction=True)
def test_a_visitor_signs_in_as_anybody_of_the_demonstration(
    character: Any, client: Client, settings: Any, tmp_path: Any
):
    settings.EMAIL_BACKEND, settings.MAIL_FOLDER = "kumppani.mailing.folder.EmailBackend", tmp_path
    settings.SECOND_FACTOR_REQUIRED = demonstration_settings.SECOND_FACTOR_REQUIRED
    load_people()

    asked = client.post("/en/demonstration/sign-in/", {"email": character.email}, follow=True).content.decode()
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", asked)
    assert code
    workplace = client.post("/en/sign-in/code/", {"code": code.group(), "action": "verify"}, follow=True)

    assert workplace.request["PATH_INFO"] == "/en/workplace/"
    assert str(character.role.label) in workplace.content.decode()


def test_the_demonstrations_people_are_written_once():
    assert load_people() == load_people()
    assert Person.objects.count() == len(CHARACTERS)


@pytest.mark.parametrize("role", [*Role, None])
def test_who_may_read_the_history(role: Role | None, somebody: MakePerson, signed_in: SignedIn):
    status = signed_in(somebody(*([role] if role else []))).get("/en/history/").status_code

    assert status == (200 if role in {Role.ADMINISTRATOR, Role.COORDINATOR, Role.APPROVER} else 403)


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_asks_the_database_as_often_for_one_line_as_for_three(
    count: int, somebody: MakePerson, signed_in: SignedIn, django_assert_num_queries: Any
):
    reader = somebody(Role.ADMINISTRATOR)
    for _line in range(count):
        record("role granted", about=reader, by=reader, at=NOW)
    client = signed_in(reader)

    with django_assert_num_queries(6):
        page = client.get("/en/history/").content.decode()
    assert page.count("<td>role granted") == count


@pytest.mark.parametrize("path", ["workplace/", "history/", "results/review/"])
def test_a_page_for_people_leads_a_visitor_to_sign_in(path: str, client: Client):
    assert client.get(f"/sv/{path}").headers["Location"] == f"/sv/sign-in/?next=/sv/{path}"
