"""A workspace as one ZIP: JSON for programs, CSV for a spreadsheet, its files, and a page to read.

It holds what this person may see. The page is plain HTML with links to the files beside it.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from django.db.models import Prefetch, Q
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from kumppani.accounts.models import Person
from kumppani.files.storing import path_of
from kumppani.projects.models import Attachment, Change, Comment, Task, Workspace
from kumppani.projects.permissions import outsiders_known_among
from kumppani.projects.queries import (
    changes_in,
    organisations_of,
    visible_attachments,
    visible_comments,
    visible_participants,
    visible_tasks,
    visible_topics,
    without_hidden_names,
)

FORMAT = "kumppani-workspace-1"
NAME_OF_AN_OUTSIDER = "–"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def workspace_as_zip(workspace: Workspace, *, person: Person) -> IO[bytes]:
    """Write the ZIP to a file without a name; it is gone when it is closed."""
    said, attachments = described(workspace, person=person)
    archive_file = TemporaryFile()  # noqa: SIM115 (whoever reads it closes it)
    with zipfile.ZipFile(archive_file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("workspace.json", json.dumps(said, ensure_ascii=False, indent=2))
        archive.writestr("tasks.csv", "\ufeff" + "".join(tasks_as_csv(_tasks(workspace, person))))
        archive.writestr("index.html", render_to_string("projects/export.html", {"said": said}))
        for attachment in attachments:
            path = path_of(attachment.file)
            if path.is_file():
                archive.write(path, name_in_zip(attachment))
    archive_file.seek(0)
    return archive_file


def described(workspace: Workspace, *, person: Person) -> tuple[dict[str, Any], list[Attachment]]:
    """All of it as plain values, and the files it speaks of."""
    tasks = list(_tasks(workspace, person))
    topics = list(visible_topics(person).filter(workspace=workspace).order_by("made_at", "pk"))
    comments: dict[tuple[str, int | None], list[dict[str, Any]]] = {}
    for comment in visible_comments(person).filter(_of(workspace)).prefetch_related("versions").order_by("written_at"):
        comments.setdefault(_place(comment), []).append(_comment(comment))
    attachments = list(visible_attachments(person).filter(_of(workspace)).order_by("pk"))
    files: dict[tuple[str, int | None], list[str]] = {}
    for attachment in attachments:
        files.setdefault(_place(attachment), []).append(name_in_zip(attachment))
    known = outsiders_known_among(person, workspace, tasks)
    for task in tasks:
        for line in task.changes.all():
            if line.by_name and task.pk not in known:
                line.by_name = NAME_OF_AN_OUTSIDER
    said = {
        "format": FORMAT,
        "name": workspace.name,
        "summary": workspace.summary,
        "goal": workspace.goal,
        "language": workspace.language,
        "stage": workspace.stage,
        "open": workspace.is_open,
        "founded_at": workspace.founded_at.isoformat(),
        "organisations": [organisation.name for organisation in organisations_of(workspace)],
        "people": [
            {"name": one.person.name, "role": one.role, "from": str(one.since), "until": str(one.until or "")}
            for one in visible_participants(person).filter(workspace=workspace)
        ],
        "tasks": [_task(task, comments.get(("task", task.pk), []), files.get(("task", task.pk), [])) for task in tasks],
        "topics": [
            {
                "title": topic.title,
                "comments": comments.get(("topic", topic.pk), []),
                "files": files.get(("topic", topic.pk), []),
            }
            for topic in topics
        ],
        "history": [
            {"at": line.at.isoformat(), "by": _by(line), "what": line.what, "about": line.about}
            for line in changes_in(workspace, person)
        ],
    }
    return said, attachments


def tasks_as_csv(tasks: Iterable[Task]) -> Iterator[str]:
    """A line of CSV for each task, the head first. A cell that a spreadsheet would reckon with is marked as text."""
    yield _line([_("number"), _("title"), _("status"), _("due"), _("first day"), _("assignees"), _("organisation"),
                 _("labels"), _("workspace")])  # fmt: skip
    for task in tasks:
        yield _line(
            [
                str(task.pk),
                task.title,
                task.get_status_display(),
                task.due_on.isoformat() if task.due_on else "",
                task.starts_on.isoformat() if task.starts_on else "",
                ", ".join(assignment.person.name for assignment in task.assignments.all()),
                task.organisation.name if task.organisation else "",
                ", ".join(label.text for label in task.labels.all()),
                task.workspace.name,
            ]
        )


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return written.getvalue()


def name_in_zip(attachment: Attachment) -> str:
    return f"files/{attachment.pk}-{attachment.file.name}"


def _tasks(workspace: Workspace, person: Person) -> Any:
    found = visible_tasks(person).filter(workspace=workspace).order_by("pk").for_lists()
    return found.prefetch_related(
        "checklist",
        Prefetch("changes", without_hidden_names(Change.objects.select_related("by"))),
        "relations_from",
    )


def _of(workspace: Workspace) -> Any:
    return Q(task__workspace=workspace) | Q(topic__workspace=workspace)


def _place(thing: Comment | Attachment) -> tuple[str, int | None]:
    return ("task", thing.task_id) if thing.task_id else ("topic", thing.topic_id)


def _task(task: Task, comments: list[dict[str, Any]], files: list[str]) -> dict[str, Any]:
    return {
        "number": task.pk,
        "title": task.title,
        "text": task.text,
        "status": task.status,
        "status_said": str(task.get_status_display()),
        "dropped_because": task.dropped_because,
        "organisation": task.organisation.name if task.organisation else "",
        "assignees": [assignment.person.name for assignment in task.assignments.all()],
        "labels": [label.text for label in task.labels.all()],
        "first_day": str(task.starts_on or ""),
        "due": str(task.due_on or ""),
        "repeat": [task.repeat_every, task.repeat_unit] if task.repeat_every else None,
        "checklist": [{"text": item.text, "done": item.done_at is not None} for item in task.checklist.all()],
        "relations": [{"kind": relation.kind, "task": relation.other_id} for relation in task.relations_from.all()],
        "comments": comments,
        "files": files,
        "history": [
            {"at": line.at.isoformat(), "by": _by(line), "what": line.what, "before": line.before, "after": line.after}
            for line in task.changes.all()
        ],
    }


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "by": _by(comment),
        "at": comment.written_at.isoformat(),
        "text": comment.text,
        "edited_at": comment.edited_at.isoformat() if comment.edited_at else None,
        "deleted": comment.deleted_at is not None,
        "earlier": [version.text for version in comment.versions.all()],
    }


def _by(thing: Any) -> str:
    return thing.by.name if thing.by else thing.by_name
