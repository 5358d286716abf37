"""Many requests at once: each answer arrives once, is counted once, and none after the wave is closed."""

import threading
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from barometer.answering.sheet import AnswerSheet
from barometer.sealing import identifier, new_code
from kumppani.surveys import actions
from kumppani.surveys.models import Wave
from kumppani.surveys.order import NotNow
from kumppani.surveys.sealed import store
from tests.kumppani.surveys import waves

pytestmark = pytest.mark.django_db(databases=["default", "answers"], transaction=True)


def at_once(*deeds) -> None:
    def done(deed):
        try:
            deed()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=done, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_double_sending_and_closing_at_the_same_time(custodians):
    if connections["answers"].vendor != "postgresql":
        pytest.skip("not run: the tests' SQLite lies in memory and lets one thread write")
    who = waves.people()
    wave = waves.opened(who, custodians)
    codes = [new_code() for _ in range(6)]
    taken, at_closing = [], []

    def send(code):
        try:
            taken.append(actions.receive(wave=wave, code=code, sheet=AnswerSheet(), on=timezone.localdate()))
        except NotNow:
            taken.append(False)

    def close():
        actions.close_wave(wave=wave, by=who.coordinator, at=timezone.now())
        at_closing.append(store.count(wave.code))

    at_once(*(lambda code=code: send(code) for code in codes * 3), close)

    assert len(taken) == 18
    assert [store.count(wave.code)] == at_closing == [sum(taken)]
    assert actions.exact_counts(Wave.objects.get()).sent == sum(taken)
    assert names_in_the_log([identifier(wave.code, code) for code in codes]) == []


def names_in_the_log(names) -> list[str]:
    with connections["answers"].cursor() as cursor:
        cursor.execute("SHOW data_directory")
        log = Path(cursor.fetchone()[0]).parent / "log"
    text = log.read_text(errors="replace") if log.is_file() else ""
    return [name for name in names if name in text]
