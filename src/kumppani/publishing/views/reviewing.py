"""Reading what somebody else wrote, publishing it, taking it back; old versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kumppani.accounts.permissions import require
from kumppani.accounts.requests import PersonsRequest
from kumppani.design.numbers import row_number
from kumppani.publishing.actions import editions as deeds
from kumppani.publishing.comparing import differences
from kumppani.publishing.faults import NotNow
from kumppani.publishing.forms import HandBackForm, PublishForm
from kumppani.publishing.looking_over import looked_over
from kumppani.publishing.models import Edition, State, Version
from kumppani.publishing.permissions import may_publish, may_take_care
from kumppani.publishing.practices import lengths
from kumppani.publishing.queries import versions_of
from kumppani.publishing.views.reading import shown
from kumppani.publishing.views.writing import find, heading_of

VERSIONS_ON_A_PAGE = 20


@login_required
def review(request: PersonsRequest, pk: int, language: str) -> HttpResponse:
    """The newest version as readers will see it, what has changed since they last saw one, and the deeds."""
    edition = _find(request, pk, language)
    return _review_page(request, edition)


def _review_page(
    request: PersonsRequest,
    edition: Edition,
    *,
    publish_form: PublishForm | None = None,
    hand_back_form: HandBackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    newest = edition.newest
    assert newest is not None
    seen = Version.objects.filter(publications__edition=edition, publications__at__lte=now).order_by(
        "-publications__at", "-publications__pk"
    )
    before = seen.first()
    context = {
        **shown(edition, newest),
        "heading": heading_of(edition.item),
        "findings": looked_over(edition, at=now),
        "before": before,
        "changes": differences(before, newest) if before is not None and before != newest else [],
        "may_publish": may_publish(request.user, edition.item, newest, on=today),
        "takes_care": may_take_care(request.user, edition.item, on=today),
        "is_waiting": edition.state == State.REVIEW,
        "publish_form": publish_form or PublishForm(initial={"number": newest.number}),
        "hand_back_form": hand_back_form or HandBackForm(),
        "counted": lengths(newest.title, newest.parts) if edition.item.is_practice else [],
    }
    return render(request, "publishing/review.html", context, status=status)


@login_required
@require_POST
def send(request: PersonsRequest, pk: int, language: str) -> HttpResponse:
    return _done(request, pk, language, deeds.send_for_review, _("Sent. Somebody else reads and publishes it."))


@login_required
@require_POST
def withdraw(request: PersonsRequest, pk: int, language: str) -> HttpResponse:
    return _done(request, pk, language, deeds.withdraw, _("Withdrawn. It can be sent for review again."))


@login_required
@require_POST
def holds(request: PersonsRequest, pk: int) -> HttpResponse:
    """A good practice is still done so."""
    item = find(request, pk)
    try:
        deeds.confirm_practice(item=item, by=request.user, at=timezone.now())
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. We ask again in a year."))
    return redirect("text-room", pk=pk)


@login_required
@require_POST
def hand_back(request: PersonsRequest, pk: int, language: str) -> HttpResponse:
    edition = _find(request, pk, language)
    require(may_take_care(request.user, edition.item, on=timezone.localdate()))
    form = HandBackForm(request.POST)
    if not form.is_valid():
        return _review_page(request, edition, hand_back_form=form, status=400)

    def deed(**more: Any) -> None:
        deeds.hand_back(because=form.cleaned_data["because"], **more)

    return _done(request, pk, language, deed, _("Handed back, with your reason."))


@login_required
@require_POST
def publish(request: PersonsRequest, pk: int, language: str) -> HttpResponse:
    edition = _find(request, pk, language)
    assert edition.newest is not None
    require(may_publish(request.user, edition.item, edition.newest, on=timezone.localdate()))
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            publication = deeds.publish(edition=edition, by=request.user, at=timezone.now(), **form.cleaned_data)
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            later = publication.at > publication.approved_at
            said = _("Scheduled. Readers see it at its time.") if later else _("Published.")
            messages.success(request, said)
            return redirect("text-room", pk=pk)
    edition.refresh_from_db()
    return _review_page(request, edition, publish_form=form, status=400)


@login_required
def versions(request: PersonsRequest, pk: int, language: str) -> HttpResponse:
    """Every saved version, and what differs between two of them."""
    edition = _find(request, pk, language)
    found = versions_of(edition)
    numbers = [row_number(request.GET.get(name, "")) for name in ("from", "to")]
    pair = [found.filter(number=number).first() if number is not None else None for number in numbers]
    chosen = (pair[0], pair[1]) if pair[0] is not None and pair[1] is not None else None
    context = {
        "item": edition.item,
        "heading": heading_of(edition.item),
        "edition": edition,
        "page": Paginator(found, VERSIONS_ON_A_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "changes": differences(*chosen) if chosen else [],
    }
    return render(request, "publishing/versions.html", context)


@login_required
@require_POST
def restore(request: PersonsRequest, pk: int, language: str, number: int) -> HttpResponse:
    def deed(**more: Any) -> None:
        deeds.restore(number=number, **more)

    return _done(request, pk, language, deed, _("Restored as the newest version. Nothing was lost."))


def _done(request: PersonsRequest, pk: int, language: str, deed: Callable[..., object], said: str) -> HttpResponse:
    """Do it with this edition and go back to the item's room, or say why not."""
    edition = _find(request, pk, language)
    try:
        deed(edition=edition, by=request.user, at=timezone.now())
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("text-room", pk=pk)


def _find(request: PersonsRequest, pk: int, language: str) -> Edition:
    item = find(request, pk)
    edition = get_object_or_404(Edition.objects.select_related("item__home", "newest"), item=item, language=language)
    return edition
