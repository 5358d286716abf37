"""Workspaces of the tests, founded and filled by the site's own actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.projects.actions.tasks import write_task
from kumppani.projects.actions.workspaces import found_workspace
from kumppani.projects.models import Participant, Role, Task, Workspace
from kumppani.projects.plans import Details, Plan
from tests.kumppani.conftest import MakePerson

MakeWorkspace = Callable[..., Workspace]
PAGE = "https://site.example/en/projects/discussion/0/"


def plan(**other: Any) -> Plan:
    usual = Plan(
        name="A fair for newcomers",
        summary="We prepare a fair in spring.",
        goal="A hundred visitors.",
        language="en",
        is_open=False,
        free_to_join=False,
    )
    return replace(usual, **other)


@pytest.fixture(autouse=True)
def files_apart(settings: Any, tmp_path: Path) -> None:
    settings.FILES_FOLDER = tmp_path / "files"


@pytest.fixture
def founded(somebody: MakePerson) -> MakeWorkspace:
    """Found a workspace."""

    def make(*, by: Person | None = None, **said: Any) -> Workspace:
        return found_workspace(plan=plan(**said), by=by or somebody(), at=timezone.now())

    return make


def coordinator_of(workspace: Workspace) -> Person:
    return workspace.participants.current().filter(role=Role.COORDINATOR).select_related("person")[0].person


def join(workspace: Workspace, person: Person, role: str = Role.MEMBER) -> Participant:
    return Participant.objects.create(workspace=workspace, person=person, role=role, since=timezone.localdate())


def written(workspace: Workspace, by: Person | None = None, **said: Any) -> Task:
    details = Details(**{"title": "Book the hall", **said})
    return write_task(workspace=workspace, details=details, by=by or coordinator_of(workspace), at=timezone.now())


def upload(name: str = "plan.pdf", content: bytes = b"%PDF-1.7 a plan") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
