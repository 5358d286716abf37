"""Texts of the demonstration, written and published by the site's own actions. Everything in them is invented."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from kumppani.accounts.models import Person
from kumppani.publishing.actions.editions import publish, save_version, send_for_review, translate
from kumppani.publishing.actions.items import begin_text
from kumppani.publishing.models import Edition, Item
from kumppani.publishing.wording import About, Wording
from kumppani.regions.models import Region

FILE = Path(__file__).with_name("demonstration.yaml")
TO_WRITE = timedelta(hours=2)
"""So long before it was published each was written."""


@transaction.atomic
def load_demonstration_texts(*, writer: Person, reviewer: Person, member: Person, at: datetime) -> None:
    """Write and publish them once: what is there already stays as it is."""
    if Item.objects.exists():
        return
    regions = Region.objects.in_bulk()
    for said in yaml.safe_load(FILE.read_text(encoding="utf-8"))["texts"]:
        by = member if said.get("member") else writer
        _write(said, regions, by, reviewer, at)


def _write(said: dict[str, Any], regions: dict[str, Region], by: Person, reviewer: Person, at: datetime) -> None:
    languages: dict[str, dict[str, Any]] = said["editions"]
    original = said["original"]
    words = languages[original]
    first = begin_text(
        kind=said["kind"],
        original=original,
        about=_about(said, regions),
        wording=_wording(words),
        by=by,
        at=_moment(words, at) - TO_WRITE,
    )
    _publish(first, words, by, reviewer, at)
    others = {language: other for language, other in languages.items() if language != original}
    for language, other in others.items():
        if "ahead" not in other:
            _translate(first.item, language, other, 1, by, reviewer, at)
    if "changed" in words:
        changed = words["changed"]
        first.refresh_from_db()
        wording = _wording({**words, **changed})
        save_version(edition=first, wording=wording, after=1, by=by, at=_moment(changed, at) - TO_WRITE)
        _publish(first, changed, by, reviewer, at)
    for language, other in others.items():
        if "ahead" in other:
            _translate(first.item, language, other, 2, by, reviewer, at)


def _translate(
    item: Item, language: str, words: dict[str, Any], follows: int, by: Person, reviewer: Person, at: datetime
) -> None:
    written = _moment(words, at) - TO_WRITE
    edition = translate(item=item, language=language, wording=_wording(words), follows=follows, by=by, at=written)
    _publish(edition, words, by, reviewer, at)


def _publish(edition: Edition, words: dict[str, Any], by: Person, reviewer: Person, at: datetime) -> None:
    """Let it be read and published so long ago as the file says, or scheduled for so long ahead."""
    edition.refresh_from_db()
    assert edition.newest is not None
    ahead = words.get("ahead")
    moment = at - TO_WRITE if ahead else _moment(words, at)
    send_for_review(edition=edition, by=by, at=moment)
    if not words.get("waits"):
        later = at + timedelta(hours=ahead) if ahead else None
        publish(edition=edition, number=edition.newest.number, from_=later, until=None, by=reviewer, at=moment)


def _moment(words: dict[str, Any], at: datetime) -> datetime:
    return at - timedelta(hours=words.get("hours", 1))


def _wording(words: dict[str, Any]) -> Wording:
    return Wording(
        title=words["title"],
        lead=words.get("lead", ""),
        body=words.get("body", "").strip(),
        parts=words.get("parts", {}),
    )


def _about(said: dict[str, Any], regions: dict[str, Region]) -> About:
    started: date | None = said.get("started")
    return About(
        home=regions[said["home"]],
        regions=tuple(regions[code] for code in said["regions"]),
        themes=tuple(said["themes"]),
        target_groups=tuple(said["groups"]),
        place=said.get("place", ""),
        started_on=started,
    )
