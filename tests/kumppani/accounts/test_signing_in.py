from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db(transaction=True)


def ask_for_a_code(client: Client, email: str, language: str = "en") -> Any:
    return client.post(f"/{language}/sign-in/", {"email": email})


def code_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", letter.subject)
    assert found
    return found.group()


def test_a_person_signs_in_with_the_code_in_the_letter(somebody: MakePerson, client: Client):
    person = somebody()

    asked = ask_for_a_code(client, person.email.upper())
    answered = client.post("/en/sign-in/code/", {"code": code_in(mail.outbox[0]), "action": "verify"})

    assert asked.headers["Location"] == "/en/sign-in/code/"
    assert answered.headers["Location"] == "/en/workplace/"
    assert person.name in client.get("/en/workplace/").content.decode()


def test_the_letter_is_in_the_persons_language_whatever_the_pages(somebody: MakePerson, client: Client):
    ask_for_a_code(client, somebody(language="sv").email, language="fi")

    assert mail.outbox[0].subject.startswith("Din kod är ")


def test_the_code_of_an_arabic_letter_is_read_from_left_to_right_and_lets_in(somebody: MakePerson, client: Client):
    ask_for_a_code(client, somebody(language="ar").email, language="ar")
    letter = mail.outbox[0]
    code = code_in(letter)

    answered = client.post("/ar/sign-in/code/", {"code": code, "action": "verify"})

    assert letter.subject.endswith(f"\N{LEFT-TO-RIGHT MARK} {code}")
    assert f"\N{LEFT-TO-RIGHT MARK} {code}" in str(letter.body)
    assert answered.headers["Location"] == "/ar/workplace/"


def test_a_wrong_code_lets_nobody_in_and_after_five_none_does(somebody: MakePerson, client: Client):
    person = somebody()
    ask_for_a_code(client, person.email)
    right = code_in(mail.outbox[0])

    first = client.post("/en/sign-in/code/", {"code": "AAAA-AAAA", "action": "verify"})
    for _attempt in range(4):
        client.post("/en/sign-in/code/", {"code": "AAAA-AAAA", "action": "verify"})
    late = client.post("/en/sign-in/code/", {"code": right, "action": "verify"})

    assert "This is not the code we sent." in first.content.decode()
    assert late.headers["Location"].startswith("/en/sign-in/")
    assert client.get("/en/workplace/").status_code == 302


def test_a_code_works_once(somebody: MakePerson, client: Client):
    ask_for_a_code(client, somebody().email)
    code = code_in(mail.outbox[0])
    client.post("/en/sign-in/code/", {"code": code, "action": "verify"})
    client.post("/en/sign-out/")

    client.post("/en/sign-in/code/", {"code": code, "action": "verify"})

    assert client.get("/en/workplace/").status_code == 302


def test_an_unknown_address_is_answered_exactly_as_a_known_one(somebody: MakePerson):
    pages, letters = [], []
    for email in (somebody().email, "nobody@example.org"):
        client = Client()
        asked = ask_for_a_code(client, email)
        page = client.get(asked.headers["Location"]).content.decode()
        pages.append(
            (asked.status_code, asked.headers["Location"], re.sub(r'value="[^"]*"', "", page).replace(email, ""))
        )
        letters.append(mail.outbox[-1].to)

    assert pages[0] == pages[1]
    assert letters[1] == ["nobody@example.org"]
    assert "Nobody here has this e-mail address" in mail.outbox[-1].subject


def test_somebody_who_may_no_longer_sign_in_gets_no_code(somebody: MakePerson, client: Client):
    person = somebody()
    person.is_active = False
    person.save()

    ask_for_a_code(client, person.email)

    assert not re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", mail.outbox[0].subject + mail.outbox[0].body)


def test_codes_cannot_be_asked_for_without_end(somebody: MakePerson, settings: Any):
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "5/5m/key"}
    cache.clear()
    email = somebody().email

    answers = [ask_for_a_code(Client(), email) for _attempt in range(6)]
    cache.clear()

    assert [answer.status_code for answer in answers] == [302] * 5 + [200]
    assert "too many attempts" in answers[-1].content.decode()
    assert len(mail.outbox) == 5


@pytest.mark.parametrize("path", ["signup/", "login/", "password/reset/", "email/", "sign-up/"])
def test_no_other_page_of_the_sign_in_library_can_be_reached(path: str, client: Client):
    assert client.get(f"/en/{path}").status_code == 404


def test_a_code_that_came_too_late_is_explained(somebody: MakePerson, client: Client, settings: Any):
    ask_for_a_code(client, somebody().email)
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1

    late = client.post("/en/sign-in/code/", {"code": code_in(mail.outbox[0]), "action": "verify"}, follow=True)

    assert "The code is no longer valid. Ask for a new one." in late.content.decode()


def test_whoever_asks_while_the_mail_server_is_away_is_told_so(somebody: MakePerson, client: Client, settings: Any):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    asked = client.post("/en/sign-in/", {"email": somebody().email}, follow=True).content.decode()

    assert "The mail server does not answer" in asked
