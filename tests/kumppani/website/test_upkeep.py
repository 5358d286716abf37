"""Letters that wait, work in the background, and the history as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.history.models import Line, Run
from kumppani.history.recording import record
from kumppani.mailing.models import Letter
from kumppani.mailing.retention import forget_old_letters
from kumppani.website.upkeep import WORK
from tests.kumppani.conftest import MakePerson
from tests.kumppani.website.conftest import without

pytestmark = pytest.mark.django_db(databases=["default", "answers"])
SignedIn = Callable[[Person], Client]


@pytest.fixture
def administrator(somebody: MakePerson, signed_in: SignedIn) -> Client:
    return signed_in(somebody(Role.ADMINISTRATOR))


def letter(**other: object) -> Letter:
    usual = {
        "to": "receiver@example.org",
        "subject": "A secret subject",
        "body": "Secret words",
        "language": "en",
        "written_at": timezone.now(),
        "failures": 3,
        "failure": "SMTPServerDisconnected",
    }
    return Letter.objects.create(**(usual | other))


def test_a_letter_that_failed_is_shown_by_number_and_class_alone(administrator: Client):
    waits = letter()

    page = administrator.get("/en/upkeep/").content.decode()

    assert f"Letter {waits.pk} to example.org" in page
    assert "SMTPServerDisconnected" in page and "failed 3 times" in page
    assert not any(secret in page for secret in ("receiver", "secret", "Secret"))
    assert "1 letter did not leave" in administrator.get("/en/workplace/").content.decode()


def test_a_letter_is_tried_again_also_one_that_was_given_up(administrator: Client):
    waits = letter(failures=20)

    administrator.post(f"/en/upkeep/letters/{waits.pk}/")

    assert [message.to for message in mail.outbox] == [["receiver@example.org"]]
    assert "No letter waits." in administrator.get("/en/upkeep/").content.decode()
    assert Line.objects.filter(what="letter tried again").exists()
    assert not Line.objects.filter(about_name__contains="secret").exists()


@pytest.mark.parametrize("work", [work for work in WORK if work.start], ids=lambda work: work.name)
def test_work_that_is_safe_is_started_from_the_page(work, administrator: Client):
    address = f"/en/upkeep/work/{work.name}/"
    assert f'action="{address}"' in administrator.get("/en/upkeep/").content.decode()
    administrator.post(address)

    page = administrator.get("/en/upkeep/").content.decode()
    assert [(run.name, run.outcome) for run in Run.objects.all()] == [(work.name, "done")]
    assert "done</span>" in page


@pytest.mark.parametrize("fault", [OperationalError, KeyError])
def test_work_that_fails_says_so_and_what_to_do(
    fault: type[Exception], administrator: Client, caplog: pytest.LogCaptureFixture
):
    with connection.execute_wrapper(without("network_organisation", fault)):
        page = administrator.post("/en/upkeep/work/remind_organisations/", follow=True).content.decode()

    assert "It failed. Run it again later." in page and "Done. How it went" not in page
    assert [(run.outcome, run.told) for run in Run.objects.all()] == [("failed", fault.__name__)]
    assert Line.objects.get(what="background work started").about_id == str(Run.objects.get().pk)
    assert [line.message for line in caplog.records if line.exc_info] == ["remind_organisations failed"]


@pytest.mark.parametrize("name", ["tidy_answers", "nothing"])
def test_other_work_is_not_started_from_a_page(name: str, administrator: Client):
    assert f"/upkeep/work/{name}/" not in administrator.get("/en/upkeep/").content.decode()
    assert administrator.post(f"/en/upkeep/work/{name}/").status_code == 404
    assert not Run.objects.exists()


def test_every_command_of_the_night_leaves_a_row():
    for work in WORK:
        call_command(work.name)

    assert set(Run.objects.values_list("name", "outcome")) == {(work.name, "done") for work in WORK}


def test_old_letters_are_forgotten_and_those_that_wait_are_not():
    now = timezone.now()
    waits = letter()
    letter(written_at=now - timedelta(days=31))
    letter(of_use_until=now - timedelta(hours=1))
    letter(sent_at=now - timedelta(days=91), to="")

    assert forget_old_letters(now) == 3
    assert forget_old_letters(now) == 0
    assert list(Letter.objects.all()) == [waits]


@pytest.fixture
def lines(somebody: MakePerson) -> Person:
    """Three lines: two deeds of one person on two days, and one of another."""
    person, other, at = somebody(), somebody(), timezone.now()
    record("role granted", about=other, by=person, at=at - timedelta(days=9))
    record("role ended", about=other, by=person, at=at)
    record("person added", about=person, by=other, at=at)
    return person


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31", "99999-01-01", "x"])
def test_a_day_that_cannot_be_counts_as_none_in_the_history(day: str, lines: Person, administrator: Client):
    everything = administrator.get("/en/history/").content.decode().count("<tr><td>")

    for asked in ("first", "last"):
        page = administrator.get("/en/history/", {asked: day})
        assert (page.status_code, page.content.decode().count("<tr><td>")) == (200, everything)
        assert administrator.get("/en/history/history.csv", {asked: day}).status_code == 200


def test_the_history_is_narrowed_by_who_what_about_what_and_when(lines: Person, administrator: Client):
    def found(**asked: str) -> int:
        return administrator.get("/en/history/", asked).content.decode().count("<tr><td>")

    today = timezone.localdate().isoformat()
    assert found() == 3
    assert found(who=lines.name) == 2
    assert found(what="role granted") == 1
    assert found(about=lines.name) == 1
    assert found(first=today) == 2
    assert found(last=(timezone.localdate() - timedelta(days=1)).isoformat()) == 1
    assert found(who=lines.name, what="person added") == 0
    assert found(first="no day", what="no deed") == 3


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
def test_a_day_far_from_ours_counts_as_none(day: str, lines: Person, administrator: Client):
    for asked in ({"first": day}, {"last": day}):
        page = administrator.get("/en/history/", asked).content.decode()
        table = administrator.get("/en/history/history.csv", asked)
        rows = b"".join(table.streaming_content).decode()  # type: ignore[attr-defined]

        assert (page.count("<tr><td>"), rows.count("\r\n")) == (3, 4)


@pytest.mark.parametrize("asked", [{"first": "2000-01-01", "last": "2100-12-31"}, {"first": "2100-12-31"}])
def test_the_days_of_a_hundred_years_can_be_asked_for(asked: dict[str, str], lines: Person, administrator: Client):
    page = administrator.get("/en/history/", asked).content.decode()

    assert page.count("<tr><td>") == (3 if "last" in asked else 0)
    assert 'min="2000-01-01" max="2100-12-31"' in page


def test_the_same_lines_come_as_a_table_that_no_spreadsheet_runs(lines: Person, administrator: Client):
    Person.objects.filter(pk=lines.pk).update(name="=cmd()")
    lines.refresh_from_db()
    record("did something", about=lines, by=lines, at=timezone.now())

    answer = administrator.get("/en/history/history.csv", {"what": "did something"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]

    header, row = csv.reader(io.StringIO(text))
    assert header == ["at", "by", "what", "about", "note"]
    assert row[1:4] == ["'=cmd()", "did something", "'=cmd()"]
