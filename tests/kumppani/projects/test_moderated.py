"""What is reported in a workspace and hidden is gone from pages, files, feeds and letters for all but its author."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.permissions import NotPermitted
from kumppani.accounts.roles import Role as GrantRole
from kumppani.history.models import Line
from kumppani.moderation import actions as moderation
from kumppani.moderation.models import Case
from kumppani.moderation.permissions import may_decide
from kumppani.network.actions.organisations import confirm_organisation, found_organisation
from kumppani.network.moderated import ORGANISATION
from kumppani.projects.actions import own, people, sharing
from kumppani.projects.actions import tasks as with_tasks
from kumppani.projects.actions.reminders import send_reminders
from kumppani.projects.actions.talk import attach, edit_comment, write_comment, write_topic
from kumppani.projects.actions.workspaces import bring_organisation
from kumppani.projects.models import Comment, Role, Task, Topic, Workspace
from kumppani.projects.moderated import COMMENT, TASK, TOPIC
from kumppani.projects.plans import Details
from kumppani.regions.models import Region
from tests.kumppani.conftest import MakePerson
from tests.kumppani.moderation.conftest import address, decide
from tests.kumppani.network.conftest import profile
from tests.kumppani.projects.conftest import PAGE, MakeWorkspace, coordinator_of, join, upload, written
from tests.kumppani.projects.test_sharing import shared

pytestmark = pytest.mark.django_db
WORD = "Poisonous"
KINDS = {"topic": TOPIC, "comment": COMMENT, "task": TASK}
Thing = Topic | Comment | Task


@pytest.fixture
def moderator(somebody: MakePerson) -> Person:
    person = somebody()
    region = Region.objects.get(pk="kainuu")
    Grant.objects.create(
        person=person, role=GrantRole.COORDINATOR, scope_kind="region", region=region, valid_from=date(2026, 1, 1)
    )
    return person


@pytest.fixture
def workspace(founded: MakeWorkspace) -> Workspace:
    return founded(regions=(Region.objects.get(pk="kainuu"),))


@pytest.fixture
def author(workspace: Workspace, somebody: MakePerson) -> Person:
    person = somebody()
    join(workspace, person)
    return person


@pytest.fixture
def reader(workspace: Workspace, somebody: MakePerson) -> Person:
    person = somebody()
    join(workspace, person)
    return person


def plant(kind: str, workspace: Workspace, author: Person, reader: Person) -> Thing:
    """Write the word where everything of this kind could show it, and give the thing that holds it."""
    at, today = timezone.now(), timezone.localdate()
    if kind == "topic":
        said = {"title": f"{WORD} title", "text": f"{WORD} text", "shared_with_guests": True}
        topic = write_topic(workspace=workspace, **said, page=PAGE, by=author, at=at)
        attach(thing=topic, upload=upload(f"{WORD}.pdf"), by=author, at=at)
        return topic
    details = Details(title="Book the hall", assignees=(reader,), shared_with_guests=True)
    if kind == "comment":
        task = with_tasks.write_task(workspace=workspace, details=details, by=author, at=at)
        comment = write_comment(thing=task, text="Before", shared=True, by=author, at=at)
        edit_comment(comment=comment, text=f"{WORD} words", shared=True, by=author, at=at)
        edit_comment(comment=comment, text=f"More {WORD} words", shared=True, by=author, at=at)
        comment.refresh_from_db()
        return comment
    details = Details(
        title=f"{WORD} title",
        text=f"{WORD} text",
        labels=(f"{WORD} label",),
        checklist=(f"{WORD} point",),
        assignees=(reader,),
        due_on=today,
        reminders=(0,),
        shared_with_guests=True,
    )
    return with_tasks.write_task(workspace=workspace, details=details, by=author, at=at)


def read_by(person: Person, thing: Thing, workspace: Workspace, client: Client) -> dict[str, str]:
    """All that a person can open of a workspace, by its name."""
    task = thing if isinstance(thing, Task) else thing.task if isinstance(thing, Comment) else None
    pages = {
        name: reverse(name, args=[workspace.pk])
        for name in ("workspace", "tasks", "tasks-csv", "board", "months", "topics", "workspace-history")
    }
    pages |= {name: reverse(name) for name in ("my-tasks", "my-tasks-csv")}
    pages["calendar"] = reverse("calendar-feed", args=[own.new_calendar(person=person, at=timezone.now())])
    if task is not None:
        pages["task"] = reverse("task", args=[task.pk])
    if isinstance(thing, Topic):
        pages["topic"] = reverse("topic", args=[thing.pk])
    if isinstance(thing, Comment):
        pages["earlier"] = reverse("earlier-words", args=[thing.pk])
    found = {}
    for name, page in pages.items():
        answer = client.get(page)
        found[name] = (
            answer.getvalue() if answer.streaming else answer.content  # type: ignore[attr-defined]
        ).decode()
    export = client.get(reverse("export-workspace", args=[workspace.pk]))
    with zipfile.ZipFile(io.BytesIO(export.getvalue())) as archive:
        found["export"] = " ".join(archive.namelist()) + "".join(
            archive.read(name).decode() for name in archive.namelist() if not name.endswith(".pdf")
        )
    return found


def hide(kind: str, thing: Thing, by: Person, moderator: Person) -> Case:
    said = moderation.Reported(reason="respect", words="It hurts.", language="en")
    made = moderation.report(KINDS[kind], thing, said, by=by, address=address, at=timezone.now())
    return decide(made.case, moderator)


WHERE = {
    "topic": {"workspace", "topics", "topic", "workspace-history", "export"},
    "comment": {"task", "earlier", "export"},
    "task": {
        "workspace",
        "tasks",
        "tasks-csv",
        "board",
        "months",
        "my-tasks",
        "my-tasks-csv",
        "calendar",
        "task",
        "export",
    },
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_hidden_is_gone_for_everybody_but_its_author(
    kind: str, workspace: Workspace, author: Person, reader: Person, moderator: Person, signed_in: Callable
):
    thing = plant(kind, workspace, author, reader)
    readers = {person: signed_in(person) for person in (reader, coordinator_of(workspace))}
    before = read_by(reader, thing, workspace, readers[reader])
    assert {name for name, said in before.items() if WORD in said} == WHERE[kind]

    hide(kind, thing, reader, moderator)

    for person, client in readers.items():
        assert [name for name, said in read_by(person, thing, workspace, client).items() if WORD in said] == []
    own_page = read_by(author, thing, workspace, signed_in(author))["topic" if kind == "topic" else "task"]
    assert WORD in own_page
    assert "hidden by a decision" in own_page.lower()
    assert "Read why, and appeal" in own_page


@pytest.mark.parametrize("kind", ["comment", "task"])
def test_what_is_hidden_is_gone_from_links_and_letters(
    kind: str,
    workspace: Workspace,
    author: Person,
    reader: Person,
    moderator: Person,
    django_capture_on_commit_callbacks: Callable,
):
    thing = plant(kind, workspace, author, reader)
    task = thing.task if isinstance(thing, Comment) else thing
    assert isinstance(task, Task)
    _share, secret = shared(task, email="outsider@example.org")
    link = f"/en/projects/shared/{secret}/"
    assert WORD in Client().get(link).content.decode()
    mail.outbox.clear()

    hide(kind, thing, reader, moderator)

    assert WORD not in Client().get(link).content.decode()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        send_reminders(site="https://site.example/", at=timezone.now())
    assert [letter for letter in mail.outbox if letter.subject.startswith("Due")] == []


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_hidden_is_not_rewritten_answered_or_copied(
    kind: str, workspace: Workspace, author: Person, reader: Person, moderator: Person, signed_in: Callable
):
    thing, at, client = plant(kind, workspace, author, reader), timezone.now(), signed_in(author)
    written(workspace)
    hide(kind, thing, reader, moderator)

    if isinstance(thing, Comment):
        with pytest.raises(NotPermitted, match="appeal"):
            edit_comment(comment=thing, text="Other words", shared=True, by=author, at=at)
        assert client.get(reverse("edit-comment", args=[thing.pk])).status_code == 403
        return
    with pytest.raises(NotPermitted, match="appeal"):
        write_comment(thing=thing, text="An answer", by=author, at=at)
    if isinstance(thing, Task):
        with pytest.raises(NotPermitted, match="appeal"):
            with_tasks.edit_task(task=thing, details=Details(title="Other"), version=1, by=author, at=at)
        with pytest.raises(NotPermitted, match="appeal"):
            with_tasks.move_task(task=thing, status="done", by=author, at=at)
        template = own.make_template(workspace=workspace, name="Copy", by=author, at=at)
        assert [task["title"] for task in template.content["tasks"]] == ["Book the hall"]
        assert client.get(reverse("board", args=[workspace.pk])).status_code == 200


@pytest.mark.parametrize("kind", list(KINDS))
def test_whoever_sees_it_reports_it_and_nobody_else_can(
    kind: str, workspace: Workspace, author: Person, reader: Person, somebody: MakePerson, signed_in: Callable
):
    thing = plant(kind, workspace, author, reader)
    page = reverse("report", args=[kind, thing.pk])
    place = KINDS[kind].address_of(thing).split("#")[0]

    assert page in signed_in(reader).get(place).content.decode()
    assert page not in signed_in(author).get(place).content.decode()
    assert signed_in(reader).get(page).status_code == 200
    for client in (Client(), signed_in(somebody())):
        answer = client.get(page)
        assert (answer.status_code, WORD in answer.content.decode()) == (404, False)
    assert signed_in(reader).post(page, {"reason": "respect", "words": "It hurts."}).status_code == 200
    case = Case.objects.get()
    assert (case.kind, case.number, case.region_id, WORD in case.words) == (
        KINDS[kind].label_lower,
        thing.pk,
        "kainuu",
        True,
    )


@pytest.mark.parametrize("kind", list(KINDS))
def test_who_moderates_reads_the_words_and_nothing_else_of_a_closed_workspace(
    kind: str, workspace: Workspace, author: Person, reader: Person, moderator: Person, signed_in: Callable
):
    thing = plant(kind, workspace, author, reader)
    said = moderation.Reported(reason="respect", words="It hurts.", language="en")
    case = moderation.report(KINDS[kind], thing, said, by=reader, address=address, at=timezone.now()).case

    page = signed_in(moderator).get(reverse("moderation-case", args=[case.pk])).content.decode()

    assert WORD in page
    assert workspace.name not in page
    assert "Its page" not in page
    join(workspace, moderator)
    assert "Its page" in signed_in(moderator).get(reverse("moderation-case", args=[case.pk])).content.decode()


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize("kind", list(KINDS))
def test_the_history_of_the_site_names_what_was_reported_in_an_open_workspace_alone(
    kind: str, is_open: bool, workspace: Workspace, author: Person, reader: Person, moderator: Person
):
    Workspace.objects.filter(pk=workspace.pk).update(is_open=is_open)
    workspace.refresh_from_db()

    hide(kind, plant(kind, workspace, author, reader), reader, moderator)

    told = Line.objects.filter(about_kind=Case._meta.label_lower).values_list("about_name", flat=True)
    assert {WORD in name for name in told} == {is_open}


@pytest.mark.parametrize("kind", list(KINDS))
def test_nobody_decides_on_her_own(kind: str, workspace: Workspace, reader: Person, moderator: Person):
    join(workspace, moderator)
    thing = plant(kind, workspace, moderator, reader)
    said = moderation.Reported(reason="respect", words="It hurts.", language="en")
    case = moderation.report(KINDS[kind], thing, said, by=reader, address=address, at=timezone.now()).case

    assert not may_decide(moderator, case, on=timezone.localdate())


def test_of_a_comment_by_a_link_those_who_coordinate_are_told(
    workspace: Workspace, reader: Person, moderator: Person, django_capture_on_commit_callbacks: Callable
):
    share, _secret = shared(written(workspace))
    comment = sharing.comment_by_link(share=share, name="Veera", text=f"{WORD} words", at=timezone.now())
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        hide("comment", comment, reader, moderator)

    assert coordinator_of(workspace).email in {to for letter in mail.outbox for to in letter.to}


@pytest.mark.parametrize("kind", list(KINDS))
def test_after_its_time_the_words_are_gone_for_good_and_what_others_said_is_back(
    kind: str, workspace: Workspace, author: Person, reader: Person, moderator: Person, signed_in: Callable
):
    thing, at = plant(kind, workspace, author, reader), timezone.now()
    if not isinstance(thing, Comment):
        write_comment(thing=thing, text="An answer of another", by=reader, at=at)
    case = hide(kind, thing, reader, moderator)
    Case.objects.filter(pk=case.pk).update(kept_until=date(2026, 1, 1))

    moderation.forget_old_cases(at=at)

    everything = read_by(author, thing, workspace, signed_in(author))
    assert [name for name, said in everything.items() if WORD in said] == []
    if not isinstance(thing, Comment):
        name = "topic" if isinstance(thing, Topic) else "task"
        place = reverse(name, args=[thing.pk])
        assert "An answer of another" in signed_in(reader).get(place).content.decode()


def test_who_was_removed_reads_nothing_that_was_written_after(
    workspace: Workspace, author: Person, reader: Person, moderator: Person, signed_in: Callable
):
    by, at = coordinator_of(workspace), timezone.now()
    task = written(workspace, by=author)
    people.remove(participant=workspace.participants.get(person=author), by=by, at=at)
    with_tasks.edit_task(task=task, details=Details(title="Hall", text=f"{WORD} text"), version=1, by=by, at=at)
    task.refresh_from_db()
    case = hide("task", task, reader, moderator)
    page = reverse("moderation-decision", args=[case.pk])

    refused = signed_in(author).get(page)

    assert (refused.status_code, WORD in refused.content.decode()) == (404, False)
    assert WORD in signed_in(by).get(page).content.decode()


def test_who_left_an_open_workspace_still_answers_for_what_she_wrote(
    founded: MakeWorkspace, somebody: MakePerson, moderator: Person, signed_in: Callable
):
    workspace, author = founded(is_open=True), somebody()
    participant = join(workspace, author)
    topic = write_topic(
        workspace=workspace, title="T", text="t", shared_with_guests=False, page=PAGE, by=author, at=timezone.now()
    )
    people.remove(participant=participant, by=coordinator_of(workspace), at=timezone.now())

    assert TOPIC.authors_of(topic) == [author]
    assert COMMENT.authors_of(topic.comments.get()) == [author]


def test_how_a_hidden_topic_began_is_neither_rewritten_nor_deleted(
    workspace: Workspace, author: Person, reader: Person, moderator: Person, signed_in: Callable
):
    topic = plant("topic", workspace, author, reader)
    assert isinstance(topic, Topic)
    opening, client = topic.comments.get(), signed_in(author)
    hide("topic", topic, reader, moderator)

    for name in ("edit-comment", "delete-comment"):
        assert client.post(reverse(name, args=[opening.pk]), {"text": "Innocent"}).status_code == 403

    opening.refresh_from_db()
    assert (WORD in opening.text, opening.deleted_at) == (True, None)


def test_who_moderates_reads_on_only_while_a_decision_is_due(
    workspace: Workspace, author: Person, reader: Person, moderator: Person, signed_in: Callable
):
    task = plant("task", workspace, author, reader)
    assert isinstance(task, Task)
    said = moderation.Reported(reason="respect", words="It hurts.", language="en")
    case = moderation.report(TASK, task, said, by=reader, address=address, at=timezone.now()).case

    def write_and_read(text: str) -> bool:
        task.refresh_from_db()
        details = Details(title="Hall", text=text)
        with_tasks.edit_task(task=task, details=details, version=task.version, by=author, at=timezone.now())
        page = signed_in(moderator).get(reverse("moderation-case", args=[case.pk])).content.decode()
        return text in page

    assert write_and_read("Written while it is due")
    decide(case, moderator, outcome="left")
    assert not write_and_read("Written after the decision")
    join(workspace, moderator)
    assert write_and_read("Written where she takes part")


def test_a_hidden_organisation_is_named_nowhere_in_a_workspace_and_keeps_its_task(
    founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    workspace = founded(is_open=True)
    by, at, theirs = coordinator_of(workspace), timezone.now(), somebody()
    organisation = found_organisation(profile=profile(name=f"{WORD} association"), by=theirs, at=at)
    confirm_organisation(organisation=organisation, by=somebody(GrantRole.ADMINISTRATOR), at=at)
    organisation.refresh_from_db()
    join(workspace, theirs)
    bring_organisation(workspace=workspace, organisation=organisation, by=theirs, at=at)
    task = written(workspace, by=by, assignees=(by,))
    details = Details(title="Hall", assignees=(by,), organisation=organisation)
    with_tasks.edit_task(task=task, details=details, version=task.version, by=by, at=at)
    task.refresh_from_db()
    client = signed_in(by)

    def named() -> set[str]:
        found = read_by(by, task, workspace, client)
        for name, number in (("workspace-people", workspace.pk), ("edit-task", task.pk), ("write-task", workspace.pk)):
            found[name] = client.get(reverse(name, args=[number])).content.decode()
        found["workspaces"] = client.get(reverse("workspaces")).content.decode()
        return {name for name, said in found.items() if WORD in said}

    everywhere = {
        "workspace",
        "workspaces",
        "tasks",
        "tasks-csv",
        "my-tasks-csv",
        "workspace-history",
        "task",
        "export",
    }
    assert named() >= everywhere | {"workspace-people", "edit-task", "write-task"}

    said = moderation.Reported(reason="respect", words="It hurts.", language="en")
    made = moderation.report(ORGANISATION, organisation, said, by=by, address=address, at=at)
    decide(made.case, somebody(GrantRole.ADMINISTRATOR))

    assert named() == set()
    page = reverse("edit-task", args=[task.pk])
    filled = {name: value for name, value in client.get(page).context["form"].initial.items() if value}
    assert client.post(page, {**filled, "title": "Another hall"}).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.organisation) == ("Another hall", organisation)


def test_a_workspace_without_a_region_belongs_to_the_whole_country(founded: MakeWorkspace):
    assert TASK.region_of(written(founded())).kind == Region.Kind.NATIONWIDE


def test_guests_report_what_they_see(
    workspace: Workspace, author: Person, reader: Person, somebody: MakePerson, signed_in: Callable
):
    guest = somebody()
    join(workspace, guest, Role.GUEST)
    seen: Any = plant("task", workspace, author, reader)
    hidden = written(workspace, title="Not for guests")

    client = signed_in(guest)

    assert client.get(reverse("report", args=["task", seen.pk])).status_code == 200
    assert client.get(reverse("report", args=["task", hidden.pk])).status_code == 404
