"""The pages behind secret addresses: one task for somebody without an account, and a person's calendar.

Whoever has the address has the right, and no cookie gives any: so these pages set none, and need no token against
forged forms. Opening an address changes nothing, since mail programs open addresses too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumppani.moderation.gate import unhidden
from kumppani.projects.actions import sharing
from kumppani.projects.calendars import Entry, calendar_of
from kumppani.projects.faults import NotNow
from kumppani.projects.forms import OutsiderForm
from kumppani.projects.models import CalendarFeed, Share
from kumppani.projects.queries import my_tasks
from kumppani.projects.views.common import private

View = Callable[..., HttpResponseBase]


def _by_link(view: View) -> View:
    """Give the view its link; one that holds no more is told from a page that was never there by nothing."""

    @csrf_exempt
    @wraps(view)
    def found(request: HttpRequest, token: str, *more: Any, **named: Any) -> HttpResponseBase:
        try:
            share = sharing.share_of(token, at=timezone.now())
            return private(view(request, token, share, *more, **named))
        except sharing.NoSuchLink:
            return private(render(request, "projects/no_link.html", status=410))

    return found


@require_http_methods(["GET"])
@_by_link
def shared_task(request: HttpRequest, token: str, share: Share) -> HttpResponse:
    sharing.require_whole(share)
    return _page(request, token, share, OutsiderForm(initial={"name": share.name}))


@require_POST
@_by_link
def shared_comment(request: HttpRequest, token: str, share: Share) -> HttpResponse:
    sharing.require_whole(share)
    form = OutsiderForm(request.POST)
    if form.is_valid():
        try:
            sharing.comment_by_link(share=share, **form.cleaned_data, at=timezone.now())
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("shared-task", token)
    return _page(request, token, share, form, status=400)


@require_POST
@_by_link
def shared_tick(request: HttpRequest, token: str, share: Share, pk: int) -> HttpResponse:
    sharing.require_whole(share)
    item = get_object_or_404(share.task.checklist.select_related("task__workspace"), pk=pk)
    sharing.tick_by_link(share=share, item=item, done=request.POST.get("done") == "yes", at=timezone.now())
    return redirect("shared-task", token)


@require_POST
@_by_link
def shared_done(request: HttpRequest, token: str, share: Share) -> HttpResponse:
    sharing.require_whole(share)
    try:
        sharing.end_by_link(share=share, at=timezone.now())
    except NotNow as refusal:
        return _page(request, token, share, OutsiderForm(initial={"name": share.name}), sentence=str(refusal))
    return redirect("shared-task", token)


@require_http_methods(["GET", "POST"])
@_by_link
def finish(request: HttpRequest, token: str, share: Share) -> HttpResponse:
    """The light page of a reminder: one task, one button."""
    sentence = ""
    if request.method == "POST":
        try:
            sharing.end_by_link(share=share, at=timezone.now())
        except NotNow as refusal:
            sentence = str(refusal)
        share.task.refresh_from_db()
    context = {"task": share.task, "token": token, "sentence": sentence}
    return render(request, "projects/finish.html", context)


def _page(
    request: HttpRequest, token: str, share: Share, form: OutsiderForm, *, status: int = 200, sentence: str = ""
) -> HttpResponse:
    task = share.task
    context = {
        "task": task,
        "token": token,
        "share": share,
        "checklist": task.checklist.all(),
        "comments": unhidden(task.comments.filter(shared=True, deleted_at=None)).select_related("by"),
        "form": form,
        "sentence": sentence,
    }
    return render(request, "projects/shared_task.html", context, status=status)


@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    feed = CalendarFeed.objects.select_related("person").filter(token_hash=sharing.hash_of(token)).first()
    if feed is None or not feed.person.is_active:
        raise Http404
    with override(feed.person.language):
        tasks = my_tasks(feed.person).open().exclude(due_on=None).select_related("workspace").order_by("due_on", "pk")
        entries = [
            Entry(
                uid=f"task-{task.pk}@{request.get_host()}",
                day=task.due_on,
                title=task.title,
                text=f"{task.workspace.name}\n{task.text}",
                address=request.build_absolute_uri(reverse("task", args=[task.pk])),
                changed_at=task.made_at,
            )
            for task in tasks
            if task.due_on
        ]
        said = calendar_of(_("My tasks"), entries)
    return private(HttpResponse(said, content_type="text/calendar; charset=utf-8"))
