"""The way in where django-allauth needs a word more, the way out, and the pages of people and their roles."""

from __future__ import annotations

from allauth.account.views import confirm_login_code
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kumppani.accounts import actions
from kumppani.accounts.forms import PersonForm, RoleForm
from kumppani.accounts.idle import idle_seen_by, idle_with_ties
from kumppani.accounts.models import Grant, Person
from kumppani.accounts.permissions import (
    ADMIT,
    GRANT_ROLES,
    RESET_SECOND_FACTOR,
    NotPermitted,
    holds,
    may_add_people,
    may_end,
    may_see,
    regions_with,
    require,
    roles_to_give,
)
from kumppani.accounts.queries import lines_about_person, people_seen_by
from kumppani.accounts.requests import PersonsRequest
from kumppani.accounts.roles import Role

PEOPLE_ON_A_PAGE = 50
IDLE_ON_A_PAGE = 20
"""Few, for each is asked what depends on her."""
LINES_SHOWN = 20


def confirm_code(request: HttpRequest) -> HttpResponse:
    """Say why a code came too late; django-allauth leads back to the first page without a word."""
    response = confirm_login_code(request)
    sent_back = response.headers.get("Location", "") == reverse("account_request_login_code")
    if request.method == "POST" and sent_back and not len(messages.get_messages(request)):
        messages.error(request, _("The code is no longer valid. Ask for a new one."))
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home")


@login_required
def people(request: PersonsRequest) -> HttpResponse:
    today = timezone.localdate()
    require_somewhere(request.user)
    page = Paginator(people_seen_by(request.user, on=today), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_add": may_add_people(request.user, on=today)}
    return render(request, "accounts/people.html", context)


@login_required
def idle_accounts(request: PersonsRequest) -> HttpResponse:
    """Who has not been here for nearly two years, and what would be left without them."""
    require_somewhere(request.user)
    today = timezone.localdate()
    page = Paginator(idle_seen_by(request.user, on=today), IDLE_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [idle_with_ties(person, on=today) for person in page]
    return render(request, "accounts/idle.html", {"page": page, "rows": rows})


@login_required
def add(request: PersonsRequest) -> HttpResponse:
    require(holds(request.user, GRANT_ROLES, on=timezone.localdate()))
    form = PersonForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_person(**form.cleaned_data, by=request.user, at=timezone.now())
        except actions.NotNow as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("Added. Now give a role."))
            return redirect("person", pk=added.pk)
    return render(request, "accounts/add_person.html", {"form": form}, status=400 if form.errors else 200)


@login_required
def person(request: PersonsRequest, pk: int) -> HttpResponse:
    return _person_page(request, _person(request, pk), _role_form(request))


@login_required
@require_POST
def give_role(request: PersonsRequest, pk: int) -> HttpResponse:
    receiver, form = _person(request, pk), _role_form(request, request.POST)
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            actions.grant_role(
                person=receiver,
                role=Role(cleaned["role"]),
                place=cleaned["place"],
                until=cleaned["until"],
                by=request.user,
                at=timezone.localtime(),
            )
        except (actions.NotNow, NotPermitted) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role is given and in force."))
            return redirect("person", pk=pk)
    return _person_page(request, receiver, form, status=400)


@login_required
@require_POST
def end_role(request: PersonsRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(Grant.objects.select_related("person", "region", "area"), pk=pk)
    try:
        actions.end_grant(grant=grant, by=request.user, at=timezone.localtime())
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The role ends with this day."))
    return redirect("person", pk=grant.person_id)


def require_somewhere(person: Person) -> None:
    """Refuse whoever may let nobody join, anywhere."""
    if regions_with(person, ADMIT, on=timezone.localdate()) == frozenset():
        raise NotPermitted(str(ADMIT.refusal))


def _person(request: PersonsRequest, pk: int) -> Person:
    require_somewhere(request.user)
    found = get_object_or_404(Person.objects.select_related("region"), pk=pk)
    require(may_see(request.user, found, on=timezone.localdate()))
    return found


def _role_form(request: PersonsRequest, posted: QueryDict | None = None) -> RoleForm:
    """Offer what this person may give, where she may; the action asks again for the two together."""
    today = timezone.localdate()
    regions = regions_with(request.user, ADMIT, on=today)
    return RoleForm(posted, roles=roles_to_give(request.user, on=today), regions=regions, on=today)


def _person_page(request: PersonsRequest, shown: Person, form: RoleForm, *, status: int = 200) -> HttpResponse:
    today, viewer = timezone.localdate(), request.user
    grants = list(shown.grants.select_related("region", "area").prefetch_related("area__regions"))
    current = [grant for grant in grants if grant.is_in_force(today)]
    context = {
        "person": shown,
        "current": [(grant, may_end(viewer, on=today, region=grant.place, role=Role(grant.role))) for grant in current],
        "other": [grant for grant in grants if grant not in current],
        "today": today,
        "form": form,
        "is_oneself": viewer == shown,
        "may_reset": bool(holds(viewer, RESET_SECOND_FACTOR, on=today)),
        "lines": lines_about_person(shown)[:LINES_SHOWN],
    }
    return render(request, "accounts/person.html", context, status=status)
