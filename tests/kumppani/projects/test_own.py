"""Templates, minutes, the calendar; archive, export, and the end."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import parse_qs, urlencode

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.permissions import NotPermitted
from kumppani.projects.actions import own, talk
from kumppani.projects.actions import tasks as with_tasks
from kumppani.projects.actions import workspaces as actions
from kumppani.projects.calendars import Entry, calendar_of
from kumppani.projects.faults import NotNow
from kumppani.projects.minutes import MOST, Proposed, number_in, proposed_in
from kumppani.projects.models import Relation, SavedFilter, Task, Workspace
from kumppani.projects.plans import Details
from kumppani.projects.queries import visible_workspaces
from tests.kumppani.conftest import MakePerson
from tests.kumppani.projects.conftest import PAGE, MakeWorkspace, coordinator_of, join, upload, written

pytestmark = pytest.mark.django_db
PEOPLE = [(1, "Maija Aalto"), (2, "Bo Ek"), (3, "Maija Koski")]
MINUTES = """Kokous 2.3.2026, läsnä Maija Aalto ja Bo Ek
- [ ] Maija Aalto varaa salin 15.3. mennessä
* [ ] Kysytään tarjous
- [x] Kutsu lähetetty
Tehtävä: Bo Ek tilaa kahvit (2026-04-01)
Uppgift: boka rum senast 31.12.2026
Task: ask Bo and Maija about the 31.2. train
"""


def test_tasks_are_found_in_minutes_with_names_and_days():
    found = proposed_in(MINUTES, PEOPLE, on=date(2026, 3, 2))

    assert found == [
        Proposed("Maija Aalto varaa salin", (1,), date(2026, 3, 15)),
        Proposed("Kysytään tarjous", (), None),
        Proposed("Bo Ek tilaa kahvit", (2,), date(2026, 4, 1)),
        Proposed("boka rum", (), date(2026, 12, 31)),
        Proposed("ask Bo and Maija about the 31.2. train", (2,), None),
    ]


def test_a_day_without_a_year_is_the_next_one():
    (found,) = proposed_in("Task: pay 1.2.", [], on=date(2026, 3, 2))

    assert found.due_on == date(2027, 2, 1)


@pytest.mark.parametrize("end", ["", " 1.2.", " 31.2.", " x"])
def test_minutes_of_mere_spaces_are_read_at_once(end: str):
    begun = time.monotonic()

    proposed_in("- [ ] pay" + " " * 50_000 + end, PEOPLE, on=date(2026, 3, 2))
    proposed_in("- [ ] pay 1.2." + " " * 50_000 + end, PEOPLE, on=date(2026, 3, 2))
    proposed_in("- [ ] x\n" * 7_000, [(n, f"Person {n}") for n in range(100)], on=date(2026, 3, 2))

    assert time.monotonic() - begun < 1


def test_no_more_is_read_of_minutes_than_shows_that_it_is_too_much():
    text = "- [ ] x\n" * (MOST + 9)

    assert len(proposed_in(text, [], on=date(2026, 3, 2))) == MOST + 1
    assert number_in(text) == MOST + 9


def test_of_minutes_all_tasks_are_made_or_none(founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable):
    workspace = founded()
    by = coordinator_of(workspace)
    two = [Details(title="First"), Details(title="Second", assignees=(somebody(),))]

    with pytest.raises(NotNow):
        with_tasks.write_tasks(workspace=workspace, of_all=two, by=by, at=timezone.now())

    assert not workspace.tasks.exists()


def test_who_leaves_while_minutes_are_made_to_tasks_is_said_at_the_form(
    founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    workspace, member = founded(), somebody()
    participant = join(workspace, member)
    client, address = signed_in(coordinator_of(workspace)), f"/en/projects/{workspace.pk}/minutes/"
    said = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2"}
    for number in range(2):
        said |= {f"form-{number}-take": "on", f"form-{number}-title": "Call", f"form-{number}-assignee": str(member.pk)}

    def leave(**_more: object) -> None:
        workspace.participants.filter(pk=participant.pk).update(until=timezone.localdate())

    post_save.connect(leave, sender=Task)
    try:
        refused = client.post(address, said)
    finally:
        post_save.disconnect(leave, sender=Task)

    assert refused.status_code == 400
    assert "takes part no more" in refused.content.decode()
    assert not workspace.tasks.exists()


def test_minutes_become_tasks_after_the_second_press(founded: MakeWorkspace, signed_in: Callable):
    workspace = founded()
    by = coordinator_of(workspace)
    client, address = signed_in(by), f"/en/projects/{workspace.pk}/minutes/"

    found = client.post(address, {"text": f"Task: {by.name} calls 15.3.2099\nTask: not this one"}).content.decode()
    none_yet = workspace.tasks.count()
    client.post(
        address,
        {
            "form-TOTAL_FORMS": 2,
            "form-INITIAL_FORMS": 2,
            "form-0-take": "on",
            "form-0-title": "Calls",
            "form-0-assignee": by.pk,
            "form-0-due_on": "2099-03-15",
            "form-1-title": "not this one",
        },
    )

    assert 'value="2099-03-15"' in found
    assert none_yet == 0
    task = workspace.tasks.get()
    assert (task.title, task.due_on, [one.person for one in task.assignments.all()]) == (
        "Calls",
        date(2099, 3, 15),
        [by],
    )


def test_a_template_keeps_tasks_with_days_from_the_first_and_no_people(founded: MakeWorkspace):
    workspace, copy = founded(), None
    by, at = coordinator_of(workspace), timezone.now()
    whole = written(workspace, title="Whole", starts_on=date(2026, 3, 1), due_on=date(2026, 3, 11), assignees=(by,))
    part = written(workspace, title="Part", due_on=date(2026, 3, 5), labels=("x",), checklist=("a",), reminders=(3,))
    with_tasks.relate(one=part, kind=Relation.Kind.PART_OF, other=whole, by=by, at=at)
    template = own.make_template(workspace=workspace, name="Fair", by=by, at=at)

    copy = founded(by=by)
    own.use_template(template=template, workspace=copy, first_day=date(2027, 1, 1), by=by, at=at)

    made = {task.title: task for task in copy.tasks.all()}
    assert (made["Whole"].starts_on, made["Whole"].due_on) == (date(2027, 1, 1), date(2027, 1, 11))
    assert made["Part"].due_on == date(2027, 1, 5)
    assert made["Part"].relations_from.get().other == made["Whole"]
    assert [item.text for item in made["Part"].checklist.all()] == ["a"]
    assert not made["Whole"].assignments.exists()


def test_a_calendar_folds_and_escapes():
    entry = Entry("task-1@x", date(2026, 3, 2), "Å" * 60 + ", a; b", "one\ntwo", "https://x/", timezone.now())

    said = calendar_of("My tasks", [entry])

    assert all(len(line.encode()) <= 75 for line in said.split("\r\n"))
    whole = said.replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260303" in whole
    assert "\\, a\\; b" in whole
    assert "DESCRIPTION:one\\ntwo" in whole


def test_the_calendar_shows_ones_own_open_tasks_until_its_address_ends(founded: MakeWorkspace, somebody: MakePerson):
    workspace, at = founded(), timezone.now()
    by = coordinator_of(workspace)
    written(workspace, title="Mine", due_on=date(2099, 1, 1), assignees=(by,))
    written(workspace, title="Somebody's", due_on=date(2099, 1, 1))
    old = own.new_calendar(person=by, at=at)
    new = own.new_calendar(person=by, at=at)

    answer = Client().get(f"/en/projects/calendars/{new}/tasks.ics")

    assert ("SUMMARY:Mine" in answer.content.decode(), "Somebody" in answer.content.decode()) == (True, False)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert Client().get(f"/en/projects/calendars/{old}/tasks.ics").status_code == 404
    own.end_calendar(person=by)
    assert Client().get(f"/en/projects/calendars/{new}/tasks.ics").status_code == 404


def test_an_archived_workspace_is_read_and_not_changed(founded: MakeWorkspace, somebody: MakePerson):
    workspace, at = founded(), timezone.now()
    by, task = coordinator_of(workspace), written(workspace)
    actions.archive_workspace(workspace=workspace, by=by, at=at)
    workspace.refresh_from_db()
    task.workspace = workspace

    for deed in (
        lambda: written(workspace),
        lambda: with_tasks.move_task(task=task, status="done", by=by, at=at),
        lambda: talk.write_comment(thing=task, text="?", by=by, at=at),
    ):
        with pytest.raises(NotPermitted, match="archive"):
            deed()
    actions.take_out_of_archive(workspace=workspace, by=by, at=at)
    workspace.refresh_from_db()
    assert written(workspace)


def test_everything_is_taken_along(founded: MakeWorkspace, signed_in: Callable):
    workspace, at = founded(name="<Fair>"), timezone.now()
    by = coordinator_of(workspace)
    task = written(workspace, title="=1+1", checklist=("a",))
    talk.write_comment(thing=task, text="Said", by=by, at=at)
    talk.attach(thing=task, upload=upload(), by=by, at=at)
    talk.write_topic(workspace=workspace, title="T", text="U", shared_with_guests=False, page=PAGE, by=by, at=at)

    answer = signed_in(by).get(f"/en/projects/{workspace.pk}/export/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))

    said = json.loads(archive.read("workspace.json"))
    file = said["tasks"][0]["files"][0]
    assert sorted(archive.namelist()) == sorted(["index.html", "tasks.csv", "workspace.json", file])
    assert archive.read(file) == b"%PDF-1.7 a plan"
    assert said["tasks"][0]["comments"][0]["text"] == "Said"
    assert said["topics"][0]["comments"][0]["text"] == "U"
    assert "'=1+1" in archive.read("tasks.csv").decode("utf-8-sig")
    assert "&lt;Fair&gt;" in archive.read("index.html").decode()
    assert f'href="{file}"' in archive.read("index.html").decode()


def test_what_is_deleted_is_hidden_brought_back_and_really_gone_after_thirty_days(
    founded: MakeWorkspace, somebody: MakePerson, django_capture_on_commit_callbacks: Callable
):
    workspace, member, at = founded(is_open=True), somebody(), timezone.now()
    join(workspace, member)
    by = coordinator_of(workspace)
    talk.attach(thing=written(workspace), upload=upload(), by=by, at=at)

    actions.delete_workspace(workspace=workspace, by=by, at=at)
    seen = [visible_workspaces(person).exists() for person in (by, member, somebody())]
    actions.bring_back(workspace=workspace, by=by, at=at)
    assert visible_workspaces(member).exists()
    actions.delete_workspace(workspace=workspace, by=by, at=at)
    with django_capture_on_commit_callbacks(execute=True):
        early = actions.end_deleted_workspaces(at=at + timedelta(days=30))
        there = Workspace.objects.exists()
        late = actions.end_deleted_workspaces(at=at + timedelta(days=31))

    assert (seen, early, there, late) == ([True, False, False], 0, True, 1)
    assert not Workspace.objects.exists()
    assert list(settings.FILES_FOLDER.iterdir()) == []


def test_the_commands_run(founded: MakeWorkspace, capsys: pytest.CaptureFixture[str]):
    call_command("send_reminders", "--site", "https://site.example/")

    assert capsys.readouterr().out == "0 reminders\n"


def test_a_list_that_is_too_long_to_keep_is_refused_and_not_cut(founded: MakeWorkspace, signed_in: Callable):
    workspace = founded()
    client = signed_in(coordinator_of(workspace))
    address = reverse("save-filter", args=[workspace.pk])

    def save(name: str, words: str) -> str:
        wanted = urlencode({"words": words, "status": "all"})
        return client.post(address, {"name": name, "query": wanted}, follow=True).content.decode()

    kept, refused = save("Short", "ä" * 70), save("Long", "ä" * 100)

    assert "Saved." in kept
    assert "More is chosen than a saved list can hold." in refused
    assert parse_qs(SavedFilter.objects.get().query) == {"words": ["ä" * 70], "status": ["all"]}
