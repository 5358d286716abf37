"""Writing to an organisation, and answering by the link in a letter."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import NotPermitted
from kumppani.accounts.requests import PersonsRequest
from kumppani.design.numbers import row_number
from kumppani.moderation.views import report_page
from kumppani.network.actions import letters as actions
from kumppani.network.faults import NotNow
from kumppani.network.forms import FirstLetterForm, LetterForm
from kumppani.network.moderated import LETTER
from kumppani.network.queries import visible_notices
from kumppani.network.views.directory import find


@login_required
def write(request: PersonsRequest, code: str) -> HttpResponse:
    organisation = find(request, code)
    form = FirstLetterForm(request.POST or None, initial={"subject": _subject(request, code)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_to_organisation(
                organisation=organisation,
                subject=form.cleaned_data["subject"],
                words=form.cleaned_data["words"],
                site=request.build_absolute_uri("/"),
                by=request.user,
                at=timezone.now(),
            )
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your letter is on its way. The answer comes to your e-mail."))
            return redirect("organisation", code=code)
    context = {"form": form, "organisation": organisation}
    return render(request, "network/write.html", context, status=400 if form.errors else 200)


def _subject(request: HttpRequest, code: str) -> str:
    """The title of the need or offer that the reader came from."""
    number = row_number(request.GET.get("about", ""))
    if number is None:
        return ""
    seen = visible_notices(request.user, on=timezone.localdate())
    found = seen.filter(pk=number, organisation__code=code).first()
    return found.title if found else ""


@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of a letter. The organisation's reader needs no account."""
    try:
        answering = actions.answering_of(token)
    except actions.LinkTooOld:
        return render(request, "network/link_too_old.html", status=410)
    except BadSignature:
        raise Http404 from None
    by = request.user if isinstance(request.user, Person) else None
    if not answering.by_organisation and by is None:
        return redirect_to_login(request.get_full_path())
    if not answering.by_organisation and by != answering.contact.person:
        raise NotPermitted(_("Sign in as the person this letter was sent to."))
    form = LetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_letter(
                token=token,
                words=form.cleaned_data["words"],
                site=request.build_absolute_uri("/"),
                by=by,
                at=timezone.now(),
            )
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "network/answered.html", {"answering": answering})
    context = {"form": form, "answering": answering}
    return render(request, "network/answer.html", context, status=400 if form.errors else 200)


@never_cache
def report(request: HttpRequest, token: str) -> HttpResponse:
    """Report a letter by the link in it: the link holds the key to its words, and reporting shows them."""
    try:
        shown = actions.letter_shown_by(token)
    except actions.LinkTooOld:
        return render(request, "network/link_too_old.html", status=410)
    except BadSignature:
        raise Http404 from None
    note = _("By reporting you show the whole letter to those who decide. Until then nobody of the site can read it.")
    return report_page(request, LETTER, shown.letter, back="", words=shown.words, note=note)
