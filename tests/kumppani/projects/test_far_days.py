"""Days before 2000 and after 2100 are slips of the hand: said at the field; and a row that has one breaks no page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumppani.projects.actions import own
from kumppani.projects.actions import tasks as actions
from kumppani.projects.actions.reminders import send_reminders
from kumppani.projects.calendars import Entry, calendar_of
from kumppani.projects.days import next_day
from kumppani.projects.faults import NotNow
from kumppani.projects.models import Status, Task, Template
from tests.kumppani.projects.conftest import MakeWorkspace, coordinator_of, written

pytestmark = pytest.mark.django_db
FAR = ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"]
SAID = "from the year 2000 to the year 2100"


@pytest.mark.parametrize("field", ["starts_on", "due_on"])
@pytest.mark.parametrize("day", FAR)
def test_a_far_day_of_a_task_is_said_at_the_field_and_nothing_is_lost(
    day: str, field: str, founded: MakeWorkspace, signed_in: Callable
):
    workspace = founded()
    client = signed_in(coordinator_of(workspace))

    answer = client.post(reverse("write-task", args=[workspace.pk]), {"title": "Book the hall", field: day})

    page = answer.content.decode()
    assert (answer.status_code, SAID in page, f'value="{day}"' in page, "Book the hall" in page) == (400, *[True] * 3)
    assert not Task.objects.exists()


@pytest.mark.parametrize("day", ["2000-01-01", "2100-12-31"])
def test_the_first_and_the_last_day_are_taken(day: str, founded: MakeWorkspace, signed_in: Callable):
    workspace = founded()

    signed_in(coordinator_of(workspace)).post(
        reverse("write-task", args=[workspace.pk]), {"title": "Book the hall", "due_on": day}
    )

    assert Task.objects.get().due_on == date.fromisoformat(day)


@pytest.mark.parametrize("day", FAR)
def test_a_far_day_of_a_template_and_of_minutes_is_said_at_the_field(
    day: str, founded: MakeWorkspace, signed_in: Callable
):
    workspace, at = founded(), timezone.now()
    by = coordinator_of(workspace)
    written(workspace, due_on=date(2027, 1, 1))
    written(workspace, due_on=date(2027, 2, 1))
    template = own.make_template(workspace=workspace, name="Fair", by=by, at=at)
    client = signed_in(by)

    used = client.post(reverse("use-template", args=[workspace.pk]), {"template": template.pk, "first_day": day})
    formset = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-take": "on", "form-0-title": "T"}
    confirmed = client.post(reverse("minutes", args=[workspace.pk]), {**formset, "form-0-due_on": day})

    assert [(answer.status_code, SAID in answer.content.decode()) for answer in (used, confirmed)] == [(400, True)] * 2
    assert Task.objects.count() == 2


def test_a_template_that_would_reach_beyond_the_last_day_writes_nothing(founded: MakeWorkspace, signed_in: Callable):
    workspace, at = founded(), timezone.now()
    by = coordinator_of(workspace)
    task = {"title": "T", "text": "", "labels": [], "starts": None, "due": 0, "repeat": [None, ""], "reminders": []}
    tasks = [{**task, "checklist": [], "part_of": []}, {**task, "due": 40, "checklist": [], "part_of": []}]
    content = {"goal": "", "summary": "", "tasks": tasks}
    template = Template.objects.create(person=by, name="Fair", content=content, made_at=at)

    answer = signed_in(by).post(
        reverse("use-template", args=[workspace.pk]), {"template": template.pk, "first_day": "2100-12-01"}
    )
    for first_day in (date(2100, 12, 1), date.max):
        with pytest.raises(NotNow, match="2100"):
            own.use_template(template=template, workspace=workspace, first_day=first_day, by=by, at=at)

    assert (answer.status_code, "2100" in answer.content.decode()) == (400, True)
    assert not Task.objects.exists()


@pytest.mark.parametrize("unit", ["days", "weeks", "months"])
@pytest.mark.parametrize("day", [date(2100, 12, 31), date.max])
def test_nothing_comes_again_after_the_last_day(day: date, unit: str, founded: MakeWorkspace):
    workspace = founded()
    assert next_day(day, 99, unit, after=day) is None
    task = written(workspace, due_on=date(2026, 1, 1), repeat_every=1, repeat_unit=unit)
    Task.objects.update(due_on=day, starts_on=None)

    following = actions.move_task(task=task, status=Status.DONE, by=coordinator_of(workspace), at=timezone.now())

    task.refresh_from_db()
    assert (following, task.status) == (None, Status.DONE)


@pytest.mark.parametrize("day", [date(1, 1, 1), date.max])
def test_no_page_or_feed_breaks_at_a_far_day(day: date, founded: MakeWorkspace, signed_in: Callable):
    workspace, at = founded(), timezone.now()
    by = coordinator_of(workspace)
    task = written(workspace, due_on=date(2026, 1, 1), reminders=(0, 14), assignees=(by,))
    Task.objects.update(due_on=day)
    secret = own.new_calendar(person=by, at=at)
    client = signed_in(by)

    for name in ("workspace", "tasks", "tasks-csv", "board", "months", "export-workspace"):
        assert client.get(reverse(name, args=[workspace.pk])).status_code == 200, name
    for asked in ("9999-12", "0001-01", "10000-01", "9999-99", "x"):
        assert client.get(reverse("months", args=[workspace.pk]), {"from": asked}).status_code == 200, asked
    for name in ("task", "edit-task"):
        assert client.get(reverse(name, args=[task.pk])).status_code == 200, name
    for name in ("my-tasks", "my-tasks-csv"):
        assert client.get(reverse(name)).status_code == 200, name
    assert f"DTSTART;VALUE=DATE:{day.year:04}" in Client().get(reverse("calendar-feed", args=[secret])).content.decode()
    template = own.make_template(workspace=workspace, name="Far", by=by, at=at)
    assert template.content["tasks"][0]["due"] == 0
    assert send_reminders(site="https://site.example/", at=at) == 0


def test_an_entry_of_the_last_day_there_is_needs_no_end():
    at = datetime(2026, 1, 1, tzinfo=UTC)

    said = calendar_of("C", [Entry("1", date.max, "T", "", "https://site.example/", at)])

    assert "DTSTART;VALUE=DATE:99991231" in said
    assert "DTEND" not in said  # without one it is of that day alone
