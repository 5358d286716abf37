"""Many at the same moment: no place is given twice, nobody loses her number, and nobody sees an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from kumppani.events.actions.looking_after import look_after_events
from kumppani.events.actions.registering import accept_offer, cancel, confirm, register
from kumppani.events.faults import NotNow
from kumppani.events.models import TAKING, Event, Registration, Status
from kumppani.mailing.models import Letter
from tests.kumppani.events.conftest import NOW, MakeEvent, entry, registered

PEOPLE, PLACES = 200, 50
KUMPPANI = Path(sys.executable).with_name("kumppani")


def at_once(*deeds: Callable[[], object], hands: int = 25) -> list[str]:
    """Do all of them, so many at a time; give for each what came: "done", "refused", or the name of an error."""
    if connection.vendor != "postgresql":
        pytest.skip("not run: the tests' SQLite lies in memory and lets one thread write")
    left, outcomes, lock = list(deeds), [], threading.Lock()

    def work() -> None:
        try:
            while True:
                with lock:
                    if not left:
                        return
                    deed = left.pop(0)
                try:
                    deed()
                    outcome = "done"
                except NotNow:
                    outcome = "refused"
                except Exception as failure:  # it is what the test asserts on
                    outcome = type(failure).__name__
                with lock:
                    outcomes.append(outcome)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def standing(event: Event) -> list[tuple[int, str]]:
    return list(event.registrations.order_by("number").values_list("number", "status"))


@pytest.mark.django_db(transaction=True)
def test_two_hundred_register_at_once_for_fifty_places(published: MakeEvent):
    event = published(capacity=PLACES)

    outcomes = at_once(*(lambda: register(event=event, entry=entry(), person=None, at=NOW) for _ in range(PEOPLE)))

    assert outcomes == ["done"] * PEOPLE
    assert standing(event) == [
        (number, Status.REGISTERED if number <= PLACES else Status.WAITING) for number in range(1, PEOPLE + 1)
    ]
    assert Letter.objects.count() == PEOPLE


@pytest.mark.django_db(transaction=True)
def test_thirty_cancel_while_offers_run_out_and_are_taken(published: MakeEvent):
    event = published(capacity=PLACES)
    people = [registered(event) for _ in range(PLACES + 60)]
    later = NOW + timedelta(days=3)
    for leaving in people[:10]:
        cancel(registration=leaving, at=NOW)  # ten are offered a place, and let it run out
    first_offered = list(event.registrations.filter(status=Status.OFFERED).values_list("number", flat=True))
    most: list[int] = []

    def watch() -> None:
        most.append(event.registrations.filter(status__in=TAKING).count())

    deeds: list[Callable[[], object]] = []
    for leaving in people[10:40]:
        deeds += [lambda one=leaving: cancel(registration=one, at=later), watch]  # type: ignore[misc]
        deeds += [lambda: look_after_events(at=later)]
    outcomes = at_once(*deeds)

    assert first_offered == list(range(PLACES + 1, PLACES + 11))
    assert set(outcomes) == {"done"}
    assert max(most) <= PLACES
    assert event.registrations.filter(status__in=TAKING).count() == PLACES
    offered = list(
        event.registrations.filter(status=Status.OFFERED).order_by("number").values_list("number", flat=True)
    )
    assert offered == list(range(PLACES + 11, PLACES + 51)), "those who waited longest, without a gap"
    assert list(event.registrations.filter(status=Status.EXPIRED).values_list("number", flat=True)) == first_offered


@pytest.mark.django_db(transaction=True)
def test_of_many_presses_on_one_offer_one_takes_the_place(published: MakeEvent):
    event = published(capacity=1)
    first, second, third = (registered(event) for _ in range(3))
    cancel(registration=first, at=NOW)

    at_once(
        *(lambda: accept_offer(registration=second, at=NOW) for _ in range(5)),
        *(lambda: accept_offer(registration=third, at=NOW) for _ in range(5)),
    )

    assert standing(event) == [(1, Status.CANCELLED), (2, Status.REGISTERED), (3, Status.WAITING)]
    assert Letter.objects.filter(calendar_method="PUBLISH").count() == 2  # the first's, and the second's once


@pytest.mark.django_db(transaction=True)
def test_one_address_sent_many_times_at_once_is_registered_once(published: MakeEvent):
    event = published()
    same = entry()

    outcomes = at_once(*(lambda: register(event=event, entry=same, person=None, at=NOW) for _ in range(12)))

    assert (outcomes, Registration.objects.count()) == (["done"] * 12, 1)


@pytest.mark.same_on_every_database("it is about SQLite, in a file of its own")
def test_two_hundred_register_at_once_on_a_file_of_sqlite(tmp_path: Path):
    """A site of its own, since a database in memory lets one thread write: four processes of ten threads."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "KUMPPANI_"))}
    usual.pop("DATABASE_URL", None)
    site = {**usual, "KUMPPANI_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "kumppani.settings.demonstration"}
    subprocess.run([KUMPPANI, "manage", "migrate"], env=site, check=True, capture_output=True)
    subprocess.run([KUMPPANI, "manage", "shell", "-c", PREPARE], env=site, check=True, capture_output=True)

    running = [
        subprocess.Popen(
            [KUMPPANI, "manage", "shell", "-c", REGISTER.replace("WHICH", str(number))],
            env=site,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    outcomes = [json.loads(process.communicate(timeout=300)[0].strip().splitlines()[-1]) for process in running]
    told = subprocess.run(
        [KUMPPANI, "manage", "shell", "-c", TELL], env=site, check=True, capture_output=True, text=True
    )

    assert outcomes == [["done"] * 50] * 4
    assert json.loads(told.stdout.strip().splitlines()[-1]) == [
        [number, "registered" if number <= PLACES else "waiting"] for number in range(1, PEOPLE + 1)
    ]


PREPARE = f"""
from datetime import timedelta
from django.utils import timezone
from kumppani.events.models import Event
now = timezone.now()
Event.objects.create(kind="event", home_id="nationwide", begins_at=now + timedelta(days=9),
    ends_at=now + timedelta(days=10), place="Here", capacity={PLACES}, state="published", made_at=now, changed_at=now,
    published_at=now)
"""
REGISTER = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from django.db import connections
from django.utils import timezone
from kumppani.events.actions.registering import register
from kumppani.events.models import Event
from kumppani.events.plans import Entry
event = Event.objects.get()
def one(number):
    try:
        entry = Entry(f"V {number}", f"v{number}-WHICH@example.org", "en")
        register(event=event, entry=entry, person=None, at=timezone.now())
        return "done"
    except Exception as failure:
        return repr(failure)
    finally:
        connections.close_all()
with ThreadPoolExecutor(10) as pool:
    print(json.dumps(list(pool.map(one, range(50)))))
"""
TELL = """
import json
from kumppani.events.models import Registration
print(json.dumps([list(row) for row in Registration.objects.order_by("number").values_list("number", "status")]))
"""


@pytest.mark.django_db(transaction=True)
def test_confirming_at_once_offers_in_order(published: MakeEvent):
    event = published(capacity=2)
    people = [registered(event, sure=False) for _ in range(12)]

    outcomes = at_once(*(lambda one=one: confirm(registration=one, at=NOW) for one in people))  # type: ignore[misc]

    assert outcomes == ["done"] * 12
    assert [status for _number, status in standing(event)] == [Status.REGISTERED] * 2 + [Status.WAITING] * 10
