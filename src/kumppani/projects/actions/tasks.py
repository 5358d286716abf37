"""Write, change and end tasks. Every value that changes leaves a line with what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.moderation.gate import was_reported
from kumppani.projects.actions.recording import letter, told
from kumppani.projects.days import next_day
from kumppani.projects.faults import EditedMeanwhile, NotNow
from kumppani.projects.models import (
    CLOSED,
    Assignment,
    Change,
    ChecklistItem,
    Relation,
    Reminder,
    Status,
    Task,
    TaskLabel,
    Workspace,
)
from kumppani.projects.permissions import may_change_task, may_move_task, may_work
from kumppani.projects.plans import LONGEST_CHECKLIST, Details

PLAIN = ("title", "text", "organisation", "starts_on", "due_on", "repeat_every", "repeat_unit", "shared_with_guests")
COMES_AGAIN = gettext_noop("task comes again")
FIELDS = {
    "title": gettext_noop("title"),
    "text": gettext_noop("description"),
    "organisation": gettext_noop("organisation"),
    "starts_on": gettext_noop("first day"),
    "due_on": gettext_noop("due"),
    "repeat": gettext_noop("repeats"),
    "shared_with_guests": gettext_noop("shown to guests"),
    "assignees": gettext_noop("assignees"),
    "labels": gettext_noop("labels"),
    "reminders": gettext_noop("reminders"),
    "status": gettext_noop("status"),
}


@transaction.atomic
def write_task(*, workspace: Workspace, details: Details, by: Person, at: datetime) -> Task:
    require(may_work(by, workspace))
    _require_fitting(workspace, details)
    task = _make(workspace, details, by, at)
    told(gettext_noop("task written"), workspace=workspace, task=task, by=by, at=at, about=task.title)
    _tell_assigned(task, details.assignees, by, at)
    return task


@transaction.atomic
def write_part(*, whole: Task, details: Details, by: Person, at: datetime) -> Task:
    """Split a part off a task: both the part and that it is one, or nothing."""
    part = write_task(workspace=whole.workspace, details=details, by=by, at=at)
    relate(one=part, kind=Relation.Kind.PART_OF, other=whole, by=by, at=at)
    return part


@transaction.atomic
def write_tasks(*, workspace: Workspace, of_all: Iterable[Details], by: Person, at: datetime) -> list[Task]:
    """All of them or none."""
    return [write_task(workspace=workspace, details=details, by=by, at=at) for details in of_all]


@transaction.atomic
def edit_task(*, task: Task, details: Details, version: int, by: Person, at: datetime) -> None:
    """Save unless somebody saved another after ``version``; then nothing is written."""
    require(may_change_task(by, task))
    task = locked(task)
    if task.version != version:
        raise EditedMeanwhile(_("Somebody else has saved this meanwhile. Nothing you wrote is lost: see below."), task)
    _require_fitting(task.workspace, details)
    before, there = values_of(task), set(_assigned(task))
    for name in PLAIN:
        setattr(task, name, getattr(details, name))
    task.repeat_day = _meant_day(details)
    task.version += 1
    task.save()
    _write_lists(task, details)
    _tell_changes(task, before, values_of(task), by, at)
    _tell_assigned(task, [person for person in details.assignees if person.pk not in there], by, at)


@transaction.atomic
def move_task(
    *, task: Task, status: str, because: str = "", by: Person | None, at: datetime, by_name: str = ""
) -> Task | None:
    """Change the status; done, a task that repeats is followed by its next, which is given.

    Whoever holds a link to the task is ``by_name`` and nobody; the caller has looked at the link.
    """
    if by is not None:
        require(may_move_task(by, task))
    task = locked(task)
    if not task.workspace.can_change:
        raise NotNow(_("The workspace is in the archive. It can be read and not changed."))
    if task.status == status:
        raise NotNow(_("Somebody has done this already."))
    if status == Status.DROPPED and not because.strip():
        raise NotNow(_("Write why the task is dropped."))
    before = task.status
    task.status_before = before if status in CLOSED and before not in CLOSED else task.status_before
    task.status, task.ended_at = status, at if status in CLOSED else None
    task.dropped_because = because.strip()[:300] if status == Status.DROPPED else ""
    task.version += 1
    task.save()
    _value_changed(task, "status", before, status, by, at, by_name)
    return _next_of(task, at) if status == Status.DONE and task.repeat_every else None


@transaction.atomic
def undo_end(*, task: Task, by: Person, at: datetime) -> None:
    """Take back that it is done or dropped. The next of a task that repeats goes again, unless somebody touched it."""
    require(may_move_task(by, task))
    task = locked(task)
    if task.is_open:
        raise NotNow(_("The task is open."))
    before, task.status = task.status, task.status_before or Status.TODO
    task.ended_at, task.dropped_because, task.status_before = None, "", ""
    task.version += 1
    task.save()
    _value_changed(task, "status", before, task.status, by, at)
    _untouched(Task.objects.filter(follows=task)).delete()


def _untouched(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Those that came again and that nobody has worked on, spoken of or reported since."""
    touched = Change.objects.filter(task=OuterRef("pk")).exclude(what=COMES_AGAIN)
    alone = tasks.filter(comments=None, attachments=None, shares=None, relations_from=None, relations_to=None)
    return alone.filter(~Exists(touched), ~was_reported(Task), version=1, status=Status.TODO)


@transaction.atomic
def add_to_checklist(*, task: Task, text: str, by: Person, at: datetime) -> ChecklistItem:
    require(may_move_task(by, task))
    if task.checklist.count() >= LONGEST_CHECKLIST:
        raise NotNow(_("The checklist is full. Write another task."))
    told(gettext_noop("point added"), workspace=task.workspace, task=task, by=by, at=at, about=text)
    return ChecklistItem.objects.create(task=task, text=text.strip()[:200])


@transaction.atomic
def tick(*, item: ChecklistItem, done: bool, by: Person | None, at: datetime, by_name: str = "") -> None:
    if by is not None:
        require(may_move_task(by, item.task))
    item = ChecklistItem.objects.select_for_update().select_related("task__workspace").get(pk=item.pk)
    if (item.done_at is not None) == done:
        return
    item.done_at = at if done else None
    item.save(update_fields=["done_at"])
    what = gettext_noop("point ticked") if done else gettext_noop("tick taken away")
    told(what, workspace=item.task.workspace, task=item.task, by=by, at=at, about=item.text, by_name=by_name)


@transaction.atomic
def take_from_checklist(*, item: ChecklistItem, by: Person, at: datetime) -> None:
    require(may_move_task(by, item.task))
    told(gettext_noop("point removed"), workspace=item.task.workspace, task=item.task, by=by, at=at, about=item.text)
    item.delete()


@transaction.atomic
def relate(*, one: Task, kind: str, other: Task, by: Person, at: datetime) -> Relation:
    """Both are of one workspace. Nothing blocks itself or is part of itself on a way round."""
    require(may_change_task(by, one))
    if one.workspace_id != other.workspace_id or one.pk == other.pk:
        raise NotNow(_("Choose another task of this workspace."))
    Workspace.objects.select_for_update().get(pk=one.workspace_id)
    if kind in (Relation.Kind.BLOCKS, Relation.Kind.PART_OF) and one.pk in _reached(other, kind):
        raise NotNow(_("That would lead round in a circle."))
    relation, made = Relation.objects.get_or_create(one=one, kind=kind, other=other)
    if made:
        told(gettext_noop("related"), workspace=one.workspace, task=one, by=by, at=at, other=other)
    return relation


@transaction.atomic
def unrelate(*, relation: Relation, by: Person, at: datetime) -> None:
    require(may_change_task(by, relation.one) or may_change_task(by, relation.other))
    one, other = relation.one, relation.other
    told(gettext_noop("relation taken away"), workspace=one.workspace, task=one, by=by, at=at, other=other)
    relation.delete()


def values_of(task: Task) -> dict[str, str]:
    """The values that the history tells of, as text; people by number, so that who leaves takes her name along."""
    organisation = task.organisation
    return {
        "title": task.title,
        "text": task.text,
        "organisation": organisation.name if organisation else "",
        "starts_on": task.starts_on.isoformat() if task.starts_on else "",
        "due_on": task.due_on.isoformat() if task.due_on else "",
        "repeat": f"{task.repeat_every} {task.repeat_unit}" if task.repeat_every else "",
        "shared_with_guests": "✓" if task.shared_with_guests else "",
        "assignees": ",".join(str(pk) for pk in _assigned(task)),
        "labels": ", ".join(task.labels.values_list("text", flat=True)),
        "reminders": ", ".join(str(days) for days in task.reminders.values_list("days_before", flat=True)),
    }


def _assigned(task: Task) -> list[int]:
    return list(task.assignments.order_by("person").values_list("person", flat=True))


def _make(workspace: Workspace, details: Details, by: Person | None, at: datetime, **more: Any) -> Task:
    plain = {name: getattr(details, name) for name in PLAIN}
    more = {"repeat_day": _meant_day(details), **more}
    task = Task.objects.create(workspace=workspace, made_by=by, made_at=at, **plain, **more)
    _write_lists(task, details)
    ChecklistItem.objects.bulk_create(ChecklistItem(task=task, text=text) for text in details.checklist)
    return task


def _meant_day(details: Details) -> int | None:
    return details.due_on.day if details.due_on and details.repeat_unit == Task.Unit.MONTHS else None


def _write_lists(task: Task, details: Details) -> None:
    wanted = {person.pk for person in details.assignees}
    task.assignments.exclude(person__in=wanted).delete()
    Assignment.objects.bulk_create(
        [Assignment(task=task, person_id=pk) for pk in sorted(wanted - set(_assigned(task)))]
    )
    task.labels.all().delete()
    TaskLabel.objects.bulk_create(TaskLabel(task=task, text=text) for text in dict.fromkeys(details.labels))
    # A reminder that stays keeps its row, so that nobody is reminded twice.
    task.reminders.exclude(days_before__in=details.reminders).delete()
    there = set(task.reminders.values_list("days_before", flat=True))
    Reminder.objects.bulk_create(
        Reminder(task=task, days_before=days) for days in sorted(set(details.reminders) - there)
    )


def _require_fitting(workspace: Workspace, details: Details) -> None:
    """People who take part and organisations that do, and days in order."""
    people = {person.pk for person in details.assignees}
    if workspace.participants.current().filter(person__in=people).count() != len(people):
        raise NotNow(_("Somebody you chose takes part no more. Choose again."))
    if details.organisation and not workspace.organisations.filter(pk=details.organisation.pk).exists():
        raise NotNow(_("The organisation does not take part in this workspace."))
    if details.starts_on and details.due_on and details.starts_on > details.due_on:
        raise NotNow(_("The first day is later than the due day."))
    if (details.repeat_every or details.reminders) and details.due_on is None:
        raise NotNow(_("What repeats or reminds needs a due day."))


def _tell_changes(task: Task, before: dict[str, str], after: dict[str, str], by: Person, at: datetime) -> None:
    for name in before:
        if before[name] != after[name]:
            _value_changed(task, name, before[name], after[name], by, at)


def _value_changed(
    task: Task, name: str, before: str, after: str, by: Person | None, at: datetime, by_name: str = ""
) -> None:
    Change.objects.create(
        workspace_id=task.workspace_id,
        task=task,
        what=name,
        is_value=True,
        before=before,
        after=after,
        by=by,
        by_name=by_name,
        at=at,
    )


def _next_of(task: Task, at: datetime) -> Task | None:
    """The next of a task that repeats, made once also when the task is ended a second time; none after the last day."""
    there = Task.objects.filter(follows=task).first()
    if there is not None:
        return there
    assert task.due_on is not None and task.repeat_every is not None
    every, unit, today = task.repeat_every, task.repeat_unit, timezone.localdate(at)
    due_on = next_day(task.due_on, every, unit, month_day=task.repeat_day, after=today)
    if due_on is None:
        return None
    details = Details(
        **{name: getattr(task, name) for name in PLAIN},
        assignees=tuple(assignment.person for assignment in task.assignments.select_related("person")),
        labels=tuple(task.labels.values_list("text", flat=True)),
        reminders=tuple(task.reminders.values_list("days_before", flat=True)),
        checklist=tuple(task.checklist.values_list("text", flat=True)),
    )
    starts_on = due_on - (task.due_on - task.starts_on) if task.starts_on else None
    details = replace(details, due_on=due_on, starts_on=starts_on)
    following = _make(task.workspace, details, task.made_by, at, follows=task, repeat_day=task.repeat_day)
    told(COMES_AGAIN, workspace=task.workspace, task=following, by=None, at=at, other=task)
    return following


def _reached(start: Task, kind: str) -> set[int]:
    """Everything that a task leads to by relations of one kind."""
    reached, edge = {start.pk}, {start.pk}
    while edge:
        further = Relation.objects.filter(kind=kind, one__in=edge).values_list("other", flat=True)
        edge = set(further) - reached
        reached |= edge
    return reached


def _tell_assigned(task: Task, people: Iterable[Person], by: Person, at: datetime) -> None:
    for person in people:
        if person == by:
            continue
        with override(person.language):
            said = {"person": by.name, "task": task.title, "workspace": task.workspace.name}
            subject = _("A task for you: %(task)s") % said
            body = _("%(person)s has given you a task in %(workspace)s:\n\n%(task)s\n\nYou find it in My tasks.") % said
            letter(person, subject, body, at)


def locked(task: Task) -> Task:
    Task.objects.select_for_update().get(pk=task.pk)
    return Task.objects.select_related("workspace", "organisation", "made_by").get(pk=task.pk)
