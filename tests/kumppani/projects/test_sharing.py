"""A task for somebody without an account, and reminders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DataError
from django.db.models.signals import pre_save
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kumppani.accounts import own
from kumppani.accounts.models import Person
from kumppani.history.running import SomeFailed
from kumppani.mailing.models import Letter
from kumppani.projects.actions import sharing
from kumppani.projects.actions import tasks as with_tasks
from kumppani.projects.actions.people import leave_workspace, remove
from kumppani.projects.actions.reminders import send_reminders
from kumppani.projects.actions.talk import write_comment
from kumppani.projects.actions.workspaces import archive_workspace, delete_workspace
from kumppani.projects.models import Change, Role, SentReminder, Share, Status, Task
from kumppani.projects.plans import Details
from tests.kumppani.conftest import MakePerson
from tests.kumppani.projects.conftest import MakeWorkspace, coordinator_of, join, written

pytestmark = pytest.mark.django_db
SITE = "https://site.example/"
PAGE = f"https://site.example/en/projects/shared/{sharing.NOBODY}/"


def shared(task: Task, **other: Any) -> tuple[Share, str]:
    usual = {"name": "Veera", "email": "", "language": "en", "days": 30, "page": PAGE}
    by = coordinator_of(task.workspace)
    return sharing.share_task(task=task, **{**usual, **other}, by=by, at=timezone.now())


def test_an_outsider_reads_one_task_comments_ticks_and_ends_it(founded: MakeWorkspace):
    workspace = founded(name="Hidden workspace")
    by, at = coordinator_of(workspace), timezone.now()
    task = written(workspace, text="Ask first.", checklist=("Call the caretaker",), assignees=(by,))
    other = written(workspace, title="Hidden task")
    with_tasks.relate(one=task, kind="relates", other=other, by=by, at=at)
    write_comment(thing=task, text="Hidden comment", by=by, at=at)
    write_comment(thing=task, text="Shown comment", shared=True, by=by, at=at)
    _share, secret = shared(task)
    client, address = Client(enforce_csrf_checks=True), f"/en/projects/shared/{secret}/"

    page = client.get(address)
    client.post(f"{address}comment/", {"name": "Veera", "text": "I have the key."})
    client.post(f"{address}tick/{task.checklist.get().pk}/", {"done": "yes"})
    client.post(f"{address}done/")
    after = client.get(address).content.decode()

    said = page.content.decode()
    assert all(word in said for word in ("Book the hall", "Ask first.", "Call the caretaker", "Shown comment"))
    assert "Hidden" not in said
    assert (page["X-Robots-Tag"], page["Referrer-Policy"], page["Cache-Control"]) == (
        "noindex, nofollow",
        "no-referrer",
        "no-store",
    )
    assert not client.cookies
    assert "I have the key." in after
    task.refresh_from_db()
    assert (task.status, task.checklist.get().done_at is not None) == (Status.DONE, True)
    assert {line.by_name for line in Change.objects.filter(task=task, by=None)} == {"Veera"}


def test_of_a_link_only_a_hash_is_kept(founded: MakeWorkspace):
    share, secret = shared(written(founded()))

    assert secret not in str(Share.objects.values())
    assert share.token_hash == sharing.hash_of(secret)


@pytest.mark.parametrize("how", ["revoked", "expired", "archived", "deleted", "unknown"])
def test_a_link_that_holds_no_more_shows_nothing(how: str, founded: MakeWorkspace):
    workspace = founded()
    task, by, at = written(workspace), coordinator_of(workspace), timezone.now()
    share, secret = shared(task)
    if how == "revoked":
        sharing.revoke_share(share=share, by=by, at=at)
    elif how == "expired":
        Share.objects.update(expires_at=at)
    elif how == "archived":
        archive_workspace(workspace=workspace, by=by, at=at)
    elif how == "deleted":
        delete_workspace(workspace=workspace, by=by, at=at)
    else:
        secret = secret[:-1]

    for path, method in (("", "get"), ("comment/", "post"), ("done/", "post")):
        answer = getattr(Client(), method)(f"/en/projects/shared/{secret}/{path}")
        assert (answer.status_code, "Book the hall" in answer.content.decode()) == (410, False)


def remind(at_commit: Callable) -> str:
    """Write the reminder of a task that is due today, and give the path of the link in it."""
    before = len(mail.outbox)
    with at_commit(execute=True):
        send_reminders(site="http://testserver/", at=timezone.now())
    return re.findall(r"http://testserver(\S+/finish/\S+)", "\n".join(letter.body for letter in mail.outbox[before:]))[
        0
    ]


@pytest.mark.parametrize("how", ["removed", "left", "left the site"])
def test_links_end_with_the_part_of_who_made_them(
    how: str, founded: MakeWorkspace, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    workspace, member, at = founded(), somebody(), timezone.now()
    participant = join(workspace, member)
    task = written(workspace, due_on=timezone.localdate(), reminders=(0,))
    other = written(founded(by=member), title="Elsewhere")
    usual = {"name": "Veera", "email": "", "language": "en", "days": 30, "page": PAGE}
    _share, of_hers = sharing.share_task(task=task, **{**usual, "email": "v@example.org"}, by=member, at=at)
    _share, elsewhere = sharing.share_task(task=other, **usual, by=member, at=at)
    _share, of_another = shared(task)
    light = remind(django_capture_on_commit_callbacks)
    assert Client().get(light).status_code == 200

    if how == "removed":
        remove(participant=participant, by=coordinator_of(workspace), at=at)
    elif how == "left":
        leave_workspace(workspace=workspace, by=member, at=at)
    else:
        own.leave(person=member, at=at)

    opened = {secret: Client().get(f"/en/projects/shared/{secret}/").status_code for secret in (of_hers, of_another)}
    assert opened == {of_hers: 410, of_another: 200}
    assert Client().get(light).status_code == 410
    if how != "left the site":
        assert Client().get(f"/en/projects/shared/{elsewhere}/").status_code == 200
    assert Change.objects.filter(task=task, what="link ended", about="Veera").count() == 1


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize("shared_with_guests", [False, True])
def test_the_link_in_a_reminder_ends_when_the_task_is_given_back(
    shared_with_guests: bool,
    is_open: bool,
    founded: MakeWorkspace,
    somebody: MakePerson,
    django_capture_on_commit_callbacks: Callable,
):
    workspace, guest, at = founded(is_open=is_open), somebody(), timezone.now()
    participant = join(workspace, guest, Role.GUEST)
    said = {"due_on": timezone.localdate(), "reminders": (0,), "shared_with_guests": shared_with_guests}
    task = written(workspace, assignees=(guest,), **said)
    link = remind(django_capture_on_commit_callbacks)
    assert Client().get(link).status_code == 200

    by = coordinator_of(workspace)
    with_tasks.edit_task(task=task, details=Details(title="Now a secret", **said), version=1, by=by, at=at)

    for method in ("get", "post"):
        answer = getattr(Client(), method)(link)
        assert (answer.status_code, "Now a secret" in answer.content.decode()) == (410, False)
    remove(participant=participant, by=by, at=at)
    join(workspace, guest, Role.GUEST)
    with_tasks.edit_task(task=task, details=Details(title="Again", assignees=(guest,), **said), version=2, by=by, at=at)
    assert Client().get(link).status_code == 410  # who comes again is reminded again


def test_a_link_ticks_no_point_of_another_task(founded: MakeWorkspace):
    workspace = founded()
    _share, secret = shared(written(workspace))
    point = written(workspace, checklist=("Other",)).checklist.get()

    assert Client().post(f"/en/projects/shared/{secret}/tick/{point.pk}/", {"done": "yes"}).status_code == 404
    point.refresh_from_db()
    assert point.done_at is None


def test_ten_comments_a_day_come_by_links(founded: MakeWorkspace):
    share, secret = shared(written(founded()))
    for number in range(11):
        answer = Client().post(f"/en/projects/shared/{secret}/comment/", {"name": "V", "text": f"{number}"})

    assert answer.status_code == 400
    assert share.task.comments.count() == 10


def letters(outbox: list[Any]) -> list[tuple[str, str]]:
    return [(letter.to[0], letter.subject) for letter in outbox if letter.subject.startswith(("Due", "Senast"))]


def test_everybody_concerned_is_reminded_once_in_her_own_language(
    founded: MakeWorkspace, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    workspace, swede, gone, at = founded(), somebody(language="sv"), somebody(), timezone.now()
    join(workspace, swede)
    join(workspace, gone)
    by, today = coordinator_of(workspace), timezone.localdate()
    task = written(workspace, due_on=today + timedelta(days=3), reminders=(1, 3, 7), assignees=(by, swede, gone))
    shared(task, email="outsider@example.org")
    leave_workspace(workspace=workspace, by=gone, at=at)
    ended = written(workspace, due_on=today + timedelta(days=3), reminders=(3,), assignees=(by,))
    with_tasks.move_task(task=ended, status=Status.DONE, by=by, at=at)
    mail.outbox.clear()

    numbers = []
    with django_capture_on_commit_callbacks(execute=True):
        for days in (0, 0, 1, 2, 2, 3, 4):
            numbers.append(send_reminders(site=SITE, at=at + timedelta(days=days)))

    assert numbers == [3, 0, 0, 3, 0, 0, 0]
    assert Counter(to for to, _subject in letters(mail.outbox)) == {
        by.email: 2,
        swede.email: 2,
        "outsider@example.org": 2,
    }
    assert any(subject.startswith("Senast") for _to, subject in letters(mail.outbox))


def test_a_volunteer_ends_her_task_by_one_page_and_one_button(
    founded: MakeWorkspace, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    workspace, guest, at = founded(), somebody(), timezone.now()
    join(workspace, guest, Role.GUEST)
    task = written(workspace, due_on=timezone.localdate(), reminders=(0,), assignees=(guest,))
    with django_capture_on_commit_callbacks(execute=True):
        send_reminders(site="http://testserver/", at=at)
    link = re.findall(r"http://testserver(\S+/finish/\S+)", "\n".join(letter.body for letter in mail.outbox))[0]
    client = Client()

    opened = client.get(link).content.decode()
    task.refresh_from_db()
    before = task.status
    client.post(link)
    again = client.post(link)

    task.refresh_from_db()
    assert "It is done" in opened
    assert (before, task.status, again.status_code) == (Status.TODO, Status.DONE, 200)
    assert Change.objects.filter(task=task, what="status").get().by == guest
    assert client.get(link.replace("/finish/", "/shared/")).status_code == 410


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)
@given(
    history=st.lists(
        st.one_of(
            st.tuples(st.just("wait"), st.integers(1, 3)),
            st.tuples(st.just("due"), st.integers(0, 9)),
            st.tuples(st.just("remind"), st.integers(0, 7)),
            st.tuples(st.just("send"), st.just(0)),
        ),
        max_size=14,
    )
)
def test_no_history_reminds_twice_of_a_day_or_misses_one(history: list[tuple[str, int]], founded: MakeWorkspace):
    """Days pass, the due day and the reminders change, and the command runs whenever it likes."""
    workspace = founded()
    by, at = coordinator_of(workspace), datetime(2026, 3, 26, 12, tzinfo=timezone.get_current_timezone())
    due, reminders, version = at.date() + timedelta(days=4), [2], 1
    task = written(workspace, due_on=due, reminders=(2,), assignees=(by,))

    for deed, number in history:
        if deed == "wait":
            at += timedelta(days=number)
        elif deed == "send":
            send_reminders(site=SITE, at=at)
            assert send_reminders(site=SITE, at=at) == 0
            come = [days for days in reminders if due - timedelta(days=days) <= at.date() <= due]
            told = SentReminder.objects.filter(reminder__task=task, due_on=due).values_list("reminder__days_before")
            assert {days for (days,) in told} >= set(come)
        else:
            due = at.date() + timedelta(days=number) if deed == "due" else due
            reminders = [2, number] if deed == "remind" else reminders
            details = with_tasks_details(task, due, reminders, by)
            with_tasks.edit_task(task=task, details=details, version=version, by=by, at=at)
            version += 1


def with_tasks_details(task: Task, due: Any, reminders: list[int], by: Any) -> Any:
    return Details(title=task.title, due_on=due, reminders=tuple(reminders), assignees=(by,))


@pytest.fixture
def refused_address() -> Iterator[str]:
    """An address to which no letter can be written."""
    address = "refused@example.org"

    def refuse(sender: type[Letter], instance: Letter, **_more: object) -> None:
        if instance.to == address:
            raise DataError

    pre_save.connect(refuse, sender=Letter)
    yield address
    pre_save.disconnect(refuse, sender=Letter)


def test_a_guest_with_a_long_name_is_reminded(founded: MakeWorkspace, somebody: MakePerson):
    workspace, guest = founded(), somebody()
    Person.objects.filter(pk=guest.pk).update(name="N" * 200)
    join(workspace, guest, Role.GUEST)
    written(workspace, due_on=timezone.localdate(), reminders=(0,), assignees=(guest,))

    assert send_reminders(site=SITE, at=timezone.now()) == 1


def test_one_reminder_that_fails_stops_no_other(founded: MakeWorkspace, somebody: MakePerson, refused_address: str):
    workspace, first, second = founded(), somebody(), somebody()
    Person.objects.filter(pk=first.pk).update(email=refused_address)
    for person in (first, second):
        join(workspace, person)
        written(workspace, due_on=timezone.localdate(), reminders=(0,), assignees=(person,))

    with pytest.raises(SomeFailed, match="1 failed, 1 done"):
        send_reminders(site=SITE, at=timezone.now())

    assert list(SentReminder.objects.values_list("person", flat=True)) == [second.pk]
