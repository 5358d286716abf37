"""What of open workspaces is told to those who follow it.

Only what whoever has signed in may read is told, and shown only as long as that is so: also to those who take part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumppani.accounts.models import Person
from kumppani.design.numbers import row_number
from kumppani.following.kinds import Facet as FollowedFacet
from kumppani.following.kinds import Kind, register_facet, register_kind
from kumppani.following.telling import tell
from kumppani.network.followed import ORGANISATIONS
from kumppani.network.models import Facet
from kumppani.projects.models import Topic, Workspace
from kumppani.projects.queries import read_by_everybody, topics_read_by_everybody

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WORKSPACES = "workspaces"
NEW_WORKSPACE = "projects.workspace"
BEGUN = "projects.begun"
TOPIC = "projects.topic"


def register() -> None:
    register_facet(FollowedFacet(WORKSPACES, gettext_lazy("Workspaces"), None, _names_of_workspaces))
    register_kind(_workspace_kind(NEW_WORKSPACE, gettext_lazy("New open workspaces")))
    register_kind(_workspace_kind(BEGUN, gettext_lazy("Work begun in open workspaces")))
    register_kind(
        Kind(
            TOPIC,
            gettext_lazy("Topics in open workspaces"),
            Topic,
            lambda person, _on: topics_read_by_everybody(person),
            lambda topic: reverse("topic", args=[topic.pk]),
            lambda topic: topic.workspace.language,
            lambda topic: topic.title,
            ("workspace",),
        )
    )


def tell_of_workspace(kind: str, workspace: Workspace, *, by: Person, at: datetime) -> None:
    if workspace.is_open:
        tell(kind, subject=workspace, by=by, at=at, labels=_labels(workspace))


def tell_of_topic(topic: Topic, *, by: Person, at: datetime) -> None:
    if topic.workspace.is_open:
        tell(TOPIC, subject=topic, by=by, at=at, labels=_labels(topic.workspace))


def _labels(workspace: Workspace) -> dict[str, Iterable[str]]:
    themes = workspace.labels.filter(facet=Facet.THEME).values_list("code", flat=True)
    return {
        str(Facet.THEME): list(themes),
        "regions": list(workspace.regions.values_list("pk", flat=True)),
        ORGANISATIONS: [str(number) for number in workspace.organisations.values_list("pk", flat=True)],
        WORKSPACES: [str(workspace.pk)],
    }


def _names_of_workspaces(codes: Iterable[str]) -> Mapping[str, str]:
    """One that is closed, deleted or was never there has no name, and of these nobody learns which it is."""
    keys = {code: number for code in codes if (number := row_number(code)) is not None}
    shown = dict(Workspace.objects.filter(pk__in=keys.values(), is_open=True, ends_on=None).values_list("pk", "name"))
    return {code: shown.get(number) or _("A workspace that is not open") for code, number in keys.items()}


def _workspace_kind(name: str, label: StrOrPromise) -> Kind:
    return Kind(
        name,
        label,
        Workspace,
        lambda person, _on: read_by_everybody(person),
        lambda workspace: reverse("workspace", args=[workspace.pk]),
        lambda workspace: workspace.language,
        lambda workspace: workspace.name,
    )
