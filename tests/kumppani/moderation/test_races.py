"""Many at once: one case, one decision, one appeal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from kumppani.moderation.faults import NotNow
from kumppani.moderation.models import Case
from kumppani.network.models import Notice
from tests.kumppani.conftest import MakePerson
from tests.kumppani.moderation.conftest import MakeRegional, MakeReport, appeal, decide
from tests.kumppani.network.conftest import admin_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deeds: list[Callable[[], Any]]) -> list[str]:
    """Do all in threads of their own; tell how each went."""
    together, went = threading.Barrier(len(deeds)), []

    def done(deed: Callable[[], Any]) -> None:
        try:
            together.wait()
            deed()
            went.append("done")
        except Exception as fault:
            went.append(type(fault).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=done, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(went)


def test_reports_decisions_and_appeals_at_the_same_time(
    notice: Notice, reported: MakeReport, regional: MakeRegional, somebody: MakePerson
):
    if connection.vendor != "postgresql":
        pytest.skip("not run: the tests' SQLite lies in memory and lets one thread write")
    reporters, moderators = [somebody() for _ in range(4)], [regional("uusimaa") for _ in range(4)]
    author = admin_of(notice.organisation)

    assert at_once([lambda by=by: reported(by=by) for by in reporters]) == ["done"] * 4
    case = Case.objects.get()
    assert case.reports.count() == 4
    assert at_once([lambda by=by: decide(case, by) for by in moderators]) == [NotNow.__name__] * 3 + ["done"]
    assert at_once([lambda: appeal(case, author)] * 3) == [NotNow.__name__] * 2 + ["done"]


@pytest.mark.parametrize("reported_before", [False, True])
def test_who_reports_twice_at_the_same_time_is_refused_once(
    reported_before: bool, reported: MakeReport, somebody: MakePerson
):
    if connection.vendor != "postgresql":
        pytest.skip("not run: the tests' SQLite lies in memory and lets one thread write")
    reporter = somebody()
    if reported_before:
        reported(by=somebody())

    assert at_once([lambda: reported(by=reporter)] * 4) == [NotNow.__name__] * 3 + ["done"]
    assert Case.objects.get().reports.filter(reporter=reporter).count() == 1


def test_a_report_that_meets_the_decision_is_told_or_opens_another_case(
    reported: MakeReport, regional: MakeRegional, somebody: MakePerson
):
    if connection.vendor != "postgresql":
        pytest.skip("not run: the tests' SQLite lies in memory and lets one thread write")
    moderator, case = regional("uusimaa"), reported(by=somebody()).case
    deeds = [lambda by=by: reported(by=by) for by in [somebody() for _ in range(4)]]

    assert at_once([*deeds, lambda: decide(case, moderator, outcome="left")]) == ["done"] * 5
    assert not case.reports.filter(told_at=None).exists()
