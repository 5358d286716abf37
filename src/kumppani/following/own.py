"""What is kept of a person here, and how it is taken away when she leaves."""

from __future__ import annotations

from datetime import datetime

from kumppani.accounts.leaving import register_kept, register_parting
from kumppani.accounts.models import Person
from kumppani.following.models import Follow, Reading, Told, Topic
from kumppani.following.queries import follows_of, topics_of


def kept_of(person: Person) -> dict[str, object]:
    """What she follows, how often she is written to, and what she said she is interested in."""
    reading = Reading.objects.filter(person=person).first()
    follows = [
        {
            "since": one.since.isoformat(),
            "paused": one.paused,
            "what": {facet: sorted(codes) for facet, codes in one.codes().items()},
        }
        for one in follows_of(person)
    ]
    rhythm = reading and {"rhythm": reading.rhythm, "hour": reading.hour, "weekday": reading.weekday}
    topics = topics_of(person)
    return {
        "following": {
            "follows": follows,
            "letters": rhythm,
            "interests": topics[False],
            "skills": topics[True],
            "told_of": Told.objects.filter(person=person).count(),
        }
    }


def part(person: Person, at: datetime) -> None:
    """Forget all of it."""
    for kept in (Follow, Reading, Told, Topic):
        kept._default_manager.filter(person=person).delete()


def register() -> None:
    register_kept(kept_of)
    register_parting(part)
