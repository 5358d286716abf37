"""The terms of a role: for everybody to read, and for those who hold one to accept."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from kumppani.accounts.models import Person
from kumppani.accounts.terms import VERSION, accept_terms, has_to_accept


def terms(request: HttpRequest) -> HttpResponse:
    person, now = request.user, timezone.now()
    if request.method == "POST":
        if not isinstance(person, Person):
            return redirect_to_login(request.path)
        accept_terms(person=person, at=now)
        messages.success(request, _("Thank you. Your role is ready to use."))
        return HttpResponseRedirect(_way_on(request))
    asked = isinstance(person, Person) and has_to_accept(person, at=now)
    accepted = person.terms_accepted_at if isinstance(person, Person) and person.terms_version == VERSION else None
    context = {"asked": asked, "accepted": accepted, "wanted": _way_on(request), "version": VERSION}
    return render(request, "accounts/terms.html", context)


def _way_on(request: HttpRequest) -> str:
    """The page of this site that was wanted; else the workplace, also where what is written is no address."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith(("/", "http")) else reverse("workplace")
