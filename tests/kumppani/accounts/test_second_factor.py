"""The rules: who needs a second factor, what each change leaves behind, and who may reset it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command

from kumppani.accounts.actions import NotNow
from kumppani.accounts.authenticators import Authenticators, qr_code
from kumppani.accounts.models import Grant, Person
from kumppani.accounts.permissions import NotPermitted
from kumppani.accounts.roles import Role
from kumppani.accounts.second_factor import factors_of, is_asked_of, may_remove, remove_factor, reset_factors
from kumppani.history.recording import lines_about
from kumppani.settings import base
from tests.kumppani.accounts.factors import SECRET, recovery_codes_of, with_app, with_passkey
from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def lines(person: Person) -> list[tuple[str, str, str]]:
    return [(line.what, line.by_name, line.note) for line in lines_about(person)]


@pytest.mark.parametrize("role", Role)
def test_every_role_asks_for_a_second_factor(role: Role, somebody: MakePerson):
    assert is_asked_of(somebody(role), on=TODAY)


def test_without_a_role_nobody_needs_one(somebody: MakePerson):
    assert not is_asked_of(somebody(), on=TODAY)


@pytest.mark.parametrize(("day", "asked"), [(14, False), (15, True), (20, True), (21, False)])
def test_a_role_asks_for_it_from_its_first_day_to_its_last(day: int, asked: bool, somebody: MakePerson):
    person = somebody()
    Grant.objects.create(person=person, role=Role.ANALYST, valid_from=date(2026, 6, 15), valid_to=date(2026, 6, 20))

    assert is_asked_of(person, on=date(2026, 6, day)) is asked


def test_an_operator_can_say_that_nobody_needs_one(somebody: MakePerson, settings: Any):
    settings.SECOND_FACTOR_REQUIRED = False

    assert not is_asked_of(somebody(Role.ADMINISTRATOR), on=TODAY)


def test_a_real_site_asks_for_it_unless_told_otherwise():
    assert base.SECOND_FACTOR_REQUIRED is True


def test_recovery_codes_alone_are_no_second_factor(somebody: MakePerson):
    person = somebody(Role.ANALYST)
    app = with_app(person)

    assert list(factors_of(person)) == [app]
    assert not may_remove(person, app, on=TODAY)


def test_the_last_factor_of_somebody_with_a_role_stays(somebody: MakePerson):
    person = somebody(Role.ANALYST)
    app = with_app(person)

    with pytest.raises(
        NotNow, match=r"This is your only second factor, and your role asks for one\. Add another first"
    ):
        remove_factor(factor=app, by=person, at=NOW)

    assert list(factors_of(person)) == [app]
    assert lines(person) == []
    assert not Authenticators().can_delete_authenticator(app)


def test_one_of_two_factors_can_be_removed(somebody: MakePerson):
    person = somebody(Role.ANALYST)
    app, passkey = with_app(person), with_passkey(person)

    remove_factor(factor=app, by=person, at=NOW)

    assert list(factors_of(person)) == [passkey]
    assert len(recovery_codes_of(person)) == 10
    assert lines(person) == [("authenticator app removed", person.name, "")]


def test_without_a_role_the_last_one_can_go_and_takes_the_recovery_codes_along(somebody: MakePerson):
    person = somebody()
    passkey = with_passkey(person)

    remove_factor(factor=passkey, by=person, at=NOW)

    assert not Authenticator.objects.filter(user=person).exists()
    assert lines(person) == [("passkey removed", person.name, "")]


def test_nobody_removes_what_is_somebody_elses(somebody: MakePerson):
    hers, other = with_app(somebody()), somebody()

    with pytest.raises(NotPermitted, match="This belongs to somebody else"):
        remove_factor(factor=hers, by=other, at=NOW)

    assert Authenticator.objects.filter(pk=hers.pk).exists()
    assert lines(other) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "subject", "sentence"),
    [
        ("en", "Your sign-in was changed", "A passkey was removed from your sign-in."),
        ("fi", "Kirjautumistasi muutettiin", "Kirjautumisestasi poistettiin pääsyavain."),
        ("sv", "Din inloggning ändrades", "En lösennyckel togs bort från din inloggning."),
    ],
)
def test_a_change_is_told_by_letter_in_the_persons_language(
    language: str, subject: str, sentence: str, somebody: MakePerson
):
    person = somebody(language=language)

    remove_factor(factor=with_passkey(person), by=person, at=NOW)

    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([person.email], subject)
    assert sentence in letter.body
    assert "15" in letter.body
    assert "2026" in letter.body


@pytest.mark.django_db(transaction=True)
def test_the_letter_says_what_to_do_if_it_was_not_you(somebody: MakePerson):
    person = somebody()

    remove_factor(factor=with_passkey(person), by=person, at=NOW)

    assert "If not, somebody else may be using your sign-in. Tell an administrator" in mail.outbox[0].body
    assert "By whom" not in mail.outbox[0].body


@pytest.mark.django_db(transaction=True)
def test_an_administrator_resets_what_somebody_has_lost(somebody: MakePerson):
    administrator, person = somebody(Role.ADMINISTRATOR), somebody(Role.ANALYST)
    with_app(person)
    before = person.get_session_auth_hash()

    reset_factors(person=person, reason=" The telephone was stolen. ", by=administrator, at=NOW)

    person.refresh_from_db()
    assert not Authenticator.objects.filter(user=person).exists()
    assert person.get_session_auth_hash() != before
    assert lines(person) == [("second factor reset", administrator.name, "The telephone was stolen.")]
    assert f"By whom: {administrator.name}\nReason: The telephone was stolen." in mail.outbox[0].body


def test_an_administrator_never_resets_her_own(somebody: MakePerson):
    administrator = somebody(Role.ADMINISTRATOR)
    with_app(administrator)

    with pytest.raises(NotPermitted, match=r"You cannot reset your own second factor\. Another"):
        reset_factors(person=administrator, reason="Lost.", by=administrator, at=NOW)

    assert factors_of(administrator).count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_no_other_role_resets_a_second_factor(role: Role, somebody: MakePerson):
    person = somebody()
    with_app(person)

    with pytest.raises(NotPermitted, match="Only an administrator may reset a second factor"):
        reset_factors(person=person, reason="Lost.", by=somebody(role), at=NOW)

    assert factors_of(person).count() == 1


def test_a_reset_needs_a_reason_and_something_to_reset(somebody: MakePerson):
    administrator, with_one, with_none = somebody(Role.ADMINISTRATOR), somebody(), somebody()
    with_app(with_one)

    with pytest.raises(NotNow, match="Write the reason"):
        reset_factors(person=with_one, reason="  ", by=administrator, at=NOW)
    with pytest.raises(NotNow, match="has no second factor"):
        reset_factors(person=with_none, reason="Lost.", by=administrator, at=NOW)

    assert factors_of(with_one).count() == 1


def test_an_operator_helps_the_only_administrator_at_the_machine(somebody: MakePerson):
    administrator = somebody(Role.ADMINISTRATOR)
    with_app(administrator)
    said = StringIO()

    call_command("reset_second_factor", administrator.email.upper(), reason="Telephone broken.", stdout=said)

    assert not factors_of(administrator).exists()
    assert "The second factor is reset" in said.getvalue()
    assert lines(administrator) == [("second factor reset", "Kumppani", "Telephone broken.")]


def test_the_operators_command_says_what_it_cannot_do(somebody: MakePerson):
    with pytest.raises(CommandError, match="Nobody here has this e-mail address"):
        call_command("reset_second_factor", "nobody@example.org", reason="Lost.")
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("reset_second_factor", somebody().email, reason="Lost.")


def test_secrets_are_encrypted_in_the_database(somebody: MakePerson):
    person = somebody()
    app = with_app(person)
    codes = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)

    assert SECRET not in str(app.data)
    assert Authenticators().decrypt(app.data["secret"]) == SECRET
    assert codes.data["seed"].startswith("gAAAA")


def test_under_another_key_of_the_site_no_code_fits(somebody: MakePerson, settings: Any):
    person = somebody()
    app = with_app(person)
    codes = recovery_codes_of(person)

    settings.SECRET_KEY = "another"
    first, second = Authenticators().decrypt(app.data["secret"]), Authenticators().decrypt(app.data["secret"])

    assert len({SECRET, first, second}) == 3
    assert recovery_codes_of(person) != codes


def test_the_qr_code_is_drawn_without_style_and_has_its_white_margin():
    drawn = qr_code("otpauth://totp/x?secret=ABC")

    assert "style" not in drawn
    assert 'd="M4,4h1v1h-1z' in drawn
    assert drawn.count("<path") == 2
