"""What is kept of waves and of sealed answers."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kumppani.history.retention import keep, nothing_about_people
from kumppani.surveys.sealed import store

keep(
    "surveys.wave",
    what=_(
        "Waves of a barometer: the questionnaire, an address for questions, who prepared it and who opened the answers"
    ),
    why=_("So that results can be checked: who made them must not have approved them."),
    until=_("As long as its results are public. The name is taken out when somebody leaves."),
)
keep(
    "sealed.sealedanswer",
    "sealed.tombstone",
    what=_("Sealed answers to a barometer: nobody can read them here, and no answer names who gave it"),
    why=_("To make the results."),
    until=_("Until the day that the privacy notice of the wave promises; then a coordinator destroys them."),
)
keep(
    "sealed.draft",
    what=_("An unfinished answer, locked with the code that only you have"),
    why=_("So that you can go on later."),
    until=_("30 days, and no longer than the wave is open."),
    end=lambda at: store.forget_expired_drafts(timezone.localdate(at)),
)
nothing_about_people("surveys.daycount", "surveys.channelcount", "surveys.pageviews")
