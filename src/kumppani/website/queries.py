"""What the home page and a person's own place show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kumppani.accounts.permissions import ADMIT, SEE_HISTORY, Permission
from kumppani.moderation.permissions import MODERATE
from kumppani.network.permissions import CONFIRM
from kumppani.publishing.models import Edition, Kind
from kumppani.publishing.permissions import PUBLISH
from kumppani.publishing.queries import editions_in
from kumppani.results.permissions import REVIEW
from kumppani.results.queries import published_releases
from kumppani.surveys.permissions import SEE
from kumppani.website.demonstration import being_made_mark, not_made_mark
from kumppani.website.permissions import LOOK_AFTER

NEWS_SHOWN = 3


def newest_results() -> dict[str, Any] | None:
    """The newest published release with its headlines in the reader's language; None before there is one."""
    release = published_releases().first()
    if release is None:
        return None
    language = get_language() if get_language() in release.languages else release.languages[0]
    return {
        "title": str(release),
        "label": release.label,
        "language": language,
        "headlines": release.headlines.get(language, ()),
        "address": reverse("release", args=[release.wave]),
    }


def newest_news(*, at: datetime) -> list[Edition]:
    """The newest news in the language of the page."""
    language = get_language() or settings.LANGUAGE_CODE
    return list(editions_in(language, Kind.NEWS, at=at, by=AnonymousUser())[:NEWS_SHOWN])


def results_are_being_made() -> bool:
    """Only in the first minute of a demonstration."""
    return settings.DEMONSTRATION and being_made_mark().exists()


def results_could_not_be_made() -> bool:
    """Only in a demonstration; its terminal has told why, and the next start tries again."""
    return settings.DEMONSTRATION and not_made_mark().exists()


@dataclass(frozen=True)
class Entrance:
    """A card on a person's own place, shown to those who hold the permission."""

    permission: Permission
    title: str | Promise
    text: str | Promise
    url_name: str

    @property
    def address(self) -> str:
        return reverse(self.url_name)


ENTRANCES = (
    Entrance(SEE, _("Waves"), _("Prepare, rehearse, open and close waves, and take out the sealed answers."), "waves"),
    Entrance(
        REVIEW,
        _("Releases before publication"),
        _("Take in, review, approve and publish releases."),
        "releases-in-review",
    ),
    Entrance(PUBLISH, _("Texts in hand"), _("Write, translate, read and publish news and practices."), "texts-in-hand"),
    Entrance(ADMIT, _("Requests to join"), _("Answer those who ask to join."), "join-requests"),
    Entrance(ADMIT, _("People and roles"), _("See people, give them roles and end them."), "people"),
    Entrance(
        CONFIRM, _("Organisations to confirm"), _("Confirm or decline what has been added."), "organisations-to-confirm"
    ),
    Entrance(MODERATE, _("Reports to decide on"), _("Read what was reported, and appeals."), "moderation-queue"),
    Entrance(
        LOOK_AFTER,
        _("Letters and background work"),
        _("What waits to be sent, what ran in the night, and starting it again."),
        "upkeep",
    ),
    Entrance(SEE_HISTORY, _("History"), _("Who did what, and when."), "history"),
)


def entrances_for(permissions: tuple[Permission, ...]) -> list[Entrance]:
    return [entrance for entrance in ENTRANCES if entrance.permission in permissions]
