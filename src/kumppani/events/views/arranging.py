"""Writing an event, publishing it and calling it off, and those who take part."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kumppani.accounts.permissions import holds, require
from kumppani.accounts.requests import PersonsRequest
from kumppani.design.numbers import row_number
from kumppani.events.actions import arranging as actions
from kumppani.events.faults import EditedMeanwhile, NotNow
from kumppani.events.forms import CallOffForm, EventForm, MaterialForm, QuestionsForm, SeatsForm, event_as_filled
from kumppani.events.models import Event, Material
from kumppani.events.permissions import ARRANGE, may_arrange, may_arrange_somewhere
from kumppani.events.queries import attendance, room_of
from kumppani.events.views.calendar import find
from kumppani.files.storing import Refused
from kumppani.network.models import Membership, Organisation
from kumppani.network.models import State as OrganisationState
from kumppani.network.queries import visible_organisations
from kumppani.projects.views.common import meanwhile

PEOPLE_ON_A_PAGE = 100
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so would be computed by a spreadsheet."""


@login_required
def write(request: PersonsRequest) -> HttpResponse:
    require(may_arrange_somewhere(request.user, on=timezone.localdate()))
    form = _form(request, initial={"languages": [get_language()]})
    if request.method == "POST" and form.is_valid():
        try:
            event = actions.write_event(plan=form.plan(), by=request.user, at=timezone.now())
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved as a draft. Only those who arrange it see it until you publish it."))
            return redirect("event", pk=event.pk)
    return render(request, "events/event_form.html", {"form": form}, status=400 if form.errors else 200)


@login_required
def edit(request: PersonsRequest, pk: int) -> HttpResponse:
    event = _own(request, pk)
    form = _form(request, event, initial=event_as_filled(event))
    differences = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_event(
                event=event,
                plan=form.plan(),
                version=form.cleaned_data["version"] or 0,
                by=request.user,
                at=timezone.now(),
            )
        except EditedMeanwhile as refusal:
            now = find(request, pk)
            differences = meanwhile(request, form, _form(request, now, event_as_filled(now), empty=True), refusal)
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("event", pk=pk)
    context = {"form": form, "event": event, "differences": differences}
    return render(request, "events/event_form.html", context, status=400 if form.errors else 200)


def _form(
    request: PersonsRequest, event: Event | None = None, initial: dict[str, Any] | None = None, *, empty: bool = False
) -> EventForm:
    """For whom this person may arrange something; an event that is there keeps its organiser."""
    today = timezone.localdate()
    if event is not None:
        organisations = [event.organisation] if event.organisation else []
        for_programme = event.organisation is None
    else:
        own = Membership.objects.current().filter(person=request.user).values("organisation")
        for_programme = bool(holds(request.user, ARRANGE, on=today))
        organisations = list(
            visible_organisations(request.user, on=today)
            .exclude(state=OrganisationState.ARCHIVED)
            .filter(pk__in=own)
            .order_by("name")
        ) or ([] if for_programme else list(_of_region(request)))
    data = None if empty else request.POST or None
    return EventForm(data, organisations=organisations, for_programme=for_programme, initial=initial)


def _of_region(request: PersonsRequest) -> Any:
    """A regional coordinator arranges events for the organisations of her region."""
    today = timezone.localdate()
    seen = visible_organisations(request.user, on=today).filter(state=OrganisationState.CONFIRMED)
    mine = [
        one.pk for one in seen.select_related("home")[:500] if holds(request.user, ARRANGE, on=today, region=one.home)
    ]
    return Organisation.objects.filter(pk__in=mine).order_by("name")


@login_required
@require_POST
def publish(request: PersonsRequest, pk: int) -> HttpResponse:
    return _done(request, pk, actions.publish_event, _("Published. Everybody sees it now."))


@login_required
def call_off(request: PersonsRequest, pk: int) -> HttpResponse:
    event = _own(request, pk)
    form = CallOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = _("Called off. Those who were registered are written to.")
        return _done(request, pk, actions.call_off_event, said, because=form.cleaned_data["because"])
    context = {"form": form, "event": event, "room": room_of(event)}
    return render(request, "events/call_off.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def copy(request: PersonsRequest, pk: int) -> HttpResponse:
    copied = actions.copy_event(event=_own(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("This is a copy, a week later. Change what differs, then publish it."))
    return redirect("edit-event", pk=copied.pk)


@login_required
@require_POST
def delete(request: PersonsRequest, pk: int) -> HttpResponse:
    try:
        actions.delete_draft(event=_own(request, pk), by=request.user, at=timezone.now())
    except NotNow as refusal:
        messages.error(request, str(refusal))
        return redirect("event", pk=pk)
    messages.success(request, _("The draft is deleted."))
    return redirect("my-events")


@login_required
def questions(request: PersonsRequest, pk: int) -> HttpResponse:
    event = _own(request, pk)
    form = QuestionsForm(request.POST or None, event=event)
    if request.method == "POST" and form.is_valid():
        return _done(request, pk, actions.ask, _("Saved."), questions=form.asked())
    context = {"form": form, "event": event, "answered": event.registrations.exists()}
    return render(request, "events/questions.html", context, status=400 if form.errors else 200)


@login_required
def held_seats(request: PersonsRequest, pk: int) -> HttpResponse:
    event = _own(request, pk)
    form = SeatsForm(request.POST or None, event=event)
    if request.method == "POST" and form.is_valid():
        try:
            actions.hold_seats(event=event, held=form.held(), by=request.user, at=timezone.now())
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("event", pk=pk)
    return render(request, "events/held_seats.html", {"form": form, "event": event}, status=400 if form.errors else 200)


@login_required
def participants(request: PersonsRequest, pk: int) -> HttpResponse:
    event = _own(request, pk)
    people = _people(event)
    context = {
        "event": event,
        "counts": attendance(event),
        "room": room_of(event),
        "page": Paginator(people, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page")),
        "now": timezone.now(),
        "may_note": timezone.now() >= event.begins_at - actions.NOTED_BEFORE,
    }
    return render(request, "events/participants.html", context)


@login_required
def participants_csv(request: PersonsRequest, pk: int) -> HttpResponse:
    event = _own(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="participants-{event.pk}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    response.write("\ufeff")
    asked = list(event.questions.all())
    table = csv.writer(response)
    head = [_("Number"), _("Name"), _("E-mail address"), _("Status"), _("Group"), _("Came"), *map(str, asked)]
    table.writerow(map(_plain, head))
    for one in _people(event):
        answers = {answer.question_id: answer.text for answer in one.answers.all()}
        came = "" if one.attended is None else "1" if one.attended else "0"
        row = [one.number, one.name, one.email, one.get_status_display(), one.seats or "", came]
        table.writerow(_plain(cell) for cell in [*row, *(answers.get(question.pk, "") for question in asked)])
    return response


def _plain(cell: object) -> str:
    said = str(cell)
    return f"'{said}" if said.startswith(FORMULA) else said


def _people(event: Event) -> Any:
    """Those who are registered or wait, as long as names are kept."""
    found = event.registrations.active().filter(forgotten_at=None)
    return found.select_related("seats").prefetch_related("answers__question").order_by("number")


@login_required
@require_POST
def note(request: PersonsRequest, pk: int) -> HttpResponse:
    shown, came = (
        [number for typed in request.POST.getlist(name) if (number := row_number(typed)) is not None]
        for name in ("shown", "came")
    )
    return _done(request, pk, actions.note_attendance, _("Saved."), then="participants", shown=shown, came=came)


@login_required
def materials(request: PersonsRequest, pk: int) -> HttpResponse:
    event = _own(request, pk)
    form = MaterialForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.add_material(
                event=event,
                title=said["title"],
                link=said["link"],
                upload=said["file"],
                for_everybody=said["for_everybody"],
                by=request.user,
                at=timezone.now(),
            )
        except (NotNow, Refused) as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("Added."))
            return redirect("event-materials", pk=pk)
    context = {
        "form": form,
        "event": event,
        "materials": event.materials.select_related("file"),
        "coming": event.registrations.coming().filter(forgotten_at=None).count(),
        "is_over": event.is_over_at(timezone.now()),
    }
    return render(request, "events/materials.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def tell_of_materials(request: PersonsRequest, pk: int) -> HttpResponse:
    try:
        number = actions.tell_of_materials(event=_own(request, pk), by=request.user, at=timezone.now())
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(number)d letter is on its way.", "%(number)d letters are on their way.", number)
        messages.success(request, said % {"number": number})
    return redirect("event-materials", pk=pk)


@login_required
@require_POST
def take_away(request: PersonsRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Material.objects.select_related("event__organisation", "event__home", "file"), pk=pk)
    event = _own(request, found.event_id)
    actions.take_material_away(material=found, by=request.user, at=timezone.now())
    messages.success(request, _("Taken away."))
    return redirect("event-materials", pk=event.pk)


def _own(request: PersonsRequest, pk: int) -> Event:
    """The event, for whoever arranges it."""
    event = find(request, pk)
    require(may_arrange(request.user, event, on=timezone.localdate()))
    return event


def _done(
    request: PersonsRequest, pk: int, deed: Callable[..., object], said: str, *, then: str = "event", **more: Any
) -> HttpResponse:
    try:
        deed(event=_own(request, pk), by=request.user, at=timezone.now(), **more)
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(then, pk=pk)
