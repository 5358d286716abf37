"""What a person keeps for herself: saved filters, templates, the address of her calendar."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.moderation.gate import unhidden
from kumppani.projects.actions.recording import told
from kumppani.projects.actions.sharing import hash_of
from kumppani.projects.actions.tasks import write_task
from kumppani.projects.days import later
from kumppani.projects.faults import NotNow
from kumppani.projects.models import CalendarFeed, Relation, SavedFilter, Task, Template, Workspace
from kumppani.projects.permissions import may_read, may_work
from kumppani.projects.plans import Details
from kumppani.projects.queries import visible_tasks
from kumppani.projects.wanted import Wanted

MOST_KEPT = 50
LONGEST_QUERY = 500
MOST_COPIED = 300


@transaction.atomic
def save_filter(*, person: Person, workspace: Workspace | None, name: str, wanted: Wanted) -> SavedFilter:
    if workspace is not None:
        require(may_read(person, workspace))
    Person.objects.select_for_update().get(pk=person.pk)
    if len(wanted.query) > LONGEST_QUERY:
        raise NotNow(_("More is chosen than a saved list can hold. Choose less, or shorter words."))
    if SavedFilter.objects.filter(person=person).count() >= MOST_KEPT:
        raise NotNow(_("You have saved enough lists. Delete one first."))
    SavedFilter.objects.filter(person=person, workspace=workspace, name=name).delete()
    return SavedFilter.objects.create(person=person, workspace=workspace, name=name, query=wanted.query)


@transaction.atomic
def new_calendar(*, person: Person, at: datetime) -> str:
    """Give the secret of a new address; the old one ends."""
    secret = secrets.token_urlsafe(24)
    CalendarFeed.objects.update_or_create(person=person, defaults={"token_hash": hash_of(secret), "made_at": at})
    return secret


@transaction.atomic
def end_calendar(*, person: Person) -> None:
    CalendarFeed.objects.filter(person=person).delete()


@transaction.atomic
def make_template(*, workspace: Workspace, name: str, by: Person, at: datetime) -> Template:
    """Copy the goal and the tasks, without people, organisations and what was said. Days count from the first."""
    require(may_work(by, workspace) or may_read(by, workspace))
    Person.objects.select_for_update().get(pk=by.pk)
    if Template.objects.filter(person=by).count() >= MOST_KEPT:
        raise NotNow(_("You have enough templates. Delete one first."))
    tasks = list(
        unhidden(visible_tasks(by)).filter(workspace=workspace).exclude(status="dropped").order_by("pk")[:MOST_COPIED]
    )
    if not tasks:
        raise NotNow(_("There are no tasks to copy yet."))
    content = {"goal": workspace.goal, "summary": workspace.summary, "tasks": _described(tasks)}
    return Template.objects.create(person=by, name=name, content=content, made_at=at)


@transaction.atomic
def use_template(*, template: Template, workspace: Workspace, first_day: date, by: Person, at: datetime) -> int:
    """Write the tasks of a template into a workspace, their days counted from this one; give how many."""
    require(may_work(by, workspace))
    if template.person_id != by.pk:
        raise NotNow(_("There is no such template."))
    described = [_details_of(entry, first_day) for entry in template.content["tasks"]]
    made = [write_task(workspace=workspace, details=details, by=by, at=at) for details in described]
    Relation.objects.bulk_create(
        Relation(one=made[place], kind=Relation.Kind.PART_OF, other=made[whole])
        for place, entry in enumerate(template.content["tasks"])
        for whole in entry["part_of"]
    )
    told(gettext_noop("template used"), workspace=workspace, by=by, at=at, about=template.name)
    return len(made)


def _described(tasks: list[Task]) -> list[dict[str, Any]]:
    places = {task.pk: place for place, task in enumerate(tasks)}
    days = [day for task in tasks for day in (task.starts_on, task.due_on) if day]
    first = min(days) if days else None
    wholes: dict[int, list[int]] = {}
    for one, other in Relation.objects.filter(kind=Relation.Kind.PART_OF, one__in=places, other__in=places).values_list(
        "one", "other"
    ):
        wholes.setdefault(one, []).append(places[other])
    with_lists = {
        task.pk: task
        for task in Task.objects.filter(pk__in=places).prefetch_related("labels", "reminders", "checklist")
    }
    return [
        {
            "title": task.title,
            "text": task.text,
            "labels": [label.text for label in with_lists[task.pk].labels.all()],
            "starts": (task.starts_on - first).days if task.starts_on and first else None,
            "due": (task.due_on - first).days if task.due_on and first else None,
            "repeat": [task.repeat_every, task.repeat_unit],
            "reminders": [reminder.days_before for reminder in with_lists[task.pk].reminders.all()],
            "checklist": [item.text for item in with_lists[task.pk].checklist.all()],
            "part_of": wholes.get(task.pk, []),
        }
        for task in tasks
    ]


def _details_of(entry: dict[str, Any], first_day: date) -> Details:
    def day(number: int | None) -> date | None:
        found = None if number is None else later(first_day, number)
        if number is not None and found is None:
            raise NotNow(_("Some days of the template would lie after the year 2100. Choose an earlier first day."))
        return found

    return Details(
        title=entry["title"],
        text=entry["text"],
        labels=tuple(entry["labels"]),
        starts_on=day(entry["starts"]),
        due_on=day(entry["due"]),
        repeat_every=entry["repeat"][0],
        repeat_unit=entry["repeat"][1],
        reminders=tuple(entry["reminders"]),
        checklist=tuple(entry["checklist"]),
    )
