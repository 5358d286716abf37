"""Begin an item, and say where it belongs and what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from itertools import count

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.history.recording import record
from kumppani.network.models import Facet
from kumppani.publishing.actions.editions import first_version
from kumppani.publishing.faults import NotNow
from kumppani.publishing.models import Edition, Item, ItemLabel, Publication
from kumppani.publishing.permissions import may_begin, may_take_care, may_write
from kumppani.publishing.wording import About, Wording

LONGEST_SLUG = 70
MOST_ATTEMPTS = 20


@transaction.atomic
def begin_text(*, kind: str, original: str, about: About, wording: Wording, by: Person, at: datetime) -> Edition:
    """Write the first version of a new item, in its original language; a draft that nobody else reads yet."""
    require(may_begin(by, kind, on=timezone.localdate(at), home=about.home))
    item = _with_free_slug(kind, original, about, wording.title, by, at)
    _write_lists(item, about)
    edition = first_version(item=item, language=original, wording=wording, follows=None, by=by, at=at)
    record(gettext_noop("text begun"), about=edition, by=by, at=at)
    return edition


@transaction.atomic
def say_about(*, item: Item, about: About, by: Person, at: datetime) -> None:
    """Say where it belongs and what it is about. It moves to another region only with the right for that one too."""
    on = timezone.localdate(at)
    require(may_write(by, item, on=on))
    if Publication.objects.filter(edition__item=item).exists():
        require(may_take_care(by, item, on=on))  # readers see it at once, without anybody having read it
    if about.home != item.home:
        require(may_begin(by, item.kind, on=on, home=about.home))
    item.home, item.place, item.started_on = about.home, about.place, about.started_on
    item.review_on = about.review_on or item.review_on
    item.save(update_fields=["home", "place", "started_on", "review_on"])
    _write_lists(item, about)
    record(gettext_noop("text described"), about=item, by=by, at=at)


def _write_lists(item: Item, about: About) -> None:
    item.regions.set(about.regions)
    item.labels.all().delete()
    ItemLabel.objects.bulk_create(
        ItemLabel(item=item, facet=facet, code=code)
        for facet, codes in ((Facet.THEME, about.themes), (Facet.TARGET_GROUP, about.target_groups))
        for code in dict.fromkeys(codes)
    )


def _with_free_slug(kind: str, original: str, about: About, title: str, by: Person, at: datetime) -> Item:
    """Two who begin one of the same title at once choose the same address; the second then chooses anew."""
    for _attempt in range(MOST_ATTEMPTS):
        with suppress(IntegrityError), transaction.atomic():
            return Item.objects.create(
                kind=kind,
                slug=_free_slug(title),
                original=original,
                home=about.home,
                place=about.place,
                started_on=about.started_on,
                review_on=about.review_on,
                made_by=by,
                made_at=at,
            )
    raise NotNow(_("Many begin a text of this title at this moment. Try again."))


def _free_slug(title: str) -> str:
    """An address of the title's letters; of a title without any that an address takes, of a number."""
    wanted = slugify(title)[:LONGEST_SLUG].strip("-") or "text"
    taken = set(Item.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)) | {"feed.atom"}
    return next(slug for slug in _numbered(wanted) if slug not in taken)


def _numbered(wanted: str) -> Iterable[str]:
    yield wanted
    yield from (f"{wanted}-{number}" for number in count(2))
