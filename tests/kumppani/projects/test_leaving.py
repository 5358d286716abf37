"""What becomes of a workspace when the last who works in it leaves the site: told before, handed over or ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts import own
from kumppani.accounts.actions import NotNow
from kumppani.accounts.idle import idle_with_ties, look_after_idle_accounts
from kumppani.accounts.leaving import ties_of
from kumppani.accounts.models import Person
from kumppani.projects import leaving
from kumppani.projects.actions import people as actions
from kumppani.projects.actions.talk import edit_comment, write_comment, write_topic
from kumppani.projects.actions.workspaces import archive_workspace, delete_workspace
from kumppani.projects.models import Role, Workspace
from tests.kumppani.conftest import MakePerson
from tests.kumppani.projects.conftest import PAGE, MakeWorkspace, coordinator_of, join, written
from tests.kumppani.projects.test_people import PAGES

pytestmark = pytest.mark.django_db


def with_guest(workspace: Workspace, somebody: MakePerson) -> None:
    join(workspace, somebody(), Role.GUEST)


def with_invitation(workspace: Workspace, somebody: MakePerson) -> None:
    by = coordinator_of(workspace)
    said = {"email": "new@example.org", "role": Role.MEMBER, **PAGES}
    actions.invite(workspace=workspace, **said, by=by, at=timezone.now())


@pytest.mark.parametrize("others", [with_guest, with_invitation])
def test_who_is_the_last_to_work_where_others_are_does_not_leave_them_behind(
    others: Callable, founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    workspace = founded(name="A fair in Kajaani")
    last, gone = coordinator_of(workspace), somebody()
    join(workspace, gone)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    others(workspace, somebody)

    account = signed_in(last).get(reverse("account")).content.decode()
    with pytest.raises(NotNow, match="A fair in Kajaani"):
        own.leave(person=last, at=timezone.now())

    assert reverse("workspace-people", args=[workspace.pk]) in account
    assert reverse("leave") not in account
    workspace.refresh_from_db()
    assert workspace.ends_on is None


@pytest.mark.parametrize("way_out", ["hand over", "delete"])
def test_she_leaves_when_somebody_else_works_there_or_it_is_deleted(
    way_out: str, founded: MakeWorkspace, somebody: MakePerson
):
    workspace, at = founded(), timezone.now()
    last = coordinator_of(workspace)
    guest = join(workspace, somebody(), Role.GUEST)

    if way_out == "hand over":
        actions.give_role(participant=guest, role=Role.COORDINATOR, by=last, at=at)
    else:
        delete_workspace(workspace=workspace, by=last, at=at)
    own.leave(person=last, at=at)

    workspace.refresh_from_db()
    assert (workspace.ends_on is None) == (way_out == "hand over")


def test_out_of_the_archive_the_way_leads_by_the_page_of_the_workspace(founded: MakeWorkspace, somebody: MakePerson):
    workspace, at = founded(), timezone.now()
    last = coordinator_of(workspace)
    join(workspace, somebody(), Role.GUEST)
    archive_workspace(workspace=workspace, by=last, at=at)

    (tie,) = ties_of(last, on=timezone.localdate(at))

    assert (tie.address, tie.holds_back) == (reverse("workspace", args=[workspace.pk]), True)


def test_who_is_alone_is_told_that_it_ends_and_may_go(
    founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    workspace = founded(name="My own plans")
    alone = coordinator_of(workspace)

    account = signed_in(alone).get(reverse("account")).content.decode()
    own.leave(person=alone, at=timezone.now())

    assert "My own plans" in account
    assert reverse("workspace", args=[workspace.pk]) in account
    assert reverse("leave") in account
    workspace.refresh_from_db()
    assert workspace.ends_on is not None


def test_nothing_ties_who_has_left_the_workspace_or_has_somebody_beside_her(
    founded: MakeWorkspace, somebody: MakePerson
):
    workspace, member, today = founded(), somebody(), timezone.localdate()
    join(workspace, member)

    assert ties_of(coordinator_of(workspace), on=today) == []
    assert ties_of(member, on=today) == []
    actions.leave_workspace(workspace=workspace, by=member, at=timezone.now())
    assert ties_of(member, on=today) == []


def test_an_idle_account_stays_for_its_workspace_and_nobody_else_learns_the_name_of_a_closed_one(
    founded: MakeWorkspace, somebody: MakePerson
):
    hidden, shown = founded(name="Hidden plans"), founded(name="Open plans", is_open=True)
    idle, at = coordinator_of(hidden), timezone.now()
    join(shown, idle)
    actions.remove(participant=join(shown, somebody()), by=coordinator_of(shown), at=at)
    other = coordinator_of(shown)
    actions.give_role(participant=shown.participants.get(person=idle), role=Role.COORDINATOR, by=other, at=at)
    actions.leave_workspace(workspace=shown, by=other, at=at)
    Person.objects.filter(pk=idle.pk).update(last_login=at - timedelta(days=800))

    for days in (0, 24, 31, 60):
        look_after_idle_accounts(at + timedelta(days=days))

    idle.refresh_from_db()
    told_to_coordinators = " ".join(tie.about for tie in idle_with_ties(idle, on=timezone.localdate()).ties)
    assert idle.is_active
    assert "Open plans" in told_to_coordinators
    assert "Hidden plans" not in told_to_coordinators
    assert not Workspace.objects.exclude(ends_on=None).exists()


def test_guests_learn_by_letter_in_their_language_that_a_workspace_ended_with_a_leaving(
    founded: MakeWorkspace, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    """Two who leave at the same moment may each have counted on the other."""
    workspace, guest, at = founded(name="A fair in Kajaani"), somebody(language="sv"), timezone.now()
    join(workspace, guest, Role.GUEST)

    with django_capture_on_commit_callbacks(execute=True):
        leaving.part(coordinator_of(workspace), at)

    (letter,) = mail.outbox
    assert (letter.to, "A fair in Kajaani" in letter.body) == ([guest.email], True)
    assert "arbetsyta" in letter.body.lower()
    workspace.refresh_from_db()
    assert workspace.ends_on is not None


def test_a_name_is_taken_out_whole_in_any_case_and_out_of_no_longer_name(founded: MakeWorkspace, somebody: MakePerson):
    workspace, at = founded(), timezone.now()
    leaving_person, other, longer = somebody(), somebody(), somebody()
    for person, name in ((leaving_person, "Anna"), (other, "Annamari"), (longer, "Anna Äijälä")):
        Person.objects.filter(pk=person.pk).update(name=name)
        join(workspace, Person.objects.get(pk=person.pk))
    by = coordinator_of(workspace)
    task = written(workspace)
    topic = write_topic(
        workspace=workspace, title="T", text="@ANNA?", shared_with_guests=False, page=PAGE, by=by, at=at
    )
    comment = write_comment(thing=task, text="Thanks @anna and @Anna!", by=by, at=at)
    edit_comment(
        comment=comment, text="@Annamari, @Anna, @anna äijälä, @Anna-led; anna@example.org", shared=False, by=by, at=at
    )

    own.leave(person=Person.objects.get(pk=leaving_person.pk), at=at)

    comment.refresh_from_db()
    assert comment.text == "@Annamari, @–, @anna äijälä, @–-led; anna@example.org"
    assert comment.versions.get().text == "Thanks @– and @–!"
    assert topic.comments.get().text == "@–?"


def test_who_took_part_once_is_forgotten_there_too_and_the_longer_name_of_one_who_is_gone_stays_whole(
    founded: MakeWorkspace, somebody: MakePerson
):
    workspace, at = founded(), timezone.now()
    anna, longer = somebody(), somebody()
    for person, name in ((anna, "Anna"), (longer, "Anna Maria Vuori")):
        Person.objects.filter(pk=person.pk).update(name=name)
        join(workspace, Person.objects.get(pk=person.pk))
    by = coordinator_of(workspace)
    comment = write_comment(thing=written(workspace), text="@Anna Maria Vuori knows, @Anna too.", by=by, at=at)
    for person in (anna, longer):
        actions.leave_workspace(workspace=workspace, by=Person.objects.get(pk=person.pk), at=at)

    own.leave(person=Person.objects.get(pk=anna.pk), at=at)

    comment.refresh_from_db()
    assert comment.text == "@Anna Maria Vuori knows, @– too."
