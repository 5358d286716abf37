"""Two at the same moment: a task comes again once, a letter is written once, and somebody is left to coordinate."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection, connections
from django.utils import timezone

from kumppani.accounts.permissions import NotPermitted
from kumppani.mailing.models import Letter
from kumppani.projects.actions.people import hand_over, invite, leave_workspace
from kumppani.projects.actions.reminders import send_reminders
from kumppani.projects.actions.tasks import edit_task, move_task
from kumppani.projects.faults import NotNow
from kumppani.projects.models import Participant, Role, SentReminder, Status
from kumppani.projects.plans import Details
from tests.kumppani.conftest import MakePerson
from tests.kumppani.projects.conftest import MakeWorkspace, coordinator_of, join, written

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def at_once(*deeds: Callable[[], object]) -> list[bool]:
    """Do all of them together; say of each whether it was done, or refused in a sentence."""
    if connection.vendor != "postgresql":
        pytest.skip("not run: the tests' SQLite lies in memory and lets one thread write")
    done: list[bool] = []

    def do(deed: Callable[[], object]) -> None:
        try:
            deed()
            done.append(True)
        except NotNow:
            done.append(False)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_a_task_that_repeats_comes_again_once(founded: MakeWorkspace):
    workspace = founded()
    task, by = written(workspace, due_on=timezone.localdate(), repeat_every=1, repeat_unit="weeks"), workspace
    person = coordinator_of(by)

    done = at_once(
        *(lambda: move_task(task=task, status=Status.DONE, by=person, at=timezone.now()) for _ in range(AT_ONCE))
    )

    assert sorted(done) == [False] * (AT_ONCE - 1) + [True]
    assert workspace.tasks.count() == 2


def test_of_many_who_save_one_does_and_the_others_are_told(founded: MakeWorkspace):
    workspace = founded()
    task, by = written(workspace), coordinator_of(workspace)

    def save(title: str) -> None:
        edit_task(task=task, details=Details(title=title), version=1, by=by, at=timezone.now())

    assert sum(at_once(*(lambda name=name: save(name) for name in "abcdef"))) == 1  # type: ignore[misc]


def test_two_senders_remind_once(founded: MakeWorkspace):
    workspace = founded()
    by, today = coordinator_of(workspace), timezone.localdate()
    for _ in range(5):
        written(workspace, due_on=today, reminders=(0, 3), assignees=(by,))

    at_once(*(lambda: send_reminders(site="https://site.example/", at=timezone.now()) for _ in range(AT_ONCE)))

    assert (Letter.objects.count(), SentReminder.objects.count()) == (5, 10)


def test_two_coordinators_do_not_both_leave(founded: MakeWorkspace, somebody: MakePerson):
    workspace, other = founded(), somebody()
    first = coordinator_of(workspace)
    join(workspace, other, Role.COORDINATOR)

    done = at_once(
        *(lambda who=who: leave_workspace(workspace=workspace, by=who, at=timezone.now()) for who in (first, other))  # type: ignore[misc]
    )

    assert sorted(done) == [False, True]
    assert workspace.participants.current().filter(role=Role.COORDINATOR).count() == 1


def test_an_address_is_invited_once(founded: MakeWorkspace):
    workspace = founded()
    by = coordinator_of(workspace)
    said = {"email": "veera@example.org", "role": Role.MEMBER, "page": "https://a.example/", "join_page": ""}

    done = at_once(*(lambda: invite(workspace=workspace, **said, by=by, at=timezone.now()) for _ in range(AT_ONCE)))

    assert sorted(done) == [False] * (AT_ONCE - 1) + [True]
    assert Letter.objects.count() == 1


def test_who_hands_over_hands_over_to_one(founded: MakeWorkspace, somebody: MakePerson):
    workspace = founded()
    by, members = coordinator_of(workspace), [join(workspace, somebody()) for _ in range(AT_ONCE)]

    def hand(to: Participant) -> None:
        with suppress(NotPermitted):  # she coordinates no more
            hand_over(to=to, by=by, at=timezone.now())

    at_once(*(lambda to=to: hand(to) for to in members))  # type: ignore[misc]

    assert workspace.participants.current().filter(role=Role.COORDINATOR).count() == 1
