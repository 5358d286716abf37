"""The pages of those who run waves. A view loads the wave, calls one action, and answers the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from barometer.problems import UnusableInput
from barometer.responses_csv import read_answers, sheets_of
from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.history.recording import lines_about
from kumppani.results.intake import Unacceptable
from kumppani.results.permissions import may_review
from kumppani.results.queries import releases_to_decide
from kumppani.surveys import actions, demonstration, queries
from kumppani.surveys.channels import channel_said
from kumppani.surveys.forms import ExtendForm, PrepareForm, ProofForm, SheetsForm, standard_days
from kumppani.surveys.models import Wave
from kumppani.surveys.order import NotNow
from kumppani.surveys.permissions import may_export, may_hold_keys, may_release, may_run_waves, may_see_waves
from kumppani.surveys.steps import steps_of

LINES_SHOWN = 30


@dataclass(frozen=True)
class Deed:
    do: Callable[..., object]
    done: str | Promise


DEEDS = {
    "rehearse": Deed(actions.rehearse, gettext_lazy("A rehearsal answer is sealed. Now the custodians open it.")),
    "open": Deed(actions.open_wave, gettext_lazy("The wave is open.")),
    "pause": Deed(actions.pause_wave, gettext_lazy("The wave is paused.")),
    "resume": Deed(actions.resume_wave, gettext_lazy("The wave is open again.")),
    "close": Deed(actions.close_wave, gettext_lazy("The wave is closed.")),
    "cut-off": Deed(actions.cut_off, gettext_lazy("The wave is cut off. The sealed answers can be taken out.")),
    "opened": Deed(actions.mark_opened, gettext_lazy("It is noted that the answers were opened.")),
    "destroy": Deed(actions.destroy, gettext_lazy("The sealed answers are destroyed. Destroy the wave's key too.")),
    "open-rehearsal-here": Deed(
        demonstration.open_rehearsal_here, gettext_lazy("The rehearsal was opened with the demonstration's keys.")
    ),
    "open-answers-here": Deed(
        demonstration.open_answers_here, gettext_lazy("The answers were opened with the demonstration's keys.")
    ),
    "release-here": Deed(
        demonstration.release_here, gettext_lazy("The release is made and waits for another person's approval.")
    ),
}


@login_required
def waves(request: HttpRequest) -> HttpResponse:
    require(may_see_waves(request.user, on=timezone.localdate()))
    context = {"waves": Wave.objects.all(), "may_run": may_run_waves(request.user, on=timezone.localdate())}
    return render(request, "surveys/waves.html", context)


@login_required
def prepare(request: HttpRequest) -> HttpResponse:
    require(may_run_waves(request.user, on=timezone.localdate()))
    form = PrepareForm(request.POST or None, request.FILES or None, initial={**standard_days(), "minutes": 12})
    if request.method == "POST" and form.is_valid():
        try:
            made = _prepare(form, request)
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The wave is prepared. Next comes the rehearsal."))
            return redirect("wave", code=made.code)
    return render(request, "surveys/prepare.html", {"form": form}, status=400 if form.errors else 200)


def _prepare(form: PrepareForm, request: HttpRequest) -> Wave:
    cleaned = form.cleaned_data
    return actions.prepare_wave(
        frozen=cleaned["frozen"],
        wave_key=cleaned["key"],
        privacy=form.privacy(),
        demonstration=settings.DEMONSTRATION,
        by=_person(request),
        at=timezone.now(),
        **{name: cleaned[name] for name in ("contact", "minutes", "opens_on", "closes_on", "destroy_on", "channels")},
    )


@login_required
def wave(request: HttpRequest, code: str) -> HttpResponse:
    return _wave_page(request, _wave(request, code))


def _wave_page(request: HttpRequest, wave: Wave, *, status: int = 200, **forms: object) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "wave": wave,
        "steps": steps_of(wave),
        "counts": queries.shown_counts(wave),
        "withdrawals": queries.withdrawals_waiting(wave),
        "reached": queries.pages_reached(wave, get_language() or settings.LANGUAGE_CODE),
        "channels": [channel_said(channel) for channel in wave.channels],
        "key_made_on": date.fromisoformat(wave.wave_key.made_on) if wave.wave_key.made_on else None,
        "answer_address": request.build_absolute_uri(f"/answer/{wave.code}/"),
        "proof_form": ProofForm(),
        "extend_form": ExtendForm(initial={"closes_on": wave.closes_on.isoformat()}),
        "sheets_form": SheetsForm(),
        "may_run": may_run_waves(request.user, on=today),
        "may_hold_keys": may_hold_keys(request.user, on=today),
        "has_noted_opening": wave.opened_by.filter(pk=request.user.pk).exists(),
        "may_export": may_export(request.user, on=today),
        "may_release": may_release(request.user, on=today),
        "may_review": may_review(request.user, on=today),
        "to_decide": releases_to_decide(wave.code).first(),
        "can_be_destroyed": today >= wave.destroy_on,
        "lines": lines_about(wave)[:LINES_SHOWN],
        **forms,
    }
    return render(request, "surveys/wave.html", context, status=status)


@login_required
@require_POST
def do(request: HttpRequest, code: str, deed: str) -> HttpResponse:
    """Do one deed that needs nothing but the wave."""
    found = DEEDS.get(deed)
    if found is None:
        raise Http404
    wave = _wave(request, code)
    try:
        found.do(wave=wave, by=_person(request), at=timezone.now())
    except (NotNow, Unacceptable) as refusal:
        messages.error(request, str(refusal))
    except UnusableInput as refusal:
        messages.error(request, str(refusal.problems[0]))
    else:
        messages.success(request, str(found.done))
    return redirect("wave", code=code)


@login_required
@require_POST
def prove(request: HttpRequest, code: str) -> HttpResponse:
    wave, form = _wave(request, code), ProofForm(request.POST)
    require(may_hold_keys(request.user, on=timezone.localdate()))
    if form.is_valid():
        try:
            actions.prove_rehearsal(wave=wave, word=form.cleaned_data["word"], by=_person(request), at=timezone.now())
        except NotNow as refusal:
            form.add_error("word", str(refusal))
        else:
            messages.success(request, _("The rehearsal has been opened: the custodians' keys work."))
            return redirect("wave", code=code)
    return _wave_page(request, wave, status=400, proof_form=form)


@login_required
@require_POST
def extend(request: HttpRequest, code: str) -> HttpResponse:
    wave, form = _wave(request, code), ExtendForm(request.POST)
    require(may_run_waves(request.user, on=timezone.localdate()))
    if form.is_valid():
        try:
            actions.extend_wave(
                wave=wave, closes_on=form.cleaned_data["closes_on"], by=_person(request), at=timezone.now()
            )
        except NotNow as refusal:
            form.add_error("closes_on", str(refusal))
        else:
            messages.success(request, _("The last day is moved."))
            return redirect("wave", code=code)
    return _wave_page(request, wave, status=400, extend_form=form)


@login_required
@require_POST
def sheets(request: HttpRequest, code: str) -> HttpResponse:
    """Seal answers that came on paper, by telephone or in another tool."""
    wave, form = _wave(request, code), SheetsForm(request.POST, request.FILES)
    require(may_run_waves(request.user, on=timezone.localdate()))
    if form.is_valid():
        try:
            read = sheets_of(read_answers(form.cleaned_data["answers"], wave.questionnaire))
            count = actions.seal_sheets(wave=wave, sheets=read, by=_person(request), at=timezone.now())
        except UnusableInput as fault:
            form.add_error("answers", [str(problem) for problem in fault.problems])
        except NotNow as refusal:
            form.add_error("answers", str(refusal))
        else:
            done = ngettext("%(count)s sheet is sealed.", "%(count)s sheets are sealed.", count)
            messages.success(request, done % {"count": count})
            return redirect("wave", code=code)
    return _wave_page(request, wave, status=400, sheets_form=form)


@login_required
def rehearsal(request: HttpRequest, code: str) -> HttpResponse:
    """The sealed rehearsal, for the custodians."""
    wave = _wave(request, code)
    require(may_export(request.user, on=timezone.localdate()))
    if not wave.rehearsal:
        raise Http404
    return _file(bytes(wave.rehearsal), f"{wave.code}-rehearsal.bundle")


@login_required
@require_POST
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    """The sealed answers, for the custodians."""
    wave = _wave(request, code)
    try:
        content = actions.export_bundle(wave=wave, by=_person(request), at=timezone.now())
    except NotNow as refusal:
        messages.error(request, str(refusal))
        return redirect("wave", code=code)
    return _file(content, f"{wave.code}.bundle")


def _wave(request: HttpRequest, code: str) -> Wave:
    require(may_see_waves(request.user, on=timezone.localdate()))
    return get_object_or_404(Wave, code=code)


def _person(request: HttpRequest) -> Person:
    """Who is signed in; the views ask for that before they come here."""
    assert isinstance(request.user, Person)
    return request.user


def _file(content: bytes, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type="application/octet-stream", headers={"Content-Disposition": disposition})
