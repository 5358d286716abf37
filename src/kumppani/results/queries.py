"""Reading releases. Public pages read rows and prepared pages: nothing here grows with the number of answers."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from django.db.models import QuerySet

from kumppani.results.models import Release, State


def published_releases() -> QuerySet[Release]:
    """The newest release of every wave, the newest wave first."""
    return Release.objects.filter(state=State.PUBLISHED).select_related("compared_with")


def readable_by_anybody() -> QuerySet[Release]:
    """Everything that is or was published."""
    return Release.objects.filter(state__in=(State.PUBLISHED, State.SUPERSEDED))


def releases_in_review() -> QuerySet[Release]:
    return Release.objects.exclude(state__in=(State.PUBLISHED, State.SUPERSEDED)).select_related("received_by")


def releases_to_decide(wave: str) -> QuerySet[Release]:
    """The releases of a wave that wait for approval or publication, the newest first."""
    return Release.objects.filter(wave=wave, state__in=(State.CHECKED, State.APPROVED)).order_by("-received_at")


def public_in_order() -> QuerySet[Release]:
    """Everything anybody may have kept, which an attacker would use together, as it was published."""
    return readable_by_anybody().order_by("published_at", "pk")


def published_folders() -> tuple[Path, ...]:
    return tuple(release.folder for release in public_in_order())


def not_attacked_with(release: Release) -> QuerySet[Release]:
    """The public releases that were not public yet when this one was checked."""
    return readable_by_anybody().exclude(identity__in=release.attacked_with)


def attacked_together(release: Release) -> QuerySet[Release]:
    """The published releases that the attack used beside this one."""
    return readable_by_anybody().filter(identity__in=release.attacked_with)


def not_named(release: Release, audited_with: Collection[str]) -> QuerySet[Release]:
    """What the attack here used and the certificate, which names these identities, was made without."""
    return attacked_together(release).exclude(identity__in=audited_with)
