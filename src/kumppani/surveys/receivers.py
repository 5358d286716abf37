"""What the surveys do when something happens in another app; connected when the site starts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from kumppani.accounts.models import Person
from kumppani.results import actions as results
from kumppani.results.models import Release
from kumppani.results.signals import release_published
from kumppani.surveys.actions import note_published_release
from kumppani.surveys.order import NotNow


@receiver(release_published)
def end_wave(*, release: Release, by: Person, at: datetime, **_named: Any) -> None:
    """Where the release is of a wave of this site, note on the wave that its results are public."""
    try:
        note_published_release(code=release.wave, identity=release.identity, by=by, at=at)
    except NotNow as refusal:
        raise results.NotNow(str(refusal)) from refusal
