"""What somebody may not see, or not any more, is named neither in her file, nor in a history, nor in a letter."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from kumppani.projects.actions import people as actions
from kumppani.projects.actions import tasks as with_tasks
from kumppani.projects.actions.talk import write_comment, write_topic
from kumppani.projects.actions.workspaces import delete_workspace, edit_workspace
from kumppani.projects.models import Change, Relation, Role, Workspace
from kumppani.projects.plans import Details
from tests.kumppani.conftest import MakePerson
from tests.kumppani.projects.conftest import PAGE, MakeWorkspace, coordinator_of, join, plan, written

pytestmark = pytest.mark.django_db
SECRET = "Closing the office in Kajaani"


def rename(workspace: Workspace, **said: object) -> None:
    by, at = coordinator_of(workspace), timezone.now()
    edit_workspace(workspace=workspace, plan=plan(name=SECRET, **said), version=workspace.version, by=by, at=at)


@pytest.mark.parametrize("how", ["left", "was removed", "guest whose task was given back", "deleted"])
def test_the_file_of_everything_names_a_workspace_only_to_who_may_see_it(
    how: str, founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    workspace, person, at = founded(name="Before"), somebody(), timezone.now()
    by = coordinator_of(workspace)
    is_guest = how.startswith("guest")
    participant = join(workspace, person, Role.GUEST if is_guest else Role.MEMBER)
    task = written(workspace, title="Tell nobody", assignees=(person,))
    write_comment(thing=task, text="My own words", by=person, at=at)

    def read() -> str:
        return signed_in(person).get(reverse("own-everything")).content.decode()

    there = json.loads(read())["workspaces"]
    assert [one["workspace"] for one in (*there["takes_part_in"], *there["tasks"])] == ["Before", "Before"]

    if how == "left":
        actions.leave_workspace(workspace=workspace, by=person, at=at)
    elif how == "was removed":
        actions.remove(participant=participant, by=by, at=at)
    elif how == "deleted":
        delete_workspace(workspace=workspace, by=by, at=at)
        Workspace.objects.filter(pk=workspace.pk).update(name=SECRET)
    else:
        with_tasks.edit_task(task=task, details=Details(title="Tell nobody"), version=1, by=by, at=at)
    if how in ("left", "was removed"):
        rename(workspace)

    after = read()
    assert SECRET not in after
    assert "Tell nobody" not in after
    assert "My own words" in after
    taking_part = json.loads(after)["workspaces"]["takes_part_in"]
    assert [bool(one["from"]) for one in taking_part] == [True]
    assert [one["workspace"] for one in taking_part] == (["Before"] if is_guest else ["–"])


@pytest.mark.parametrize("taken_away", [False, True])
def test_the_history_of_a_shared_task_names_no_task_that_a_guest_may_not_see(
    taken_away: bool, founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    workspace, guest, at = founded(), somebody(), timezone.now()
    by = coordinator_of(workspace)
    join(workspace, guest, Role.GUEST)
    shown, hidden = written(workspace, shared_with_guests=True), written(workspace, title=SECRET)
    for one, other in ((shown, hidden), (hidden, shown)):
        relation = with_tasks.relate(one=one, kind=Relation.Kind.RELATES, other=other, by=by, at=at)
        if taken_away:
            with_tasks.unrelate(relation=relation, by=by, at=at)
    address = reverse("task", args=[shown.pk])

    to_coordinator = signed_in(by).get(address).content.decode()
    to_guest = signed_in(guest).get(address).content.decode()

    assert SECRET in to_coordinator
    assert "relate" in to_guest
    assert SECRET not in to_guest
    assert not Change.objects.filter(task=shown, about__contains=SECRET).exists()


def test_the_history_of_a_task_that_comes_again_names_only_itself(
    founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    """The next of a task is shared as the task was, which can be taken from guests and called otherwise later."""
    workspace, guest, at = founded(), somebody(), timezone.now()
    by, today = coordinator_of(workspace), timezone.localdate()
    join(workspace, guest, Role.GUEST)
    said = {"due_on": today, "repeat_every": 1, "repeat_unit": "weeks"}
    task = written(workspace, title=SECRET, shared_with_guests=True, **said)
    following = with_tasks.move_task(task=task, status="done", by=by, at=at)
    assert following is not None
    with_tasks.edit_task(task=task, details=Details(title=SECRET), version=2, by=by, at=at)

    page = signed_in(guest).get(reverse("task", args=[following.pk])).content.decode()

    assert "task comes again" in page
    assert f"({SECRET})" not in page


@pytest.mark.parametrize("how", ["closed", "deleted"])
def test_a_refusal_names_the_workspace_only_while_who_asked_may_see_it(
    how: str, founded: MakeWorkspace, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    workspace, asking, at = founded(name="Before", is_open=True), somebody(), timezone.now()
    by = coordinator_of(workspace)
    actions.ask_to_take_part(workspace=workspace, words="May I?", by=asking, at=at)
    rename(workspace, is_open=how != "closed")
    if how == "deleted":
        delete_workspace(workspace=workspace, by=by, at=at)
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        actions.turn_down(wish=workspace.wishes.get(), by=by, at=at)

    (letter,) = [letter for letter in mail.outbox if letter.to == [asking.email]]
    assert SECRET not in letter.subject + letter.body
    assert "workspace" in letter.body


def test_a_refusal_of_an_open_workspace_names_it(
    founded: MakeWorkspace, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    workspace, asking, at = founded(name="An open fair", is_open=True), somebody(), timezone.now()
    actions.ask_to_take_part(workspace=workspace, words="", by=asking, at=at)
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        actions.turn_down(wish=workspace.wishes.get(), by=coordinator_of(workspace), at=at)

    assert "An open fair" in mail.outbox[-1].body


def test_the_file_of_everything_holds_the_tasks_she_made_and_the_titles_of_her_topics(
    founded: MakeWorkspace, signed_in: Callable
):
    workspace = founded(name="Before")
    by, at = coordinator_of(workspace), timezone.now()
    written(workspace, by=by, title="My task", text="My description")
    said = {"title": "My topic", "text": "My opening", "shared_with_guests": False}
    write_topic(workspace=workspace, **said, page=PAGE, by=by, at=at)  # type: ignore[arg-type]

    kept = json.loads(signed_in(by).get(reverse("own-everything")).content)["workspaces"]

    (task,), (topic,) = kept["tasks_made"], kept["topics"]
    assert (task["workspace"], task["title"], task["text"]) == ("Before", "My task", "My description")
    assert topic["title"] == "My topic"
