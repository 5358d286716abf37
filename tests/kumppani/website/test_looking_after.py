"""What a running site does by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kumppani.following.actions import follow, set_reading
from kumppani.history.models import Run
from kumppani.mailing.models import Letter
from kumppani.website import looking_after
from kumppani.website.looking_after import DAILY, look
from tests.kumppani.conftest import MakePerson
from tests.kumppani.network.conftest import MakeNotice, MakeOrganisation

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
