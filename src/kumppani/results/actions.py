"""Take a release in, approve it, publish it. Each checks the right, then whether now is the time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.history.recording import record
from kumppani.results.checking import Checked, check_beside, check_files, columns_of
from kumppani.results.intake import Unacceptable
from kumppani.results.models import PAST_APPROVAL, Release, State
from kumppani.results.pages import digest_of_pages, remove_pages, write_pages
from kumppani.results.permissions import may_approve, may_publish, may_review, may_take_in
from kumppani.results.queries import not_attacked_with, published_folders, readable_by_anybody
from kumppani.results.signals import release_published
from kumppani.results.storing import digest_of, digest_on_disk, remove, store


class NotNow(Exception):
    """The person may, but the release is not in the state for it. The message is the sentence the page shows."""


def take_in_release(
    *,
    files: Mapping[str, bytes],
    involved: Iterable[Person],
    by: Person,
    at: datetime,
    comparability: bytes | None = None,
) -> Release:
    """Verify, attack and store a release folder. Of one with faults only the row stays, with the reasons."""
    require(may_take_in(by, on=timezone.localdate(at)))
    digest = digest_of(files)
    if Release.objects.filter(digest=digest).exists():
        raise Unacceptable(_("This very release has been taken in already."))
    # Reading, verifying and attacking takes seconds: outside the transaction, which would hold the database meanwhile.
    checked = check_files(files, beside=published_folders(), comparability=comparability)
    pages_digest = ""
    if not checked.problems:
        store(files)
        pages_digest = write_pages(digest, checked.reports)
    try:
        return _write(checked, digest, pages_digest, involved=involved, by=by, at=at)
    except IntegrityError as fault:
        raise Unacceptable(_("This very release has been taken in already.")) from fault


@transaction.atomic
def _write(
    checked: Checked, digest: str, pages_digest: str, *, involved: Iterable[Person], by: Person, at: datetime
) -> Release:
    release = Release.objects.create(
        digest=digest,
        pages_digest=pages_digest,
        compared_with=readable_by_anybody().filter(identity=checked.compared_with).first(),
        state=State.REFUSED if checked.problems else State.CHECKED,
        received_by=by,
        received_at=at,
        **checked.as_columns(),
    )
    release.involved.set(involved)
    record(
        gettext_noop("release refused") if checked.problems else gettext_noop("release taken in"),
        about=release,
        by=by,
        at=at,
    )
    return release


def check_again(*, release: Release, by: Person, at: datetime) -> None:
    """Try a waiting release with all that is public by now. An approval given before is void."""
    require(may_review(by, on=timezone.localdate(at)))
    _require_waiting(release)
    succession, problems = check_beside(release.folder, beside=published_folders())
    with transaction.atomic():
        release = _locked(release)
        _require_waiting(release)
        release.state = State.REFUSED if problems else State.CHECKED
        release.problems, release.approved_by, release.approved_at = problems, None, None
        for name, value in columns_of(succession).items():
            setattr(release, name, value)
        release.save()
        what = gettext_noop("release refused") if problems else gettext_noop("release checked again")
        record(what, about=release, by=by, at=at)
    if problems:
        remove(release.digest)
        remove_pages(release.digest)


def _require_waiting(release: Release) -> None:
    if release.state not in (State.CHECKED, State.APPROVED):
        raise NotNow(_("Only a release that waits can be checked again."))


@transaction.atomic
def approve_release(*, release: Release, by: Person, at: datetime) -> None:
    """Approve exactly these bytes; if any has changed since the check, nothing is approved."""
    require(may_approve(by, release, on=timezone.localdate(at)))
    release = _locked(release)
    if release.state != State.CHECKED:
        raise NotNow(_("Only a release that waits for approval can be approved."))
    _require_unchanged(release)
    _require_attacked_with_all(release)
    release.state, release.approved_by, release.approved_at = State.APPROVED, by, at
    release.save(update_fields=["state", "approved_by", "approved_at"])
    record(gettext_noop("release approved"), about=release, by=by, at=at)


@transaction.atomic
def publish_release(*, release: Release, by: Person, at: datetime) -> None:
    """Publish an approved release; an earlier one of the same wave is replaced, and stays readable at its identity."""
    require(may_publish(by, on=timezone.localdate(at)))
    _hold_all_past_approval()
    release = _locked(release)
    if release.state != State.APPROVED:
        raise NotNow(_("Only an approved release can be published."))
    _require_unchanged(release)
    _require_attacked_with_all(release)
    earlier = Release.objects.filter(wave=release.wave, state=State.PUBLISHED)
    earlier.update(state=State.SUPERSEDED, replaced_by=release)
    release.state, release.published_by, release.published_at = State.PUBLISHED, by, at
    release.save(update_fields=["state", "published_by", "published_at"])
    record(gettext_noop("release published"), about=release, by=by, at=at)
    release_published.send(sender=Release, release=release, by=by, at=at)


def _locked(release: Release) -> Release:
    return Release.objects.select_for_update(of=("self",)).get(pk=release.pk)


def _hold_all_past_approval() -> None:
    """Let one release be published at a time: two that were checked without each other may tell something together."""
    held = Release.objects.select_for_update(of=("self",)).filter(state__in=PAST_APPROVAL)
    list(held.order_by("pk").values_list("pk"))


def _require_attacked_with_all(release: Release) -> None:
    if not_attacked_with(release).exists():
        raise NotNow(
            _("Another release has been published since this one was checked. Check it again together with that one.")
        )


def _require_unchanged(release: Release) -> None:
    on_disk = digest_on_disk(release.folder), digest_of_pages(release.digest)
    if on_disk != (release.digest, release.pages_digest):
        raise NotNow(
            _("A file of this release is not what was checked. The approval is void: take the release in again.")
        )
