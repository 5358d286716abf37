"""Reading events. Which ones a person may see is decided in `visible_events`, whoever asks: pages, feeds or letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import regions_with
from kumppani.events.models import (
    TAKING,
    Event,
    EventLabel,
    EventQuerySet,
    HeldSeats,
    Material,
    Registration,
    RegistrationQuerySet,
    State,
    Status,
)
from kumppani.events.permissions import ARRANGE
from kumppani.moderation.gate import hidden_now
from kumppani.network.models import Facet, Membership, Organisation
from kumppani.network.models import State as OrganisationState
from kumppani.network.queries import leaves_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Anybody = Person | AnonymousUser


def visible_events(person: Anybody, *, on: date) -> EventQuerySet:
    """Published and called off ones that no moderator has hidden; drafts too to those who arrange them."""
    seen = listed()
    if person.is_authenticated:
        seen |= arranged_by(person, on=on)
    return Event.objects.filter(seen)


def listed() -> Q:
    """What everybody sees."""
    organised = Q(organisation=None) | (
        Q(organisation__state=OrganisationState.CONFIRMED) & ~Q(hidden_now(Organisation, "organisation"))
    )
    return Q(state__in=(State.PUBLISHED, State.CANCELLED)) & ~Q(hidden_now(Event)) & organised


def arranged_by(person: Person, *, on: date) -> Q:
    """Events of her organisations, and of the regions that she coordinates; as `may_arrange` says it of one."""
    own = Membership.objects.current().filter(person=person, organisation=OuterRef("organisation"))
    regions = regions_with(person, ARRANGE, on=on)
    if regions is None:
        return Q(pk__isnull=False)
    of_regions = Q(organisation=None, home__in=sorted(regions)) | Q(organisation__home__in=sorted(regions))
    return Q(Exists(own)) | of_regions


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for; empty means anything."""

    kind: str = ""
    theme: str = ""
    language: str = ""
    place: str = ""
    """The code of a region, or ``area:`` with the number of an area."""

    @property
    def query(self) -> str:
        said = {"kind": self.kind, "theme": self.theme, "language": self.language, "place": self.place}
        return urlencode({name: value for name, value in said.items() if value})


def events_that_fit(events: EventQuerySet, wanted: Wanted) -> EventQuerySet:
    if wanted.kind:
        events = events.filter(kind=wanted.kind)
    for facet, code in ((Facet.THEME, wanted.theme), (Facet.LANGUAGE, wanted.language)):
        if code:
            events = events.filter(Exists(EventLabel.objects.filter(event=OuterRef("pk"), facet=facet, code=code)))
    if wanted.place:
        held = Event.regions.through.objects.filter(event=OuterRef("pk"), region__in=leaves_of(wanted.place))
        events = events.filter(Exists(held))
    return events.order_by("begins_at", "pk")


def in_month(events: EventQuerySet, month: date) -> EventQuerySet:
    """Those of which a part is in this month."""
    first, after = moment_of(month.replace(day=1)), moment_of(next_month(month))
    return events.filter(begins_at__lt=after, ends_at__gt=first)


def next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def moment_of(day: date) -> datetime:
    """When a day begins in Helsinki."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def coming_events(person: Anybody, *, at: datetime) -> EventQuerySet:
    """Those not over yet and not called off, the next first."""
    seen = visible_events(person, on=timezone.localdate(at))
    return seen.filter(state=State.PUBLISHED, ends_at__gt=at).order_by("begins_at", "pk").for_lists()


def managed_events(person: Person, *, on: date) -> EventQuerySet:
    return Event.objects.filter(arranged_by(person, on=on)).order_by("-begins_at", "-pk").for_lists()


def registrations_of(person: Person) -> RegistrationQuerySet:
    """Her own, made while she had signed in."""
    return Registration.objects.active().filter(person=person).select_related("event")


@dataclass(frozen=True)
class Room:
    """How full an event is."""

    capacity: int | None
    taken: int
    """Registered, and offered to somebody who has not answered yet."""
    waiting: int

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def is_full(self) -> bool:
        """Whoever registers now comes to the waiting list: it is full, or others wait already."""
        return self.capacity is not None and self.taken >= self.capacity


def room_of(event: Event) -> Room:
    counts = event.registrations.aggregate(
        taken=Count("pk", filter=Q(status__in=TAKING)), waiting=Count("pk", filter=Q(status=Status.WAITING))
    )
    return Room(event.capacity, counts["taken"], counts["waiting"])


def free_for(event: Event, seats: Iterable[HeldSeats]) -> dict[int | None, int | None]:
    """How many places are free for each group, and under None for those of no group; None: as many as want to.

    What is still held for a group is free for nobody else.
    """
    held = [one for one in seats if not one.released]
    if event.capacity is None:
        return {None: None, **{one.pk: None for one in held}}
    taken: dict[int | None, int] = dict(
        event.registrations.filter(status__in=TAKING).order_by().values_list("seats").annotate(number=Count("pk"))
    )
    left = event.capacity - sum(taken.values())
    kept = {one.pk: max(0, one.places - taken.get(one.pk, 0)) for one in held}
    return {None: left - sum(kept.values()), **{pk: left - sum(kept.values()) + own for pk, own in kept.items()}}


def places_held(event: Event) -> int:
    return event.held_seats.filter(released=False).aggregate(places=Sum("places"))["places"] or 0


def materials_seen(event: Event, *, registered: bool) -> QuerySet[Material]:
    found = event.materials.select_related("file")
    return found if registered else found.filter(for_everybody=True)


def events_with_something_due(*, at: datetime) -> list[int]:
    """The numbers of events in which a place has to be given on: an offer or a time to confirm has run out."""
    due = Q(status__in=(Status.REGISTERED, Status.WAITING), confirmed_at=None, confirm_by__lte=at)
    due |= Q(status=Status.OFFERED, offer_ends_at__lte=at)
    numbers = set(Registration.objects.filter(due).order_by().values_list("event", flat=True))
    held = HeldSeats.objects.filter(released=False, until__lt=timezone.localdate(at), event__begins_at__gt=at)
    return sorted(numbers | set(held.values_list("event", flat=True)))


def to_remind(*, at: datetime) -> list[int]:
    """The numbers of registrations for events of tomorrow, or of today, whose reminder is not written yet."""
    until = moment_of(timezone.localdate(at) + timedelta(days=2))
    coming = Registration.objects.coming().filter(
        reminded_at=None, event__state=State.PUBLISHED, event__begins_at__gt=at, event__begins_at__lt=until
    )
    return list(coming.order_by("event", "number").values_list("pk", flat=True))


def attendance(event: Event) -> dict[str, int]:
    """Counts alone: they stay when names are gone."""
    counts: dict[str, int] = event.registrations.aggregate(
        registered=Count("pk", filter=Q(status=Status.REGISTERED)),
        attended=Count("pk", filter=Q(attended=True)),
        waiting=Count("pk", filter=Q(status=Status.WAITING)),
        offered=Count("pk", filter=Q(status=Status.OFFERED)),
        cancelled=Count("pk", filter=Q(status__in=(Status.CANCELLED, Status.EXPIRED))),
    )
    return counts
