"""What a person sees, compared with a slow and obvious second telling of the rule, over made-up workspaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kumppani.projects.actions import people, sharing
from kumppani.projects.actions import tasks as with_tasks
from kumppani.projects.actions.talk import attach, write_comment, write_topic
from kumppani.projects.exporting import described
from kumppani.projects.models import Participant, Role, Task, Workspace
from kumppani.projects.plans import Details
from kumppani.projects.queries import (
    read_by_everybody,
    topics_read_by_everybody,
    visible_attachments,
    visible_comments,
    visible_participants,
    visible_tasks,
    visible_topics,
    visible_workspaces,
)
from tests.kumppani.conftest import MakePerson
from tests.kumppani.projects.conftest import PAGE, MakeWorkspace, coordinator_of, join, upload, written
from tests.kumppani.projects.test_sharing import shared

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    is_open: bool
    is_deleted: bool
    is_archived: bool
    role: str
    """Of whoever looks; empty: she takes no part. "left": she did once."""
    is_given: bool
    is_shared: bool

    @property
    def sees_workspace(self) -> bool:
        if self.is_deleted:
            return self.role == Role.COORDINATOR
        return self.is_open or self.role in Role.values

    @property
    def sees_whole(self) -> bool:
        return self.sees_workspace and (self.is_open or self.role != Role.GUEST)

    @property
    def sees_task(self) -> bool:
        return self.sees_workspace and (self.sees_whole or self.is_given or self.is_shared)

    @property
    def sees_topic(self) -> bool:
        return self.sees_workspace and (self.sees_whole or self.is_shared)


cases = st.builds(
    Case,
    is_open=st.booleans(),
    is_deleted=st.booleans(),
    is_archived=st.booleans(),
    role=st.sampled_from(["", "left", *Role.values]),
    is_given=st.booleans(),
    is_shared=st.booleans(),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(case=cases)
def test_the_gate_tells_what_the_rule_tells(case: Case, founded: MakeWorkspace, somebody: MakePerson):
    workspace, viewer, at = founded(is_open=case.is_open), somebody(), timezone.now()
    by = coordinator_of(workspace)
    if case.role:
        participant = join(workspace, viewer, Role.MEMBER if case.role == "left" else case.role)
    given_to = (viewer,) if case.is_given and case.role in Role.values else ()
    task = written(workspace, assignees=given_to, shared_with_guests=case.is_shared)
    topic = write_topic(
        workspace=workspace, title="T", text="U", shared_with_guests=case.is_shared, page=PAGE, by=by, at=at
    )
    on_task = write_comment(thing=task, text="?", by=by, at=at)
    on_topic = topic.comments.get()
    files = [attach(thing=thing, upload=upload(), by=by, at=at) for thing in (task, topic)]
    if case.role == "left":
        Participant.objects.filter(pk=participant.pk).update(until=at.date())
    Workspace.objects.filter(pk=workspace.pk).update(
        ends_on=at.date() if case.is_deleted else None, stage="archived" if case.is_archived else "active"
    )
    is_given = bool(given_to)
    rule = Case(**{**case.__dict__, "is_given": is_given})

    assert visible_workspaces(viewer).filter(pk=workspace.pk).exists() == rule.sees_workspace
    assert read_by_everybody(viewer).filter(pk=workspace.pk).exists() == (case.is_open and not case.is_deleted)
    assert topics_read_by_everybody(viewer).filter(pk=topic.pk).exists() == (case.is_open and not case.is_deleted)
    assert visible_participants(viewer).filter(workspace=workspace).exists() == rule.sees_whole
    assert visible_tasks(viewer).filter(pk=task.pk).exists() == rule.sees_task
    assert visible_topics(viewer).filter(pk=topic.pk).exists() == rule.sees_topic
    assert set(visible_comments(viewer).filter(pk__in=[on_task.pk, on_topic.pk])) == {
        comment for comment, sees in ((on_task, rule.sees_task), (on_topic, rule.sees_topic)) if sees
    }
    assert set(visible_attachments(viewer).filter(pk__in=[file.pk for file in files])) == {
        file for file, sees in zip(files, (rule.sees_task, rule.sees_topic), strict=True) if sees
    }


def test_who_has_not_signed_in_sees_nothing(founded: MakeWorkspace):
    written(founded(is_open=True), shared_with_guests=True)

    for visible in (
        read_by_everybody,
        topics_read_by_everybody,
        visible_workspaces,
        visible_participants,
        visible_tasks,
        visible_topics,
        visible_comments,
        visible_attachments,
    ):
        assert not visible(AnonymousUser()).exists()
    assert Task.objects.exists()


def test_the_history_names_no_outsider_to_strangers(founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable):
    task = written(founded(is_open=True))
    share, _secret = shared(task, name="Veera Virtanen")
    sharing.end_by_link(share=share, at=timezone.now())
    page = reverse("task", args=[task.pk])

    assert "Veera Virtanen" not in signed_in(somebody()).get(page).content.decode()
    assert "Veera Virtanen" in signed_in(coordinator_of(task.workspace)).get(page).content.decode()
    stranger, by = somebody(), coordinator_of(task.workspace)
    told = [str(described(task.workspace, person=reader)[0]["tasks"]) for reader in (stranger, by)]
    assert ["Veera Virtanen" in said for said in told] == [False, True]


def test_who_was_turned_down_is_told_to_coordinators_alone(
    founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    workspace, asker, member = founded(is_open=True), somebody(), somebody()
    join(workspace, member)
    people.ask_to_take_part(workspace=workspace, words="", by=asker, at=timezone.now())
    people.turn_down(wish=workspace.wishes.get(), by=coordinator_of(workspace), at=timezone.now())
    page = reverse("workspace-history", args=[workspace.pk])

    for reader, seen in ((somebody(), False), (member, False), (coordinator_of(workspace), True)):
        assert (asker.name in signed_in(reader).get(page).content.decode()) is seen


def test_a_guest_reads_nothing_of_what_a_task_said_before_it_was_shared(
    founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    workspace, guest, member = founded(), somebody(), somebody()
    join(workspace, guest, Role.GUEST)
    join(workspace, member)
    by, at = coordinator_of(workspace), timezone.now()
    task = written(workspace, title="Earlier title", text="Earlier text", checklist=("point",))
    point = task.checklist.get()
    with_tasks.take_from_checklist(item=point, by=by, at=at)
    details = Details(title="New", text="New", shared_with_guests=True)
    with_tasks.edit_task(task=task, details=details, version=task.version, by=by, at=at)
    page = reverse("task", args=[task.pk])

    told = signed_in(guest).get(page).content.decode()

    assert "Earlier" not in told
    assert "(point)" not in told
    assert "Earlier text" in signed_in(member).get(page).content.decode()
