"""For those who look after the site: letters that wait, background work, the history as a table; and what we keep."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kumppani.accounts.permissions import SEE_HISTORY, holds, require
from kumppani.accounts.requests import PersonsRequest
from kumppani.history.models import Line
from kumppani.history.retention import Retention, everything_kept
from kumppani.mailing.models import Letter
from kumppani.website.deeds import deeds_of, public_lines
from kumppani.website.forms import HistoryForm
from kumppani.website.permissions import LOOK_AFTER
from kumppani.website.upkeep import letters_that_wait, start_work, try_letter_again, work_seen

LINES_ON_A_PAGE = 50
LETTERS_ON_A_PAGE = 20
A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for one at the beginning of a cell."""


def what_we_keep(request: HttpRequest) -> HttpResponse:
    return render(request, "website/what_we_keep.html", {"rows": _one_s_own_first(everything_kept())})


def deeds(request: HttpRequest) -> HttpResponse:
    page = Paginator(public_lines(), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "website/deeds.html", {"page": page, "deeds": deeds_of(page)})


def _one_s_own_first(rows: Iterable[Retention]) -> list[Retention]:
    """The account before all else; the last row of the list is what concerns fewest."""
    from_the_bottom = list(rows)[::-1]
    return sorted(from_the_bottom, key=lambda row: not row.models[0].startswith("accounts."))


@login_required
def upkeep(request: PersonsRequest) -> HttpResponse:
    require(holds(request.user, LOOK_AFTER, on=timezone.localdate()))
    page = Paginator(letters_that_wait(at=timezone.now()), LETTERS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "website/upkeep.html", {"page": page, "works": work_seen()})


@login_required
@require_POST
def try_again(request: PersonsRequest, pk: int) -> HttpResponse:
    require(holds(request.user, LOOK_AFTER, on=timezone.localdate()))
    letter = get_object_or_404(Letter, pk=pk)
    if try_letter_again(letter=letter, by=request.user, at=timezone.now()):
        messages.success(request, _("The letter has left."))
    else:
        messages.error(request, _("The letter did not leave. The mail server's answer stands beside it."))
    return redirect("upkeep")


@login_required
@require_POST
def start(request: PersonsRequest, name: str) -> HttpResponse:
    try:
        done = start_work(name=name, by=request.user, at=timezone.localtime())
    except LookupError:
        raise Http404 from None
    if done:
        messages.success(request, _("Done. How it went stands in the table."))
    else:
        messages.error(
            request,
            _("It failed. Run it again later. If it fails again, tell whoever runs the server: the log says why."),
        )
    return redirect("upkeep")


@login_required
def history(request: PersonsRequest) -> HttpResponse:
    """Lines of the history, newest first, narrowed by who, what, about what and when."""
    require(holds(request.user, SEE_HISTORY, on=timezone.localdate()))
    form = HistoryForm(request.GET)
    page = Paginator(form.lines(), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"page": page, "form": form, "query": query.urlencode(), "narrowed": any(query.values())}
    return render(request, "website/history.html", context)


@login_required
def history_table(request: PersonsRequest) -> StreamingHttpResponse:
    """The same lines as a file for a spreadsheet."""
    require(holds(request.user, SEE_HISTORY, on=timezone.localdate()))
    lines = HistoryForm(request.GET).lines()
    headers = {"Content-Disposition": 'attachment; filename="kumppani-history.csv"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(_rows(lines.iterator(500)), content_type="text/csv; charset=utf-8", headers=headers)


class _Echo:
    def write(self, text: str) -> str:
        return text


def _rows(lines: Iterator[Line]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(["at", "by", "what", "about", "note"])
    for line in lines:
        said = (line.by_name, line.what, line.about_name, line.note)
        yield writer.writerow([timezone.localtime(line.at).isoformat(timespec="seconds"), *map(_no_formula, said)])


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(A_FORMULA) else cell
