"""Tasks of a workspace: list, board, months; the page of one, and every deed on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kumppani.accounts.permissions import NotPermitted, require
from kumppani.accounts.requests import PersonsRequest
from kumppani.design.numbers import row_number
from kumppani.files.storing import as_download
from kumppani.moderation.gate import case_hiding
from kumppani.projects.actions import sharing
from kumppani.projects.actions import tasks as actions
from kumppani.projects.exporting import NAME_OF_AN_OUTSIDER, tasks_as_csv
from kumppani.projects.faults import EditedMeanwhile, NotNow
from kumppani.projects.forms import (
    CommentForm,
    FileForm,
    NameForm,
    PointForm,
    RelateForm,
    ShareForm,
    StatusForm,
    TaskForm,
    WantedForm,
    month_of,
    task_as_filled,
)
from kumppani.projects.models import ChecklistItem, Relation, Share, Status, Task, Workspace
from kumppani.projects.permissions import (
    may_change_task,
    may_comment,
    may_move_task,
    may_work,
    movable_among,
    outsiders_known_among,
)
from kumppani.projects.queries import (
    board as columns_of,
)
from kumppani.projects.queries import (
    changes_of,
    comments_on,
    names_of,
    saved_filters,
    tasks_between,
    tasks_that_fit,
    visible_attachments,
    visible_tasks,
)
from kumppani.projects.views.common import ON_A_PAGE, about, comments_page, do, find, find_task, meanwhile
from kumppani.projects.wanted import Wanted

MONTHS_SHOWN = 3
LINES_SHOWN = 100


@login_required
def tasks(request: PersonsRequest, pk: int) -> HttpResponse:
    workspace = find(request, pk)
    context = about(request, workspace)
    form, wanted, found = _found(request, workspace, context)
    context |= {
        "form": form,
        "wanted": wanted,
        "query": wanted.query,
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "saved": saved_filters(request.user, workspace),
        "name_form": NameForm(),
        "today": timezone.localdate(),
    }
    return render(request, "projects/tasks.html", context)


@login_required
def tasks_csv(request: PersonsRequest, pk: int) -> StreamingHttpResponse:
    workspace = find(request, pk)
    _form, _wanted, found = _found(request, workspace, about(request, workspace))
    return csv_answer(found, f"tasks-{pk}.csv")


def csv_answer(found: Any, name: str) -> StreamingHttpResponse:
    """With a mark at the front by which spreadsheets know the encoding."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    lines = ["\ufeff", *tasks_as_csv(found)]
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _found(request: PersonsRequest, workspace: Workspace, context: dict[str, Any]) -> tuple[WantedForm, Wanted, Any]:
    form = WantedForm(request.GET, workspace=workspace, with_people=context["sees_people"])
    wanted = form.wanted()
    seen = visible_tasks(request.user).filter(workspace=workspace)
    return form, wanted, tasks_that_fit(seen, wanted, person=request.user, on=timezone.localdate())


@login_required
def board(request: PersonsRequest, pk: int) -> HttpResponse:
    workspace = find(request, pk)
    context = about(request, workspace)
    context["columns"] = columns_of(visible_tasks(request.user).filter(workspace=workspace))
    shown = [task for column in context["columns"] for task in column.tasks]
    context["movable"] = movable_among(request.user, workspace, shown)
    context["moves"] = [status for status in Status if status != Status.DROPPED]
    context["today"] = timezone.localdate()
    return render(request, "projects/board.html", context)


@login_required
def months(request: PersonsRequest, pk: int) -> HttpResponse:
    """Bars over three months, a column for each half week; who cannot see them reads the days beside."""
    workspace = find(request, pk)
    first = month_of(request.GET.get("from", ""), timezone.localdate())
    last = _months_later(first, MONTHS_SHOWN) - timedelta(days=1)
    found = tasks_between(visible_tasks(request.user).filter(workspace=workspace), first, last)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    total = (last - first).days + 1
    context = about(request, workspace) | {
        "page": page,
        "query": f"from={first:%Y-%m}",
        "rows": [(task, *_bar(task, first, total)) for task in page],
        "months": [_months_later(first, number) for number in range(MONTHS_SHOWN)],
        "earlier": _months_later(first, -MONTHS_SHOWN),
        "later": _months_later(first, MONTHS_SHOWN),
        "today": timezone.localdate(),
    }
    return render(request, "projects/months.html", context)


SLOTS = 24


def _bar(task: Task, first: date, total: int) -> tuple[int, int]:
    """Where a bar begins among the slots, from 1, and over how many it goes."""
    begins = task.starts_on or task.due_on
    ends = task.due_on or task.starts_on
    assert begins is not None and ends is not None
    start = min(max((begins - first).days, 0), total - 1) * SLOTS // total
    end = min(max((ends - first).days, 0), total - 1) * SLOTS // total
    return start + 1, end - start + 1


def _months_later(day: date, number: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    return date(min(max(year, 2000), 9998), month + 1, 1)


@login_required
def write(request: PersonsRequest, pk: int) -> HttpResponse:
    workspace = find(request, pk)
    require(may_work(request.user, workspace))
    part_of = _part_of(request, workspace)
    form = TaskForm(request.POST or None, workspace=workspace)
    if request.method == "POST" and form.is_valid():
        try:
            details, at = form.details(), timezone.now()
            if part_of is not None:
                task = actions.write_part(whole=part_of, details=details, by=request.user, at=at)
            else:
                task = actions.write_task(workspace=workspace, details=details, by=request.user, at=at)
        except (NotNow, NotPermitted) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("task", pk=part_of.pk if part_of else task.pk)
    context = about(request, workspace) | {"form": form, "part_of": part_of}
    return render(request, "projects/task_form.html", context, status=400 if form.errors else 200)


def _part_of(request: PersonsRequest, workspace: Workspace) -> Task | None:
    """The task that the new one is a part of, if the reader came from one she may change."""
    number = row_number(request.GET.get("part-of", ""))
    if number is None:
        return None
    task = visible_tasks(request.user).filter(workspace=workspace, pk=number).select_related("workspace").first()
    return task if task and may_change_task(request.user, task) else None


@login_required
def edit(request: PersonsRequest, pk: int) -> HttpResponse:
    task = find_task(request, pk)
    require(may_change_task(request.user, task))
    form = TaskForm(request.POST or None, workspace=task.workspace, initial=task_as_filled(task))
    del form.fields["checklist"]
    differences = None
    if request.method == "POST" and form.is_valid():
        form.cleaned_data["checklist"] = []
        try:
            version = form.cleaned_data["version"] or 0
            actions.edit_task(task=task, details=form.details(), version=version, by=request.user, at=timezone.now())
        except EditedMeanwhile as refusal:
            saved = TaskForm(workspace=task.workspace, initial=task_as_filled(find_task(request, pk)))
            differences = meanwhile(request, form, saved, refusal)
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("task", pk=pk)
    context = about(request, task.workspace) | {"form": form, "task": task, "differences": differences}
    return render(request, "projects/task_form.html", context, status=400 if form.errors else 200)


@login_required
def task(request: PersonsRequest, pk: int) -> HttpResponse:
    return task_page(request, find_task(request, pk))


def task_page(request: PersonsRequest, task: Task, *, status: int = 200, **more: Any) -> HttpResponse:
    person, now = request.user, timezone.now()
    may_change = bool(may_change_task(person, task))
    seen = visible_tasks(person)
    context = about(request, task.workspace)
    context |= {
        "task": task,
        "hiding": case_hiding(task),
        "today": timezone.localdate(),
        "may_change": may_change,
        "may_move": bool(may_move_task(person, task)),
        "may_comment": bool(may_comment(person, task)),
        "checklist": task.checklist.all(),
        "reminders": [reminder.days_before for reminder in task.reminders.all()],
        "relations": _relations(task, seen),
        "following": seen.filter(follows=task).first(),
        "comments": comments_page(comments_on(task, person), request.GET.get("page")),
        "attachments": visible_attachments(person).filter(task=task),
        "shares": task.shares.filter(is_light=False, revoked_at=None, expires_at__gt=now) if may_change else (),
        "lines": lines_of(
            task,
            seen,
            whole=context["sees_people"],
            with_outsiders=task.pk in outsiders_known_among(person, task.workspace, [task]),
        ),
        "statuses": Status.choices,
        "point_form": PointForm(prefix="point"),
        "comment_form": CommentForm(prefix="comment"),
        "file_form": FileForm(prefix="file"),
        "share_form": ShareForm(prefix="share", initial={"language": get_language()}),
        "relate_form": RelateForm(prefix="relate"),
        **more,
    }
    return render(request, "projects/task.html", context, status=status)


ABOUT_OUTSIDERS = ("shared by a link", "link ended")


def lines_of(task: Task, seen: Any = None, *, whole: bool = True, with_outsiders: bool = True) -> list[dict[str, Any]]:
    """The history of a task with its values as people read them; other tasks are named if they are among the seen.

    Unless ``whole`` it tells no words: a guest did not see what they were before the task was shared with her.
    Only ``with_outsiders`` does it name those who hold a link.
    """
    lines = list(changes_of(task, whole=whole)[:LINES_SHOWN])
    for line in lines:
        if not whole or (line.what in ABOUT_OUTSIDERS and not with_outsiders):
            line.about = ""
        if line.by_name and not with_outsiders:
            line.by_name = NAME_OF_AN_OUTSIDER
    named = [line for line in lines if line.what == "assignees"]
    names = names_of(number for line in named for number in f"{line.before},{line.after}".split(","))
    numbers = {line.other_id for line in lines if line.other_id}
    others = dict(seen.filter(pk__in=numbers).values_list("pk", "title")) if seen is not None and numbers else {}
    return [
        {
            "line": line,
            "about": line.about or others.get(line.other_id, ""),
            "field": actions.FIELDS.get(line.what, "") if line.is_value else "",
            "before": _value(line.what, line.before, names),
            "after": _value(line.what, line.after, names),
        }
        for line in lines
    ]


def _value(field: str, value: str, names: dict[str, str]) -> str:
    if field == "assignees":
        return ", ".join(names.get(number, "–") for number in value.split(",") if number)
    if field == "status":
        return str(Status(value).label) if value in Status.values else value
    if field == "repeat" and " " in value:
        every, unit = value.split(" ", 1)
        return f"{every} {Task.Unit(unit).label}" if unit in Task.Unit.values else value
    return value


def _relations(task: Task, seen: Any) -> list[tuple[Relation, Task, bool]]:
    """Every relation with the task on its other side, if the reader sees that one, and whether it stands first."""
    outward = list(Relation.objects.filter(one=task))
    inward = list(Relation.objects.filter(other=task))
    numbers = {relation.other_id for relation in outward} | {relation.one_id for relation in inward}
    shown = {found.pk: found for found in seen.filter(pk__in=numbers)}
    return [(relation, shown[relation.other_id], True) for relation in outward if relation.other_id in shown] + [
        (relation, shown[relation.one_id], False) for relation in inward if relation.one_id in shown
    ]


@login_required
@require_POST
def move(request: PersonsRequest, pk: int) -> HttpResponse:
    """By the page of the task or by the board, to which it goes back."""
    found, form = find_task(request, pk), StatusForm(request.POST)
    then = ("board", found.workspace_id) if request.POST.get("then") == "board" else ("task", pk)
    if not form.is_valid():
        require(may_move_task(request.user, found))
        messages.error(request, _("Choose a status."))
        return redirect(*then)
    return do(request, actions.move_task, _("The status is changed."), *then, task=found, **form.cleaned_data)


@login_required
@require_POST
def undo(request: PersonsRequest, pk: int) -> HttpResponse:
    return do(request, actions.undo_end, _("The task is open again."), "task", pk, task=find_task(request, pk))


@login_required
@require_POST
def add_point(request: PersonsRequest, pk: int) -> HttpResponse:
    found, form = find_task(request, pk), PointForm(request.POST, prefix="point")
    require(may_move_task(request.user, found))
    if not form.is_valid():
        return task_page(request, found, status=400, point_form=form, form=form)
    text = form.cleaned_data["text"]
    return do(request, actions.add_to_checklist, "", "task", pk, anchor="checklist", task=found, text=text)


@login_required
@require_POST
def tick(request: PersonsRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    done = request.POST.get("done") == "yes"
    return do(request, actions.tick, "", "task", item.task_id, anchor="checklist", item=item, done=done)


@login_required
@require_POST
def remove_point(request: PersonsRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    return do(request, actions.take_from_checklist, "", "task", item.task_id, anchor="checklist", item=item)


def _item(request: PersonsRequest, pk: int) -> ChecklistItem:
    seen = ChecklistItem.objects.filter(task__in=visible_tasks(request.user).order_by())
    return get_object_or_404(seen.select_related("task__workspace"), pk=pk)


@login_required
@require_POST
def relate(request: PersonsRequest, pk: int) -> HttpResponse:
    found, form = find_task(request, pk), RelateForm(request.POST, prefix="relate")
    require(may_change_task(request.user, found))
    if form.is_valid():
        seen = visible_tasks(request.user).filter(workspace=found.workspace)
        other = seen.filter(pk=form.cleaned_data["other"]).first()
        if other is not None:
            kind = form.cleaned_data["kind"]
            return do(request, actions.relate, _("Saved."), "task", pk, one=found, kind=kind, other=other)
        form.add_error("other", _("There is no task with this number in the workspace."))
    return task_page(request, found, status=400, relate_form=form, form=form)


@login_required
@require_POST
def unrelate(request: PersonsRequest, pk: int) -> HttpResponse:
    seen = visible_tasks(request.user).order_by()
    relations = Relation.objects.filter(one__in=seen).select_related("one__workspace", "other__workspace")
    relation = get_object_or_404(relations, pk=pk)
    then = request.POST.get("from", "")
    back = relation.other_id if then == str(relation.other_id) else relation.one_id
    return do(request, actions.unrelate, _("The relation is taken away."), "task", back, relation=relation)


@login_required
@require_POST
@never_cache
def share(request: PersonsRequest, pk: int) -> HttpResponse:
    """The link is shown once, on the page that answers."""
    found, form = find_task(request, pk), ShareForm(request.POST, prefix="share")
    require(may_change_task(request.user, found))
    if not form.is_valid():
        return task_page(request, found, status=400, share_form=form, form=form)
    page = request.build_absolute_uri(reverse("shared-task", args=[sharing.NOBODY]))
    try:
        made, secret = sharing.share_task(
            task=found, **form.cleaned_data, page=page, by=request.user, at=timezone.now()
        )
    except NotNow as refusal:
        form.add_error(None, str(refusal))
        return task_page(request, found, status=400, share_form=form, form=form)
    link = page.replace(sharing.NOBODY, secret)
    return task_page(request, found, new_share=made, new_link=link)


@login_required
@require_POST
def revoke(request: PersonsRequest, pk: int) -> HttpResponse:
    seen = Share.objects.filter(task__in=visible_tasks(request.user).order_by())
    found = get_object_or_404(seen.select_related("task__workspace"), pk=pk)
    return do(request, sharing.revoke_share, _("The link works no more."), "task", found.task_id, share=found)


@login_required
def download(request: PersonsRequest, pk: int) -> Any:
    attachment = get_object_or_404(visible_attachments(request.user), pk=pk)
    return as_download(attachment.file)
