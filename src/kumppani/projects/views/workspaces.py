"""The list of workspaces, the page of one, and what its coordinators do with it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kumppani.accounts.permissions import Decision, require
from kumppani.accounts.requests import PersonsRequest
from kumppani.design.numbers import row_number
from kumppani.network.models import Organisation
from kumppani.network.views.directory import query_without_page
from kumppani.projects.actions import people as with_people
from kumppani.projects.actions import workspaces as actions
from kumppani.projects.exporting import workspace_as_zip
from kumppani.projects.faults import EditedMeanwhile, NotNow
from kumppani.projects.forms import AskForm, FindForm, WorkspaceForm, workspace_as_filled
from kumppani.projects.models import Participant, Role, Workspace
from kumppani.projects.permissions import may_coordinate, may_take_over, role_in
from kumppani.projects.queries import (
    changes_in,
    invitations_to,
    my_tasks,
    open_workspaces,
    own_workspaces,
    tasks_that_fit,
    visible_participants,
    visible_tasks,
    visible_topics,
    wishes_of,
)
from kumppani.projects.views.common import ON_A_PAGE, about, do, find, meanwhile
from kumppani.projects.wanted import Wanted

SHOWN = 5
LINES_ON_A_PAGE = 50


@login_required
def workspaces(request: PersonsRequest) -> HttpResponse:
    form = FindForm(request.GET)
    asked = form.asked()
    others = open_workspaces(request.user, **asked)
    context = {
        "form": form,
        "narrowed": any(asked.values()),
        "own": own_workspaces(request.user),
        "invitations": invitations_to(request.user),
        "page": Paginator(others, ON_A_PAGE).get_page(request.GET.get("page")),
        "query": query_without_page(request),
        "open_tasks": my_tasks(request.user).open().count(),
    }
    return render(request, "projects/workspaces.html", context)


@login_required
def found(request: PersonsRequest) -> HttpResponse:
    form = WorkspaceForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        workspace = actions.found_workspace(plan=form.plan(), by=request.user, at=timezone.now())
        messages.success(request, _("The workspace is there. Invite the others next."))
        return redirect("workspace", pk=workspace.pk)
    return render(request, "projects/workspace_form.html", {"form": form}, status=400 if form.errors else 200)


@login_required
def workspace(request: PersonsRequest, pk: int) -> HttpResponse:
    return workspace_page(request, find(request, pk))


def workspace_page(
    request: PersonsRequest, shown: Workspace, ask_form: AskForm | None = None, *, status: int = 200
) -> HttpResponse:
    context = about(request, shown)
    today = timezone.localdate()
    person = request.user
    tasks = visible_tasks(person).filter(workspace=shown)
    people = visible_participants(person).filter(workspace=shown, until=None)
    context |= {
        "themes": [label.said for label in shown.labels.all()],
        "next_tasks": tasks_that_fit(tasks, Wanted(), person=person, on=today)[:SHOWN],
        "open_number": tasks.open().count(),
        "topics": visible_topics(person).filter(workspace=shown).select_related("made_by")[:SHOWN],
        "people_number": people.count() if context["sees_people"] else None,
        "coordinators": [
            one.person
            for one in Participant.objects.current()
            .filter(workspace=shown, role=Role.COORDINATOR, person__is_active=True)
            .select_related("person")
        ],
        "wishes": wishes_of(shown).count() if context["coordinates"] else 0,
        "may_take_over": bool(may_take_over(person, shown)),
        "ask_form": ask_form or AskForm() if not context["role"] and shown.can_change else None,
        "asked": shown.wishes.filter(person=person).exists() if not context["role"] else False,
        "today": today,
    }
    return render(request, "projects/workspace.html", context, status=status)


@login_required
def edit(request: PersonsRequest, pk: int) -> HttpResponse:
    shown = find(request, pk)
    require(may_coordinate(request.user, shown))
    form = WorkspaceForm(request.POST or None, initial=workspace_as_filled(shown))
    differences = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_workspace(
                workspace=shown,
                plan=form.plan(),
                version=form.cleaned_data["version"] or 0,
                by=request.user,
                at=timezone.now(),
            )
        except EditedMeanwhile as refusal:
            saved = WorkspaceForm(initial=workspace_as_filled(find(request, pk)))
            differences = meanwhile(request, form, saved, refusal)
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("workspace", pk=pk)
    context = {**about(request, shown), "form": form, "differences": differences}
    return render(request, "projects/workspace_form.html", context, status=400 if form.errors else 200)


@login_required
def history(request: PersonsRequest, pk: int) -> HttpResponse:
    shown = find(request, pk)
    context = about(request, shown)
    require_people(request, shown.pk)
    page = Paginator(changes_in(shown, request.user), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/history.html", {**context, "page": page})


def require_people(request: PersonsRequest, pk: int) -> None:
    """Guests of a closed workspace are not told who takes part."""
    if not visible_participants(request.user).filter(workspace=pk).exists():
        raise Http404


@login_required
@require_POST
def start(request: PersonsRequest, pk: int) -> HttpResponse:
    return do(request, actions.start_work, _("The work has begun."), "workspace", pk, workspace=find(request, pk))


@login_required
@require_POST
def archive(request: PersonsRequest, pk: int) -> HttpResponse:
    said = _("It is in the archive. It can be read, and taken out again.")
    return do(request, actions.archive_workspace, said, "workspace", pk, workspace=find(request, pk))


@login_required
@require_POST
def unarchive(request: PersonsRequest, pk: int) -> HttpResponse:
    said = _("It is out of the archive.")
    return do(request, actions.take_out_of_archive, said, "workspace", pk, workspace=find(request, pk))


@login_required
@require_POST
def delete(request: PersonsRequest, pk: int) -> HttpResponse:
    said = _("It is deleted. You can bring it back within 30 days.")
    return do(request, actions.delete_workspace, said, "workspace", pk, workspace=find(request, pk))


@login_required
@require_POST
def bring_back(request: PersonsRequest, pk: int) -> HttpResponse:
    return do(request, actions.bring_back, _("It is back."), "workspace", pk, workspace=find(request, pk))


@login_required
@require_POST
def take_over(request: PersonsRequest, pk: int) -> HttpResponse:
    said = _("You coordinate this workspace now.")
    return do(request, with_people.take_over, said, "workspace", pk, workspace=find(request, pk))


@login_required
def export(request: PersonsRequest, pk: int) -> FileResponse:
    """Members and coordinators take everything along; a guest has what she sees on the pages."""
    shown = find(request, pk)
    require_member(request, shown.pk)
    archive_file = workspace_as_zip(shown, person=request.user)
    headers = {"Cache-Control": "private, no-store"}
    name = f"workspace-{pk}.zip"
    return FileResponse(
        archive_file, as_attachment=True, filename=name, content_type="application/zip", headers=headers
    )


def require_member(request: PersonsRequest, pk: int) -> None:
    role = role_in(request.user, find(request, pk))
    require(Decision(role in ("coordinator", "member"), _("Only a member of the workspace may do this.")))


@login_required
@require_POST
def bring_organisation(request: PersonsRequest, pk: int) -> HttpResponse:
    return _with_organisation(request, pk, actions.bring_organisation, _("The organisation takes part now."))


@login_required
@require_POST
def take_organisation_out(request: PersonsRequest, pk: int) -> HttpResponse:
    return _with_organisation(request, pk, actions.take_organisation_out, _("The organisation takes part no more."))


def _with_organisation(request: PersonsRequest, pk: int, deed: Callable[..., object], said: str) -> HttpResponse:
    shown = find(request, pk)
    organisation = get_object_or_404(Organisation, pk=row_number(request.POST.get("organisation", "")) or 0)
    return do(request, deed, said, "workspace-people", pk, workspace=shown, organisation=organisation)
