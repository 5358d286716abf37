from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kumppani.accounts.roles import Role
from kumppani.results.models import Release
from kumppani.results.models import State as ReleaseState
from kumppani.surveys.models import State, Wave
from kumppani.website.waiting import waiting_steps
from tests.kumppani.conftest import MakePerson

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


@pytest.fixture
def wave(somebody: MakePerson) -> Wave:
    return Wave.objects.create(
        code="wave",
        titles={"en": "A wave"},
        files={},
        questionnaire_plain={},
        privacy={},
        minutes=5,
        opens_on=TODAY - timedelta(days=9),
        closes_on=TODAY - timedelta(days=1),
        destroy_on=TODAY,
        demonstration=False,
        prepared_by=somebody(),
    )


@pytest.mark.parametrize(
    ("state", "proof", "role"),
    [
        (State.PREPARED, "", Role.COORDINATOR),
        (State.PREPARED, "digest", Role.CUSTODIAN),
        (State.REHEARSED, "", Role.COORDINATOR),
        (State.OPEN, "", Role.COORDINATOR),
        (State.PAUSED, "", Role.COORDINATOR),
        (State.CLOSED, "", Role.COORDINATOR),
        (State.CUT_OFF, "", Role.CUSTODIAN),
        (State.OPENED, "", Role.ANALYST),
        (State.RELEASED, "", Role.COORDINATOR),
    ],
)
def test_every_state_of_a_wave_waits_for_one_role(
    state: State, proof: str, role: Role, wave: Wave, somebody: MakePerson
):
    Wave.objects.update(state=state, rehearsal_proof=proof)

    found = {other: waiting_steps(somebody(other), on=TODAY) for other in Role}

    assert {step.role for steps in found.values() for step in steps} == {role}
    assert {other for other, steps in found.items() if steps[0].mine} == {role}


def test_a_wave_whose_answers_are_destroyed_waits_for_nobody(wave: Wave, somebody: MakePerson):
    Wave.objects.update(state=State.DESTROYED)

    assert waiting_steps(somebody(Role.COORDINATOR), on=TODAY) == []


def test_an_open_wave_waits_for_nobody_before_its_last_day(wave: Wave, somebody: MakePerson, settings: Any):
    settings.DEMONSTRATION = False
    Wave.objects.update(state=State.OPEN)

    assert waiting_steps(somebody(Role.COORDINATOR), on=TODAY - timedelta(days=2)) == []


def test_a_release_that_was_sent_in_is_waited_for_once(wave: Wave, somebody: MakePerson):
    Wave.objects.update(state=State.OPENED)
    analyst = somebody(Role.ANALYST)
    Release.objects.create(
        digest="d",
        wave=wave.code,
        titles={"en": "A wave"},
        languages=["en"],
        respondents=60,
        demonstration=False,
        has_cited=False,
        state=ReleaseState.CHECKED,
        received_by=analyst,
        received_at=datetime(2026, 6, 15, tzinfo=UTC),
    )

    assert [step.role for step in waiting_steps(analyst, on=TODAY)] == [Role.APPROVER]
