"""An event can be reported: its texts. Who is registered is no part of that."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from kumppani.accounts.models import Person
from kumppani.events.models import Event
from kumppani.events.queries import visible_events
from kumppani.history.models import Line
from kumppani.moderation.registry import Moderated, register_moderated
from kumppani.network.models import Membership


def register() -> None:
    register_moderated(EVENT)


def _words(event: Event) -> str:
    parts = [part for text in event.texts.all() for part in (text.title, text.lead, text.text)]
    return "\n\n".join(part for part in (*parts, event.place) if part)


def _language(event: Event) -> str:
    said = event.text_said
    return said.language if said else "fi"


def _authors(event: Event) -> Iterable[Person]:
    if event.organisation is None:
        return [event.made_by] if event.made_by is not None else []
    admins = event.organisation.memberships.current().filter(role=Membership.Role.ADMIN, person__is_active=True)
    return [membership.person for membership in admins.select_related("person")]


def _concerned(event: Event) -> set[int]:
    """Whoever wrote or changed it, and everybody for whom it is arranged."""
    lines = Line.objects.filter(about_kind=event._meta.label_lower, about_id=str(event.pk), by__isnull=False)
    people = set(lines.values_list("by", flat=True))
    if event.organisation is not None:
        people |= set(event.organisation.memberships.current().values_list("person", flat=True))
    return people


def _erase(event: Event) -> None:
    """The words go; that there was an event, and how many came, stays."""
    event.texts.update(title="–", lead="", text="")
    event.place = event.online_link = ""
    event.version += 1
    event.save(update_fields=["place", "online_link", "version"])


EVENT = Moderated(
    model=Event,
    name="event",
    label=pgettext_lazy("reported", "An event"),
    visible=visible_events,
    title_of=str,
    words_of=_words,
    language_of=_language,
    region_of=lambda event: event.home,
    authors_of=_authors,
    concerned_with=_concerned,
    address_of=lambda event: reverse("event", args=[event.pk]),
    erase=_erase,
)
