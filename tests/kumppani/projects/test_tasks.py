"""Tasks: what is saved, what is told of it, what comes again, and what others find when they come at the same time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kumppani.accounts.permissions import NotPermitted
from kumppani.moderation import actions as moderation
from kumppani.network.actions.organisations import confirm_organisation, found_organisation
from kumppani.projects.actions import tasks as actions
from kumppani.projects.actions.workspaces import bring_organisation
from kumppani.projects.days import next_day
from kumppani.projects.exporting import tasks_as_csv
from kumppani.projects.faults import EditedMeanwhile, NotNow
from kumppani.projects.models import Status, Task
from kumppani.projects.moderated import TASK
from kumppani.projects.permissions import may_move_task, movable_among
from kumppani.projects.plans import Details
from kumppani.projects.queries import tasks_that_fit, visible_tasks
from kumppani.projects.views.tasks import lines_of
from kumppani.projects.wanted import Wanted
from tests.kumppani.conftest import MakePerson
from tests.kumppani.moderation.conftest import address
from tests.kumppani.network.conftest import coordinator, profile  # noqa: F401 (a fixture)
from tests.kumppani.projects.conftest import MakeWorkspace, coordinator_of, join, written

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("day", "every", "unit", "after", "expected"),
    [
        (date(2026, 3, 2), 1, "days", date(2026, 3, 2), date(2026, 3, 3)),
        (date(2026, 3, 2), 2, "weeks", date(2026, 3, 2), date(2026, 3, 16)),
        (DAY, 1, "months", DAY, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, "months", date(2027, 12, 31), date(2028, 2, 29)),
        (date(2026, 3, 2), 1, "weeks", date(2026, 3, 30), date(2026, 4, 6)),
        (date(2026, 3, 2), 1, "weeks", date(2026, 1, 1), date(2026, 3, 9)),
    ],
)
def test_the_next_day(day: date, every: int, unit: str, after: date, expected: date):
    assert next_day(day, every, unit, after=after) == expected


@given(
    day=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    every=st.integers(1, 99),
    unit=st.sampled_from(["days", "weeks", "months"]),
    late=st.integers(-400, 400),
)
def test_the_next_day_is_later_than_the_last_one_and_than_today(day: date, every: int, unit: str, late: int):
    today = day + timedelta(days=late)

    found = next_day(day, every, unit, after=today)

    assert found is not None
    assert found > max(day, today)
    assert unit == "months" or (found - day).days % (every * (7 if unit == "weeks" else 1)) == 0


def test_the_31st_comes_back_after_a_short_month(founded: MakeWorkspace):
    workspace = founded()
    task = written(workspace, due_on=date(2099, 1, 31), repeat_every=1, repeat_unit="months", checklist=("Salt",))
    by, days = coordinator_of(workspace), []

    for _ in range(3):
        following = actions.move_task(task=task, status=Status.DONE, by=by, at=timezone.now())
        assert following is not None
        task = following
        days.append(task.due_on)

    assert days == [date(2099, 2, 28), date(2099, 3, 31), date(2099, 4, 30)]
    assert [item.text for item in task.checklist.all()] == ["Salt"]


def test_a_task_that_repeats_is_followed_once_however_often_it_is_ended(founded: MakeWorkspace):
    workspace = founded()
    by, at = coordinator_of(workspace), timezone.now()
    task = written(workspace, due_on=date(2099, 1, 1), repeat_every=1, repeat_unit="weeks")

    actions.move_task(task=task, status=Status.DONE, by=by, at=at)
    actions.undo_end(task=task, by=by, at=at)
    after_undoing = workspace.tasks.count()
    following = actions.move_task(task=task, status=Status.DONE, by=by, at=at)
    actions.move_task(task=following, status=Status.DOING, by=by, at=at)  # type: ignore[arg-type]
    actions.undo_end(task=task, by=by, at=at)
    actions.move_task(task=task, status=Status.DONE, by=by, at=at)

    assert after_undoing == 1
    assert workspace.tasks.count() == 2
    with pytest.raises(NotNow, match="already"):
        actions.move_task(task=task, status=Status.DONE, by=by, at=at)


@pytest.mark.parametrize("touch", ["tick", "point", "relation", "report"])
def test_what_was_done_with_the_next_of_a_task_is_not_undone_with_the_end_of_this(
    touch: str, founded: MakeWorkspace, somebody: MakePerson
):
    workspace, reader = founded(), somebody()
    join(workspace, reader)
    by, at = coordinator_of(workspace), timezone.now()
    task = written(workspace, due_on=date(2099, 1, 1), repeat_every=1, repeat_unit="weeks", checklist=("Salt",))
    following = actions.move_task(task=task, status=Status.DONE, by=by, at=at)
    assert following is not None
    if touch == "tick":
        actions.tick(item=following.checklist.get(), done=True, by=by, at=at)
    elif touch == "point":
        actions.add_to_checklist(task=following, text="Pepper", by=by, at=at)
    elif touch == "relation":
        actions.relate(one=written(workspace), kind="blocks", other=following, by=by, at=at)
    else:
        said = moderation.Reported(reason="respect", words="It hurts.", language="en")
        moderation.report(TASK, following, said, by=reader, address=address, at=at)

    actions.undo_end(task=task, by=by, at=at)

    assert Task.objects.filter(pk=following.pk).exists()


def test_a_part_that_may_not_be_one_is_not_written(
    founded: MakeWorkspace,
    somebody: MakePerson,
    signed_in: Callable,
    coordinator,  # noqa: F811
):
    workspace, member, theirs, at = founded(), somebody(), somebody(), timezone.now()
    join(workspace, member)
    join(workspace, theirs)
    organisation = found_organisation(profile=profile(), by=theirs, at=at)
    confirm_organisation(organisation=organisation, by=coordinator, at=at)
    organisation.refresh_from_db()
    bring_organisation(workspace=workspace, organisation=organisation, by=theirs, at=at)
    whole = written(workspace, by=member)
    page = reverse("write-task", args=[workspace.pk]) + f"?part-of={whole.pk}"

    refused = signed_in(member).post(page, {"title": "A part", "organisation": organisation.pk})

    assert refused.status_code == 400
    assert "belongs to an organisation" in refused.content.decode()
    assert not Task.objects.filter(title="A part").exists()
    assert signed_in(member).post(page, {"title": "A part"}).status_code == 302
    assert whole.relations_to.get().one.title == "A part"


def test_dropping_wants_a_reason_and_can_be_undone_to_what_it_was(founded: MakeWorkspace):
    workspace = founded()
    task, by, at = written(workspace), coordinator_of(workspace), timezone.now()
    actions.move_task(task=task, status=Status.WAITING, by=by, at=at)

    with pytest.raises(NotNow, match="why"):
        actions.move_task(task=task, status=Status.DROPPED, because="  ", by=by, at=at)
    actions.move_task(task=task, status=Status.DROPPED, because="No money", by=by, at=at)
    task.refresh_from_db()
    dropped = (task.status, task.dropped_because)
    actions.undo_end(task=task, by=by, at=at)

    task.refresh_from_db()
    assert dropped == (Status.DROPPED, "No money")
    assert (task.status, task.dropped_because, task.ended_at) == (Status.WAITING, "", None)


def test_every_change_can_be_read_with_what_it_was(founded: MakeWorkspace, somebody: MakePerson):
    workspace, member = founded(), somebody()
    join(workspace, member)
    task, by, at = written(workspace, labels=("hall",)), coordinator_of(workspace), timezone.now()
    details = Details(title="Book two halls", assignees=(member,), due_on=date(2099, 5, 1), labels=("hall", "spring"))

    actions.edit_task(task=task, details=details, version=1, by=by, at=at)
    actions.move_task(task=task, status=Status.DOING, by=by, at=at)

    told = {(str(line["field"]), line["before"], line["after"]) for line in lines_of(task) if line["field"]}
    assert told == {
        ("title", "Book the hall", "Book two halls"),
        ("due", "", "2099-05-01"),
        ("assignees", "", member.name),
        ("labels", "hall", "hall, spring"),
        ("status", "to do", "in progress"),
    }


def test_who_saves_over_another_writes_nothing(founded: MakeWorkspace):
    workspace = founded()
    task, by, at = written(workspace), coordinator_of(workspace), timezone.now()
    actions.edit_task(task=task, details=Details(title="First"), version=1, by=by, at=at)

    with pytest.raises(EditedMeanwhile):
        actions.edit_task(task=task, details=Details(title="Second"), version=1, by=by, at=at)

    task.refresh_from_db()
    assert task.title == "First"


def test_each_organisation_changes_its_own_tasks(
    founded: MakeWorkspace,
    somebody: MakePerson,
    coordinator,  # noqa: F811
):
    workspace, ours, theirs, at = founded(), somebody(), somebody(), timezone.now()
    join(workspace, ours)
    join(workspace, theirs)
    organisation = found_organisation(profile=profile(), by=ours, at=at)
    confirm_organisation(organisation=organisation, by=coordinator, at=at)
    organisation.refresh_from_db()
    with pytest.raises(NotPermitted):
        bring_organisation(workspace=workspace, organisation=organisation, by=theirs, at=at)
    bring_organisation(workspace=workspace, organisation=organisation, by=ours, at=at)
    task = written(workspace, by=ours, organisation=organisation)
    said = {"task": task, "details": Details(title="Changed", organisation=organisation), "version": 1, "at": at}

    with pytest.raises(NotPermitted, match="belongs to an organisation"):
        actions.edit_task(by=theirs, **said)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        actions.move_task(task=task, status=Status.DONE, by=theirs, at=at)
    actions.edit_task(by=ours, **said)  # type: ignore[arg-type]
    given = written(workspace, by=ours, organisation=organisation, assignees=(theirs,))
    free = written(workspace)
    for person in (ours, theirs, coordinator_of(workspace), coordinator):
        tasks = (task, given, free)
        assert movable_among(person, workspace, tasks) == {one.pk for one in tasks if may_move_task(person, one)}
    actions.move_task(task=given, status=Status.DONE, by=theirs, at=at)


def test_only_people_and_organisations_of_the_workspace_are_given_tasks(founded: MakeWorkspace, somebody: MakePerson):
    workspace = founded()
    organisation = found_organisation(profile=profile(), by=somebody(), at=timezone.now())

    for wrong in (
        {"assignees": (somebody(),)},
        {"organisation": organisation},
        {"repeat_every": 1},
        {"reminders": (1,)},
    ):
        with pytest.raises(NotNow):
            written(workspace, **wrong)
    assert not workspace.tasks.exists()


def test_relations_lead_in_no_circle_and_to_no_other_workspace(founded: MakeWorkspace):
    workspace, other = founded(), founded()
    by, at = coordinator_of(workspace), timezone.now()
    one, two, three = (written(workspace, title=title) for title in ("one", "two", "three"))
    actions.relate(one=one, kind="blocks", other=two, by=by, at=at)
    actions.relate(one=two, kind="blocks", other=three, by=by, at=at)

    with pytest.raises(NotNow, match="circle"):
        actions.relate(one=three, kind="blocks", other=one, by=by, at=at)
    with pytest.raises(NotNow):
        actions.relate(one=one, kind="relates", other=written(other), by=by, at=at)
    actions.relate(one=three, kind="relates", other=one, by=by, at=at)


def test_a_list_is_narrowed_and_sorted(founded: MakeWorkspace, somebody: MakePerson):
    workspace = founded()
    person, today = coordinator_of(workspace), date(2026, 3, 2)
    late = written(workspace, title="Late", due_on=today - timedelta(days=1), labels=("hall",))
    soon = written(workspace, title="Also soon", due_on=today + timedelta(days=2), assignees=(person,))
    never = written(workspace, title="Never")
    ended = written(workspace, title="Ended", due_on=today)
    actions.move_task(task=ended, status=Status.DONE, by=person, at=timezone.now())

    def found(**said: str) -> list[Task]:
        return list(tasks_that_fit(visible_tasks(person), replace(Wanted(), **said), person=person, on=today))

    assert found() == [late, soon, never]
    assert found(status="all", sort="newest") == [ended, never, soon, late]
    assert found(sort="title") == [soon, late, never]
    assert [found(due=due) for due in ("late", "week", "none")] == [[late], [soon], [never]]
    assert (found(label="hall"), found(assignee="me"), found(assignee="nobody")) == ([late], [soon], [late, never])
    assert Wanted(due="late", status="done").query == "status=done&due=late"


def test_a_spreadsheet_reckons_with_no_cell(founded: MakeWorkspace):
    task = written(founded(name="@here"), title='=HYPERLINK("http://x")')

    line = list(tasks_as_csv(Task.objects.filter(pk=task.pk).for_lists()))[1]

    assert "'=HYPERLINK" in line
    assert "'@here" in line
