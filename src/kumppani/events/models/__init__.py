"""The rows of events, and of those who register for them."""

from kumppani.events.models.events import (
    MOST_DAYS_KEPT,
    Event,
    EventLabel,
    EventQuerySet,
    EventText,
    HeldSeats,
    Kind,
    Material,
    Question,
    State,
)
from kumppani.events.models.registrations import (
    ACTIVE,
    SALT,
    TAKING,
    Answer,
    Registration,
    RegistrationQuerySet,
    Status,
)

__all__ = [
    "ACTIVE",
    "MOST_DAYS_KEPT",
    "SALT",
    "TAKING",
    "Answer",
    "Event",
    "EventLabel",
    "EventQuerySet",
    "EventText",
    "HeldSeats",
    "Kind",
    "Material",
    "Question",
    "Registration",
    "RegistrationQuerySet",
    "State",
    "Status",
]
