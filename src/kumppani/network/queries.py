"""Reading the network. What a person may see of it is decided in the three functions whose names begin with visible."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import regions_with
from kumppani.design.numbers import row_number
from kumppani.history.models import Line
from kumppani.history.retention import months_before
from kumppani.moderation.gate import hidden_now
from kumppani.network.codes import choices_of, name_of
from kumppani.network.matching import EVERYWHERE, Described, best_first, fit_of
from kumppani.network.models import (
    MONTHS_TO_REMIND,
    Facet,
    Invitation,
    Membership,
    MembershipQuerySet,
    Notice,
    NoticeLabel,
    NoticeQuerySet,
    Organisation,
    OrganisationQuerySet,
    State,
)
from kumppani.network.permissions import CONFIRM
from kumppani.regions.models import Area, Grouping, Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Anybody = Person | AnonymousUser

MATCHES_SHOWN = 10
MOST_CANDIDATES = 500
"""The newest so many are weighed; an older one than that has hardly waited for this match."""


def visible_organisations(person: Anybody, *, on: date) -> OrganisationQuerySet:
    """Confirmed ones that no moderator has hidden; the others to their members and to those who may confirm them."""
    seen = Q(state=State.CONFIRMED) & ~Q(hidden_now(Organisation))
    if person.is_authenticated:
        own = Membership.objects.current().filter(person=person, organisation=OuterRef("pk"))
        seen |= Q(Exists(own)) | _in_regions_of(person, "home", on=on)
    return Organisation.objects.filter(seen)


def visible_notices(person: Anybody, *, on: date) -> NoticeQuerySet:
    """Open ones that no moderator has hidden, each with ``hidden``; the others to members and those who may confirm."""
    hidden = Q(hidden_now(Notice)) | Q(hidden_now(Organisation, "organisation"))
    seen = Q(closed_at=None, valid_to__gte=on, organisation__state=State.CONFIRMED) & ~hidden
    if person.is_authenticated:
        own = Membership.objects.current().filter(person=person, organisation=OuterRef("organisation"))
        seen |= Q(Exists(own)) | _in_regions_of(person, "organisation__home", on=on)
    return Notice.objects.annotate(hidden=hidden_now(Notice)).filter(seen)  # type: ignore[no-redef]


def visible_memberships(person: Anybody, *, on: date) -> MembershipQuerySet:
    """Those of the organisations one is a member of or may confirm."""
    if not person.is_authenticated:
        return Membership.objects.none()
    own = Membership.objects.current().filter(person=person, organisation=OuterRef("organisation"))
    return Membership.objects.filter(
        Q(Exists(own)) | _in_regions_of(person, "organisation__home", on=on)
    ).select_related("person")


def _in_regions_of(person: Anybody, home: str, *, on: date) -> Q:
    """Organisations of the regions in which this person confirms; one question, whatever she holds."""
    regions = regions_with(person, CONFIRM, on=on)
    return Q(**{f"{home}__isnull": False}) if regions is None else Q(**{f"{home}__in": sorted(regions)})


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for; empty means anything."""

    words: str = ""
    kind: str = ""
    theme: str = ""
    target_group: str = ""
    language: str = ""
    place: str = ""
    """The code of a leaf, or ``area:`` with the number of an area in force."""

    @property
    def labels(self) -> list[tuple[Facet, str]]:
        asked = (
            (Facet.THEME, self.theme),
            (Facet.TARGET_GROUP, self.target_group),
            (Facet.LANGUAGE, self.language),
        )
        return [(facet, code) for facet, code in asked if code]

    @property
    def is_anything(self) -> bool:
        return self == Wanted()


def notices_that_fit(notices: NoticeQuerySet, wanted: Wanted, *, kind: str = "") -> NoticeQuerySet:
    if kind:
        notices = notices.filter(kind=kind)
    for facet, code in wanted.labels:
        notices = notices.filter(Exists(NoticeLabel.objects.filter(notice=OuterRef("pk"), facet=facet, code=code)))
    if wanted.place:
        holds = Notice.regions.through.objects.filter(notice=OuterRef("pk"))
        notices = notices.filter(Exists(holds.filter(region__in=leaves_of(wanted.place))))
    return notices.order_by("-written_at", "-pk").for_lists()


def leaves_of(place: str) -> set[str]:
    """The leaves of a place; who works in the whole country works there too."""
    if not place.startswith("area:"):
        return {place, EVERYWHERE}
    number = row_number(place.removeprefix("area:"))
    area = Area.objects.filter(pk=number).first() if number is not None else None
    return {EVERYWHERE, *(area.regions.values_list("pk", flat=True) if area else ())}


def places(*, on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The choices of a place, in two groups: the regions, and the areas in force where they join regions."""
    leaves = [(region.code, str(region)) for region in Region.objects.all()]
    dated = Grouping.objects.in_force(on).exclude(valid_from=None, valid_to=None)
    joining = Area.objects.filter(grouping__in=dated).annotate(size=Count("regions")).filter(size__gt=1)
    areas = joining.order_by("grouping", "order")  # counting drops the order that areas have by themselves
    return [("regions", leaves), ("areas", [(f"area:{area.pk}", str(area)) for area in areas])]


@dataclass(frozen=True)
class Tile:
    """How many organisations work in a region, beside those that work everywhere."""

    region: Region
    number: int
    themes: tuple[int, ...]
    """How many for each theme, in the order of the code list."""


@dataclass(frozen=True)
class Coverage:
    """Which theme has somebody in which region."""

    themes: list[tuple[str, str]]
    tiles: list[Tile]
    everywhere: Tile | None

    @property
    def gaps(self) -> list[tuple[str, str, list[Region]]]:
        """For every theme with a gap: its code, its name, and the regions in which nobody works on it."""
        found = []
        for place, (code, name) in enumerate(self.themes):
            missing = [tile.region for tile in self.tiles if tile.themes[place] == 0]
            if missing:
                found.append((code, name, missing))
        return found


def coverage() -> Coverage:
    """Count confirmed organisations by region and by theme and region. Who works everywhere is counted apart."""
    themes = choices_of("themes")
    listed = Organisation.objects.listed().order_by()
    by_region = dict(listed.values_list("regions").annotate(number=Count("pk")))
    labelled = listed.filter(labels__facet=Facet.THEME).values_list("regions", "labels__code")
    by_theme = {(region, code): number for region, code, number in labelled.annotate(number=Count("pk"))}
    tiles = [
        Tile(region, by_region.get(region.pk, 0), tuple(by_theme.get((region.pk, code), 0) for code, _name in themes))
        for region in Region.objects.all()
    ]
    apart = [tile for tile in tiles if tile.region.kind == Region.Kind.NATIONWIDE]
    return Coverage(themes, [tile for tile in tiles if tile not in apart], apart[0] if apart else None)


@dataclass(frozen=True)
class Match:
    """A notice of the other kind, how well it fits, and why: pairs of a heading and names."""

    notice: Notice
    score: int
    reasons: tuple[tuple[str, tuple[str, ...]], ...]


def matches_for(notice: Notice, *, on: date) -> list[Match]:
    """Open notices of the other kind from other organisations that fit this one, the best first."""
    ours = described(notice)
    shared = NoticeLabel.objects.filter(
        Q(facet=Facet.THEME, code__in=ours.themes) | Q(facet=Facet.TARGET_GROUP, code__in=ours.target_groups),
        notice=OuterRef("pk"),
    )
    candidates = (
        Notice.objects.open(on)
        .filter(Exists(shared), kind=notice.other_kind)
        .exclude(organisation=notice.organisation_id)
        .order_by("-pk")
        .values_list("pk", flat=True)[:MOST_CANDIDATES]
    )
    fits = ((number, fit_of(ours, theirs)) for number, theirs in _descriptions(list(candidates)).items())
    ordered = best_first((number, fit) for number, fit in fits if fit is not None)[:MATCHES_SHOWN]
    by_number = Notice.objects.for_lists().in_bulk([number for number, _fit in ordered])
    regions = {region.pk: str(region) for region in Region.objects.all()} if ordered else {}
    return [
        Match(
            by_number[number],
            fit.score,
            tuple(
                (reason.what, tuple(regions.get(code) or name_of(reason.what, code) for code in reason.codes))
                if reason.what == "regions"
                else (reason.what, tuple(name_of(reason.what, code) for code in reason.codes))
                for reason in fit.reasons
            ),
        )
        for number, fit in ordered
    ]


def _descriptions(numbers: list[int]) -> dict[int, Described]:
    """What many notices are described with, as `described` says it of one, without fetching them."""
    codes: dict[tuple[int, str], set[str]] = defaultdict(set)
    for number, facet, code in NoticeLabel.objects.filter(notice__in=numbers).values_list("notice", "facet", "code"):
        codes[number, facet].add(code)
    for number, region in Notice.regions.through.objects.filter(notice__in=numbers).values_list("notice", "region"):
        codes[number, "regions"].add(region)
    return {
        number: Described(
            themes=frozenset(codes[number, Facet.THEME]),
            regions=frozenset(codes[number, "regions"]),
            target_groups=frozenset(codes[number, Facet.TARGET_GROUP]),
            languages=frozenset(codes[number, Facet.LANGUAGE]),
        )
        for number in numbers
    }


def described(notice: Notice) -> Described:
    """The codes of a notice whose labels and regions were fetched with it."""
    return Described(
        themes=frozenset(notice.codes(Facet.THEME)),
        regions=frozenset(region.pk for region in notice.regions.all()),
        target_groups=frozenset(notice.codes(Facet.TARGET_GROUP)),
        languages=frozenset(notice.codes(Facet.LANGUAGE)),
    )


def organisations_to_confirm(person: Anybody, *, on: date) -> OrganisationQuerySet:
    """What waits for this person's confirmation, the longest waiting first."""
    waiting = Organisation.objects.filter(_in_regions_of(person, "home", on=on), state=State.WAITING)
    return waiting.order_by("sent_at", "pk").for_lists()


def fading_organisations(person: Anybody, *, on: date) -> OrganisationQuerySet:
    """Profiles of the regions where this person confirms that nobody has said to hold for a year, the oldest first."""
    before = months_before(on, MONTHS_TO_REMIND)
    listed = Organisation.objects.listed().filter(_in_regions_of(person, "home", on=on), confirmed_at__lt=before)
    return listed.order_by("confirmed_at", "pk").for_lists()


def own_memberships(person: Person) -> QuerySet[Membership]:
    return Membership.objects.current().filter(person=person).select_related("organisation", "organisation__home")


def invitations_to(person: Person) -> QuerySet[Invitation]:
    return Invitation.objects.filter(email=person.email.lower()).select_related("organisation", "invited_by")


def lines_about_organisation(organisation: Organisation) -> QuerySet[Line]:
    """What was done with the organisation and its members, newest first."""
    numbers = [str(number) for number in organisation.memberships.values_list("pk", flat=True)]
    about_it = Q(about_kind=Organisation._meta.label_lower, about_id=str(organisation.pk))
    return Line.objects.filter(about_it | Q(about_kind=Membership._meta.label_lower, about_id__in=numbers))
