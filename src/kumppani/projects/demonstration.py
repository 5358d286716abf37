"""The workspaces of the demonstration, written by the site's own actions. Everything in them is invented."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.mailing.models import Letter
from kumppani.network.demonstration import HOST, MEMBER
from kumppani.network.models import Organisation
from kumppani.projects.actions import talk, tasks, workspaces
from kumppani.projects.models import Participant, Relation, Role, Status, Task, Workspace
from kumppani.projects.plans import Details, Plan
from kumppani.regions.models import Region

FILE = Path(__file__).with_name("demonstration.yaml")


@transaction.atomic
def load_demonstration_workspaces(*, coordinator: Person, at: datetime) -> None:
    """Write them once: what is there already stays as it is. The mailbox of the demonstration is to begin empty."""
    people = {"coordinator": coordinator}
    for key, email in (("member", MEMBER), ("host", HOST)):
        found = Person.objects.filter(email=email).first()
        if found is None or Workspace.objects.exists():
            return
        people[key] = found
    newest = Letter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for entry in yaml.safe_load(FILE.read_text(encoding="utf-8"))["workspaces"]:
        _load(entry, people, at)
    Letter.objects.filter(pk__gt=newest).delete()


def _load(entry: dict[str, Any], people: dict[str, Person], at: datetime) -> None:
    by = people[entry["by"]]
    plan = Plan(
        **{name: entry[name] for name in ("name", "summary", "goal", "language")},
        is_open=entry["open"],
        free_to_join=entry.get("free", False),
        regions=tuple(Region.objects.filter(code__in=entry["regions"])),
        themes=tuple(entry["themes"]),
    )
    workspace = workspaces.found_workspace(plan=plan, by=by, at=at)
    for key, role in [*((key, Role.MEMBER) for key in entry["with"]), (entry.get("guest"), Role.GUEST)]:
        if key:
            since = timezone.localdate(at)
            Participant.objects.create(workspace=workspace, person=people[key], role=role, since=since)
    workspace.organisations.set(Organisation.objects.filter(name__in=entry["organisations"]))
    made: dict[str, Task] = {}
    for task in entry["tasks"]:
        made[task["title"]] = _task(workspace, task, people, made, at)
    for topic in entry["topics"]:
        _topic(workspace, topic, people, at)
    if entry["stage"] != "preparing":
        workspaces.start_work(workspace=workspace, by=by, at=at)
    if entry["stage"] == "archived":
        workspaces.archive_workspace(workspace=workspace, by=by, at=at)
    if entry["stage"] == "deleted":
        workspaces.delete_workspace(workspace=workspace, by=by, at=at)


def _task(
    workspace: Workspace, entry: dict[str, Any], people: dict[str, Person], made: dict[str, Task], at: datetime
) -> Task:
    today, by = timezone.localdate(at), people[entry["by"]]

    def day(name: str) -> date | None:
        return today + timedelta(days=entry[name]) if name in entry else None

    every, unit = entry.get("repeat", (None, ""))
    details = Details(
        title=entry["title"],
        text=entry.get("text", ""),
        organisation=workspace.organisations.filter(name=entry.get("organisation")).first(),
        assignees=tuple(people[key] for key in entry.get("who", ())),
        labels=tuple(entry.get("labels", ())),
        starts_on=day("starts"),
        due_on=day("due"),
        repeat_every=every,
        repeat_unit=unit,
        reminders=tuple(entry.get("remind", ())),
        shared_with_guests=entry.get("guests", False),
        checklist=tuple(entry.get("checklist", ())),
    )
    task = tasks.write_task(workspace=workspace, details=details, by=by, at=at)
    for item in list(task.checklist.all())[: entry.get("ticked", 0)]:
        tasks.tick(item=item, done=True, by=by, at=at)
    for key, text in entry.get("said", ()):
        talk.write_comment(thing=task, text=text, by=people[key], at=at)
    if "part_of" in entry:
        tasks.relate(one=task, kind=Relation.Kind.PART_OF, other=made[entry["part_of"]], by=by, at=at)
    if "blocked_by" in entry:
        tasks.relate(one=made[entry["blocked_by"]], kind=Relation.Kind.BLOCKS, other=task, by=by, at=at)
    if entry["status"] != Status.TODO:
        tasks.move_task(task=task, status=entry["status"], because=entry.get("because", ""), by=by, at=at)
    return task


def _topic(workspace: Workspace, entry: dict[str, Any], people: dict[str, Person], at: datetime) -> None:
    (first, text), *rest = entry["said"]
    topic = talk.write_topic(
        workspace=workspace,
        title=entry["title"],
        text=text,
        shared_with_guests=entry.get("shared", False),
        page="",
        by=people[first],
        at=at,
    )
    for key, words in rest:
        talk.write_comment(thing=topic, text=words, by=people[key], at=at)
