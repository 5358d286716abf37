"""Reporting, the queue of those who decide, what the author reads, and what everybody may know."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.accounts.requests import PersonsRequest
from kumppani.history.recording import lines_about
from kumppani.moderation import actions
from kumppani.moderation.faults import NotNow
from kumppani.moderation.forms import AppealForm, DecisionForm, ReasonForm, ReportForm
from kumppani.moderation.models import DAYS_TO_APPEAL, DAYS_TO_DECIDE, Case
from kumppani.moderation.permissions import (
    authors_of,
    may_appeal,
    may_decide,
    may_decide_appeal,
    may_moderate_somewhere,
    may_read_case,
    thing_of,
)
from kumppani.moderation.queries import log_of, numbers_by_year, people_who_decide, queue_of, visible_cases
from kumppani.moderation.registry import Moderated, kind_named

ON_A_PAGE = 20
LINES_SHOWN = 20


def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "moderation/rules.html", {"days": DAYS_TO_DECIDE, "days_to_appeal": DAYS_TO_APPEAL})


def numbers(request: HttpRequest) -> HttpResponse:
    """How many were reported, hidden, appealed and overturned, by year and with no small number."""
    return render(request, "moderation/numbers.html", {"years": numbers_by_year()})


@never_cache
def report(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Report what one sees, with or without an account."""
    moderated = kind_named(kind)
    if moderated is None:
        raise Http404
    thing = get_object_or_404(moderated.visible(request.user, on=timezone.localdate()), pk=number)
    return report_page(request, moderated, thing, back=moderated.address_of(thing))


def report_page(
    request: HttpRequest, kind: Moderated, thing: Any, *, back: str, words: str | None = None, note: str = ""
) -> HttpResponse:
    """The page of a report, also for what only its receiver can show: then ``words`` are what she shows."""
    by = request.user if isinstance(request.user, Person) else None
    form = ReportForm(request.POST or None, has_account=by is not None, language=get_language() or "")
    context = {"form": form, "kind": kind, "title": kind.title_of(thing), "back": back, "note": note}
    context |= {"language_of_title": kind.language_of(thing), "days": DAYS_TO_DECIDE}
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        if form.is_of_a_program:
            return render(request, "moderation/reported.html", context)
        said = actions.Reported(
            reason=asked["reason"],
            words=asked["words"],
            language=asked.get("language", ""),
            email=asked.get("email", ""),
        )
        if not ratelimit.consume(request, action="report"):
            form.add_error(None, _("There have been too many reports from here. Wait an hour and try again."))
        else:
            try:
                made = actions.report(
                    kind, thing, said, by=by, address=addresses(request), at=timezone.now(), words=words
                )
            except NotNow as refusal:
                form.add_error(None, str(refusal))
            else:
                return render(request, "moderation/reported.html", {**context, "made": made})
    return render(request, "moderation/report.html", context, status=400 if form.errors else 200)


@never_cache
def confirm_report(request: HttpRequest, link: str) -> HttpResponse:
    """Programs that look through letters open links; only the button confirms."""
    made = actions.report_of(link)
    if made is None:
        return render(request, "moderation/too_late.html", status=404)
    if request.method == "POST":
        actions.confirm_report(made, at=timezone.now())
        made.refresh_from_db()
    return render(request, "moderation/confirm.html", {"made": made})


@login_required
def queue(request: PersonsRequest) -> HttpResponse:
    today = timezone.localdate()
    require(may_moderate_somewhere(request.user, on=today))
    page = Paginator(queue_of(request.user, on=today), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(case, case.is_overdue(today)) for case in page]
    return render(request, "moderation/queue.html", {"page": page, "rows": rows})


@login_required
def log(request: PersonsRequest) -> HttpResponse:
    today = timezone.localdate()
    require(may_moderate_somewhere(request.user, on=today))
    page = Paginator(log_of(request.user, on=today), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "moderation/log.html", {"page": page})


@login_required
def case(request: PersonsRequest, pk: int) -> HttpResponse:
    """What was reported, why, and the form of the decision that is due."""
    return _case_page(request, _case(request, pk))


@login_required
@require_POST
def decide(request: PersonsRequest, pk: int) -> HttpResponse:
    found, form = _case(request, pk), DecisionForm(request.POST)
    return _done(request, found, form, actions.decide, _("Decided. Those concerned are told by letter."))


@login_required
@require_POST
def show_again(request: PersonsRequest, pk: int) -> HttpResponse:
    found, form = _case(request, pk), ReasonForm(request.POST)
    return _done(request, found, form, actions.show_again, _("It is shown again. The author is told by letter."))


@login_required
@require_POST
def decide_appeal(request: PersonsRequest, pk: int) -> HttpResponse:
    found, form = _case(request, pk), ReasonForm(request.POST)
    pressed = request.POST.get("deed")
    if form.is_valid() and pressed not in ("overturn", "uphold"):
        form.add_error("because", _("Choose a decision."))
    deed = partial(actions.decide_appeal, overturn=pressed == "overturn")
    return _done(request, found, form, deed, _("The appeal is decided. Those concerned are told by letter."))


@login_required
def decision(request: PersonsRequest, pk: int) -> HttpResponse:
    """What the author reads of a decision, and the form of her appeal."""
    found = get_object_or_404(Case.objects.select_related("region"), pk=pk)
    if not found.was_hidden or not may_appeal(request.user, found):  # nobody else learns that it was decided
        raise Http404
    today = timezone.localdate()
    last = found.last_day_to_appeal
    open_to_appeal = found.hidden and found.appealed_at is None and last is not None and today <= last
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.appeal(
                case=found,
                words=form.cleaned_data["words"],
                by=request.user,
                address=addresses(request),
                at=timezone.now(),
            )
        except NotNow as refusal:
            form.add_error(None, str(refusal))
            found.refresh_from_db()
        else:
            messages.success(request, _("Your appeal is made. Another person reads it, and a letter tells the answer."))
            return redirect("moderation-decision", pk=pk)
    context = {
        "case": found,
        "form": form,
        "may_appeal": open_to_appeal or bool(form.errors),
        "address": _address_of(found),
    }
    return render(request, "moderation/decision.html", context, status=400 if form.errors else 200)


def _case(request: PersonsRequest, pk: int) -> Case:
    """A case of one's regions, or there is no such page; one's own is refused with a sentence."""
    today = timezone.localdate()
    require(may_moderate_somewhere(request.user, on=today))
    seen = visible_cases(request.user, on=today).select_related("region", "decided_by", "appeal_decided_by")
    found = get_object_or_404(seen, pk=pk)
    require(may_read_case(request.user, found, on=today))
    return found


def _case_page(request: PersonsRequest, shown: Case, form: Any = None, *, status: int = 200) -> HttpResponse:
    today, viewer, thing = timezone.localdate(), request.user, thing_of(shown)
    may = may_decide_appeal if shown.appeal_waits else may_decide
    refused = may(viewer, shown, on=today)
    seen, due = _sees(viewer, shown), not shown.is_decided or shown.appeal_waits
    # What is written after the decision is nothing to whoever cannot see the place anyway.
    now = shown.moderated.words_of(thing) if shown.moderated and thing is not None and (seen or due) else ""
    languages = {author.language for author in authors_of(shown)}
    if not shown.is_decided:
        usual: Any = DecisionForm()
    else:
        usual = ReasonForm()
    context = {
        "case": shown,
        "form": form or usual,
        "overdue": shown.is_overdue(today) and due,
        "reports": shown.reports.all(),
        "refusal": "" if refused else refused.sentence,
        "address": _address_of(shown) if seen else "",
        "now": now if now and shown.words and now != shown.words else "",
        "languages": [name for code, name in settings.LANGUAGES if code in languages],
        "nobody": shown.appeal_waits and not people_who_decide(shown, on=today),
        "lines": lines_about(shown).order_by("-at", "-pk")[:LINES_SHOWN],
    }
    return render(request, "moderation/case.html", context, status=status)


def _done(
    request: PersonsRequest, found: Case, form: DecisionForm | ReasonForm, deed: Callable[..., Any], said: str
) -> HttpResponse:
    if not form.is_valid():
        return _case_page(request, found, form, status=400)
    try:
        deed(case=found, **form.cleaned_data, by=request.user, address=addresses(request), at=timezone.now())
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("moderation-case", pk=found.pk)


def _sees(viewer: Person, shown: Case) -> bool:
    """Of a closed workspace, who moderates reads what was reported, and has no page to open."""
    seen = shown.moderated.visible(viewer, on=timezone.localdate()) if shown.moderated else None
    return seen is not None and seen.filter(pk=shown.number).exists()


def _address_of(shown: Case) -> str:
    thing = thing_of(shown)
    return shown.moderated.address_of(thing) if shown.moderated and thing is not None else ""


def addresses(request: HttpRequest) -> actions.Address:
    return partial(_address, request)


def _address(request: HttpRequest, name: str, args: list[object] | None = None) -> str:
    return request.build_absolute_uri(reverse(name, args=args or []))
