"""What the pages of a workspace share: finding things through the gate, doing a deed, showing two versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from kumppani.accounts.requests import PersonsRequest
from kumppani.projects.faults import NotNow
from kumppani.projects.models import Comment, Role, Task, Topic, Workspace, of_a_task
from kumppani.projects.permissions import role_in
from kumppani.projects.queries import of_a_workspace, visible_tasks, visible_topics, visible_workspaces

ON_A_PAGE = 30
COMMENTS_ON_A_PAGE = 50


def find(request: HttpRequest, pk: int) -> Workspace:
    """The workspace if this reader may see it; else there is no such page."""
    seen = visible_workspaces(request.user)
    return get_object_or_404(seen.prefetch_related(*of_a_workspace()), pk=pk)


def find_task(request: HttpRequest, pk: int) -> Task:
    seen = visible_tasks(request.user).select_related("workspace", "made_by")
    return get_object_or_404(seen.prefetch_related(*of_a_task()), pk=pk)


def find_topic(request: HttpRequest, pk: int) -> Topic:
    return get_object_or_404(visible_topics(request.user).select_related("workspace"), pk=pk)


def about(request: PersonsRequest, workspace: Workspace) -> dict[str, Any]:
    """What every page of a workspace shows of it, and of the reader's place in it."""
    role = role_in(request.user, workspace)
    can_change = workspace.can_change
    return {
        "workspace": workspace,
        "role": role,
        "coordinates": role == Role.COORDINATOR,
        "works": role in (Role.COORDINATOR, Role.MEMBER) and can_change,
        "sees_people": role != Role.GUEST or workspace.is_open,
        "can_change": can_change,
    }


def comments_page(found: QuerySet[Comment], asked: str | None) -> Page[Comment]:
    """A page of what was said; the newest where none is asked for."""
    paginator = Paginator(found, COMMENTS_ON_A_PAGE)
    return paginator.get_page(asked or paginator.num_pages)


def do(
    request: PersonsRequest, deed: Callable[..., object], said: str, *then: Any, anchor: str = "", **about: Any
) -> HttpResponse:
    """Do it and go on to the page that ``then`` names, or say there why not."""
    try:
        deed(**about, by=request.user, at=timezone.now())
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
    response = redirect(*then)
    if anchor:
        response["Location"] += f"#{anchor}"
    return response


def meanwhile(request: HttpRequest, form: Form, saved: Form, refusal: NotNow) -> list[tuple[str, str, str]]:
    """Fit a form to what is saved now, and give for every field that differs what is saved and what was written.

    ``saved`` is the same form filled with what is saved, so that both are said with the same words.
    """
    found = [
        (
            str(field.label),
            shown_value(saved, field.name, saved[field.name].initial),
            shown_value(form, field.name, form.cleaned_data.get(field.name)),
        )
        for field in form
        if field.name in saved.initial and field.name != "version"
    ]
    data = request.POST.copy()
    data["version"] = str(saved.initial["version"])
    form.data = data
    form.add_error(None, str(refusal))
    return [entry for entry in found if entry[1] != entry[2]]


def shown_value(form: Form, name: str, value: Any) -> str:
    """A value of a field as people read it: the names of what was chosen, in the order of the choices."""
    field: Any = form.fields[name]
    if isinstance(value, QuerySet):
        value = [one.pk for one in value]
    values = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value or "")]
    if hasattr(field, "queryset"):
        return ", ".join(str(one) for one in field.queryset if str(one.pk) in values)
    if hasattr(field, "choices"):
        return ", ".join(str(label) for key, label in field.choices if str(key) in values and str(key))
    if isinstance(value, bool):
        return "✓" if value else ""
    return "\n".join(", ".join(values).splitlines())


def private(response: HttpResponseBase) -> HttpResponseBase:
    """For a page behind a secret address: kept by nobody, found by no search, told to no other site."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
