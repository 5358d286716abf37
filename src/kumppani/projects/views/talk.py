"""Discussion, comments and files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kumppani.accounts.permissions import require
from kumppani.accounts.requests import PersonsRequest
from kumppani.moderation.gate import case_hiding
from kumppani.projects.actions import talk as actions
from kumppani.projects.faults import NotNow
from kumppani.projects.forms import CommentForm, FileForm, TopicForm
from kumppani.projects.models import Attachment, Comment, Task, Topic
from kumppani.projects.permissions import may_change_comment, may_comment, may_work
from kumppani.projects.queries import comments_on, visible_attachments, visible_comments, visible_topics
from kumppani.projects.views.common import ON_A_PAGE, about, comments_page, do, find, find_task, find_topic
from kumppani.projects.views.tasks import task_page


@login_required
def topics(request: PersonsRequest, pk: int) -> HttpResponse:
    workspace = find(request, pk)
    found = visible_topics(request.user).filter(workspace=workspace).select_related("made_by")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/topics.html", about(request, workspace) | {"page": page})


@login_required
def write_topic(request: PersonsRequest, pk: int) -> HttpResponse:
    workspace, form = find(request, pk), TopicForm(request.POST or None)
    require(may_work(request.user, workspace))
    if request.method == "POST" and form.is_valid():
        page = request.build_absolute_uri(reverse("topic", args=[0]))
        topic = actions.write_topic(
            workspace=workspace, **form.cleaned_data, page=page, by=request.user, at=timezone.now()
        )
        return redirect("topic", pk=topic.pk)
    context = about(request, workspace) | {"form": form}
    return render(request, "projects/topic_form.html", context, status=400 if form.errors else 200)


@login_required
def topic(request: PersonsRequest, pk: int) -> HttpResponse:
    return _topic_page(request, find_topic(request, pk))


def _topic_page(request: PersonsRequest, topic: Topic, *, status: int = 200, **more: Any) -> HttpResponse:
    context = about(request, topic.workspace) | {
        "topic": topic,
        "hiding": case_hiding(topic),
        "may_comment": bool(may_comment(request.user, topic)),
        "comments": comments_page(comments_on(topic, request.user), request.GET.get("page")),
        "attachments": visible_attachments(request.user).filter(topic=topic),
        "comment_form": CommentForm(prefix="comment"),
        "file_form": FileForm(prefix="file"),
        **more,
    }
    return render(request, "projects/topic.html", context, status=status)


@login_required
@require_POST
def comment_on_task(request: PersonsRequest, pk: int) -> HttpResponse:
    return _comment(request, find_task(request, pk))


@login_required
@require_POST
def comment_on_topic(request: PersonsRequest, pk: int) -> HttpResponse:
    return _comment(request, find_topic(request, pk))


def _comment(request: PersonsRequest, thing: Task | Topic) -> HttpResponse:
    form = CommentForm(request.POST, prefix="comment")
    require(may_comment(request.user, thing))
    if not form.is_valid():
        return _page_of(request, thing, status=400, comment_form=form, form=form)
    written = actions.write_comment(
        thing=thing,
        text=form.cleaned_data["text"],
        shared=form.cleaned_data["shared"] and isinstance(thing, Task),
        page=request.build_absolute_uri(_address(thing)),
        by=request.user,
        at=timezone.now(),
    )
    return redirect(f"{_address(thing)}#comment-{written.pk}")


@login_required
def edit_comment(request: PersonsRequest, pk: int) -> HttpResponse:
    comment = _find_comment(request, pk)
    require(may_change_comment(request.user, comment))
    form = CommentForm(request.POST or None, initial={"text": comment.text, "shared": comment.shared})
    thing = comment.task or comment.topic
    assert thing is not None
    if request.method == "POST" and form.is_valid():
        page = request.build_absolute_uri(_address(thing))
        actions.edit_comment(comment=comment, **form.cleaned_data, page=page, by=request.user, at=timezone.now())
        return redirect(f"{_address(thing)}#comment-{pk}")
    context = about(request, comment.workspace) | {"form": form, "comment": comment, "address": _address(thing)}
    return render(request, "projects/comment_form.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def delete_comment(request: PersonsRequest, pk: int) -> HttpResponse:
    comment = _find_comment(request, pk)
    then = _address(comment.task or comment.topic)
    return do(request, actions.delete_comment, _("Your words are gone."), then, comment=comment)


@login_required
def comment_history(request: PersonsRequest, pk: int) -> HttpResponse:
    comment = _find_comment(request, pk)
    context = about(request, comment.workspace)
    context |= {
        "comment": comment,
        "versions": comment.versions.all(),
        "address": _address(comment.task or comment.topic),
    }
    return render(request, "projects/comment_history.html", context)


@login_required
@require_POST
def attach_to_task(request: PersonsRequest, pk: int) -> HttpResponse:
    return _attach(request, find_task(request, pk))


@login_required
@require_POST
def attach_to_topic(request: PersonsRequest, pk: int) -> HttpResponse:
    return _attach(request, find_topic(request, pk))


def _attach(request: PersonsRequest, thing: Task | Topic) -> HttpResponse:
    form = FileForm(request.POST, request.FILES, prefix="file")
    require(may_comment(request.user, thing))
    if form.is_valid():
        try:
            actions.attach(thing=thing, upload=form.cleaned_data["file"], by=request.user, at=timezone.now())
        except NotNow as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("The file is added."))
            return redirect(f"{_address(thing)}#files")
    return _page_of(request, thing, status=400, file_form=form, form=form)


@login_required
@require_POST
def take_file_away(request: PersonsRequest, pk: int) -> HttpResponse:
    seen = visible_attachments(request.user).select_related("file", "task__workspace", "topic__workspace")
    attachment: Attachment = get_object_or_404(seen, pk=pk)
    then = _address(attachment.task or attachment.topic)
    return do(request, actions.take_file_away, _("The file is removed."), then, attachment=attachment)


def _find_comment(request: PersonsRequest, pk: int) -> Comment:
    seen = visible_comments(request.user).select_related("by", "task__workspace", "topic__workspace")
    return get_object_or_404(seen, pk=pk)


def _page_of(request: PersonsRequest, thing: Task | Topic, **more: Any) -> HttpResponse:
    return task_page(request, thing, **more) if isinstance(thing, Task) else _topic_page(request, thing, **more)


def _address(thing: Task | Topic | None) -> str:
    assert thing is not None
    return reverse("task" if isinstance(thing, Task) else "topic", args=[thing.pk])
