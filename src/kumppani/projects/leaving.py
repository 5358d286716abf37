"""What workspaces keep of a person, and what becomes of it when her account ends.

What she said stays, because others answered it; it is by somebody who has left. What was hers alone goes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kumppani.accounts.models import Person
from kumppani.history.recording import record
from kumppani.projects.actions.recording import letter, told
from kumppani.projects.actions.sharing import end_links_of
from kumppani.projects.actions.workspaces import DAYS_TO_BRING_BACK
from kumppani.projects.mentions import without
from kumppani.projects.models import (
    Assignment,
    CalendarFeed,
    Comment,
    CommentVersion,
    JoinWish,
    Participant,
    SavedFilter,
    Share,
    Template,
    Topic,
    Workspace,
    WorkspaceInvitation,
)
from kumppani.projects.permissions import WORKS
from kumppani.projects.queries import visible_tasks, visible_workspaces

NAME_OF_WHO_LEFT = "–"
NAME_OF_WHAT_IS_HIDDEN = "–"


def kept_of(person: Person) -> dict[str, object]:
    """What she wrote and what was given to her. A workspace that she may not see any more is not named.

    Of the tasks that she made, those she sees: in the others, other people's words may stand by now.
    """
    taking_part = Participant.objects.filter(person=person).order_by("since", "pk")
    tasks = visible_tasks(person).filter(assignments__person=person).order_by("pk")
    comments = Comment.objects.filter(by=person).order_by("written_at", "pk")
    names = dict(visible_workspaces(person).filter(participants__person=person).values_list("pk", "name"))
    return {
        "workspaces": {
            "takes_part_in": [
                {
                    "workspace": names.get(one.workspace_id, NAME_OF_WHAT_IS_HIDDEN),
                    "role": one.role,
                    "from": str(one.since),
                    "until": str(one.until or ""),
                }
                for one in taking_part
            ],
            "tasks": [
                {"workspace": names[task.workspace_id], "title": task.title, "status": task.status} for task in tasks
            ],
            "tasks_made": [
                {
                    "workspace": names.get(task.workspace_id, NAME_OF_WHAT_IS_HIDDEN),
                    "at": task.made_at.isoformat(),
                    "title": task.title,
                    "text": task.text,
                }
                for task in visible_tasks(person).filter(made_by=person).order_by("made_at", "pk")
            ],
            "topics": [
                {"at": topic.made_at.isoformat(), "title": topic.title}
                for topic in Topic.objects.filter(made_by=person).order_by("made_at", "pk")
            ],
            "comments": [{"at": comment.written_at.isoformat(), "text": comment.text} for comment in comments],
            "wishes": list(JoinWish.objects.filter(person=person).values_list("words", flat=True)),
            "saved_filters": list(SavedFilter.objects.filter(person=person).values("name", "query")),
            "templates": list(Template.objects.filter(person=person).values("name", "content")),
            "has_calendar": CalendarFeed.objects.filter(person=person).exists(),
        }
    }


@transaction.atomic
def part(person: Person, at: datetime) -> None:
    """End her part in all of them; a workspace that nobody else could take over ends."""
    own = Participant.objects.current().filter(person=person)
    # Two who leave at once wait for each other here, so that the second knows of the first.
    workspaces = list(Workspace.objects.select_for_update().filter(pk__in=own.values("workspace")).order_by("pk"))
    for workspace in workspaces:
        told(gettext_noop("left the site"), workspace=workspace, by=person, at=at)
        end_links_of(person, workspace, by=person, at=at)
    _forget_name(person)
    Participant.objects.current().filter(person=person).update(until=timezone.localdate(at))
    for kept in (Assignment, SavedFilter, Template, CalendarFeed, JoinWish, Share):
        kept._default_manager.filter(person=person).delete()
    WorkspaceInvitation.objects.filter(email=person.email.lower()).delete()
    Share.objects.filter(email__iexact=person.email).update(email="", name=NAME_OF_WHO_LEFT, revoked_at=at)
    for workspace in workspaces:
        _end_if_left_alone(workspace, at)


def _forget_name(person: Person) -> None:
    """Take her name out of where others mention her, in every workspace she ever took part in."""
    for workspace in (
        Participant.objects.filter(person=person).order_by().values_list("workspace", flat=True).distinct()
    ):
        people = set(Participant.objects.filter(workspace=workspace).values_list("person__name", flat=True))
        said = Comment.objects.filter(Q(task__workspace=workspace) | Q(topic__workspace=workspace))
        for words in (said, CommentVersion.objects.filter(comment__in=said.order_by())):
            for pk, text in words.filter(text__contains="@").values_list("pk", "text"):
                forgotten = without(person.name, text, people, instead=NAME_OF_WHO_LEFT)
                if forgotten != text:
                    words.model._default_manager.filter(pk=pk).update(text=forgotten)


def _end_if_left_alone(workspace: Workspace, at: datetime) -> None:
    """A workspace without anybody who could take it over ends by itself; there is nobody left to decide on it."""
    current = workspace.participants.current().filter(person__is_active=True).select_related("person")
    if workspace.ends_on is not None or current.filter(role__in=WORKS).exists():
        return
    workspace.ends_on = timezone.localdate(at) + timedelta(days=DAYS_TO_BRING_BACK)
    workspace.save(update_fields=["ends_on"])
    record(gettext_noop("workspace left without members"), about=workspace, by=None, at=at)
    for guest in current:
        with override(guest.person.language):
            said = {"workspace": workspace.name}
            subject = _("The workspace has ended: %(workspace)s") % said
            body = _(
                "Nobody is left who works in the workspace %(workspace)s, so it has ended. "
                "You were a guest there and see it no more. Nothing is asked of you."
            )
            letter(guest.person, subject, body % said, at)
