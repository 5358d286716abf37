"""Who takes part: inviting, asking, roles, leaving."""

from __future__ import annotations

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
from kumppani.projects.actions import people as actions
from kumppani.projects.faults import NotNow
from kumppani.projects.forms import AskForm, InviteForm
from kumppani.projects.models import JoinWish, Participant, Role, Workspace, WorkspaceInvitation
from kumppani.projects.permissions import may_coordinate, role_in
from kumppani.projects.queries import (
    invitations_to,
    organisations_to_bring,
    visible_participants,
    visible_workspaces,
    wishes_of,
)
from kumppani.projects.views.common import ON_A_PAGE, about, do, find
from kumppani.projects.views.workspaces import require_people, workspace_page


@login_required
def people(request: PersonsRequest, pk: int) -> HttpResponse:
    return _page(request, find(request, pk), InviteForm())


@login_required
@require_POST
def invite(request: PersonsRequest, pk: int) -> HttpResponse:
    workspace, form = find(request, pk), InviteForm(request.POST)
    require(may_coordinate(request.user, workspace))
    if form.is_valid():
        try:
            actions.invite(
                workspace=workspace,
                **form.cleaned_data,
                page=request.build_absolute_uri(reverse("workspaces")),
                join_page=request.build_absolute_uri(reverse("join")),
                by=request.user,
                at=timezone.now(),
            )
        except NotNow as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("Invited. The letter tells how to accept."))
            return redirect("workspace-people", pk=pk)
    return _page(request, workspace, form, status=400)


def _page(request: PersonsRequest, workspace: Workspace, form: InviteForm, *, status: int = 200) -> HttpResponse:
    context = about(request, workspace)
    require_people(request, workspace.pk)
    current = visible_participants(request.user).filter(workspace=workspace, until=None)
    coordinates = context["coordinates"]
    own = workspace.participants.current().filter(person=request.user).first()
    context |= {
        "page": Paginator(current.order_by("role", "person__name", "pk"), ON_A_PAGE).get_page(request.GET.get("page")),
        "own": own,
        "roles": Role.choices,
        "wishes": wishes_of(workspace) if coordinates else (),
        "invitations": workspace.invitations.all() if coordinates else (),
        "own_organisations": organisations_to_bring(request.user, workspace) if context["works"] else (),
        "form": form,
    }
    return render(request, "projects/people.html", context, status=status)


@login_required
@require_POST
def withdraw(request: PersonsRequest, pk: int) -> HttpResponse:
    found = WorkspaceInvitation.objects.filter(workspace__in=visible_workspaces(request.user).values("pk"))
    invitation = get_object_or_404(found.select_related("workspace"), pk=pk)
    said, then = _("The invitation is withdrawn."), invitation.workspace_id
    return do(request, actions.withdraw_invitation, said, "workspace-people", then, invitation=invitation)


@login_required
@require_POST
def accept(request: PersonsRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(invitations_to(request.user), pk=pk)
    said = _("You take part now.")
    try:
        actions.accept_invitation(invitation=invitation, by=request.user, at=timezone.now())
    except NotNow as refusal:
        messages.error(request, str(refusal))
        return redirect("workspaces")
    messages.success(request, said)
    return redirect("workspace", pk=invitation.workspace_id)


@login_required
@require_POST
def decline(request: PersonsRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(invitations_to(request.user), pk=pk)
    said = _("You have declined the invitation.")
    return do(request, actions.decline_invitation, said, "workspaces", invitation=invitation)


@login_required
@require_POST
def ask(request: PersonsRequest, pk: int) -> HttpResponse:
    workspace, form = find(request, pk), AskForm(request.POST)
    if not workspace.free_to_join and not form.is_valid():
        return workspace_page(request, workspace, form, status=400)
    words = "" if workspace.free_to_join else form.cleaned_data["words"]
    said = (
        _("You take part now.") if workspace.free_to_join else _("You have asked. The coordinator answers by letter.")
    )
    return do(request, actions.ask_to_take_part, said, "workspace", pk, workspace=workspace, words=words)


@login_required
@require_POST
def let_in(request: PersonsRequest, pk: int) -> HttpResponse:
    wish = _wish(request, pk)
    return do(request, actions.let_in, _("She or he takes part now."), "workspace-people", wish.workspace_id, wish=wish)


@login_required
@require_POST
def turn_down(request: PersonsRequest, pk: int) -> HttpResponse:
    wish = _wish(request, pk)
    return do(request, actions.turn_down, _("Answered by letter."), "workspace-people", wish.workspace_id, wish=wish)


def _wish(request: PersonsRequest, pk: int) -> JoinWish:
    found = JoinWish.objects.filter(workspace__in=visible_workspaces(request.user).values("pk"))
    return get_object_or_404(found.select_related("workspace", "person"), pk=pk)


@login_required
@require_POST
def give_role(request: PersonsRequest, pk: int) -> HttpResponse:
    participant, role = _participant(request, pk), request.POST.get("role", "")
    require(may_coordinate(request.user, participant.workspace))
    if role not in Role.values:
        return redirect("workspace-people", participant.workspace_id)
    then = ("workspace-people", participant.workspace_id)
    return do(request, actions.give_role, _("The role is changed."), *then, participant=participant, role=role)


@login_required
@require_POST
def remove(request: PersonsRequest, pk: int) -> HttpResponse:
    participant = _participant(request, pk)
    then = ("workspace-people", participant.workspace_id)
    return do(request, actions.remove, _("She or he takes part no more."), *then, participant=participant)


@login_required
@require_POST
def hand_over(request: PersonsRequest, pk: int) -> HttpResponse:
    participant = _participant(request, pk)
    then = ("workspace-people", participant.workspace_id)
    return do(request, actions.hand_over, _("Handed over. You are a member now."), *then, to=participant)


def _participant(request: PersonsRequest, pk: int) -> Participant:
    return get_object_or_404(visible_participants(request.user).select_related("workspace"), pk=pk)


@login_required
@require_POST
def leave(request: PersonsRequest, pk: int) -> HttpResponse:
    workspace = find(request, pk)
    actions_page = "workspace-people" if role_in(request.user, workspace) != Role.GUEST else "workspace"
    try:
        actions.leave_workspace(workspace=workspace, by=request.user, at=timezone.now())
    except NotNow as refusal:
        messages.error(request, str(refusal))
        return redirect(actions_page, pk)
    messages.success(request, _("You have left the workspace."))
    return redirect("workspaces")
