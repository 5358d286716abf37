"""One's own organisations, and the members of one organisation."""

from __future__ import annotations

from collections.abc import Callable
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
from kumppani.network.actions import memberships as actions
from kumppani.network.faults import NotNow
from kumppani.network.forms import InviteForm
from kumppani.network.models import Invitation, Membership, Organisation
from kumppani.network.permissions import may_administer, may_see_members, membership_of
from kumppani.network.queries import invitations_to, own_memberships, visible_memberships
from kumppani.network.views.directory import ON_A_PAGE, find


@login_required
def mine(request: PersonsRequest) -> HttpResponse:
    today = timezone.localdate()
    memberships = list(own_memberships(request.user).order_by("organisation__name"))
    due = {membership.pk for membership in memberships if membership.organisation.is_due(today)}
    context = {"memberships": memberships, "due": due, "invitations": invitations_to(request.user)}
    return render(request, "network/mine.html", context)


@login_required
def members(request: PersonsRequest, code: str) -> HttpResponse:
    return _members_page(request, find(request, code), InviteForm())


@login_required
@require_POST
def invite(request: PersonsRequest, code: str) -> HttpResponse:
    organisation, form = find(request, code), InviteForm(request.POST)
    require(may_administer(request.user, organisation))
    if form.is_valid():
        try:
            actions.invite_member(
                organisation=organisation,
                email=form.cleaned_data["email"],
                page=request.build_absolute_uri(reverse("my-organisations")),
                by=request.user,
                at=timezone.localtime(),
            )
        except NotNow as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("Invited. The letter tells how to accept."))
            return redirect("members", code=code)
    return _members_page(request, organisation, form, status=400)


def _members_page(
    request: PersonsRequest, organisation: Organisation, form: InviteForm, *, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    require(may_see_members(request.user, organisation, on=today))
    current = visible_memberships(request.user, on=today).filter(organisation=organisation, until=None)
    own = membership_of(request.user, organisation)
    admin = own is not None and own.is_admin
    context = {
        "organisation": organisation,
        "page": Paginator(current.order_by("role", "person__name", "pk"), ON_A_PAGE).get_page(request.GET.get("page")),
        "own": own,
        "is_admin": admin,
        "invitations": organisation.invitations.all() if admin else (),
        "form": form,
    }
    return render(request, "network/members.html", context, status=status)


@login_required
@require_POST
def promote(request: PersonsRequest, pk: int) -> HttpResponse:
    return _with_member(request, pk, actions.promote_member, _("She or he is an administrator now."))


@login_required
@require_POST
def demote(request: PersonsRequest, pk: int) -> HttpResponse:
    return _with_member(request, pk, actions.demote_admin, _("She or he is a member now."))


@login_required
@require_POST
def remove(request: PersonsRequest, pk: int) -> HttpResponse:
    return _with_member(request, pk, actions.remove_member, _("The membership ends with this day."))


@login_required
@require_POST
def hand_over(request: PersonsRequest, pk: int) -> HttpResponse:
    def deed(*, membership: Membership, **more: Any) -> None:
        actions.hand_over(organisation=membership.organisation, to=membership, **more)

    return _with_member(request, pk, deed, _("Handed over. You are a member now."))


def _with_member(request: PersonsRequest, pk: int, deed: Callable[..., None], said: str) -> HttpResponse:
    seen = visible_memberships(request.user, on=timezone.localdate()).select_related("organisation", "person")
    membership = get_object_or_404(seen, pk=pk)
    try:
        deed(membership=membership, by=request.user, at=timezone.localtime())
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    still = membership_of(request.user, membership.organisation)
    return redirect("members", code=membership.organisation.code) if still else redirect("my-organisations")


@login_required
@require_POST
def leave(request: PersonsRequest, code: str) -> HttpResponse:
    organisation = find(request, code)
    try:
        actions.leave_organisation(organisation=organisation, by=request.user, at=timezone.localtime())
    except NotNow as refusal:
        messages.error(request, str(refusal))
        return redirect("members", code=code)
    messages.success(request, _("You have left the organisation."))
    return redirect("my-organisations")


@login_required
@require_POST
def withdraw(request: PersonsRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.select_related("organisation"), pk=pk)
    actions.withdraw_invitation(invitation=invitation, by=request.user, at=timezone.localtime())
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("members", code=invitation.organisation.code)


@login_required
@require_POST
def accept(request: PersonsRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(invitations_to(request.user), pk=pk)
    actions.accept_invitation(invitation=invitation, by=request.user, at=timezone.localtime())
    messages.success(request, _("You are a member now."))
    return redirect("organisation", code=invitation.organisation.code)


@login_required
@require_POST
def decline(request: PersonsRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(invitations_to(request.user), pk=pk)
    actions.decline_invitation(invitation=invitation, by=request.user, at=timezone.localtime())
    messages.success(request, _("You have declined the invitation."))
    return redirect("my-organisations")
