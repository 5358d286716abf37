"""What is kept of a person here, and how it is taken away when she leaves."""

from __future__ import annotations

from datetime import datetime

from kumppani.accounts import leaving
from kumppani.accounts.models import Person
from kumppani.following.models import Follow, Reading, Told, Topic
from kumppani.following.queries import follows_of, topics_of


def everything_about(person: Person) -> dict[str, object]:
    reading = Reading.objects.filter(person=person).first()
    return {
        "follows": [
            {
                "since": one.since.isoformat(),
                "paused": one.paused,
                "what": {facet: sorted(codes) for facet, codes in one.codes().items()},
            }
            for one in follows_of(person)
        ],
        "letters": None
        if reading is None
        else {"rhythm": reading.rhythm, "hour": reading.hour, "weekday": reading.weekday},
        "interests": topics_of(person)[False],
        "skills": topics_of(person)[True],
        "told_of": Told.objects.filter(person=person).count(),
    }


def forget(*, person: Person, at: datetime) -> None:
    for kept in (Follow, Reading, Told, Topic):
        kept._default_manager.filter(person=person).delete()


def register() -> None:
    leaving.register("following", everything_about=everything_about, forget=forget)
