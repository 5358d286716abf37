"""The pages: who is let in where, what they show, and how often they ask the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role as ProgrammeRole
from kumppani.projects.actions import own, sharing, talk
from kumppani.projects.actions.people import invite
from kumppani.projects.actions.tasks import add_to_checklist, relate
from kumppani.projects.models import JoinWish, Role, Task, Topic, Workspace
from kumppani.projects.urls import urlpatterns
from kumppani.projects.wanted import Wanted
from tests.kumppani.conftest import MakePerson
from tests.kumppani.projects.conftest import PAGE, MakeWorkspace, coordinator_of, join, upload, written

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]
INLINE = re.compile(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:")
SECRET = "Only those who take part know this name"

WHO = ("anonymous", "stranger", "guest", "member", "coordinator", "administrator")
"""Nobody, a person without ties, a guest, a member and the coordinator of the workspace, and somebody who administers
the programme, who has no way in here."""


@dataclass
class Stage:
    """A closed workspace with one of everything that an address can name."""

    clients: dict[str, Client]
    people: dict[str, Person]
    workspace: Workspace
    task: Task
    topic: Topic
    numbers: dict[str, Any]

    def address(self, name: str) -> str:
        pattern = next(str(found.pattern) for found in urlpatterns if found.name == name)
        if "<str:token>" in pattern:
            given = ["no-such-token", *([1] if "<int:pk>" in pattern else [])]
        elif pattern.startswith("<int:pk>"):
            given = [self.workspace.pk]
        else:
            given = [self.numbers[pattern.split("/")[0]]] if "<int:pk>" in pattern else []
        return reverse(name, args=given)


def stage_of(workspace: Workspace, somebody: MakePerson, signed_in: SignedIn) -> Stage:
    people = {
        "stranger": somebody(),
        "guest": somebody(),
        "member": somebody(),
        "coordinator": coordinator_of(workspace),
        "administrator": somebody(ProgrammeRole.ADMINISTRATOR),
    }
    guest = join(workspace, people["guest"], Role.GUEST)
    join(workspace, people["member"])
    by, at = people["coordinator"], timezone.now()
    task, other = written(workspace, due_on=date(2099, 5, 1)), written(workspace, title="Another")
    said = {"title": "What next?", "text": "Say", "shared_with_guests": False, "page": PAGE, "by": by, "at": at}
    topic = talk.write_topic(workspace=workspace, **said)
    share, _secret = sharing.share_task(
        task=task, name="Outsider", email="", language="en", days=7, page=PAGE, by=by, at=at
    )
    wish = JoinWish.objects.create(workspace=workspace, person=somebody(), made_at=at)
    invitation = invite(
        workspace=workspace, email="invited@example.org", role=Role.GUEST, page="", join_page="", by=by, at=at
    )
    numbers = {
        "participants": guest.pk,
        "wishes": wish.pk,
        "invitations": invitation.pk,
        "tasks": task.pk,
        "checklist": add_to_checklist(task=task, text="Ask the caretaker", by=by, at=at).pk,
        "relations": relate(one=task, kind="blocks", other=other, by=by, at=at).pk,
        "links": share.pk,
        "discussion": topic.pk,
        "comments": topic.comments.get().pk,
        "files": talk.attach(thing=task, upload=upload(), by=by, at=at).pk,
        "filters": own.save_filter(person=by, workspace=workspace, name="Late", wanted=Wanted(due="late")).pk,
        "my-tasks": own.make_template(workspace=workspace, name="Fair", by=by, at=at).pk,
    }
    clients = {"anonymous": Client(), **{who: signed_in(person) for who, person in people.items()}}
    return Stage(clients, people, workspace, task, topic, numbers)


@pytest.fixture
def stage(founded: MakeWorkspace, somebody: MakePerson, signed_in: SignedIn) -> Stage:
    return stage_of(founded(name=SECRET), somebody, signed_in)


# For each page that is read: the status for each of WHO. 302 leads to sign in; 404 tells nothing of what is closed.
EVERYBODY, TAKING_PART = (302, 200, 200, 200, 200, 200), (302, 404, 200, 200, 200, 404)
MEMBERS, OF_GUEST_REFUSED = (302, 404, 404, 200, 200, 404), (302, 404, 403, 200, 200, 404)
NOBODY = (410,) * 6
READ = {
    "workspaces": EVERYBODY,
    "found-workspace": EVERYBODY,
    "my-tasks": EVERYBODY,
    "my-tasks-csv": EVERYBODY,
    "calendar": EVERYBODY,
    "task-templates": EVERYBODY,
    "workspace": TAKING_PART,
    "tasks": TAKING_PART,
    "tasks-csv": TAKING_PART,
    "board": TAKING_PART,
    "months": TAKING_PART,
    "topics": TAKING_PART,
    "workspace-people": MEMBERS,
    "workspace-history": MEMBERS,
    "task": MEMBERS,
    "topic": MEMBERS,
    "earlier-words": MEMBERS,
    "download-file": MEMBERS,
    "edit-workspace": (302, 404, 403, 403, 200, 404),
    "edit-comment": (302, 404, 404, 403, 200, 404),
    "edit-task": MEMBERS,
    "write-task": OF_GUEST_REFUSED,
    "write-topic": OF_GUEST_REFUSED,
    "minutes": OF_GUEST_REFUSED,
    "use-template": OF_GUEST_REFUSED,
    "export-workspace": OF_GUEST_REFUSED,
    "shared-task": NOBODY,
    "finish-task": NOBODY,
    "calendar-feed": (404,) * 6,
}
# For each deed: what an empty form brings. 302 of those who are signed in: done, or said why not (by a message).
COORDINATES = (302, 404, 403, 403, 302, 404)
DONE = {
    **dict.fromkeys(
        ("start-workspace", "archive-workspace", "unarchive-workspace", "delete-workspace", "bring-workspace-back"),
        COORDINATES,
    ),
    "take-workspace-over": (302, 404, 403, 403, 403, 404),
    "bring-organisation": (302, 404, 404, 404, 404, 404),
    "take-organisation-out": (302, 404, 404, 404, 404, 404),
    "invite-to-workspace": (302, 404, 403, 403, 400, 404),
    "ask-to-take-part": (302, 404, 302, 302, 302, 404),
    "leave-workspace": (302, 404, 302, 302, 302, 404),
    "give-workspace-role": (302, 404, 404, 403, 302, 404),
    "remove-participant": (302, 404, 404, 403, 302, 404),
    "hand-workspace-over": (302, 404, 404, 403, 302, 404),
    "let-in": COORDINATES,
    "turn-down": COORDINATES,
    "withdraw-workspace-invitation": COORDINATES,
    "accept-workspace-invitation": (302, 404, 404, 404, 404, 404),
    "decline-workspace-invitation": (302, 404, 404, 404, 404, 404),
    "save-my-filter": (302, 302, 302, 302, 302, 302),
    "save-filter": (302, 404, 302, 302, 302, 404),
    "end-calendar": (302, 302, 302, 302, 302, 302),
    "delete-filter": (302, 404, 404, 404, 302, 404),
    "delete-template": (302, 404, 404, 404, 302, 404),
    "make-template": (302, 404, 403, 302, 302, 404),
    "move-task": (302, 404, 404, 302, 302, 404),
    "undo-end": (302, 404, 404, 302, 302, 404),
    "tick": (302, 404, 404, 302, 302, 404),
    "remove-point": (302, 404, 404, 302, 302, 404),
    "unrelate": (302, 404, 404, 302, 302, 404),
    "revoke-share": (302, 404, 404, 302, 302, 404),
    **dict.fromkeys(
        (
            "add-point",
            "relate",
            "share-task",
            "comment-on-task",
            "attach-to-task",
            "comment-on-topic",
            "attach-to-topic",
        ),
        (302, 404, 404, 400, 400, 404),
    ),
    "delete-comment": (302, 404, 404, 403, 302, 404),
    "take-file-away": (302, 404, 404, 403, 302, 404),
    "shared-comment": NOBODY,
    "shared-tick": NOBODY,
    "shared-done": NOBODY,
}


def test_the_tables_name_every_address():
    assert READ.keys() | DONE.keys() == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("name", READ)
def test_who_reads_a_page(name: str, stage: Stage):
    answers = {who: stage.clients[who].get(stage.address(name)) for who in WHO}

    assert {who: answer.status_code for who, answer in answers.items()} == dict(zip(WHO, READ[name], strict=True))
    for answer in answers.values():
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            page = answer.content.decode()
            assert (page.count("<h1"), INLINE.findall(page)) == (1, [])


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", DONE)
def test_who_does_a_deed(name: str, who: str, stage: Stage):
    status = stage.clients[who].post(stage.address(name)).status_code

    assert status == dict(zip(WHO, DONE[name], strict=True))[who]


@pytest.mark.parametrize("who", ["anonymous", "stranger", "administrator"])
def test_a_closed_workspace_is_named_nowhere_to_those_who_take_no_part(who: str, stage: Stage):
    client = stage.clients[who]

    for pattern in urlpatterns:
        for answer in (client.get(stage.address(str(pattern.name))), client.get(reverse("history"))):
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            assert SECRET.encode() not in content
    assert SECRET in stage.clients["guest"].get(reverse("workspaces")).content.decode()


def test_an_open_one_is_read_by_whoever_has_signed_in_and_changed_by_members_alone(
    founded: MakeWorkspace, somebody: MakePerson, signed_in: SignedIn
):
    stage = stage_of(founded(is_open=True), somebody, signed_in)
    client = stage.clients["stranger"]

    for name in ("workspace", "tasks", "board", "months", "topics", "workspace-people", "task", "topic"):
        assert client.get(stage.address(name)).status_code == 200
        assert Client().get(stage.address(name)).status_code == 302
    for name in ("write-task", "edit-task", "edit-workspace", "export-workspace", "write-topic"):
        assert client.get(stage.address(name)).status_code == 403
    for name in ("move-task", "comment-on-task", "attach-to-topic", "share-task"):
        assert client.post(stage.address(name)).status_code == 403


def test_a_guest_sees_what_is_given_to_her_and_nothing_else(stage: Stage):
    given = written(stage.workspace, title="For the guest", assignees=(stage.people["guest"],))
    shown = written(stage.workspace, title="For guests", shared_with_guests=True)
    client = stage.clients["guest"]

    tasks = client.get(stage.address("tasks")).content.decode()

    assert ("For the guest" in tasks, "For guests" in tasks, "Book the hall" in tasks) == (True, True, False)
    assert client.get(reverse("task", args=[given.pk])).status_code == 200
    assert client.post(reverse("move-task", args=[given.pk]), {"status": "done"}).status_code == 302
    assert client.post(reverse("move-task", args=[shown.pk]), {"status": "done"}).status_code == 403
    assert stage.people["member"].name not in tasks


def test_the_history_of_the_site_does_not_name_a_closed_workspace(stage: Stage):
    page = stage.clients["administrator"].get(reverse("history")).content.decode()

    assert "workspace founded" in page
    assert f"workspace {stage.workspace.pk}" in page
    assert SECRET not in page


def test_of_two_who_edit_a_task_at_once_the_second_sees_both_and_can_save(stage: Stage):
    client, address = stage.clients["member"], stage.address("edit-task")
    said = {"title": "First", "text": "", "version": 1, "due_on": "2099-05-01"}

    client.post(address, said)
    refused = client.post(address, {**said, "title": "Second", "due_on": "2099-06-01"})
    page = refused.content.decode()
    saved = client.post(address, {**said, "title": "Second", "version": 2})

    assert (refused.status_code, saved.status_code) == (400, 302)
    assert "<b>Saved now:</b> First" in page
    assert "<b>You wrote:</b> Second" in page
    assert page.count("<b>Saved now:</b>") == 2
    stage.task.refresh_from_db()
    assert stage.task.title == "Second"


def test_of_two_who_edit_a_workspace_at_once_the_second_sees_both(stage: Stage):
    client, address = stage.clients["coordinator"], stage.address("edit-workspace")
    said = {"name": "First", "summary": "?", "language": "en", "entry": "closed", "version": 1}

    client.post(address, {**said, "themes": ["housing"], "regions": ["lappi"]})
    page = client.post(address, {**said, "name": "Second", "entry": "open"}).content.decode()

    assert "<b>Saved now:</b> housing" in page
    assert "<b>Saved now:</b> Lapland" in page
    assert "<b>You wrote:</b> Open: everybody" in page


def test_a_file_comes_as_something_to_save_and_to_those_who_see_its_task(stage: Stage):
    answer = stage.clients["member"].get(stage.address("download-file"))

    assert b"".join(answer.streaming_content) == b"%PDF-1.7 a plan"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"


PAGES = ("workspaces", "my-tasks", "workspace", "tasks", "board", "months", "topics", "topic", "task",
         "workspace-people", "workspace-history", "task-templates")  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_the_database_as_often_for_few_rows_as_for_many(name: str, stage: Stage, somebody: MakePerson):
    client, person, at = stage.clients["coordinator"], stage.people["coordinator"], timezone.now()
    today = timezone.localdate()

    def more(number: int) -> None:
        task = written(
            stage.workspace,
            title=f"T{number}",
            due_on=today,
            assignees=(person,),
            labels=(f"l{number}",),
            reminders=(1,),
        )
        relate(one=stage.task, kind="relates", other=task, by=person, at=at)
        add_to_checklist(task=stage.task, text="x", by=person, at=at)
        talk.write_comment(thing=stage.task, text="x", by=somebody_in(), at=at)
        talk.write_comment(thing=stage.topic, text="x", by=somebody_in(), at=at)
        talk.attach(thing=stage.task, upload=upload(), by=person, at=at)
        talk.write_topic(
            workspace=stage.workspace, title="x", text="x", shared_with_guests=False, page=PAGE, by=person, at=at
        )
        own.make_template(workspace=stage.workspace, name=f"n{number}", by=person, at=at)

    def somebody_in() -> Person:
        new = somebody()
        join(stage.workspace, new)
        return new

    more(0)
    client.get(stage.address(name))
    with CaptureQueriesContext(connection) as one:
        assert client.get(stage.address(name)).status_code == 200
    more(1)
    more(2)
    with CaptureQueriesContext(connection) as three:
        assert client.get(stage.address(name)).status_code == 200

    assert len(three) == len(one), "\n".join(query["sql"] for query in three.captured_queries)


@pytest.mark.parametrize("language", ["fi", "sv", "en", "ar"])
def test_an_empty_place_says_so_in_every_language(
    language: str, founded: MakeWorkspace, somebody: MakePerson, signed_in: SignedIn
):
    person = somebody()
    client, workspace = signed_in(person), founded(by=person)

    for path in ("", "my-tasks/", "my-tasks/templates/", f"{workspace.pk}/", f"{workspace.pk}/tasks/"):
        page = client.get(f"/{language}/projects/{path}").content.decode()
        assert f'<html lang="{language}"' in page
        assert 'class="empty"' in page, path
