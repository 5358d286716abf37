"""Reading releases. Public pages read rows and prepared pages: nothing here grows with the number of answers."""

from __future__ import annotations

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


def published_folders() -> tuple[Path, ...]:
    """The folders of everything anybody may have kept, which an attacker would use together."""
    return tuple(release.folder for release in readable_by_anybody())


def attacked_together(release: Release) -> QuerySet[Release]:
    """The published releases that the attack used beside this one."""
    return readable_by_anybody().filter(identity__in=release.attacked_with)
