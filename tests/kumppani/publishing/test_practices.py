"""Good practices: the European template, its lengths, its year of age, and asking whether they still hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import NotPermitted
from kumppani.mailing.models import Letter
from kumppani.publishing.actions.editions import confirm_practice, publish, send_for_review
from kumppani.publishing.actions.items import say_about
from kumppani.publishing.asking import ask_about_practices
from kumppani.publishing.faults import NotNow
from kumppani.publishing.models import Edition
from kumppani.publishing.practices import lengths, months_after, words_in
from kumppani.publishing.queries import practices_to_review
from tests.kumppani.conftest import MakePerson
from tests.kumppani.publishing.conftest import DAY, NOON, Written, about, practice_parts, saved

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]


@pytest.mark.parametrize(
    ("text", "number"), [("", 0), ("One, two-fold; three!", 3), ("Kotoutumisen tuki.", 2), ("مقهى اللغة", 2)]
)
def test_words_are_counted(text: str, number: int):
    assert words_in(text) == number


def test_a_part_is_too_long_missing_or_rather_short():
    told = {each.key: each for each in lengths("word " * 16, practice_parts(goals="word " * 151, results="word " * 80))}

    assert [key for key, each in told.items() if each.is_too_long] == ["title", "goals"]
    assert [key for key, each in told.items() if each.is_short] == ["summary", "working"]
    assert [key for key, each in told.items() if each.is_missing] == []


def test_no_practice_is_sent_that_is_too_long_empty_or_too_young(written: Written, somebody: MakePerson):
    member = somebody()
    practice = written("Ours", kind="practices", by=member, results="word " * 101)

    with pytest.raises(NotNow, match="empty or too long"):
        send_for_review(edition=practice, by=member, at=NOON)
    saved(practice, by=member, parts=practice_parts(results=""))
    with pytest.raises(NotNow, match="empty or too long"):
        send_for_review(edition=practice, by=member, at=NOON)
    saved(practice, by=member, parts=practice_parts())
    practice.item.started_on = date(2025, 11, 3)
    practice.item.save()
    with pytest.raises(NotNow, match="at least a year"):
        send_for_review(edition=practice, by=member, at=NOON)
    practice.item.started_on = date(2025, 11, 2)
    practice.item.save()
    send_for_review(edition=practice, by=member, at=NOON)


def test_its_region_is_asked_a_year_after_it_was_published(
    written: Written, somebody: MakePerson, reviewer: Person, regional: Callable[[str], Person]
):
    member = somebody()
    practice = written("Ours", kind="practices", by=member)
    send_for_review(edition=practice, by=member, at=NOON)
    publish(edition=practice, number=1, from_=None, until=None, by=reviewer, at=NOON)

    practice.item.refresh_from_db()
    assert practice.item.review_on == date(2027, 11, 2)
    assert list(practices_to_review(regional("uusimaa"), on=date(2027, 11, 1))) == []
    assert list(practices_to_review(regional("uusimaa"), on=date(2027, 11, 2))) == [practice.item]
    assert list(practices_to_review(regional("lappi"), on=date(2027, 11, 2))) == []


def test_its_owner_is_asked_once_by_letter_and_says_that_it_holds(
    written: Written, somebody: MakePerson, reviewer: Person
):
    member = somebody(language="en")
    practice = written("Ours", kind="practices", by=member)
    send_for_review(edition=practice, by=member, at=NOON)
    publish(edition=practice, number=1, from_=None, until=None, by=reviewer, at=NOON)
    a_year_later = NOON + 366 * DAY

    assert ask_about_practices(at=NOON + 300 * DAY) == 0
    assert [ask_about_practices(at=a_year_later) for _ in range(2)] == [1, 0]
    letter = Letter.objects.get(to=member.email)
    assert letter.subject == "Do you still do it so? Ours" and f"/texts/{practice.item_id}/" in letter.body
    practice.item.refresh_from_db()
    confirm_practice(item=practice.item, by=member, at=a_year_later)
    assert practice.item.review_on == date(2028, 11, 3)
    assert ask_about_practices(at=a_year_later) == 0
    assert ask_about_practices(at=a_year_later + 366 * DAY) == 1


def test_what_readers_see_of_a_published_one_is_not_changed_by_its_author_alone(
    written: Written, somebody: MakePerson, reviewer: Person
):
    member = somebody()
    practice = written("Ours", kind="practices", by=member)
    say_about(item=practice.item, about=about(place="Before", started_on=date(2024, 1, 1)), by=member, at=NOON)
    send_for_review(edition=practice, by=member, at=NOON)
    publish(edition=practice, number=1, from_=None, until=None, by=reviewer, at=NOON)

    with pytest.raises(NotPermitted):
        say_about(item=practice.item, about=about(place="After"), by=member, at=NOON)


def test_a_day_that_a_month_does_not_have_becomes_its_last():
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_after(date(2024, 2, 29), -12) == date(2023, 2, 28)


def test_words_are_counted_while_writing_and_nothing_is_saved_then(somebody: MakePerson, signed_in: SignedIn):
    client = signed_in(somebody())
    form = {"title": "Ours", "original": "en", "summary": "One two three", "count": "1"}

    page = client.post("/en/texts/begin/practices/", form).content.decode()

    assert "In short: 3 of at most 100 words" in page
    assert "One two three" in page
    assert Edition.objects.count() == 0


def test_a_member_submits_and_a_coordinator_publishes(
    somebody: MakePerson, signed_in: SignedIn, regional: Callable[[str], Person]
):
    member, coordinator = signed_in(somebody()), signed_in(regional("kainuu"))
    form = {
        "title": "Moving friends",
        "original": "en",
        "home": "kainuu",
        "regions": ["kainuu"],
        "themes": ["housing"],
        "place": "Finland, Kajaani",
        "started_on": "2024-01-01",
        **practice_parts(summary="A friend helps a family to **move**."),
    }

    room = member.post("/en/texts/begin/practices/", form).headers["Location"]
    member.post(f"{room}en/send/")
    assert "Moving friends" in coordinator.get("/en/texts/").content.decode()
    assert member.post(f"{room}en/publish/", {"number": 1}).status_code == 403
    coordinator.post(f"{room}en/hand-back/", {"because": "Say who pays."})
    assert "Say who pays." in member.get(f"{room}en/").content.decode()
    member.post(f"{room}en/", {**form, "resources": "The city pays.", "after": 1})
    member.post(f"{room}en/send/")
    coordinator.post(f"{room}en/publish/", {"number": 2})

    page = Client().get("/en/practices/moving-friends/").content.decode()
    assert "A friend helps a family to <strong>move</strong>." in page
    assert "The city pays." in page and "Finland, Kajaani" in page
