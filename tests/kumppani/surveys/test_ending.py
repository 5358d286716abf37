"""A wave ends when its results are published, wherever the release was made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.roles import Role
from kumppani.history.recording import lines_about
from kumppani.results.actions import NotNow, approve_release, publish_release, take_in_release
from kumppani.results.models import Release
from kumppani.results.models import State as ReleaseState
from kumppani.surveys import actions
from kumppani.surveys.models import State, Wave
from tests.conftest import MadeOnce
from tests.kumppani.results.conftest import files_in, release_of_totals
from tests.kumppani.surveys import waves

pytestmark = pytest.mark.django_db(databases=["default", "answers"])
WAVE = "kb2022-demonstration"
"""The name that the example's own wave.yaml gives."""
NOW = timezone.now()
SendIn = Callable[[], Release]


@pytest.fixture
def wave(who: waves.People, custodians: Any) -> Wave:
    return waves.opened(who, custodians, code=WAVE)


@pytest.fixture
def approver(db: None) -> Person:
    person = Person.objects.create_person(email="approver@example.org", name="approver", language="en")
    Grant.objects.create(person=person, role=Role.APPROVER, valid_from=timezone.localdate())
    return person


@pytest.fixture
def approved(who: waves.People, approver: Person, made_once: MadeOnce, settings: Any, tmp_path: Path) -> SendIn:
    """Send a release of the wave in, made away from the site, and let it be approved."""
    settings.RELEASES_FOLDER = tmp_path / "releases"

    def send_in() -> Release:
        files = files_in(made_once("release-of-totals-2022", release_of_totals))
        release = take_in_release(files=files, involved=[who.custodian], by=who.analyst, at=NOW)
        approve_release(release=release, by=approver, at=NOW)
        return release

    return send_in


def page_of(wave: Wave, person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.get(f"/en/waves/{wave.code}/").content.decode()


def cut_off(wave: Wave, who: waves.People) -> None:
    actions.close_wave(wave=wave, by=who.coordinator, at=NOW)
    actions.cut_off(wave=wave, by=who.coordinator, at=NOW)


def test_the_page_leads_from_what_was_sent_in_to_what_is_published(wave: Wave, who: waves.People, approved: SendIn):
    cut_off(wave, who)
    actions.mark_opened(wave=wave, by=who.custodian, at=NOW)
    release = approved()
    assert Wave.objects.get().state == State.OPENED
    assert reverse("review", args=[release.digest]) in page_of(wave, who.coordinator)

    publish_release(release=release, by=who.coordinator, at=NOW)

    ended = Wave.objects.get()
    assert (ended.state, ended.release_identity) == (State.RELEASED, release.identity)
    assert "release published" in [line.what for line in lines_about(ended)]
    page = page_of(wave, who.coordinator)
    assert reverse("release", args=[WAVE]) in page
    assert reverse("pinned-release", args=[release.identity]) in page


def test_answers_that_were_opened_without_a_word_end_their_wave_too(wave: Wave, who: waves.People, approved: SendIn):
    cut_off(wave, who)

    publish_release(release=approved(), by=who.coordinator, at=NOW)

    assert Wave.objects.get().state == State.RELEASED


def test_a_correction_after_the_answers_are_destroyed_changes_only_what_the_wave_names(
    wave: Wave, who: waves.People, approved: SendIn
):
    cut_off(wave, who)
    actions.destroy(wave=wave, by=who.coordinator, at=NOW + timedelta(days=301))

    release = approved()
    publish_release(release=release, by=who.coordinator, at=NOW)

    ended = Wave.objects.get()
    assert (ended.state, ended.release_identity) == (State.DESTROYED, release.identity)


def test_what_bears_the_name_of_a_wave_that_still_takes_answers_is_not_published(
    wave: Wave, who: waves.People, approved: SendIn
):
    release = approved()

    with pytest.raises(NotNow, match="the wave is “open”"):
        publish_release(release=release, by=who.coordinator, at=NOW)

    release.refresh_from_db()
    assert release.state == ReleaseState.APPROVED
    assert Wave.objects.get().state == State.OPEN


def test_another_waves_release_leaves_this_one_alone(who: waves.People, custodians: Any, approved: SendIn):
    other = waves.opened(who, custodians, code="another")
    cut_off(other, who)

    publish_release(release=approved(), by=who.coordinator, at=NOW)

    assert Wave.objects.get().state == State.CUT_OFF
