"""Founding, editing, confirming and archiving an organisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kumppani.accounts.permissions import require
from kumppani.accounts.requests import PersonsRequest
from kumppani.network.actions import organisations as actions
from kumppani.network.codes import name_of
from kumppani.network.faults import EditedMeanwhile, NotNow
from kumppani.network.forms import DeclineForm, ProfileForm, as_filled
from kumppani.network.models import Organisation
from kumppani.network.permissions import may_administer, may_confirm, may_confirm_somewhere
from kumppani.network.queries import fading_organisations, organisations_to_confirm
from kumppani.network.views.directory import ON_A_PAGE, find
from kumppani.regions.models import Region

FADING_SHOWN = 50


@login_required
def found(request: PersonsRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, initial={"language": get_language(), "contact_email": request.user.email})
    if request.method == "POST" and form.is_valid():
        try:
            founded = actions.found_organisation(profile=form.profile(), by=request.user, at=timezone.localtime())
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Sent. A coordinator of the region confirms it; until then only you see it."))
            return redirect("organisation", code=founded.code)
    return _form_page(request, form, None)


@login_required
def edit(request: PersonsRequest, code: str) -> HttpResponse:
    organisation = find(request, code)
    require(may_administer(request.user, organisation))
    form = ProfileForm(request.POST or None, initial=as_filled(organisation))
    differences: list[tuple[str, str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_profile(
                organisation=organisation,
                profile=form.profile(),
                version=form.cleaned_data["version"] or 0,
                by=request.user,
                at=timezone.localtime(),
            )
        except EditedMeanwhile as refusal:
            current = as_filled(refusal.current)
            differences = _differences(form, current)
            data = request.POST.copy()
            data["version"] = current["version"]
            form.data = data
            form.add_error(None, str(refusal))
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The profile is saved."))
            return redirect("organisation", code=code)
    return _form_page(request, form, organisation, differences)


def _form_page(
    request: HttpRequest,
    form: ProfileForm,
    organisation: Organisation | None,
    differences: list[tuple[str, str, str]] | None = None,
) -> HttpResponse:
    context = {"form": form, "organisation": organisation, "differences": differences}
    return render(request, "network/profile_form.html", context, status=400 if form.errors else 200)


def _differences(form: ProfileForm, current: dict[str, Any]) -> list[tuple[str, str, str]]:
    """For every field that differs: its label, what is saved now, what this person wrote."""
    regions = {region.pk: str(region) for region in Region.objects.all()}
    found = []
    for field in form:
        saved, own = current.get(field.name), form.cleaned_data.get(field.name)
        if isinstance(own, Region):
            own = own.pk
        elif field.name == "regions":
            own = [region.pk for region in own or ()]
        same = sorted(saved or ()) == sorted(own or ()) if isinstance(saved, list) else saved == own
        if field.name != "version" and not same:
            found.append((str(field.label), _said(field.name, saved, regions), _said(field.name, own, regions)))
    return found


def _said(name: str, value: Any, regions: dict[str, str]) -> str:
    values = value if isinstance(value, list) else [value]
    lists = {"kind": "kinds", "themes": "themes", "target_groups": "target_groups", "languages": "languages"}
    if name in lists:
        return ", ".join(name_of(lists[name], code) for code in values)
    return ", ".join(regions.get(one, str(one)) if name in ("home", "regions") else str(one) for one in values)


@login_required
def waiting(request: PersonsRequest) -> HttpResponse:
    today = timezone.localdate()
    require(may_confirm_somewhere(request.user, on=today))
    found = organisations_to_confirm(request.user, on=today)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "fading": fading_organisations(request.user, on=today)[:FADING_SHOWN]}
    return render(request, "network/waiting.html", context)


@login_required
@require_POST
def send(request: PersonsRequest, code: str) -> HttpResponse:
    return _done(request, code, actions.send_again, _("Sent. A coordinator of the region confirms it."))


@login_required
@require_POST
def confirm(request: PersonsRequest, code: str) -> HttpResponse:
    return _done(request, code, actions.confirm_organisation, _("Confirmed. It stands in the directory now."))


@login_required
@require_POST
def decline(request: PersonsRequest, code: str) -> HttpResponse:
    organisation = find(request, code)
    require(may_confirm(request.user, organisation, on=timezone.localdate()))
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return render(request, "network/decline.html", {"form": form, "organisation": organisation}, status=400)

    def deed(**more: Any) -> None:
        actions.decline_organisation(because=form.cleaned_data["because"], **more)

    return _done(request, code, deed, _("Declined. Its administrators have been written to."))


@login_required
@require_POST
def still_true(request: PersonsRequest, code: str) -> HttpResponse:
    return _done(request, code, actions.confirm_that_profile_holds, _("Thank you. We ask again in a year."))


@login_required
@require_POST
def archive(request: PersonsRequest, code: str) -> HttpResponse:
    return _done(
        request, code, actions.archive_organisation, _("It is in the archive. Its administrators can send it again.")
    )


def _done(request: PersonsRequest, code: str, deed: Callable[..., None], said: str) -> HttpResponse:
    """Do it with this organisation and go back to its page, or say why not."""
    organisation = find(request, code)
    try:
        deed(organisation=organisation, by=request.user, at=timezone.localtime())
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("organisation", code=code)
