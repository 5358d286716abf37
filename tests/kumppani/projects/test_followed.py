"""Open workspaces tell their news to those who follow; of one that is closed, or closed later, nothing is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.following.actions import feed_token, follow
from kumppani.following.digests import write_digests
from kumppani.following.models import Happening, Reading
from kumppani.mailing.models import Letter
from kumppani.moderation import actions as moderation
from kumppani.projects.actions.talk import write_topic
from kumppani.projects.actions.workspaces import (
    bring_back,
    delete_workspace,
    edit_workspace,
    start_work,
)
from kumppani.projects.models import Topic, Workspace
from kumppani.projects.moderated import TOPIC
from kumppani.regions.models import Region
from tests.kumppani.conftest import MakePerson
from tests.kumppani.following.conftest import Following, follows  # noqa: F401 (a fixture)
from tests.kumppani.moderation.conftest import address
from tests.kumppani.projects.conftest import PAGE, MakeWorkspace, coordinator_of, join, plan

pytestmark = pytest.mark.django_db
NAME, TITLE = "Fair of Kajaani", "Who bakes the buns"
KINDS = "projects.workspace projects.begun projects.topic"


def with_news(founded: MakeWorkspace, **said: object) -> Workspace:
    """A workspace whose work has begun and in which somebody began a topic."""
    workspace = founded(name=NAME, regions=(Region.objects.get(pk="kainuu"),), themes=("education",), **said)
    by, at = coordinator_of(workspace), timezone.now()
    start_work(workspace=workspace, by=by, at=at)
    write_topic(workspace=workspace, title=TITLE, text="?", shared_with_guests=True, page=PAGE, by=by, at=at)
    workspace.refresh_from_db()
    return workspace


def told(person: Person, client: Client) -> dict[str, bool]:
    """Where this person reads the name or the title: on pages, in feeds, in letters."""
    reading = Reading.objects.get(person=person)
    pages = {
        "page": client.get(reverse("new")),
        "own page": client.get(reverse("new-for-me")),
        "own feed": Client().get(reverse("own-feed", args=[feed_token(reading)])),
        "followed": client.get(reverse("followed")),
        "public page": Client().get(reverse("new")),
        "public feed": Client().get(reverse("feed")),
    }
    said = {name: page.content.decode() for name, page in pages.items()}
    before = set(Letter.objects.values_list("pk", flat=True))
    write_digests(at=timezone.now() + timedelta(minutes=5))
    letters = Letter.objects.exclude(pk__in=before).filter(to=person.email)
    said["letter"] = "".join(f"{letter.subject}{letter.body}" for letter in letters)
    return {name: NAME in text or TITLE in text for name, text in said.items()}


EVERYWHERE_FOR_HER = {"page": True, "own page": True, "own feed": True, "letter": True}
NOWHERE = {
    "page": False,
    "own page": False,
    "own feed": False,
    "letter": False,
    "followed": False,
    "public page": False,
    "public feed": False,
}


@pytest.mark.parametrize("codes", [{"kinds": KINDS}, {"themes": "education"}, {"regions": "kainuu"}])
def test_who_follows_reads_of_an_open_workspace_everywhere_and_who_has_not_signed_in_nowhere(
    codes: dict[str, str],
    founded: MakeWorkspace,
    somebody: MakePerson,
    signed_in: Callable,
    follows: Following,  # noqa: F811
):
    reader = somebody()
    follows(reader, **codes)
    with_news(founded, is_open=True)

    found = told(reader, signed_in(reader))

    assert found == NOWHERE | EVERYWHERE_FOR_HER
    assert Happening.objects.count() == 3


def test_one_workspace_is_followed_by_a_button_on_its_page(
    founded: MakeWorkspace,
    somebody: MakePerson,
    signed_in: Callable,
    follows: Following,  # noqa: F811
):
    workspace, reader = founded(name=NAME, is_open=True), somebody()
    follows(reader, themes="work")
    client = signed_in(reader)
    page = client.get(reverse("workspace", args=[workspace.pk])).content.decode()
    assert 'name="workspaces"' in page

    client.post(reverse("follow"), {"workspaces": workspace.pk})
    write_topic(
        workspace=workspace,
        title=TITLE,
        text="?",
        shared_with_guests=False,
        page=PAGE,
        by=coordinator_of(workspace),
        at=timezone.now(),
    )

    assert told(reader, client) == NOWHERE | EVERYWHERE_FOR_HER | {"followed": True}


@pytest.mark.parametrize("takes_part", [False, True])
@pytest.mark.parametrize("how", ["closed", "closed later", "deleted"])
def test_of_what_not_everybody_may_see_nothing_is_told(
    how: str,
    takes_part: bool,
    founded: MakeWorkspace,
    somebody: MakePerson,
    signed_in: Callable,
    follows: Following,  # noqa: F811
):
    reader, at = somebody(), timezone.now()
    follows(reader, kinds=KINDS)
    workspace = with_news(founded, is_open=how != "closed")
    by = coordinator_of(workspace)
    if takes_part:
        join(workspace, reader)
    follow(person=reader, codes={"workspaces": {str(workspace.pk)}}, at=at - timedelta(days=1))
    if how == "closed later":
        closed = plan(name=NAME, is_open=False)
        edit_workspace(workspace=workspace, plan=closed, version=workspace.version, by=by, at=at)
    elif how == "deleted":
        delete_workspace(workspace=workspace, by=by, at=at)

    assert told(reader, signed_in(reader)) == NOWHERE
    assert Happening.objects.count() == (0 if how == "closed" else 3)
    if how == "deleted":
        bring_back(workspace=workspace, by=by, at=at)
        assert told(reader, signed_in(reader))["own page"]


def test_a_topic_that_is_hidden_is_told_no_more(
    founded: MakeWorkspace,
    somebody: MakePerson,
    signed_in: Callable,
    follows: Following,  # noqa: F811
):
    reader = somebody()
    follows(reader, kinds="projects.topic")
    with_news(founded, is_open=True)
    said = moderation.Reported(reason="respect", words="It hurts.", language="en")
    made = moderation.report(TOPIC, Topic.objects.get(), said, by=reader, address=address, at=timezone.now())
    made.case.__class__.objects.update(
        hidden=True, outcome="hidden", rule="respect", decided_at=timezone.now(), decided_by=reader
    )

    assert told(reader, signed_in(reader)) == NOWHERE | {"page": True}  # the workspace itself
    assert TITLE not in signed_in(reader).get(reverse("new")).content.decode()


def test_a_workspace_that_is_opened_is_news_then_and_what_was_said_before_is_not(
    founded: MakeWorkspace, somebody: MakePerson
):
    workspace, at = with_news(founded), timezone.now()
    by = coordinator_of(workspace)
    assert not Happening.objects.exists()

    edit_workspace(workspace=workspace, plan=plan(name=NAME, is_open=True), version=workspace.version, by=by, at=at)
    workspace.refresh_from_db()
    edit_workspace(workspace=workspace, plan=plan(name=NAME, is_open=True), version=workspace.version, by=by, at=at)

    assert [happening.kind for happening in Happening.objects.all()] == ["projects.workspace"]


def test_the_page_of_news_asks_the_database_as_often_for_three_topics_as_for_one(
    founded: MakeWorkspace, somebody: MakePerson, signed_in: Callable
):
    client, numbers = signed_in(somebody()), []

    for _ in range(3):
        with_news(founded, is_open=True)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("new"), {"kinds": "projects.topic"}).content.decode().count(TITLE) >= 1
        numbers.append(len(queries))

    assert len(set(numbers)) == 1
