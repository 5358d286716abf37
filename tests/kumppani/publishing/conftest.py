"""Texts of the tests, written and published by the site's own actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.roles import Role
from kumppani.publishing.actions.editions import publish, save_version, send_for_review, translate
from kumppani.publishing.actions.items import begin_text
from kumppani.publishing.models import Edition, Publication
from kumppani.publishing.wording import About, Wording
from kumppani.regions.models import Region
from tests.kumppani.conftest import MakePerson

NOON = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
"""Noon in Helsinki, on a Monday."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Written = Callable[..., Edition]
Translated = Callable[..., Edition]
Published = Callable[..., Publication]


def about(**other: Any) -> About:
    uusimaa = Region.objects.get(code="uusimaa")
    usual = About(home=uusimaa, regions=(uusimaa,), themes=("education",), target_groups=("women",))
    return replace(usual, **other)


def practice_parts(**other: str) -> dict[str, str]:
    usual = dict.fromkeys(("summary", "goals", "working", "results", "beneficiaries", "resources"), "Short words.")
    return {**usual, **other}


@pytest.fixture
def writer(somebody: MakePerson) -> Person:
    return somebody(Role.COORDINATOR)


@pytest.fixture
def reviewer(somebody: MakePerson) -> Person:
    return somebody(Role.COORDINATOR)


@pytest.fixture
def regional(somebody: MakePerson) -> Callable[[str], Person]:
    """Make a coordinator of one region."""

    def make(region: str) -> Person:
        person = somebody()
        Grant.objects.create(
            person=person,
            role=Role.COORDINATOR,
            scope_kind=Grant.Scope.REGION,
            region=Region.objects.get(code=region),
            valid_from=date(2026, 1, 1),
        )
        return person

    return make


@pytest.fixture
def written(writer: Person) -> Written:
    """Begin a text."""

    def make(
        title: str = "A new language café",
        *,
        kind: str = "news",
        original: str = "fi",
        by: Person | None = None,
        at: datetime = NOON,
        **said: Any,
    ) -> Edition:
        described = {name: said.pop(name) for name in ("home", "regions", "themes") if name in said}
        if kind == "practices":
            words = Wording(title=title, parts=practice_parts(**said))
            described |= {"place": "Invented town", "started_on": date(2024, 1, 1)}
        else:
            words = Wording(title=title, **{"lead": "It opens on Monday.", "body": "Everybody is welcome.", **said})
        return begin_text(kind=kind, original=original, about=about(**described), wording=words, by=by or writer, at=at)

    return make


@pytest.fixture
def translated(writer: Person) -> Translated:
    """Write another language beside the original's newest version."""

    def make(original: Edition, language: str, title: str, *, at: datetime = NOON, **said: Any) -> Edition:
        original.refresh_from_db()
        assert original.newest is not None
        wording = Wording(title=title, **{"body": "Everybody is welcome.", **said})
        return translate(
            item=original.item, language=language, wording=wording, follows=original.newest.number, by=writer, at=at
        )

    return make


@pytest.fixture
def published(writer: Person, reviewer: Person) -> Published:
    """Send the newest version for review and let somebody else publish it, now or later."""

    def make(edition: Edition, *, from_: datetime | None = None, at: datetime = NOON, **more: Any) -> Publication:
        edition.refresh_from_db()
        send_for_review(edition=edition, by=writer, at=at)
        assert edition.newest is not None
        return publish(
            edition=edition, number=edition.newest.number, from_=from_, until=None, by=reviewer, at=at, **more
        )

    return make


def saved(edition: Edition, *, by: Person, at: datetime = NOON, **said: Any) -> None:
    """Save another version with these words changed."""
    edition.refresh_from_db()
    newest = edition.newest
    assert newest is not None
    more = {name: said.pop(name) for name in ("follows", "is_small") if name in said}
    words = Wording(**{"title": newest.title, "lead": newest.lead, "body": newest.body, "parts": newest.parts, **said})
    save_version(edition=edition, wording=words, after=newest.number, by=by, at=at, **more)


def not_yet_public(title: str, *, by: Person) -> Edition:
    """A text that is published tomorrow, of a person who may have no role."""
    edition = begin_text(
        kind="practices",
        original="en",
        about=about(place="Invented town", started_on=date(2024, 1, 1)),
        wording=Wording(title=title, parts=practice_parts()),
        by=by,
        at=timezone.now(),
    )
    tomorrow, version = timezone.now() + DAY, edition.newest
    Publication.objects.create(
        edition=edition, version=version, at=tomorrow, approved_by=None, approved_at=timezone.now(), is_first=True
    )
    return edition
