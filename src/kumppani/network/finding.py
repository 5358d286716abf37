"""The directory: which organisations fit what a reader looks for, the best first.

Few enough are put in order one by one: those with most of the words first. Of more than anybody reads nobody counts
them all, and they come by name; so a page takes as long with a hundred thousand organisations as with a hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import overload

from django.db.models import Count, Exists, OuterRef

from kumppani.network.index import forms_asked_for
from kumppani.network.models import Organisation, OrganisationLabel, OrganisationQuerySet, begins_to_fade
from kumppani.network.queries import Wanted, leaves_of

MOST_ORDERED = 1000


def directory(wanted: Wanted, *, on: date) -> Found:
    """Give the confirmed organisations that fit: those with most words asked for first, faded ones last."""
    return Found(wanted, on)


class Found(Sequence[Organisation]):
    """What a search found, to be read page by page."""

    def __init__(self, wanted: Wanted, on: date) -> None:
        self.on = on
        self.forms = forms_asked_for(wanted.words)
        self.fitting = self._fitting(wanted)

    @property
    def is_cut(self) -> bool:
        """Whether more fit than are counted."""
        return len(self._first) > MOST_ORDERED

    def __len__(self) -> int:
        """As many as are counted."""
        return min(len(self._first), MOST_ORDERED)

    @overload
    def __getitem__(self, asked: int) -> Organisation: ...

    @overload
    def __getitem__(self, asked: slice) -> list[Organisation]: ...

    def __getitem__(self, asked: int | slice) -> Organisation | list[Organisation]:
        if isinstance(asked, int):
            place = range(len(self))[asked]
            return self[place : place + 1][0]
        numbers = self._by_name(asked) if self.is_cut else self._in_order[asked]
        rows = Organisation.objects.filter(pk__in=numbers).with_standing(self.on).for_lists().in_bulk()
        return [rows[number] for number in numbers if number in rows]

    def _fitting(self, wanted: Wanted) -> OrganisationQuerySet:
        found = Organisation.objects.listed().order_by()
        if wanted.kind:
            found = found.filter(kind=wanted.kind)
        for facet, code in wanted.labels:
            found = found.filter(
                Exists(OrganisationLabel.objects.filter(organisation=OuterRef("pk"), facet=facet, code=code))
            )
        if wanted.place:
            works = Organisation.regions.through.objects.filter(organisation=OuterRef("pk"))
            found = found.filter(Exists(works.filter(region__in=leaves_of(wanted.place))))
        for forms in self.forms:
            # Not one question for each organisation: the rows of the words are read once, however many these are.
            found = found.filter(pk__in=_WORDS.filter(word__in=forms).values("organisation"))
        return found

    @cached_property
    def _first(self) -> list[int]:
        """One more than are put in order, so that it is seen whether there are more."""
        return list(self.fitting.values_list("pk", flat=True)[: MOST_ORDERED + 1])

    @cached_property
    def _in_order(self) -> list[int]:
        every = set[int]().union(*self.forms)
        words = _WORDS.filter(organisation__in=self._first, word__in=every).order_by() if every else _WORDS.none()
        hits = dict(words.values_list("organisation").annotate(hits=Count("pk")))
        fades = begins_to_fade(self.on)
        named = Organisation.objects.filter(pk__in=self._first).values_list("pk", "name", "confirmed_at")
        ordered = sorted(
            (confirmed_at is not None and confirmed_at < fades, -hits.get(number, 0), name, number)
            for number, name, confirmed_at in named
        )
        return [number for *_, number in ordered]

    def _by_name(self, asked: slice) -> list[int]:
        named = self.fitting.order_by("name", "pk").values_list("pk", flat=True)
        fades = begins_to_fade(self.on)
        fresh = named.filter(confirmed_at__gte=fades)
        start, stop, _ = asked.indices(MOST_ORDERED)
        numbers = list(fresh[start:stop])
        if len(numbers) < stop - start:
            before = fresh.count()
            faded = named.filter(confirmed_at__lt=fades)
            numbers += faded[max(0, start - before) : stop - before]
        return numbers


_WORDS = Organisation.words.through.objects
