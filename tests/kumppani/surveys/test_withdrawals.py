"""Withdrawals that come after the answers were taken out are counted in fives and change nothing that is public."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kumppani.surveys import actions
from kumppani.surveys.models import State, Wave
from kumppani.surveys.queries import withdrawals_waiting
from kumppani.surveys.sealed import store
from tests.kumppani.surveys import waves

pytestmark = pytest.mark.django_db(databases=["default", "answers"])
NOW = timezone.now()


@pytest.fixture
def wave(who: waves.People, custodians: Any) -> Wave:
    """A wave with three withdrawals before the cut-off, whose answers were taken out and opened."""
    wave = waves.opened(who, custodians)
    withdraw(wave, 3, "early")
    actions.close_wave(wave=wave, by=who.coordinator, at=NOW)
    actions.cut_off(wave=wave, by=who.coordinator, at=NOW)
    actions.export_bundle(wave=again(wave), by=who.custodian, at=NOW)
    actions.mark_opened(wave=wave, by=who.custodian, at=NOW)
    return again(wave)


def again(wave: Wave) -> Wave:
    return Wave.objects.get(pk=wave.pk)


def withdraw(wave: Wave, count: int, name: str) -> None:
    for number in range(count):
        store.bury(wave.code, f"{name}-{number}")


def publish(wave: Wave, who: waves.People) -> Wave:
    actions.note_published_release(code=wave.code, identity="0" * 64, by=who.coordinator, at=NOW)
    return again(wave)


def page_of(wave: Wave, who: waves.People) -> str:
    client = Client()
    client.force_login(who.coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    return " ".join(client.get(f"/en/waves/{wave.code}/").content.decode().replace("\u00ad", "").split())


@pytest.mark.parametrize(("late", "shown"), [(0, 0), (1, 0), (4, 0), (5, 5), (9, 5), (10, 10)])
def test_late_withdrawals_are_counted_in_fives(late: int, shown: int, wave: Wave):
    withdraw(wave, late, "late")

    assert withdrawals_waiting(wave) == shown


def test_they_wait_on_when_the_release_is_published_without_them(wave: Wave, who: waves.People):
    withdraw(wave, 6, "late")

    published = publish(wave, who)

    assert published.state == State.RELEASED
    assert withdrawals_waiting(published) == 5
    withdraw(wave, 4, "later")
    assert withdrawals_waiting(published) == 10


def test_a_release_made_of_a_later_bundle_leaves_them_out(wave: Wave, who: waves.People):
    publish(wave, who)
    withdraw(wave, 6, "late")

    actions.export_bundle(wave=again(wave), by=who.custodian, at=NOW)
    assert withdrawals_waiting(again(wave)) == 5
    assert withdrawals_waiting(publish(wave, who)) == 0


def test_before_the_answers_are_opened_nothing_waits(who: waves.People, custodians: Any):
    wave = waves.opened(who, custodians)
    withdraw(wave, 12, "early")

    assert withdrawals_waiting(wave) is None
    assert "Withdrawals since" not in page_of(wave, who)


def test_the_page_shows_no_number_below_five(wave: Wave, who: waves.People):
    none = page_of(wave, who)
    withdraw(wave, 4, "late")
    few = page_of(wave, who)
    withdraw(wave, 3, "more")
    many = page_of(wave, who)

    assert "A few withdrawals may wait, or none. Nothing is published again because of them" in few
    section = slice(few.index("Withdrawals since"), None)
    assert none[section].split("</section>")[0] == few[section].split("</section>")[0]
    assert "At least 5 withdrawals wait." in many
