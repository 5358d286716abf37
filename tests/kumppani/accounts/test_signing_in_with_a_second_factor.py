"""Signing in through the pages: where the code leads whom, what is closed until then, and how often one may try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from kumppani.accounts.halfway import REACHED_HALFWAY
from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.accounts.second_factor import factors_of
from kumppani.history.recording import lines_about
from tests.kumppani.accounts.factors import (
    by_mailed_code,
    code_of_app,
    recovery_codes_of,
    with_app,
    with_passkey,
)
from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db(transaction=True)
SignedIn = Callable[[Person], Client]
SECOND_STEP = "/en/sign-in/second-factor/"
SIGNING_IN = "/en/account/security/"


def add_app(client: Client) -> Any:
    """Add an authenticator app as its page asks: read the secret, type what the app shows."""
    client.get(f"{SIGNING_IN}app/")
    return client.post(f"{SIGNING_IN}app/", {"code": code_of_app(client.session["mfa.totp.secret"])})


def text(response: Any) -> str:
    said: str = response.content.decode()
    return said


@pytest.mark.parametrize("role", Role)
def test_somebody_with_a_role_and_no_second_factor_is_led_to_set_one_up(
    role: Role, somebody: MakePerson, client: Client
):
    by_mailed_code(client, somebody(role))

    reached = client.get("/en/workplace/", follow=True)

    assert reached.request["PATH_INFO"] == SIGNING_IN
    assert "One step is missing: a second factor" in text(reached)


@pytest.mark.parametrize("path", ["workplace/", "history/", "people/", "people/add/", "waves/", "results/review/"])
def test_nothing_that_asks_for_a_person_is_open_halfway(path: str, somebody: MakePerson, client: Client):
    by_mailed_code(client, somebody(*Role))

    assert client.get(f"/en/{path}", follow=True).request["PATH_INFO"] == SIGNING_IN


def test_nothing_is_done_halfway_either(somebody: MakePerson, client: Client):
    person = somebody()
    by_mailed_code(client, somebody(Role.ADMINISTRATOR))

    client.post("/en/people/add/", {"name": "Aino", "email": "aino@example.org", "language": "fi"})
    client.post(f"/en/people/{person.pk}/give-role/", {"role": "approver", "region": "", "until": ""})
    client.post(f"/en/people/{person.pk}/second-factor/", {"reason": "So."})

    assert not Person.objects.filter(email="aino@example.org").exists()
    assert not person.grants.exists()


@pytest.mark.parametrize("path", ["", "results/", "how-answers-are-protected/", "accessibility/"])
def test_public_pages_stay_open_halfway_and_lead_on(path: str, somebody: MakePerson, client: Client):
    by_mailed_code(client, somebody(Role.COORDINATOR))

    page = client.get(f"/en/{path}")

    assert page.status_code == 200
    assert "Finish signing in" in text(page)
    assert "Sign out" in text(page)


def test_whoever_is_halfway_can_sign_out(somebody: MakePerson, client: Client):
    by_mailed_code(client, somebody(Role.COORDINATOR))

    client.post("/en/sign-out/")

    assert "Finish signing in" not in text(client.get("/en/"))


def test_after_setting_up_an_app_she_is_in(somebody: MakePerson, client: Client):
    person = somebody(Role.ADMINISTRATOR)
    by_mailed_code(client, person)

    added = add_app(client)

    assert added.headers["Location"] == f"{SIGNING_IN}recovery-codes/"
    assert recovery_codes_of(person)[0] in text(client.get(added.headers["Location"]))
    assert client.get("/en/people/").status_code == 200
    assert [line.what for line in lines_about(person)] == ["authenticator app added"]
    assert "An authenticator app was added to your sign-in." in mail.outbox[-1].body


def test_with_an_app_the_mailed_code_is_half_the_way(somebody: MakePerson, client: Client):
    person = somebody(Role.ADMINISTRATOR)
    with_app(person)

    answered = by_mailed_code(client, person)
    before = client.get("/en/people/", follow=True)
    shown = client.post(SECOND_STEP, {"code": code_of_app()})

    assert answered.headers["Location"] == SECOND_STEP
    assert before.request["PATH_INFO"] == SECOND_STEP
    assert shown.headers["Location"] == "/en/workplace/"
    assert client.get("/en/people/").status_code == 200


def test_the_page_that_was_wanted_is_reached_after_both_steps(somebody: MakePerson, client: Client):
    person = somebody(Role.ADMINISTRATOR)
    with_app(person)
    by_mailed_code(client, person, to="/en/people/")

    assert client.post(SECOND_STEP, {"code": code_of_app()}).headers["Location"] == "/en/people/"


def test_who_has_no_role_signs_in_by_code_alone_unless_she_has_added_a_factor(somebody: MakePerson):
    without, with_one = somebody(), somebody()
    with_app(with_one)

    assert by_mailed_code(Client(), without).headers["Location"] == "/en/workplace/"
    assert by_mailed_code(Client(), with_one).headers["Location"] == SECOND_STEP


def test_a_recovery_code_stands_in_once(somebody: MakePerson):
    person = somebody(Role.ANALYST)
    with_app(person)
    code = recovery_codes_of(person)[3]

    first, second = Client(), Client()
    by_mailed_code(first, person)
    by_mailed_code(second, person)

    assert first.post(SECOND_STEP, {"code": code}).headers["Location"] == "/en/workplace/"
    assert "This was not accepted." in text(second.post(SECOND_STEP, {"code": code}))


def test_a_code_of_the_app_is_accepted_once(somebody: MakePerson):
    person = somebody(Role.ANALYST)
    with_app(person)
    first, second = Client(), Client()
    by_mailed_code(first, person)
    by_mailed_code(second, person)
    code = code_of_app()

    assert first.post(SECOND_STEP, {"code": code}).status_code == 302
    assert "This was not accepted." in text(second.post(SECOND_STEP, {"code": code}))


def test_five_wrong_codes_lock_the_second_step_for_everybody_who_tries_as_her(somebody: MakePerson, settings: Any):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
    person = somebody(Role.ANALYST)
    with_app(person)
    attacker, herself = Client(), Client()
    by_mailed_code(attacker, person)
    by_mailed_code(herself, person)
    right = code_of_app()

    for _attempt in range(5):
        attacker.post(SECOND_STEP, {"code": "000000"})
    answer = herself.post(SECOND_STEP, {"code": right})
    cache.clear()

    assert "There have been too many attempts. Wait five minutes" in text(answer)
    assert herself.get("/en/workplace/").status_code == 302


def test_the_right_code_clears_the_count(somebody: MakePerson, settings: Any):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
    person = somebody(Role.ANALYST)
    with_app(person)
    code_of_app()  # clears the counts of other tests

    for recovery_code in recovery_codes_of(person)[:2]:
        client = Client()
        by_mailed_code(client, person)
        for _attempt in range(4):
            client.post(SECOND_STEP, {"code": "000000"})
        assert client.post(SECOND_STEP, {"code": recovery_code}).status_code == 302
    cache.clear()


def test_passkeys_cannot_be_tried_without_end(client: Client, settings: Any):
    settings.MFA_RATE_LIMITS = {"webauthn_login": "3/m/ip"}
    cache.clear()

    answers = [client.post("/en/sign-in/passkey/", {"credential": "{}"}) for _attempt in range(4)]
    cache.clear()

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert "Too many attempts" in text(answers[-1])


NO_PASSKEYS = [
    "",
    "no JSON",
    "{}",
    "[]",
    "7",
    '{"id": "x"}',
    '{"id": "eA", "rawId": "eA", "response": {}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"userHandle": "Mg", "clientDataJSON": "e30",'
    ' "authenticatorData": "e30", "signature": "e30", "attestationObject": "oA"}}',
]


@pytest.mark.parametrize("sent", NO_PASSKEYS)
def test_what_is_no_passkey_is_refused_wherever_one_is_asked_for(
    sent: str, somebody: MakePerson, signed_in: SignedIn, client: Client
):
    person = somebody()
    with_app(person)
    halfway = Client()
    by_mailed_code(halfway, person)
    fresh = signed_in(somebody())
    fresh.get(f"{SIGNING_IN}passkeys/add/")

    second = halfway.post(SECOND_STEP, {"credential": sent})
    added = fresh.post(f"{SIGNING_IN}passkeys/add/", {"name": "Telephone", "credential": sent})

    assert (second.status_code, added.status_code) == (200, 200)
    assert halfway.get("/en/workplace/").status_code == 302
    assert fresh.get(SIGNING_IN).context["passkeys"] == []


@pytest.mark.parametrize("sent", NO_PASSKEYS[2:])
def test_a_sign_in_with_what_is_no_passkey_is_refused_in_words(sent: str, client: Client):
    client.get("/en/sign-in/passkey/", headers={"accept": "application/json"})

    refused = client.post("/en/sign-in/passkey/", {"credential": sent}, follow=True)

    assert refused.request["PATH_INFO"] == "/en/sign-in/"
    assert 'class="notice notice-error"' in text(refused)
    assert ("This was not accepted." in text(refused)) or ("The browser sent no passkey." in text(refused))


def test_a_session_from_before_the_factor_is_asked_to_show_it(somebody: MakePerson):
    person = somebody(Role.ADMINISTRATOR)
    old, new = Client(), Client()
    by_mailed_code(old, person)
    by_mailed_code(new, person)
    add_app(new)

    asked = old.get("/en/people/", follow=True)
    secret = code_of_app(new_secret := _secret_of(person))
    shown = old.post(f"{SIGNING_IN}confirm/", {"code": secret, "next": "/en/people/"})

    assert new_secret
    assert asked.request["PATH_INFO"] == f"{SIGNING_IN}confirm/"
    assert shown.headers["Location"] == "/en/people/"
    assert old.get("/en/people/").status_code == 200


def _secret_of(person: Person) -> str:
    from kumppani.accounts.authenticators import Authenticators

    return Authenticators().decrypt(factors_of(person).get(type="totp").data["secret"])


def test_halfway_the_factor_she_has_is_asked_before_another_is_added_or_one_removed(somebody: MakePerson):
    """Otherwise whoever reads her e-mail in an old session would add his own."""
    person = somebody(Role.ADMINISTRATOR)
    old = Client()
    by_mailed_code(old, person)
    app = with_app(person)

    for page in ("app/remove/", "passkeys/add/", "recovery-codes/", "recovery-codes/new/", "recovery-codes/file/"):
        asked = old.post(f"{SIGNING_IN}{page}") if page.endswith("new/") else old.get(f"{SIGNING_IN}{page}")
        assert asked.headers["Location"].startswith(f"{SIGNING_IN}confirm/"), page
    old.post(f"{SIGNING_IN}app/remove/")

    assert list(factors_of(person)) == [app]


def test_a_role_given_later_asks_the_open_session_too(somebody: MakePerson, client: Client):
    person = somebody()
    by_mailed_code(client, person)
    before = client.get("/en/workplace/")
    person.grants.create(role=Role.ANALYST, valid_from="2026-01-01")

    assert before.status_code == 200
    assert client.get("/en/workplace/", follow=True).request["PATH_INFO"] == SIGNING_IN


def test_a_reset_ends_the_open_sessions(somebody: MakePerson, signed_in: SignedIn):
    administrator, person = somebody(Role.ADMINISTRATOR), somebody(Role.ANALYST)
    with_app(person)
    hers = signed_in(person)
    before = hers.get("/en/workplace/").status_code

    done = signed_in(administrator).post(
        f"/en/people/{person.pk}/second-factor/", {"reason": "The telephone was stolen."}, follow=True
    )

    assert before == 200
    assert "The second factor is reset, and a letter tells of it." in text(done)
    assert "The telephone was stolen." in text(done)
    assert hers.get("/en/workplace/").status_code == 302


def test_the_page_of_a_reset_asks_for_the_reason_and_refuses_ones_own(somebody: MakePerson, signed_in: SignedIn):
    administrator, person = somebody(Role.ADMINISTRATOR), somebody(Role.ANALYST)
    with_app(person)
    with_app(administrator)
    client = signed_in(administrator)

    without = client.post(f"/en/people/{person.pk}/second-factor/", {"reason": ""})
    own = client.get(f"/en/people/{administrator.pk}/second-factor/")
    tried = client.post(f"/en/people/{administrator.pk}/second-factor/", {"reason": "Mine."})

    assert (without.status_code, "Write the reason." in text(without)) == (400, True)
    assert "You cannot reset your own second factor." in text(own)
    assert tried.status_code == 403
    assert factors_of(person).count() == factors_of(administrator).count() == 1


def test_somebody_who_may_no_longer_sign_in_is_told_so_after_the_code(somebody: MakePerson, client: Client):
    person = somebody()
    client.post("/en/sign-in/", {"email": person.email})
    Person.objects.update(is_active=False)
    code = mail.outbox[-1].subject.split()[-1]

    told = client.post("/en/sign-in/code/", {"code": code, "action": "verify"}, follow=True)

    assert "You may no longer sign in here." in text(told)


def test_where_nobody_is_asked_a_role_signs_in_by_code_alone(somebody: MakePerson, client: Client, settings: Any):
    settings.SECOND_FACTOR_REQUIRED = False
    by_mailed_code(client, somebody(Role.COORDINATOR))

    assert client.get("/en/workplace/").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["2fa/", "mfa/", "account/security/passkeys/", "account/security/passkeys/1/edit/", "account/security/trust/"],
)
def test_no_other_page_of_second_factors_can_be_reached(path: str, somebody: MakePerson, signed_in: SignedIn):
    assert signed_in(somebody()).get(f"/en/{path}").status_code == 404


def test_every_name_that_is_open_halfway_is_a_page():
    def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
        found: set[str] = set()
        for pattern in patterns:
            found |= names(pattern.url_patterns) if isinstance(pattern, URLResolver) else {pattern.name or ""}
        return found

    assert REACHED_HALFWAY - names(get_resolver().url_patterns) == set()


def test_what_lists_passkeys_lists_hers_alone(somebody: MakePerson, signed_in: SignedIn):
    person, other = somebody(), somebody()
    with_passkey(person, "My laptop")
    hers = with_passkey(other, "Not mine")

    client = signed_in(person)
    page = text(client.get(SIGNING_IN))

    assert ("My laptop" in page, "Not mine" in page) == (True, False)
    assert client.get(f"{SIGNING_IN}passkeys/{hers.pk}/remove/").status_code == 404
