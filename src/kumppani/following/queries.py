"""Reading what happened. Whatever is shown of it, anywhere, passes `visible_happenings`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kumppani.following.choosing import EVERYWHERE, Codes, fits, spread
from kumppani.following.kinds import KINDS, REGIONS, Kind, facets, kind_of, kinds
from kumppani.following.models import TOLD_FOR, Follow, Happening, HappeningLabel, Topic

if TYPE_CHECKING:
    from kumppani.accounts.models import Person
    from kumppani.following.kinds import Anybody

NO_NAME = "–"


def visible_happenings(person: Anybody, *, on: date, of: Collection[str] | None = None) -> QuerySet[Happening]:
    """What happened to subjects that this person may see now, as the app of each kind decides.

    Whoever knows the kinds it can be about names them in ``of``: the rules of all the others are then not asked.
    """
    seen = Q(pk__in=[])
    for kind in kinds():
        if of is not None and kind.name not in of:
            continue
        seen |= Q(kind=kind.name, subject__in=kind.visible(person, on).order_by().values("pk"))
    return Happening.objects.filter(seen)


def happenings_that_fit(happenings: QuerySet[Happening], wanted: Codes) -> QuerySet[Happening]:
    """Choose by facets; nothing wanted leaves them all."""
    return happenings.filter(_fitting(spread([wanted])[0]))


def _fitting(wanted: Codes) -> Q:
    """What `choosing.fits` says, for the database; but nothing wanted fits everything here."""
    chosen = Q()
    for facet, codes in wanted.items():
        if facet == KINDS:
            chosen &= Q(kind__in=codes)
            continue
        also = {EVERYWHERE} if facet == REGIONS and codes else set()
        labels = HappeningLabel.objects.filter(happening=OuterRef("pk"), facet=facet, code__in=codes | also)
        chosen &= Q(Exists(labels))
    return chosen


def recent(*, since: datetime) -> list[Happening]:
    """Everything that happened so long before this moment as a letter can tell, or after it, the oldest first."""
    return list(Happening.objects.filter(at__gt=since - TOLD_FOR).prefetch_related("labels").order_by("at", "id"))


def why(follows: Sequence[Follow], happenings: Iterable[Happening]) -> dict[Happening, list[Follow]]:
    """Give the happenings that some of the follows fit, and these. Labels have to be fetched with both."""
    wanted = list(zip(follows, spread([follow.codes() for follow in follows]), strict=True))
    found: dict[Happening, list[Follow]] = {}
    for happening in happenings:
        told = happening.codes()
        by = [follow for follow, codes in wanted if fits(codes, happening.kind, told)]
        if by:
            found[happening] = by
    return found


def follows_of(person: Person) -> QuerySet[Follow]:
    return Follow.objects.held().filter(person=person).prefetch_related("labels")


def follows_to_tell_of(person: Person) -> list[Follow]:
    """What she follows, and what she did until not all of it had been told."""
    return list(Follow.objects.filter(person=person).prefetch_related("labels"))


def followed_by(person: Person, *, at: datetime, on: date) -> QuerySet[Happening]:
    """What happened lately to what she follows, paused or not, and may see; also before she began to."""
    fitting = Q(pk__in=[])
    for wanted in spread([follow.codes() for follow in follows_of(person)]):
        if wanted:
            fitting |= _fitting(wanted)
    return visible_happenings(person, on=on).filter(fitting, at__gt=at - TOLD_FOR)


@dataclass(frozen=True)
class Shown:
    """A happening as it is read: its subject as it is called now."""

    happening: Happening
    kind: Kind
    subject: Any

    @property
    def address(self) -> str:
        return self.kind.address(self.subject)

    @property
    def title(self) -> str:
        return self.kind.title(self.subject)

    @property
    def language(self) -> str:
        return self.kind.language(self.subject)


def shown(happenings: Sequence[Happening]) -> list[Shown]:
    """Fetch the subjects, kind by kind. One that has gone since is left out."""
    by_kind: dict[str, list[int]] = {}
    for happening in happenings:
        by_kind.setdefault(happening.kind, []).append(happening.subject)
    subjects = {name: kind_of(name).subjects(keys) for name, keys in by_kind.items()}
    return [
        Shown(happening, kind_of(happening.kind), subjects[happening.kind][happening.subject])
        for happening in happenings
        if happening.subject in subjects[happening.kind]
    ]


def said(codes: Codes) -> str:
    """Name what is followed: "Housing, education · Kainuu". What everybody may not see has no name here."""
    parts = []
    for facet in facets():
        some = sorted(codes.get(facet.name, ()))
        names = facet.names(some) if some else {}
        parts += [", ".join(names.get(code, NO_NAME) for code in some) or NO_NAME] if facet.name in codes else []
    return " · ".join(parts)


def topics_of(person: Person) -> dict[bool, list[str]]:
    """Interests under False, skills under True."""
    found: dict[bool, list[str]] = {False: [], True: []}
    for topic in Topic.objects.filter(person=person):
        found[topic.is_skill].append(topic.code)
    return found


def suggestions(person: Person) -> list[dict[str, set[str]]]:
    """Up to three things to follow that fit what the person has said of herself, without those she follows."""
    region = {REGIONS: {person.region_id}} if person.region_id else {}
    interests = topics_of(person)[False]
    offered: list[dict[str, set[str]]] = []
    if interests:
        offered.append({"themes": set(interests), **region})
    if region:
        offered.append(region)
    offered += [{KINDS: {kind.name}, **region} for kind in kinds() if kind.name.startswith("network.need")]
    offered += [{KINDS: {kind.name}} for kind in kinds() if kind.name.endswith("organisation")]
    there = [follow.codes() for follow in follows_of(person)]
    return [each for each in offered if each not in there][:3]
