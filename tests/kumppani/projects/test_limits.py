"""Nothing that somebody typed is cut in silence: the field says the limit, and holds all she wrote."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from django.urls import reverse

from kumppani.projects.models import Task
from tests.kumppani.projects.conftest import MakeWorkspace, coordinator_of, written

pytestmark = pytest.mark.django_db


def lines(number: int, word: str = "Point") -> str:
    return "\n".join(f"{word} {place:02}" for place in range(1, number + 1))


def labels(number: int) -> str:
    return ", ".join(f"label{place:02}" for place in range(1, number + 1))


@pytest.mark.parametrize(
    ("field", "typed", "limit"),
    [
        ("checklist", lines(60), "At most 50 points"),
        ("checklist", "Short\n" + "x" * 201, "at most 200 characters"),
        ("labels", labels(15), "At most 10 labels"),
        ("labels", "short, " + "y" * 41, "at most 40 characters"),
    ],
)
def test_too_much_is_said_at_its_field_and_stays_there(
    field: str, typed: str, limit: str, founded: MakeWorkspace, signed_in: Callable
):
    workspace = founded()
    client = signed_in(coordinator_of(workspace))
    task = written(workspace)
    addresses = [reverse("write-task", args=[workspace.pk])]
    addresses += [reverse("edit-task", args=[task.pk])] if field == "labels" else []

    for address in addresses:
        answer = client.post(address, {"title": "Book two halls", "version": 1, field: typed})

        page = unescape(answer.content.decode())
        assert (answer.status_code, limit in page, typed in page, "Book two halls" in page) == (400, *[True] * 3)
    assert Task.objects.get().title == "Book the hall"


def test_as_much_as_the_limit_is_kept_whole(founded: MakeWorkspace, signed_in: Callable):
    workspace = founded()
    checklist = "\n".join(f"{place:02} " + "x" * 197 for place in range(50))
    kept = ", ".join(f"{place:02}" + "y" * 38 for place in range(10))
    said = {"title": "Book the hall", "checklist": f"{checklist}\n\n", "labels": f"{kept}, {kept},"}

    client = signed_in(coordinator_of(workspace))
    page = client.get(reverse("write-task", args=[workspace.pk])).content.decode()
    client.post(reverse("write-task", args=[workspace.pk]), said)

    task = Task.objects.get()
    assert [item.text for item in task.checklist.all()] == checklist.splitlines()
    assert sorted(label.text for label in task.labels.all()) == kept.split(", ")
    for field in ("checklist", "labels"):  # a browser would cut what is pasted without a word
        tag = page[page.index(f'name="{field}"') :]
        assert "maxlength" not in tag[: tag.index(">")]


def test_too_many_tasks_in_minutes_are_said_and_the_minutes_stay(founded: MakeWorkspace, signed_in: Callable):
    workspace = founded()
    client, address = signed_in(coordinator_of(workspace)), reverse("minutes", args=[workspace.pk])
    typed = "\n".join(f"- [ ] Deed {place:02}" for place in range(60))

    too_many = client.post(address, {"text": typed})
    fifty = client.post(address, {"text": "\n".join(typed.splitlines()[:50])})

    page = unescape(too_many.content.decode())
    assert (too_many.status_code, "At most 50 tasks" in page, typed in page) == (400, True, True)
    assert (fifty.status_code, fifty.content.decode().count("Make this task")) == (200, 50)
    tag = page[page.index("<textarea") :]
    assert "maxlength" not in tag[: tag.index(">")]


def test_a_long_line_of_minutes_is_shown_whole_and_said_at_its_field(founded: MakeWorkspace, signed_in: Callable):
    workspace = founded()
    client, address = signed_in(coordinator_of(workspace)), reverse("minutes", args=[workspace.pk])
    long = "Ask " + "every caretaker " * 20 + "and the last one"

    found = client.post(address, {"text": f"Task: {long}"}).content.decode()
    formset = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-take": "on", "form-0-title": long}
    refused = client.post(address, formset)

    assert long in found
    assert (refused.status_code, "200" in refused.content.decode(), long in refused.content.decode()) == (
        400,
        True,
        True,
    )
    assert not Task.objects.exists()


def test_a_long_line_that_is_no_task_hinders_nobody(founded: MakeWorkspace, signed_in: Callable):
    workspace = founded()
    said = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "form-0-take": "on", "form-0-title": "Book the hall"}

    signed_in(coordinator_of(workspace)).post(
        reverse("minutes", args=[workspace.pk]), {**said, "form-1-title": "x" * 201}
    )

    assert Task.objects.get().title == "Book the hall"
