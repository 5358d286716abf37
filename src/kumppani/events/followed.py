"""What of events is told to those who follow them."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kumppani.accounts.models import Person
from kumppani.events.models import Event
from kumppani.events.queries import visible_events
from kumppani.following.kinds import Kind, register_kind
from kumppani.following.telling import tell
from kumppani.network.followed import ORGANISATIONS
from kumppani.network.models import Facet

EVENT = "events.event"


def register() -> None:
    register_kind(
        Kind(
            EVENT,
            _("Events, trainings and webinars"),
            Event,
            lambda person, on: visible_events(person, on=on),
            lambda event: reverse("event", args=[event.pk]),
            _language_of,
        )
    )


def tell_of_event(event: Event, *, by: Person, at: datetime) -> None:
    labels = {
        str(Facet.THEME): event.codes(Facet.THEME),
        str(Facet.LANGUAGE): event.codes(Facet.LANGUAGE),
        "regions": list(event.regions.values_list("pk", flat=True)),
        ORGANISATIONS: [str(event.organisation_id)] if event.organisation_id else [],
    }
    tell(EVENT, subject=event, by=by, at=at, labels=labels)


def _language_of(event: Event) -> str:
    said = event.text_said
    return said.language if said else (get_language() or "fi")
