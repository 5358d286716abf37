"""Who takes part, and that somebody always coordinates, or can."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts import own
from kumppani.accounts.permissions import NotPermitted
from kumppani.history.models import Line
from kumppani.projects.actions import people as actions
from kumppani.projects.actions.talk import write_comment
from kumppani.projects.faults import NotNow
from kumppani.projects.models import Comment, JoinWish, Role
from kumppani.projects.permissions import role_in
from kumppani.projects.queries import visible_tasks, visible_workspaces
from tests.kumppani.conftest import MakePerson
from tests.kumppani.projects.conftest import MakeWorkspace, coordinator_of, join, written

pytestmark = pytest.mark.django_db
PAGES = {"page": "https://site.example/en/projects/", "join_page": "https://site.example/en/join/"}


def test_who_is_invited_comes_in_with_her_role_and_nobody_else_by_her_invitation(
    founded: MakeWorkspace, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    workspace, invited, stranger, at = founded(name="Closed one"), somebody(), somebody(), timezone.now()
    by = coordinator_of(workspace)

    with django_capture_on_commit_callbacks(execute=True):
        for email in (invited.email.upper(), "nobody@example.org"):
            actions.invite(workspace=workspace, email=email, role=Role.GUEST, **PAGES, by=by, at=at)
    invitation = workspace.invitations.get(email=invited.email)
    with pytest.raises(NotPermitted):
        actions.accept_invitation(invitation=invitation, by=stranger, at=at)
    actions.accept_invitation(invitation=invitation, by=invited, at=at)

    assert role_in(invited, workspace) == Role.GUEST
    known, unknown = mail.outbox[-2:]
    assert known.body == unknown.body  # whoever invites does not learn who has an account
    assert all(page in known.body for page in PAGES.values())
    with pytest.raises(NotNow):
        actions.invite(workspace=workspace, email="NOBODY@example.org", role=Role.GUEST, **PAGES, by=by, at=at)


def test_an_open_workspace_is_joined_by_asking_or_at_once(founded: MakeWorkspace, somebody: MakePerson):
    asked, free, closed = founded(is_open=True), founded(is_open=True, free_to_join=True), founded()
    person, at = somebody(), timezone.now()

    actions.ask_to_take_part(workspace=asked, words="May I?", by=person, at=at)
    actions.ask_to_take_part(workspace=free, words="", by=person, at=at)
    with pytest.raises(NotPermitted):
        actions.ask_to_take_part(workspace=closed, words="", by=person, at=at)

    assert [role_in(person, workspace) for workspace in (asked, free, closed)] == ["", Role.MEMBER, ""]
    actions.let_in(wish=JoinWish.objects.get(), by=coordinator_of(asked), at=at)
    assert role_in(person, asked) == Role.MEMBER


def test_the_last_coordinator_stays_until_she_hands_over(founded: MakeWorkspace, somebody: MakePerson):
    workspace, other, at = founded(), somebody(), timezone.now()
    first, hers = coordinator_of(workspace), join(workspace, other)
    own_place = workspace.participants.get(person=first)

    for deed in (
        lambda: actions.leave_workspace(workspace=workspace, by=first, at=at),
        lambda: actions.remove(participant=own_place, by=first, at=at),
        lambda: actions.give_role(participant=own_place, role=Role.MEMBER, by=first, at=at),
    ):
        with pytest.raises(NotNow, match="without a coordinator"):
            deed()
    with pytest.raises(NotPermitted):
        actions.take_over(workspace=workspace, by=other, at=at)
    actions.hand_over(to=hers, by=first, at=at)
    actions.leave_workspace(workspace=workspace, by=first, at=at)

    assert coordinator_of(workspace) == other
    assert not visible_workspaces(first).exists()


def test_a_member_takes_over_when_the_last_coordinator_has_left_the_site(
    founded: MakeWorkspace, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    workspace, member, other, guest, at = founded(), somebody(), somebody(), somebody(), timezone.now()
    join(workspace, member)
    join(workspace, other)
    join(workspace, guest, Role.GUEST)
    own.leave(person=coordinator_of(workspace), at=at)

    with pytest.raises(NotPermitted):
        actions.take_over(workspace=workspace, by=guest, at=at)
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_over(workspace=workspace, by=member, at=at)

    assert coordinator_of(workspace) == member
    assert [letter.to for letter in mail.outbox if "coordinates" in letter.subject] == [[other.email]]
    assert Line.objects.filter(what="workspace taken over", about_name=f"workspace {workspace.pk}").exists()


def test_who_leaves_the_site_takes_her_name_along_and_leaves_what_she_said(
    founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    workspace, leaving, at = founded(), somebody(), timezone.now()
    leaving.name = "Maija Keksitty"
    leaving.save()
    join(workspace, leaving)
    by = coordinator_of(workspace)
    task = written(workspace, assignees=(leaving,))
    write_comment(thing=task, text="The caretaker has the key.", by=leaving, at=at)
    write_comment(thing=task, text="Thank you @Maija Keksitty!", by=by, at=at)
    kept = own.everything_about(leaving)["workspaces"]

    own.leave(person=leaving, at=at)

    assert kept["tasks"][0]["title"] == "Book the hall"  # type: ignore[index]
    assert kept["comments"][0]["text"] == "The caretaker has the key."  # type: ignore[index]
    for name in ("task", "workspace-people", "workspace-history"):
        from django.urls import reverse

        page = signed_in(by).get(reverse(name, args=[task.pk if name == "task" else workspace.pk])).content.decode()
        assert "Maija" not in page
    assert {comment.text for comment in Comment.objects.all()} == {"The caretaker has the key.", "Thank you @–!"}
    assert not task.assignments.exists()
    assert not visible_tasks(leaving).exists()


def test_words_to_the_coordinator_that_are_too_long_are_shown_again_with_what_is_wrong(
    founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    workspace, long = founded(is_open=True), "Let me help you. " * 40
    client, page = signed_in(somebody()), reverse("ask-to-take-part", args=[workspace.pk])

    refused = client.post(page, {"words": long})

    assert refused.status_code == 400
    assert long.strip() in refused.content.decode()
    assert "There is something to correct" in refused.content.decode()
    assert not JoinWish.objects.exists()
    assert client.post(page, {"words": long[:400]}).status_code == 302
    assert JoinWish.objects.get().words == long[:400].strip()
