"""How far a wave has come, as a list of steps with one that is now."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kumppani.surveys.models import State, Wave

ORDER = (
    (State.PREPARED,),
    (State.REHEARSED,),
    (State.OPEN, State.PAUSED),
    (State.CLOSED,),
    (State.CUT_OFF,),
    (State.OPENED,),
    (State.RELEASED,),
    (State.DESTROYED,),
)


@dataclass(frozen=True)
class Step:
    name: str
    note: str
    state: str
    """``done``, ``now`` or ``later``."""


def steps_of(wave: Wave) -> list[Step]:
    """The step that is now is the next deed, not the last one."""
    said = [
        (_("Prepare"), _("Questionnaire, key and privacy notice are frozen.")),
        (_("Rehearse"), _("The custodians open one sealed answer, before anybody answers.")),
        (_("Open"), _("Respondents answer; every answer is sealed at once.")),
        (_("Close"), _("Nobody can answer any more. Paper sheets may still be added.")),
        (_("Cut off"), _("Nothing is added after this. The sealed answers can be taken out.")),
        (_("Open the answers"), _("The custodians do it together, away from this site.")),
        (_("Make the release"), _("An analyst makes protected tables; another person approves them.")),
        (_("Destroy the answers"), _("On the day that respondents were promised.")),
    ]
    done = next(number for number, states in enumerate(ORDER) if wave.state in states) + 1
    states = ["done" if number < done else "now" if number == done else "later" for number in range(len(said))]
    return [Step(name, note, state) for (name, note), state in zip(said, states, strict=True)]
