"""That a letter misses nothing and repeats nothing, over histories drawn at random, and when its writer is killed."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.following.actions import change_follow, follow, pause, set_reading
from kumppani.following.choosing import fits
from kumppani.following.digests import write_digests
from kumppani.following.models import Follow, Happening
from kumppani.mailing.models import Letter
from kumppani.network.actions.notices import close_notice, reopen_notice
from kumppani.network.models import Notice, Organisation
from tests.kumppani.conftest import MakePerson
from tests.kumppani.mailing.test_over_smtp import (  # noqa: F401
    KUMPPANI,
    Inbox,
    Site,
    an_empty_site,
    database_of,
    inbox,
    let_the_claim_of_the_killed_expire,
    wait_until,
)
from tests.kumppani.network.conftest import MakeNotice, MakeOrganisation, admin_of, regions

THEMES, REGIONS = ("education", "housing"), ("uusimaa", "kainuu")
CHOICES = [
    {"kinds": {"network.need"}},
    {"kinds": {"network.offer"}, "regions": {"kainuu"}},
    {"themes": {"housing"}},
    {"themes": {"education"}, "regions": {"uusimaa"}},
]
ABOUT_NOTICES = ["network.need", "network.offer"]
STEPS = 40
READERS, KILLED_AFTER = 1_000, 200


class History:
    """Deeds in time, and beside them the plain record of what a reader has to be told."""

    def __init__(self, seed: int, reader: Person, organisation: Organisation, noticed: MakeNotice) -> None:
        self.chance, self.reader, self.organisation, self.noticed = random.Random(seed), reader, organisation, noticed
        self.now = timezone.now() - timedelta(days=20)
        self.fitted: set[str] = set()
        """The titles of what fitted a follow that held and was not paused, when it happened."""

    def step(self) -> None:
        self.now += timedelta(minutes=self.chance.randrange(1, 600))
        deed = self.chance.choice(
            [self.write, self.write, self.write, self.close, self.reopen, self.begin, self.change, self.pause,
             self.rhythm, self.look]
        )  # fmt: skip
        deed()

    def write(self) -> None:
        kind, number = self.chance.choice(["need", "offer"]), Notice.objects.count()
        notice = self.noticed(
            self.organisation, kind, title=f"[{number}]",
            themes=(self.chance.choice(THEMES),), regions=regions(self.chance.choice(REGIONS)),
        )  # fmt: skip
        self._happened(notice)

    def close(self) -> None:
        for notice in Notice.objects.filter(closed_at=None).order_by("?")[:1]:
            close_notice(notice=notice, by=admin_of(self.organisation), at=self.now)

    def reopen(self) -> None:
        for notice in Notice.objects.exclude(closed_at=None).order_by("?")[:1]:
            reopen_notice(notice=notice, by=admin_of(self.organisation), at=self.now)
            self._happened(notice)

    def begin(self) -> None:
        follow(person=self.reader, codes=self.chance.choice(CHOICES), at=self.now)

    def change(self) -> None:
        for one in Follow.objects.held().order_by("?")[:1]:
            change_follow(one=one, codes=self.chance.choice(CHOICES), by=self.reader, at=self.now)

    def pause(self) -> None:
        for one in Follow.objects.held().order_by("?")[:1]:
            pause(one=one, paused=not one.paused, by=self.reader, at=self.now)

    def rhythm(self) -> None:
        rhythm = self.chance.choice(["at_once", "daily", "weekly"])
        set_reading(person=self.reader, rhythm=rhythm, hour=self.chance.randrange(24), weekday=0, at=self.now)

    def look(self) -> None:
        write_digests(at=self.now)

    def _happened(self, notice: Notice) -> None:
        """Date it in the history's time, and note whether it is owed to the reader."""
        Happening.objects.filter(kind__in=ABOUT_NOTICES, subject=notice.pk, at__gt=self.now).update(at=self.now)
        told = {"themes": {label.code for label in notice.labels.filter(facet="themes")},
                "regions": {region.pk for region in notice.regions.all()}}  # fmt: skip
        if any(fits(one.codes(), f"network.{notice.kind}", told) and not one.paused for one in Follow.objects.held()):
            self.fitted.add(notice.title)


def told_titles() -> Counter[str]:
    return Counter(line for letter in Letter.objects.all() for line in letter.body.splitlines() if line.startswith("["))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(30))
def test_whatever_happened_is_in_the_next_letter_and_in_one_alone(
    seed: int, somebody: MakePerson, confirmed: MakeOrganisation, noticed: MakeNotice
):
    history = History(seed, somebody(), confirmed(), noticed)
    history.begin()
    for _step in range(STEPS):
        history.step()
    owed = history.fitted & set(Notice.objects.filter(closed_at=None).values_list("title", flat=True))
    write_digests(at=history.now + timedelta(days=8))

    told = told_titles()
    subjects = Happening.objects.filter(kind__in=ABOUT_NOTICES).values_list("subject", flat=True)
    titles = dict(Notice.objects.values_list("pk", "title"))
    happened = Counter(titles[subject] for subject in subjects)
    assert owed <= told.keys(), "something that happened was missed"
    assert all(told[title] <= happened[title] for title in told), "something was told twice"


@pytest.mark.django_db
def test_the_histories_hold_what_could_be_missed(
    somebody: MakePerson, confirmed: MakeOrganisation, noticed: MakeNotice
):
    history = History(1, somebody(), confirmed(), noticed)
    history.begin()
    for _step in range(STEPS):
        history.step()

    assert len(history.fitted) > 3
    assert len(told_titles()) > 0


@pytest.mark.django_db
def test_a_deed_that_is_committed_late_comes_with_the_next_letter(
    somebody: MakePerson, confirmed: MakeOrganisation, noticed: MakeNotice
):
    """Another deed, begun later, may be told first: its letter does not take the late one to be told."""
    reader, organisation, now = somebody(), confirmed(), timezone.now()
    follow(person=reader, codes={"kinds": {"network.need"}}, at=now - timedelta(days=1))
    set_reading(person=reader, rhythm="at_once", hour=8, weekday=0, at=now - timedelta(days=1))
    noticed(organisation, title="[first]")
    write_digests(at=now + timedelta(minutes=1))
    late = noticed(organisation, title="[late]")
    Happening.objects.filter(subject=late.pk).update(at=now - timedelta(hours=5))

    write_digests(at=now + timedelta(minutes=2))
    assert told_titles() == {"[first]": 1, "[late]": 1}


@pytest.mark.same_on_every_database("a process of its own writes and sends, with a database of its own")
def test_letters_to_a_thousand_people_whose_writer_is_killed_reach_everybody_once(
    inbox: Inbox,  # noqa: F811
    settings: Any,
    an_empty_site: Site,  # noqa: F811
):
    site = an_empty_site(settings.EMAIL_PORT)
    subprocess.run([KUMPPANI, "manage", "shell", "-c", FILL], env=site, check=True, capture_output=True)
    command = [KUMPPANI, "manage", "send_digests"]

    for signs in (lambda: _letters_written(site) > KILLED_AFTER, lambda: len(inbox.messages) > KILLED_AFTER):
        sender = subprocess.Popen(command, env=site, stdout=subprocess.DEVNULL)
        wait_until(signs)
        sender.send_signal(signal.SIGKILL)
        sender.wait()
    when_killed = len(inbox.messages)
    let_the_claim_of_the_killed_expire(site)
    subprocess.run(command, env=site, check=True, capture_output=True)

    got = Counter(message["To"] for message in inbox.messages)
    twice = {message["Message-ID"] for message in inbox.messages if got[message["To"]] > 1}
    assert KILLED_AFTER < when_killed < READERS
    assert set(got) == {f"reader{number}@example.org" for number in range(READERS)}
    assert len(inbox.messages) <= READERS + 1
    assert len(twice) <= 1
    assert all(message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" for message in inbox.messages)


def _letters_written(site: dict[str, str]) -> int:
    with sqlite3.connect(f"file:{database_of(site)}?mode=ro", uri=True) as database:
        return int(database.execute("SELECT count(*) FROM following_told").fetchone()[0])


FILL = f"""
from django.db import transaction
from datetime import timedelta
from django.utils import timezone
from kumppani.accounts.models import Person
from kumppani.following.models import Follow, FollowLabel, Happening, Reading
from kumppani.following.telling import tell
from kumppani.network.models import Organisation, State
from kumppani.regions.models import Region
now = timezone.now()
before = now - timedelta(days=1)
people = Person.objects.bulk_create(
    Person(email=f"reader{{number}}@example.org", name=str(number), language="en") for number in range({READERS})
)
Reading.objects.bulk_create(
    Reading(person=person, rhythm="at_once", looked_at=before) for person in people
)
follows = Follow.objects.bulk_create(Follow(person=person, since=before) for person in people)
FollowLabel.objects.bulk_create(FollowLabel(follow=one, facet="kinds", code="network.organisation") for one in follows)
organisation = Organisation.objects.create(
    code="new", name="New one", text="x", language="en", kind="ngo", home=Region.objects.first(),
    contact_email="x@example.org", state=State.CONFIRMED, sent_at=now, confirmed_at=now,
)
with transaction.atomic():
    tell("network.organisation", subject=organisation, by=None, at=now, labels={{}})
"""
