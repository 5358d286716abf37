from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.own import leave
from kumppani.accounts.roles import Role
from kumppani.projects.actions.people import ask_to_take_part, hand_over, let_in
from kumppani.projects.actions.workspaces import archive_workspace, delete_workspace
from kumppani.results.models import Release
from kumppani.results.models import State as ReleaseState
from kumppani.surveys.models import State, Wave
from kumppani.website.waiting import own_steps, waiting_steps
from tests.kumppani.conftest import MakePerson
from tests.kumppani.projects.conftest import MakeWorkspace, coordinator_of, founded, join  # noqa: F401 (a fixture)

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


@pytest.mark.parametrize("roles", [(), (Role.COORDINATOR,)])
def test_who_coordinates_a_workspace_finds_those_who_ask_on_her_own_page(
    roles: tuple[Role, ...],
    founded: MakeWorkspace,  # noqa: F811
    somebody: MakePerson,
    signed_in: Callable,
):
    coordinates, member, at = somebody(*roles), somebody(Role.COORDINATOR), timezone.now()
    workspace = founded(by=coordinates, name="A fair in Kajaani", is_open=True)
    join(workspace, member)
    address = reverse("workspace-people", args=[workspace.pk])

    def page(person: Person) -> str:
        return signed_in(person).get(reverse("workplace")).content.decode()

    assert address not in page(coordinates)
    wishes = []
    for _ in range(2):
        ask_to_take_part(workspace=workspace, words="", by=somebody(), at=at)
        wishes.append(workspace.wishes.last())

    assert "A fair in Kajaani: 2 people ask to take part" in page(coordinates)
    assert address in page(coordinates)
    assert "A fair in Kajaani" not in page(member)  # who takes part there, and has a role in the programme
    for wish in wishes:
        assert wish is not None
        let_in(wish=wish, by=coordinates, at=at)
    assert address not in page(coordinates)


@pytest.mark.parametrize("how", ["archived", "deleted", "handed over", "left the site"])
def test_a_request_that_nobody_can_answer_waits_for_nobody(
    how: str,
    founded: MakeWorkspace,  # noqa: F811
    somebody: MakePerson,
):
    workspace, other, asking, at = founded(is_open=True), somebody(), somebody(), timezone.now()
    by, place = coordinator_of(workspace), join(workspace, other)
    ask_to_take_part(workspace=workspace, words="", by=asking, at=at)
    assert [step.mine for step in own_steps(by)] == [True]

    if how == "archived":
        archive_workspace(workspace=workspace, by=by, at=at)
    elif how == "deleted":
        delete_workspace(workspace=workspace, by=by, at=at)
    elif how == "handed over":
        hand_over(to=place, by=by, at=at)
    else:
        leave(person=asking, at=at)

    assert own_steps(by) == []
    assert len(own_steps(other)) == (how == "handed over")
