"""A person's own account: what she says of herself, all that is kept of her, and leaving."""

from __future__ import annotations

import json

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kumppani.accounts import own
from kumppani.accounts.actions import NotNow
from kumppani.accounts.forms import OwnForm
from kumppani.accounts.leaving import ties_of
from kumppani.accounts.requests import PersonsRequest


@login_required
def account(request: PersonsRequest) -> HttpResponse:
    person = request.user
    said = {"name": person.name, "language": person.language, "region": person.region_id}
    form = OwnForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        own.change_own(person=person, **form.cleaned_data, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("account")
    ties = ties_of(person, on=timezone.localdate())
    context = {
        "form": form,
        "ties": [tie for tie in ties if tie.holds_back],
        "loose_ties": [tie for tie in ties if not tie.holds_back],
    }
    return render(request, "accounts/account.html", context, status=400 if form.errors else 200)


@login_required
def everything(request: PersonsRequest) -> HttpResponse:
    """Everything that is kept, as a file that other programs read too."""
    content = json.dumps(own.everything_about(request.user), ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="kumppani-account.json"', "Cache-Control": "no-store"}
    return HttpResponse(content + "\n", content_type="application/json", headers=headers)


@login_required
@require_POST
@reauthentication_required
def leave(request: PersonsRequest) -> HttpResponse:
    """Whoever has a second factor shows it first: an open session at a shared computer is not enough."""
    try:
        own.leave(person=request.user, at=timezone.localtime())
    except NotNow as refusal:
        messages.error(request, str(refusal))
        return redirect("account")
    logout(request)
    messages.success(request, _("Your account is deleted. Thank you for having been with us."))
    return redirect("home")
