"""Tell what happened, in the transaction of the deed: it is written with the change, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Model

from kumppani.following.kinds import kind_of
from kumppani.following.models import Happening, HappeningLabel

if TYPE_CHECKING:
    from kumppani.accounts.models import Person


def tell(
    kind: str,
    *,
    subject: Model,
    by: Person | None,
    at: datetime,
    labels: Mapping[str, Iterable[str]],
    not_again_for: timedelta | None = None,
) -> Happening | None:
    """Write that something happened to the ``subject``; ``labels`` are the codes by facet that it is followed by.

    Of deeds that come many at once, like edits, only the first is told for a while: then None is given.
    """
    known = kind_of(kind)
    if not isinstance(subject, known.model):
        raise TypeError(f"{kind} is about {known.model.__name__}, not {type(subject).__name__}.")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("What happened is told in the transaction of the deed.")
    if not_again_for is not None:
        before = Happening.objects.filter(kind=kind, subject=subject.pk, at__gt=at - not_again_for)
        if before.exists():
            return None
    happening = Happening.objects.create(kind=kind, subject=subject.pk, by=by, at=at)
    HappeningLabel.objects.bulk_create(
        HappeningLabel(happening=happening, facet=facet, code=code)
        for facet, codes in labels.items()
        for code in dict.fromkeys(codes)
    )
    return happening
