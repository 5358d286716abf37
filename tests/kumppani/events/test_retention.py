"""What is personal goes on its date: from the database, the pages, the tables, the copies; the counts stay."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import serializers
from django.db import router
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.own import everything_about, leave
from kumppani.events.actions.arranging import ask, edit_event, note_attendance, plan_of
from kumppani.events.actions.looking_after import forget_what_is_over, look_after_events
from kumppani.events.actions.registering import cancel, change, register, registration_of
from kumppani.events.faults import NoSuchLink
from kumppani.events.models import Answer, Event, Registration, Status
from kumppani.events.plans import Asked
from kumppani.events.queries import attendance
from kumppani.history.ending import end_what_is_over
from kumppani.history.models import Line
from kumppani.history.retention import everything_kept
from kumppani.mailing.models import Letter
from tests.kumppani.conftest import MakePerson
from tests.kumppani.events.conftest import NOW, MakeEvent, as_it_is, entry, registered

pytestmark = pytest.mark.django_db
NAME, ADDRESS, NEED, FOOD = "Aino Esimerkki", "aino@example.org", "A ramp, please", "No nuts"


@pytest.fixture
def event(published: MakeEvent, arranger: Person) -> Event:
    event = published(keep_days=30)
    questions = [Asked("accessibility", 0), Asked("food", 7)]
    ask(event=event, questions=questions, by=arranger, at=NOW)
    return event


def with_answers(event: Event) -> Registration:
    needs, food = event.questions.all()
    return registered(event, name=NAME, email=ADDRESS, answers={needs.pk: NEED, food.pk: FOOD})


def whole_database() -> str:
    """Every row of every table of the site's database, as a copy of it would hold them."""
    return "".join(
        serializers.serialize("json", model._base_manager.all(), ensure_ascii=False)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and router.db_for_read(model) == "default"
    )


def kept(said: str) -> set[str]:
    return {word for word in (NAME, ADDRESS, NEED, FOOD) if word in said}


def test_each_thing_goes_on_the_day_that_was_said_and_the_count_stays(event: Event, arranger: Person):
    made = with_answers(event)
    note_attendance(event=event, shown=[made.pk], came=[made.pk], by=arranger, at=event.begins_at)
    Letter.objects.all().delete()  # letters have an end of their own: the next test
    last_day = event.ends_at

    def after(days: int) -> set[str]:
        forget_what_is_over(last_day + timedelta(days=days))
        return kept(whole_database())

    assert kept(whole_database()) == {NAME, ADDRESS, NEED, FOOD}
    assert after(-1) == {NAME, ADDRESS, NEED, FOOD}
    assert after(0) == {NAME, ADDRESS, FOOD}
    assert after(6) == {NAME, ADDRESS, FOOD}
    assert after(7) == {NAME, ADDRESS}
    assert after(29) == {NAME, ADDRESS}
    assert after(30) == set()
    assert (attendance(event)["registered"], attendance(event)["attended"]) == (1, 1)
    assert forget_what_is_over(last_day + timedelta(days=31)) == 0


def test_what_is_forgotten_is_on_no_page_and_in_no_table(
    event: Event, signed_in: Callable[[Person], Client], arranger: Person
):
    made = with_answers(event)
    client = signed_in(arranger)
    pages = [reverse("participants", args=[event.pk]), reverse("participants-csv", args=[event.pk])]
    before = "".join(client.get(page).content.decode() for page in pages)
    Event.objects.update(begins_at=NOW - timedelta(days=90), ends_at=NOW - timedelta(days=89))
    forget_what_is_over(event.ends_at + timedelta(days=30))

    assert kept(before) == {NAME, ADDRESS, NEED, FOOD}
    assert kept("".join(client.get(page).content.decode() for page in pages)) == set()
    assert Client().get(reverse("registration", args=[made.token])).status_code == 410
    with pytest.raises(NoSuchLink):
        registration_of(made.token)


def test_the_nightly_work_does_it_and_no_letter_outlives_it(event: Event):
    made = with_answers(event)
    assert Letter.objects.filter(to=ADDRESS).exists(), "unsent letters that could leak"
    rows = [row for row in everything_kept() if row.models[0].startswith(("events.", "mailing."))]
    end_what_is_over(at=event.ends_at + timedelta(days=30), rows=rows)

    assert kept(whole_database()) == set()
    assert as_it_is(made).forgotten_at is not None


def test_cancelling_forgets_at_once(event: Event):
    made = with_answers(event)
    Letter.objects.all().delete()

    cancel(registration=made, at=NOW)
    Letter.objects.all().delete()

    assert kept(whole_database()) == set()
    assert as_it_is(made).status == Status.CANCELLED


def test_what_was_never_confirmed_is_kept_for_a_day(event: Event):
    registered(event, name=NAME, email=ADDRESS, sure=False)

    look_after_events(at=NOW + timedelta(hours=23))
    assert Registration.objects.count() == 1
    look_after_events(at=NOW + timedelta(hours=24))
    assert Registration.objects.count() == 0


def test_the_history_names_a_registration_by_its_number_alone(event: Event):
    cancel(registration=with_answers(event), at=NOW)

    lines = Line.objects.filter(about_kind="events.registration")
    assert [line.what for line in lines] == ["registration cancelled", "registered for an event"]
    assert {(line.by, line.about_name) for line in lines} == {(None, f"registration {lines[0].about_id}")}


def test_no_answer_is_kept_longer_than_was_said(event: Event, arranger: Person):
    with_answers(event)
    promised = set(Answer.objects.values_list("forget_on", flat=True))

    ask(event=event, questions=[Asked("accessibility", 90), Asked("food", 90)], by=arranger, at=NOW)
    assert set(Answer.objects.values_list("forget_on", flat=True)) == promised

    ask(event=event, questions=[Asked("accessibility", 0), Asked("food", 1)], by=arranger, at=NOW)
    assert max(Answer.objects.values_list("forget_on", flat=True)) == event.day_after(1)

    ask(event=event, questions=[], by=arranger, at=NOW)
    assert not Answer.objects.exists()


def test_days_move_with_the_event(event: Event, arranger: Person):
    made = with_answers(event)
    later = event.begins_at + timedelta(days=5)
    moved = replace(plan_of(event), begins_at=later, ends_at=later + timedelta(hours=1))

    edit_event(event=event, plan=moved, version=event.version, by=arranger, at=NOW)

    event.refresh_from_db()
    assert as_it_is(made).forget_on == event.day_after(30)
    assert sorted(Answer.objects.values_list("forget_on", flat=True)) == [event.day_after(0), event.day_after(7)]


def test_changed_answers_replace_the_old_ones(event: Event):
    made = with_answers(event)
    needs, _food = event.questions.all()
    Letter.objects.all().delete()

    change(registration=made, name="Aino", language="fi", answers={needs.pk: "Nothing"}, at=NOW)

    assert kept(whole_database()) == {ADDRESS}
    assert [answer.text for answer in made.answers.all()] == ["Nothing"]


def test_somebody_with_an_account_takes_hers_along_and_leaves_nothing(event: Event, somebody: MakePerson):
    person, now = somebody(), timezone.now()
    Event.objects.update(begins_at=now + timedelta(days=5), ends_at=now + timedelta(days=6), capacity=1)
    needs, _food = event.questions.all()
    made = register(event=event, entry=entry(name=NAME, answers={needs.pk: NEED}), person=person, at=now)
    waiting = registered(event, at=now)

    said = json.dumps(everything_about(person), default=str)
    assert kept(said) == {NAME, NEED}

    Letter.objects.all().delete()
    leave(person=person, at=now)
    assert kept(whole_database()) == set()
    assert as_it_is(made).status == Status.CANCELLED
    assert as_it_is(waiting).status == Status.OFFERED
