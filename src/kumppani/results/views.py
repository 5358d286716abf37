"""Public pages of releases, and the pages on which one is taken in, reviewed, approved and published."""

from __future__ import annotations

import tempfile
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from barometer.report.page import STYLE_SHEET
from kumppani.accounts.permissions import require
from kumppani.accounts.requests import PersonsRequest
from kumppani.history.recording import lines_about
from kumppani.results import actions, ledger, queries
from kumppani.results.certificates import difference_to_published, read_certificate
from kumppani.results.downloads import CONTENT_TYPES, archive_of, downloads_in_other_languages, downloads_of
from kumppani.results.forms import TakeInForm
from kumppani.results.intake import Unacceptable, files_of_zip
from kumppani.results.models import Release, State
from kumppani.results.pages import read_changes, read_page
from kumppani.results.permissions import may_approve, may_publish, may_review, may_take_in

RELEASES_ON_A_PAGE = 20
WAITING = (State.CHECKED, State.APPROVED)


def results(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.published_releases(), RELEASES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "results/results.html", {"page": page})


def newest_of_wave(request: HttpRequest, wave: str) -> HttpResponse:
    """The published release of a wave, under an address that stays when it is replaced by a corrected one."""
    return _release_page(request, get_object_or_404(queries.published_releases(), wave=wave))


def pinned(request: HttpRequest, identity: str) -> HttpResponse:
    """One release for ever, also after it was replaced; of its editions the newest."""
    release = (
        queries.readable_by_anybody()
        .select_related("compared_with", "replaced_by")
        .filter(identity=identity)
        .order_by("-published_at", "-pk")
        .first()
    )
    if release is None:
        raise Http404
    return _release_page(request, release)


def _release_page(request: HttpRequest, release: Release) -> HttpResponse:
    language = _language_of(release)
    context = {
        "release": release,
        "report": read_page(release.digest, language),
        "report_language": language,
        "downloads": downloads_of(release, language),
        "other_downloads": downloads_in_other_languages(release, language),
        "replaced_by": release.replaced_by,
        "replaces": release.replaces.order_by("-published_at", "-pk").first(),
    }
    return render(request, "results/release.html", context)


def ledger_of_releases(request: HttpRequest) -> HttpResponse:
    """Everything that was ever published, in order, and what each release was audited together with."""
    return render(request, "results/ledger.html", {"lines": list(reversed(ledger.lines()))})


def ledger_file(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ledger.ledger_file(), content_type="application/json")


def everything(request: HttpRequest) -> FileResponse:
    """All public releases with their ledger in one zip, for who makes the next release and for who attacks them."""
    packed = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    ledger.write_everything(packed)
    packed.seek(0)
    return FileResponse(packed, as_attachment=True, filename="releases.zip", content_type="application/zip")


def changes(request: HttpRequest, wave: str) -> HttpResponse:
    """What changed between a published wave and the earlier one it is compared with."""
    compared = queries.published_releases().filter(compared_with__isnull=False).select_related("compared_with")
    release = get_object_or_404(compared, wave=wave)
    language = _language_of(release)
    context = {
        "release": release,
        "earlier": release.compared_with,
        "changes": read_changes(release.digest, language),
        "report_language": language,
    }
    return render(request, "results/changes.html", context)


def _as_part_of_a_page(report: str) -> str:
    """The report with its title one level lower, for a page that has a title of its own."""
    return report.replace("<h1", "<h2", 1).replace("</h1>", "</h2>", 1)


def _language_of(release: Release) -> str:
    wanted = get_language() or ""
    return wanted if wanted in release.languages else release.languages[0]


@cache_control(public=True, max_age=3600)
def report_style(request: HttpRequest) -> HttpResponse:
    """The style sheet that belongs to the prepared pieces, as the renderer that made them keeps it."""
    return HttpResponse(STYLE_SHEET.read_bytes(), content_type="text/css; charset=utf-8")


def download(request: HttpRequest, digest: str, name: str) -> FileResponse:
    """A file of a release, byte for byte. Readers of an unpublished one have to be allowed to review."""
    release = _release_to_download(request, digest)
    file = release.folder / name
    suffix = name.rpartition(".")[2]
    if not file.is_file():
        raise Http404
    response = FileResponse(
        file.open("rb"), as_attachment=True, filename=name, content_type=CONTENT_TYPES.get(suffix, "text/plain")
    )
    # The file came from outside: wherever it is opened, it is opened alone.
    response.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
    return response


def archive(request: HttpRequest, digest: str) -> HttpResponse:
    """All files of a release in one zip, ready for `barometer verify` and `barometer attack`."""
    release = _release_to_download(request, digest)
    disposition = f'attachment; filename="{release.wave}.zip"'
    return HttpResponse(
        archive_of(release), content_type="application/zip", headers={"Content-Disposition": disposition}
    )


def _release_to_download(request: HttpRequest, digest: str) -> Release:
    release = get_object_or_404(Release, digest=digest)
    if release.state not in (State.PUBLISHED, State.SUPERSEDED):
        require(may_review(request.user, on=timezone.localdate()))
    if release.state == State.REFUSED:
        # Beside what is public its numbers would tell what it was refused for; whoever made it has it.
        raise Http404
    return release


@login_required
def in_review(request: HttpRequest) -> HttpResponse:
    require(may_review(request.user, on=timezone.localdate()))
    page = Paginator(queries.releases_in_review(), RELEASES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_take_in": may_take_in(request.user, on=timezone.localdate())}
    return render(request, "results/in_review.html", context)


@login_required
def take_in(request: PersonsRequest) -> HttpResponse:
    require(may_take_in(request.user, on=timezone.localdate()))
    form = TakeInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            release = actions.take_in_release(
                files=files_of_zip(form.cleaned_data["folder"]),
                comparability=form.comparability_content,
                involved=form.cleaned_data["involved"],
                by=request.user,
                at=timezone.now(),
            )
        except Unacceptable as fault:
            form.add_error("folder", str(fault))
        else:
            return redirect("review", digest=release.digest)
    return render(request, "results/take_in.html", {"form": form}, status=400 if form.errors else 200)


@login_required
def review(request: HttpRequest, digest: str) -> HttpResponse:
    require(may_review(request.user, on=timezone.localdate()))
    people = Release.objects.select_related("received_by", "approved_by", "published_by", "compared_with")
    release = get_object_or_404(people, digest=digest)
    language = _language_of(release)
    whole = not release.problems
    certificate = read_certificate(release, language) if whole else None
    context = {
        "release": release,
        "report": _as_part_of_a_page(read_page(release.digest, language)) if whole else "",
        "changes": read_changes(release.digest, language) if whole and release.compared_with else "",
        "report_language": language,
        "downloads": downloads_of(release, language),
        "other_downloads": downloads_in_other_languages(release, language),
        "certificate": certificate,
        "left_out": queries.not_named(release, certificate.audited_with) if certificate else (),
        "difference": difference_to_published(release) if whole and release.state in WAITING else None,
        "attacked_with": queries.attacked_together(release),
        "published_since": queries.not_attacked_with(release) if release.state in WAITING else (),
        "may_approve": may_approve(request.user, release, on=timezone.localdate()),
        "may_publish": may_publish(request.user, on=timezone.localdate()),
        "lines": lines_about(release),
    }
    return render(request, "results/review.html", context)


@login_required
@require_POST
def approve(request: HttpRequest, digest: str) -> HttpResponse:
    return _act(request, digest, actions.approve_release, _("Approved. A coordinator can publish it now."))


@login_required
@require_POST
def check_again(request: HttpRequest, digest: str) -> HttpResponse:
    return _act(request, digest, actions.check_again, _("Checked again with everything that is published."))


@login_required
@require_POST
def publish(request: HttpRequest, digest: str) -> HttpResponse:
    return _act(request, digest, actions.publish_release, _("Published."))


def _act(request: HttpRequest, digest: str, deed: Callable[..., None], done: str) -> HttpResponse:
    release = get_object_or_404(Release, digest=digest)
    try:
        deed(release=release, by=request.user, at=timezone.now())
    except actions.NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("review", digest=digest)
