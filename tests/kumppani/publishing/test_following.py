"""Followers are told of a text once, at its time, in their languages, and of nothing they could not read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kumppani.accounts.models import Grant, Person
from kumppani.accounts.roles import Role
from kumppani.following.actions import follow, set_reading
from kumppani.following.digests import write_digests
from kumppani.following.models import Happening, Rhythm
from kumppani.mailing.models import Letter
from kumppani.publishing.actions.editions import publish, save_version, send_for_review, withdraw
from kumppani.publishing.actions.items import begin_text
from kumppani.publishing.faults import NotNow
from kumppani.publishing.followed import tell_what_was_published
from kumppani.publishing.models import Edition, Publication
from kumppani.publishing.queries import visible_editions
from kumppani.publishing.wording import Wording
from tests.kumppani.conftest import MakePerson
from tests.kumppani.publishing.conftest import DAY, HOUR, NOON, Published, Translated, Written, about, saved

pytestmark = pytest.mark.django_db
NEWS = {"kinds": {"publishing.news"}}
Reader = Callable[..., Person]


@pytest.fixture
def reader(somebody: MakePerson) -> Reader:
    """Make somebody who follows this and is written to at once."""

    def make(language: str, codes: dict[str, set[str]]) -> Person:
        person, before = somebody(language=language), timezone.now() - 2 * DAY
        set_reading(person=person, rhythm=Rhythm.AT_ONCE, hour=8, weekday=0, at=before)
        follow(person=person, codes=codes, at=before)
        return person

    return make


def letters() -> dict[str, str]:
    """Who was written to: address and words."""
    write_digests(at=timezone.now() + timedelta(minutes=1))
    return {letter.to: letter.body for letter in Letter.objects.all()}


def test_each_language_is_told_to_those_who_read_it(
    reader: Reader, written: Written, translated: Translated, published: Published
):
    finn, swede, both = (
        reader("fi", NEWS),
        reader("sv", NEWS),
        reader("fi", {**NEWS, "languages_of_news": {"sv", "fi"}}),
    )
    other = reader("fi", {**NEWS, "themes": {"housing"}})
    fi = written("Suomeksi", at=timezone.now() - HOUR)
    published(fi, at=timezone.now() - HOUR)
    published(translated(fi, "sv", "På svenska"), at=timezone.now() - HOUR)

    told = letters()

    assert "Suomeksi" in told[finn.email] and "På svenska" not in told[finn.email]
    assert "På svenska" in told[swede.email] and "Suomeksi" not in told[swede.email]
    assert "På svenska" in told[both.email] and "Suomeksi" in told[both.email]
    assert other.email not in told


def test_what_is_scheduled_is_told_at_its_time_and_once(reader: Reader, written: Written, published: Published):
    finn = reader("fi", NEWS)
    edition = written("Tulossa", at=timezone.now() - DAY)
    published(edition, from_=timezone.now() - HOUR, at=timezone.now() - DAY)
    at = timezone.now()

    assert tell_what_was_published(at=at - 2 * HOUR) == 0
    assert letters() == {}
    assert [tell_what_was_published(at=at) for _ in range(3)] == [1, 0, 0]
    assert "Tulossa" in letters()[finn.email]
    assert Happening.objects.count() == 1


def test_a_later_version_is_not_told_again(reader: Reader, written: Written, published: Published, writer: Person):
    reader("fi", NEWS)
    edition = written("Ensin", at=timezone.now() - DAY)
    published(edition, at=timezone.now() - DAY)
    saved(edition, by=writer, title="Sitten")
    published(edition, at=timezone.now() - HOUR)
    tell_what_was_published(at=timezone.now())

    assert Happening.objects.count() == 1
    assert "Sitten" in next(iter(letters().values())), "it is told under the title that readers see now"


def test_what_was_withdrawn_before_the_letter_is_not_told(
    reader: Reader, written: Written, published: Published, reviewer: Person
):
    reader("fi", NEWS)
    edition = written("Peruttu", at=timezone.now() - DAY)
    published(edition, at=timezone.now() - DAY)
    withdraw(edition=edition, by=reviewer, at=timezone.now() - HOUR)

    assert letters() == {}


def test_a_page_is_told_to_nobody(written: Written, published: Published):
    published(written("Sivu", kind="pages"), at=timezone.now())

    assert Happening.objects.count() == 0
    assert not Publication.objects.filter(told_at=None).exists()


DEEDS = st.lists(st.sampled_from(["save", "send", "publish", "schedule", "withdraw", "wait", "tell"]), max_size=14)


class WhateverIsDone(TestCase):
    """After any history readers see what a plain reckoning of it says, and a language is told at most once."""

    @given(DEEDS)
    def test_readers_see_the_last_version_that_was_let_out(self, deeds: list[str]):
        writer = Person.objects.create_person(email="w@example.org", name="W", language="fi")
        reviewer = Person.objects.create_person(email="r@example.org", name="R", language="fi")
        for person in (writer, reviewer):
            Grant.objects.create(person=person, role=Role.COORDINATOR, valid_from=NOON.date() - 30 * DAY)
        edition = begin_text(
            kind="news", original="fi", about=about(), wording=Wording("1", body="x"), by=writer, at=NOON
        )
        at, expected, coming, sent = NOON, None, None, False

        for deed in deeds:
            at += HOUR
            if coming is not None and coming[0] <= at:
                expected, coming = coming[1], None
            edition.refresh_from_db()
            assert edition.newest is not None
            number = edition.newest.number
            try:
                if deed == "save":
                    words = Wording(str(number + 1), body="x")
                    save_version(edition=edition, wording=words, after=number, by=writer, at=at)
                    sent = False
                elif deed == "send":
                    send_for_review(edition=edition, by=writer, at=at)
                    sent = True
                elif deed in ("publish", "schedule"):
                    later = at + 3 * HOUR if deed == "schedule" else None
                    publish(edition=edition, number=number, from_=later, until=None, by=reviewer, at=at)
                    sent = False
                    coming = (later, str(number)) if later else None
                    expected = expected if later else str(number)
                elif deed == "withdraw":
                    withdraw(edition=edition, by=reviewer, at=at)
                    expected, coming, sent = None, None, False
                elif deed == "tell":
                    tell_what_was_published(at=at)
            except NotNow:
                assert not (deed in ("publish", "schedule") and sent)
            seen = [each.title for each in visible_editions(writer, at=at)]
            assert seen == ([] if expected is None else [expected])
        tell_what_was_published(at=at)
        assert Happening.objects.count() <= 1
        assert Edition.objects.count() == 1
