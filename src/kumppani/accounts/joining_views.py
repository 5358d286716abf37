"""Asking to join, confirming the address, and the requests that wait."""

from __future__ import annotations

from functools import partial

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kumppani.accounts import joining
from kumppani.accounts.actions import NotNow
from kumppani.accounts.forms import DeclineForm, JoinForm
from kumppani.accounts.models import JoinRequest
from kumppani.accounts.permissions import may_decide, require
from kumppani.accounts.queries import requests_seen_by
from kumppani.accounts.requests import PersonsRequest
from kumppani.accounts.views import require_somewhere

REQUESTS_ON_A_PAGE = 20


def join(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("workplace")
    form = JoinForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="join", key=form.cleaned_data["email"].lower()):
            form.add_error(None, _("There have been too many requests. Wait an hour and try again."))
        else:
            asked = joining.Asked(**form.cleaned_data)
            joining.ask_to_join(asked, address=_addresses(request), at=timezone.now())
            return render(request, "accounts/join_sent.html", {"email": asked.email})
    return render(request, "accounts/join.html", {"form": form}, status=400 if form.errors else 200)


def confirm_joining(request: HttpRequest, link: str) -> HttpResponse:
    """Programs that look through letters open links; only the button confirms."""
    found = joining.request_of(link)
    if found is None:
        return render(request, "accounts/join_too_late.html", status=404)
    if request.method == "POST":
        try:
            joining.confirm(found, address=_addresses(request), at=timezone.localtime())
        except NotNow as refusal:
            messages.error(request, str(refusal))
    return render(request, "accounts/join_confirm.html", {"asked": found})


@login_required
def join_requests(request: PersonsRequest) -> HttpResponse:
    require_somewhere(request.user)
    found = requests_seen_by(request.user, on=timezone.localdate())
    page = Paginator(found, REQUESTS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/join_requests.html", {"page": page})


@login_required
def join_request(request: PersonsRequest, pk: int) -> HttpResponse:
    """Show one request, and answer it: with a reason to decline it, without one to approve it."""
    require_somewhere(request.user)
    asked = get_object_or_404(JoinRequest.objects.select_related("region", "decided_by"), pk=pk)
    require(may_decide(request.user, asked, on=timezone.localdate()))
    if asked.state == JoinRequest.State.UNCONFIRMED:
        return render(request, "404.html", status=404)
    form = DeclineForm(request.POST if request.POST.get("deed") == "decline" else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        try:
            return _answer(request, asked, form)
        except NotNow as refusal:
            messages.error(request, str(refusal))
            return redirect("join-request", pk=pk)
    context = {"asked": asked, "form": form, "waits": asked.state == JoinRequest.State.WAITING}
    return render(request, "accounts/join_request.html", context, status=400 if form.errors else 200)


def _answer(request: PersonsRequest, asked: JoinRequest, form: DeclineForm) -> HttpResponse:
    if form.is_bound:
        joining.decline(request=asked, answer=form.cleaned_data["answer"], by=request.user, at=timezone.localtime())
        messages.success(request, _("Declined. A letter gives the reason."))
        return redirect("join-requests")
    person = joining.approve(request=asked, by=request.user, address=_addresses(request), at=timezone.localtime())
    messages.success(request, _("Approved. A letter says how to sign in."))
    return redirect("person", pk=person.pk)


def _addresses(request: HttpRequest) -> joining.Address:
    return partial(_address, request)


def _address(request: HttpRequest, name: str, args: list[object] | None = None) -> str:
    return request.build_absolute_uri(reverse(name, args=args or []))
