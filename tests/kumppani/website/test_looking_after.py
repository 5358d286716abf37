"""What a running site does by itself."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from kumppani.following.actions import follow, set_reading
from kumppani.history.models import Run
from kumppani.mailing.models import Letter
from kumppani.website import looking_after
from kumppani.website.looking_after import DAILY, look, look_after
from tests.kumppani.conftest import MakePerson
from tests.kumppani.network.conftest import MakeNotice, MakeOrganisation
from tests.kumppani.website.conftest import without

pytestmark = pytest.mark.django_db(databases=["default", "answers"])


def runs() -> list[str]:
    return sorted(Run.objects.filter(outcome=Run.Outcome.DONE).values_list("name", flat=True))


def test_the_work_of_a_day_is_done_once_a_day_however_often_it_looks():
    now = timezone.now()
    for _time in range(3):
        look(at=now)

    assert runs() == sorted(DAILY)


def test_what_is_due_is_written_and_what_is_not_leaves_no_row(
    somebody: MakePerson,
    confirmed: MakeOrganisation,
    noticed: MakeNotice,
):
    reader, organisation, before = somebody(), confirmed(), timezone.now() - timedelta(days=1)
    follow(person=reader, codes={"kinds": {"network.need"}}, at=before)
    set_reading(person=reader, rhythm="at_once", hour=8, weekday=0, at=before)
    noticed(organisation)
    for minutes in (1, 2):
        look(at=timezone.now() + timedelta(minutes=minutes))

    assert runs().count("send_digests") == 1
    assert Letter.objects.count() == 1


def test_what_fails_says_so_and_stops_nothing_else(monkeypatch: pytest.MonkeyPatch):
    def fail(*, at: datetime) -> int:
        raise ValueError("an address that nobody should read")

    monkeypatch.setattr(looking_after, "write_digests", fail)
    look(at=timezone.now())

    failed = Run.objects.get(outcome=Run.Outcome.FAILED)
    assert (failed.name, failed.told) == ("send_digests", "ValueError")
    assert runs() == sorted(DAILY)


@pytest.mark.django_db(databases=["default", "answers"], transaction=True)  # it closes connections
def test_a_database_that_is_away_ends_nothing(caplog: pytest.LogCaptureFixture):
    minutes = iter([True, True, False])
    with connection.execute_wrapper(without("history_run")):
        look_after(wait=minutes.__next__)

    assert [line.levelno for line in caplog.records if line.exc_info] == [logging.ERROR] * 2
    assert runs() == []
    look_after(wait=iter([True, False]).__next__)
    assert runs() == sorted(DAILY)


def test_work_of_a_day_that_failed_is_tried_again_after_an_hour(caplog: pytest.LogCaptureFixture):
    def tries() -> list[str]:
        return list(Run.objects.filter(name="remind_organisations").order_by("pk").values_list("outcome", flat=True))

    now = timezone.now()
    with connection.execute_wrapper(without("network_organisation")):
        for minutes in (0, 1, 30, 59):
            look(at=now + timedelta(minutes=minutes))
    assert tries() == ["failed"]
    assert "remind_organisations failed" in caplog.messages

    look(at=now + timedelta(minutes=61))
    assert tries() == ["failed", "done"]


SERVER = """
import subprocess, time
import django

class Told(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        print(self.pid, flush=True)

subprocess.Popen = Told
django.setup()
from kumppani.website.looking_after import looked_after
with looked_after():
    time.sleep(600)
"""
"""Has itself looked after, and tells which process does it."""


@pytest.mark.same_on_every_database("it is killed within its first minute, before it asks for anything")
def test_it_ends_with_a_server_that_is_killed():
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    beside = int(server.stdout.readline())
    try:
        server.kill()
        server.communicate(timeout=30)  # it comes back when nobody is left who could write to it
    except subprocess.TimeoutExpired:
        os.kill(beside, signal.SIGKILL)
        raise
