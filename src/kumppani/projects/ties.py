"""What would be left without anybody: workspaces in which one person alone works.

A workspace with other members is no tie: one of them takes it over.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from kumppani.accounts.leaving import Tie
from kumppani.accounts.models import Person
from kumppani.projects.models import Participant, Role, Workspace, WorkspaceInvitation
from kumppani.projects.permissions import WORKS


def find_ties(person: Person, on: date) -> list[Tie]:
    """She hands each over, or deletes it, before she leaves those who are there with her."""
    return [_tie(workspace) for workspace in _worked_in_alone(person)]


def _worked_in_alone(person: Person) -> list[Workspace]:
    """Those that nobody else can take over, each with ``others``: are guests there, or people who were invited?"""
    current = Participant.objects.current().filter(workspace=OuterRef("pk"), person__is_active=True)
    working, beside = current.filter(role__in=WORKS), current.exclude(person=person)
    found = Workspace.objects.filter(Exists(working.filter(person=person)), ends_on=None)
    return list(
        found.exclude(Exists(working.exclude(person=person))).annotate(
            others=Exists(beside) | Exists(WorkspaceInvitation.objects.filter(workspace=OuterRef("pk"))),
            coordinated=Exists(working.filter(person=person, role=Role.COORDINATOR)),
        )
    )


def _tie(workspace: Workspace) -> Tie:
    others = workspace.others  # type: ignore[attr-defined]
    said = {"workspace": workspace.name}
    # Those who read of idle accounts may not know of a closed one.
    about = workspace.name if workspace.is_open else _("A closed workspace")
    if not others:
        sentence = _(
            "You are alone in the workspace %(workspace)s. When you leave, it ends, and 30 days later its tasks and "
            "files are gone. Take everything along first, or invite somebody who goes on with it."
        )
        return Tie(about, sentence % said, reverse("workspace", args=[workspace.pk]), holds_back=False)
    sentence = _(
        "You are the last who works in the workspace %(workspace)s, and there are guests or people you invited. Make "
        "one of them a coordinator, or delete the workspace."
    )
    hands_over_there = workspace.coordinated and workspace.can_change  # type: ignore[attr-defined]
    page = "workspace-people" if hands_over_there else "workspace"
    return Tie(about, sentence % said, reverse(page, args=[workspace.pk]))
