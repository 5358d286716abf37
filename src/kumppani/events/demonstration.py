"""The events of the demonstration, written by the site's own actions. Everything in them is invented."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.events.actions import arranging, registering
from kumppani.events.models import Event
from kumppani.events.plans import Asked, Entry, Held, Plan, Words
from kumppani.mailing.models import Letter
from kumppani.network.demonstration import DOMAIN, HOST, MEMBER
from kumppani.network.models import Organisation
from kumppani.regions.models import Region

FILE = Path(__file__).with_name("demonstration.yaml")
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@transaction.atomic
def load_demonstration_events(*, coordinator: Person, at: datetime) -> None:
    """Write them once: what is there already stays as it is. The mailbox of the demonstration is to begin empty."""
    people = {"coordinator": coordinator}
    for key, email in (("member", MEMBER), ("host", HOST)):
        found = Person.objects.filter(email=email).first()
        if found is None or Event.objects.exists():
            return
        people[key] = found
    newest = Letter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for entry in yaml.safe_load(FILE.read_text(encoding="utf-8"))["events"]:
        _load(entry, people, at)
    Letter.objects.filter(pk__gt=newest).delete()


def _load(entry: dict[str, Any], people: dict[str, Person], at: datetime) -> None:
    by = people[entry["by"]]
    organisation = Organisation.objects.filter(name=entry.get("organisation")).first()
    day = timezone.localdate(at) + timedelta(days=entry["day"])
    begins, ends = (
        datetime.combine(day, time.fromisoformat(entry[name]), tzinfo=timezone.get_default_timezone())
        for name in ("from", "to")
    )
    written = min(at, begins - timedelta(days=40))
    plan = Plan(
        kind=entry["kind"],
        organisation=organisation,
        home=Region.objects.get(kind=Region.Kind.NATIONWIDE),
        regions=tuple(Region.objects.filter(code__in=entry["regions"])),
        begins_at=begins,
        ends_at=ends,
        words={code: Words(*entry["words"][code]) for code in LANGUAGES if code in entry["words"]},
        place=entry.get("place", ""),
        online_link=entry.get("online", ""),
        themes=tuple(entry["themes"]),
        languages=tuple(entry["languages"]),
        capacity=entry.get("capacity"),
        takes_registrations=entry.get("registers", True),
    )
    event = arranging.write_event(plan=plan, by=by, at=written)
    arranging.ask(event=event, questions=[Asked(about, 7) for about in entry.get("asks", ())], by=by, at=written)
    if "held" in entry:
        name, places, days = entry["held"]
        held = Held(name, places, timezone.localdate(at) + timedelta(days=days))
        arranging.hold_seats(event=event, held=[held], by=by, at=written)
    if entry.get("draft"):
        return
    arranging.publish_event(event=event, by=by, at=written)
    _register(event, entry.get("people", 0), written + timedelta(hours=1))
    for title, link, everybody in entry.get("materials", ()):
        arranging.add_material(
            event=event, title=title, link=link, upload=None, for_everybody=everybody, by=by, at=max(written, ends)
        )
    if "called_off" in entry:
        arranging.call_off_event(event=event, because=entry["called_off"], by=by, at=at)


def _register(event: Event, number: int, at: datetime) -> None:
    """Made-up people: numbers in place of names."""
    for one in range(1, number + 1):
        language = LANGUAGES[one % len(LANGUAGES)]
        said = Entry(name=f"Osallistuja {one} (keksitty)", email=f"participant{one}@{DOMAIN}", language=language)
        made = registering.register(event=event, entry=said, person=None, at=at)
        registering.confirm(registration=made, at=at)
