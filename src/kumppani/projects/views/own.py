"""A person's own: her tasks over all workspaces, saved lists, templates, calendar; and minutes made to tasks."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import NotPermitted, require
from kumppani.accounts.requests import PersonsRequest
from kumppani.projects.actions import own as actions
from kumppani.projects.actions.tasks import write_tasks
from kumppani.projects.faults import NotNow
from kumppani.projects.forms import MinutesForm, NameForm, ProposedForm, UseTemplateForm, WantedForm
from kumppani.projects.minutes import MOST, number_in, proposed_in
from kumppani.projects.models import CalendarFeed, SavedFilter, Template, Workspace
from kumppani.projects.permissions import may_work
from kumppani.projects.plans import Details
from kumppani.projects.queries import my_tasks, people_to_assign, saved_filters, tasks_that_fit
from kumppani.projects.views.common import ON_A_PAGE, about, do, find
from kumppani.projects.views.tasks import csv_answer
from kumppani.projects.wanted import Wanted

ProposedForms = formset_factory(ProposedForm, extra=0, max_num=MOST, absolute_max=MOST)


@login_required
def mine(request: PersonsRequest) -> HttpResponse:
    form, wanted, found = _mine(request)
    context = {
        "form": form,
        "wanted": wanted,
        "query": wanted.query,
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "saved": saved_filters(request.user, None),
        "name_form": NameForm(),
        "has_calendar": CalendarFeed.objects.filter(person=request.user).exists(),
        "today": timezone.localdate(),
    }
    return render(request, "projects/mine.html", context)


@login_required
def mine_csv(request: PersonsRequest) -> StreamingHttpResponse:
    return csv_answer(_mine(request)[2], "my-tasks.csv")


def _mine(request: PersonsRequest) -> tuple[WantedForm, Wanted, Any]:
    form = WantedForm(request.GET, workspace=None)
    wanted = form.wanted()
    return form, wanted, tasks_that_fit(my_tasks(request.user), wanted, person=request.user, on=timezone.localdate())


@login_required
@require_POST
def save_filter(request: PersonsRequest, pk: int | None = None) -> HttpResponse:
    """Keep the list as it is narrowed now; what a list does not know falls away."""
    workspace = find(request, pk) if pk else None
    asked = QueryDict(mutable=True)
    asked.update(dict(parse_qsl(request.POST.get("query", ""))))
    with_people = about(request, workspace)["sees_people"] if workspace else True
    wanted = WantedForm(asked, workspace=workspace, with_people=with_people).wanted()
    form, then = NameForm(request.POST), _list_of(workspace.pk if workspace else None)
    if not form.is_valid():
        messages.error(request, _("Give the list a name."))
        return redirect(f"{then}?{wanted.query}")
    try:
        actions.save_filter(person=request.user, workspace=workspace, name=form.cleaned_data["name"], wanted=wanted)
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect(f"{then}?{wanted.query}")


@login_required
@require_POST
def delete_filter(request: PersonsRequest, pk: int) -> HttpResponse:
    saved = get_object_or_404(SavedFilter, person=request.user, pk=pk)
    saved.delete()
    return redirect(_list_of(saved.workspace_id))


def _list_of(pk: int | None) -> str:
    return reverse("tasks", args=[pk]) if pk else reverse("my-tasks")


@login_required
@never_cache
def calendar(request: PersonsRequest) -> HttpResponse:
    """A new address is shown once, on the page that answers."""
    link = ""
    if request.method == "POST":
        secret = actions.new_calendar(person=request.user, at=timezone.now())
        link = request.build_absolute_uri(reverse("calendar-feed", args=[secret]))
    has_one = CalendarFeed.objects.filter(person=request.user).exists()
    return render(request, "projects/calendar.html", {"link": link, "has_one": has_one})


@login_required
@require_POST
def end_calendar(request: PersonsRequest) -> HttpResponse:
    actions.end_calendar(person=request.user)
    messages.success(request, _("The address works no more."))
    return redirect("calendar")


@login_required
def templates(request: PersonsRequest) -> HttpResponse:
    own = Template.objects.filter(person=request.user)
    page = Paginator(own, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/templates.html", {"page": page})


@login_required
@require_POST
def delete_template(request: PersonsRequest, pk: int) -> HttpResponse:
    get_object_or_404(Template, person=request.user, pk=pk).delete()
    messages.success(request, _("The template is deleted."))
    return redirect("task-templates")


@login_required
def use_template(request: PersonsRequest, pk: int) -> HttpResponse:
    """Make a template of this workspace, or write the tasks of one into it."""
    workspace = find(request, pk)
    require(may_work(request.user, workspace))
    own = {str(one.pk): one for one in Template.objects.filter(person=request.user)}
    choices = [(number, template.name) for number, template in own.items()]
    form = UseTemplateForm(request.POST or None, templates=choices, initial={"first_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        template = own[form.cleaned_data["template"]]
        first_day = form.cleaned_data["first_day"]
        try:
            number = actions.use_template(
                template=template, workspace=workspace, first_day=first_day, by=request.user, at=timezone.now()
            )
        except NotNow as refusal:
            form.add_error("first_day", str(refusal))
        else:
            messages.success(request, _made(number))
            return redirect("tasks", pk=pk)
    context = about(request, workspace) | {"form": form, "own": own, "name_form": NameForm()}
    return render(request, "projects/use_template.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def make_template(request: PersonsRequest, pk: int) -> HttpResponse:
    workspace, form = find(request, pk), NameForm(request.POST)
    require(may_work(request.user, workspace))
    if not form.is_valid():
        messages.error(request, _("Give the template a name."))
        return redirect("use-template", pk)
    said, name = _("The template is made."), form.cleaned_data["name"]
    return do(request, actions.make_template, said, "task-templates", workspace=workspace, name=name)


def _made(number: int) -> str:
    return ngettext("%(number)d task is made.", "%(number)d tasks are made.", number) % {"number": number}


@login_required
def minutes(request: PersonsRequest, pk: int) -> HttpResponse:
    """First the minutes, then what was found in them, then the tasks: nothing is written before the second press."""
    workspace = find(request, pk)
    require(may_work(request.user, workspace))
    takes_part = {str(one.person_id): one.person for one in people_to_assign(workspace)}
    people = [(person.pk, person.name) for person in takes_part.values()]
    more = {"people": [(str(number), name) for number, name in people]}
    if "form-TOTAL_FORMS" in request.POST:
        return _confirmed(request, workspace, ProposedForms(request.POST, form_kwargs=more), takes_part)
    form = MinutesForm(request.POST or None)
    context = about(request, workspace) | {"form": form}
    if request.method == "POST" and form.is_valid():
        found = proposed_in(form.cleaned_data["text"], people, on=timezone.localdate())
        if len(found) > MOST:
            said = {"most": MOST, "number": number_in(form.cleaned_data["text"])}
            form.add_error(
                "text",
                _("At most %(most)d tasks can be made at a time; these are %(number)d. Paste a part at a time.") % said,
            )
        elif found:
            initial = [
                {
                    "take": True,
                    "title": one.title,
                    "assignee": str(one.people[0]) if one.people else "",
                    "due_on": one.due_on,
                }
                for one in found
            ]
            context["formset"] = ProposedForms(initial=initial, form_kwargs=more)
            return render(request, "projects/minutes_found.html", context)
        else:
            form.add_error("text", _("No line begins with - [ ] or with Task:, so nothing was found."))
    return render(request, "projects/minutes.html", context, status=400 if form.errors else 200)


def _confirmed(request: PersonsRequest, workspace: Workspace, formset: Any, people: dict[str, Person]) -> HttpResponse:
    refusal = ""
    if formset.is_valid():
        chosen = [form.cleaned_data for form in formset if form.cleaned_data.get("take")]
        of_all = [
            Details(
                title=said["title"],
                due_on=said["due_on"],
                assignees=(people[said["assignee"]],) if said["assignee"] else (),
            )
            for said in chosen
        ]
        try:
            write_tasks(workspace=workspace, of_all=of_all, by=request.user, at=timezone.now())
        except (NotNow, NotPermitted) as fault:
            refusal = str(fault)
        else:
            messages.success(request, _made(len(chosen)))
            return redirect("tasks", pk=workspace.pk)
    context = about(request, workspace) | {"formset": formset, "refusal": refusal}
    return render(request, "projects/minutes_found.html", context, status=400)
