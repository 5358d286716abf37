"""Letters of an event over real SMTP, parsed back as a reader's programs do, with the entry for a calendar."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from kumppani.accounts.models import Person
from kumppani.events.actions.arranging import (
    add_material,
    call_off_event,
    edit_event,
    plan_of,
    tell_of_materials,
)
from kumppani.events.actions.looking_after import look_after_events
from kumppani.events.actions.registering import accept_offer, cancel, confirm, register
from kumppani.events.calendars import Entry, calendar_of
from kumppani.events.models import Event
from kumppani.events.plans import Plan, Words
from kumppani.mailing.models import Letter
from kumppani.mailing.sending import send_waiting_letters
from tests.kumppani.events.conftest import IN_TWO_WEEKS, MakeEvent, as_it_is, entry, registered
from tests.kumppani.mailing.test_over_smtp import Inbox, inbox  # noqa: F401 (a fixture)

NOW = datetime.now(UTC).replace(microsecond=0)
"""Letters leave by the clock on the wall, so these tests count from today."""
LATER = NOW + timedelta(days=14)
SECRET = "https://meeting.example/secret-room"


@pytest.fixture
def event(published: MakeEvent, transactional_db: None) -> Event:
    words = {
        "en": Words("A start; with, signs (invented)", "A lead\nof two lines, and a very long one: " + "äö" * 60),
        "fi": Words("Alku (keksitty)", "Johdanto"),
        "ar": Words("بداية (مختلَقة)", "مقدمة"),
    }
    return published(at=NOW, begins_at=LATER, ends_at=LATER + timedelta(hours=2), capacity=1, words=words)


def plain(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def attached(message: EmailMessage) -> tuple[str, str]:
    """The method that the type of the attachment tells, and the file."""
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_filename() == "event.ics"
    content = part.get_content()
    return str(part.get_param("method")), content if isinstance(content, str) else content.decode()


def by_hand(file: str) -> dict[str, str]:
    """Read the entry with no library: unfold the lines, cut each at its first colon outside quotes (RFC 5545, 3.1)."""
    assert file.count("\r\n") == file.count("\n"), "every line ends with CRLF"
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    lines = file.replace("\r\n ", "").strip().split("\r\n")
    found = {}
    for line in lines:
        name, value = re.match(r'((?:[^":]|"[^"]*")*):(.*)', line, re.DOTALL).groups()  # type: ignore[union-attr]
        found[name.partition(";")[0]] = value
    return found


def test_a_place_comes_with_both_bodies_in_the_readers_language_and_an_entry(event: Event, inbox: Inbox):  # noqa: F811
    made = register(event=event, entry=entry(email="aino@example.org", language="fi"), person=None, at=NOW)
    confirm(registration=made, at=NOW)

    first, second = inbox.messages
    page = second.get_body(("html",))
    assert page is not None
    assert [message["To"] for message in inbox.messages] == ["aino@example.org"] * 2
    assert first["Subject"] == "Vahvista ilmoittautumisesi: Alku (keksitty)"
    assert SECRET not in first.as_string()
    assert SECRET not in plain(first)
    assert not [part for part in first.walk() if part.get_content_type() == "text/calendar"]
    assert second["Subject"] == "Olet ilmoittautunut: Alku (keksitty)"
    assert second["Content-Language"] == "fi"
    assert SECRET in plain(second)
    assert '<html lang="fi" dir="ltr">' in page.get_content()
    assert f"/fi/events/registered/{made.token}/" in plain(second)

    method, file = attached(second)
    (read,) = Calendar.from_ical(file).walk("VEVENT")
    lines = by_hand(file)
    assert (method, lines["METHOD"], lines["STATUS"], lines["SEQUENCE"]) == ("PUBLISH", "PUBLISH", "CONFIRMED", "0")
    assert read["summary"] == "Alku (keksitty)"
    assert (read.decoded("dtstart"), read.decoded("dtend")) == (LATER, LATER + timedelta(hours=2))
    assert lines["DTSTART"] == f"{LATER:%Y%m%dT%H%M%SZ}"
    assert lines["UID"].startswith(str(event.uid))
    assert lines["LOCATION"].replace("\\", "") == SECRET
    assert made.token in read["description"]
    assert lines["TRIGGER"] == "-PT1H"
    assert not Letter.objects.exclude(calendar="").exists(), "what has left is not kept"


def test_signs_that_mean_something_in_a_calendar_are_read_back_as_they_were(event: Event, inbox: Inbox):  # noqa: F811
    registered(event, at=NOW, language="en")

    _method, file = attached(inbox.messages[-1])
    (read,) = Calendar.from_ical(file).walk("VEVENT")
    assert read["summary"] == "A start; with, signs (invented)"
    assert by_hand(file)["SUMMARY"] == r"A start\; with\, signs (invented)"
    assert str(read["description"]).startswith("A lead\nof two lines, and a very long one: äö")


def test_an_arabic_letter_is_read_from_right_to_left_and_its_entry_too(event: Event, inbox: Inbox):  # noqa: F811
    registered(event, at=NOW, language="ar")

    page = inbox.messages[-1].get_body(("html",))
    assert page is not None
    assert '<html lang="ar" dir="rtl">' in page.get_content()
    (read,) = Calendar.from_ical(attached(inbox.messages[-1])[1]).walk("VEVENT")
    assert read["summary"] == "بداية (مختلَقة)"


def changed(event: Event, **other: Any) -> Plan:
    fresh = Event.objects.get(pk=event.pk)
    return replace(plan_of(fresh), **other)


def test_a_change_is_told_with_the_same_entry_and_a_higher_sequence(
    event: Event,
    inbox: Inbox,  # noqa: F811
    arranger: Person,
):
    registered(event, at=NOW)
    waiting = registered(event, at=NOW)
    before = by_hand(attached(inbox.messages[1])[1])
    inbox.messages.clear()
    moved = LATER + timedelta(days=1)

    plan = changed(event, begins_at=moved, ends_at=moved + timedelta(hours=1))
    edit_event(event=event, plan=plan, version=1, by=arranger, at=NOW)

    told, also = sorted(inbox.messages, key=lambda message: message["To"] == waiting.email)
    method, file = attached(told)
    after = by_hand(file)
    assert (method, after["UID"], after["SEQUENCE"]) == ("PUBLISH", before["UID"], "1")
    assert after["DTSTART"] == f"{moved:%Y%m%dT%H%M%SZ}"
    assert SECRET not in plain(also)
    assert not [part for part in also.walk() if part.get_content_type() == "text/calendar"]


def test_a_change_of_words_alone_is_written_to_nobody(event: Event, inbox: Inbox, arranger: Person):  # noqa: F811
    registered(event, at=NOW)
    inbox.messages.clear()

    plan = changed(event, words={"en": Words("Another title")})
    edit_event(event=event, plan=plan, version=1, by=arranger, at=NOW)

    assert inbox.messages == []


def test_calling_off_takes_the_entry_out_and_says_why(event: Event, inbox: Inbox, arranger: Person):  # noqa: F811
    registered(event, at=NOW)
    registered(event, at=NOW, sure=False)
    inbox.messages.clear()

    call_off_event(event=event, because="The speaker is ill.", by=arranger, at=NOW)

    (message,) = inbox.messages
    method, file = attached(message)
    lines = by_hand(file)
    assert (method, lines["METHOD"], lines["STATUS"], lines["SEQUENCE"]) == ("CANCEL", "CANCEL", "CANCELLED", "1")
    assert "The speaker is ill." in plain(message)


def test_an_offer_a_cancellation_and_an_offer_that_runs_out(event: Event, inbox: Inbox):  # noqa: F811
    first, second = registered(event, at=NOW), registered(event, at=NOW)
    inbox.messages.clear()

    cancel(registration=first, at=NOW)
    gone, offered = inbox.messages
    assert attached(gone)[0] == "CANCEL"
    assert "There is a place for you" in offered["Subject"]
    assert SECRET not in plain(offered)
    assert (gone["To"], offered["To"]) == (first.email, second.email)

    look_after_events(at=NOW + timedelta(days=2))
    send_waiting_letters()
    assert "The place went to the next" in inbox.messages[-1]["Subject"]


def test_the_place_taken_from_the_waiting_list_comes_with_its_entry(event: Event, inbox: Inbox):  # noqa: F811
    first, second = registered(event, at=NOW), registered(event, at=NOW)
    cancel(registration=first, at=NOW)
    inbox.messages.clear()

    accept_offer(registration=as_it_is(second), at=NOW)

    assert SECRET in plain(inbox.messages[0])
    assert attached(inbox.messages[0])[0] == "PUBLISH"


def test_a_reminder_comes_once_on_the_day_before(event: Event, inbox: Inbox):  # noqa: F811
    registered(event, at=NOW)
    inbox.messages.clear()
    morning = (LATER - timedelta(days=1)).replace(hour=10)

    assert look_after_events(at=morning.replace(hour=3)) == 0
    assert look_after_events(at=morning - timedelta(days=1)) == 0
    assert look_after_events(at=morning) == 1
    assert look_after_events(at=morning + timedelta(hours=1)) == 0
    send_waiting_letters()

    (message,) = inbox.messages
    assert message["Subject"].startswith("Soon: ")
    assert attached(message)[0] == "PUBLISH"


def test_materials_are_told_to_those_who_were_registered(event: Event, inbox: Inbox, arranger: Person):  # noqa: F811
    made = registered(event, at=NOW)
    registered(event, at=NOW)
    over = LATER + timedelta(hours=3)
    add_material(
        event=event, title="Video", link="https://v.example/", upload=None, for_everybody=False, by=arranger, at=over
    )
    inbox.messages.clear()

    assert tell_of_materials(event=event, by=arranger, at=over) == 1

    (message,) = inbox.messages
    assert message["To"] == made.email
    assert made.token in plain(message)


@pytest.mark.same_on_every_database("a calendar is made without one")
def test_letters_that_no_calendar_takes_are_left_out():
    strange = Entry(
        uid="x@y",
        sequence=0,
        begins_at=IN_TWO_WEEKS,
        ends_at=IN_TWO_WEEKS + timedelta(hours=1),
        title="A\x00B\u202e\u2028C",
        text="BEGIN:VEVENT\r\nDTSTART:19700101T000000Z\r\nEND:VEVENT",
        where="",
        address="https://site.example/",
        changed_at=IN_TWO_WEEKS,
        organiser='Somebody "quoted"; and, more: here',
        sender="letters@site.example",
    )

    file = calendar_of([strange], name="A; b")

    assert len(Calendar.from_ical(file).walk("VEVENT")) == 1
    assert file.count("BEGIN:VEVENT\r\n") == 1
    assert by_hand(file)["SUMMARY"] == "ABC"
