"""What is kept of events and of those who register for them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kumppani.events.actions.looking_after import forget_what_is_over
from kumppani.history.retention import keep, nothing_about_people

keep(
    "events.event",
    "events.eventtext",
    "events.material",
    what=_("Events: what they say, who wrote them, and what was shown"),
    why=_("So that people find them, and find the materials afterwards."),
    until=_("As long as the programme lasts, or the organisation is kept. The name is taken out when somebody leaves."),
)
keep(
    "events.registration",
    "events.answer",
    what=_("That you registered for an event: name, e-mail address, language, and what you were asked"),
    why=_("So that you get a place and what you need to take part."),
    until=_(
        "Each answer and the name until the day that was said on the form, mostly 7 and 30 days after the event; when "
        "you cancel, at once. Without confirmation by letter nothing is kept after a day. How many came is kept."
    ),
    end=forget_what_is_over,
)
keep(
    "events.question",
    what=_("What the organiser of an event asks, and why"),
    why=_("So that you read it before you answer."),
    until=_("As long as the event."),
)
nothing_about_people("events.eventlabel", "events.heldseats")
