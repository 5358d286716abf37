"""Who may do what in a workspace. No role in the programme gives a right here: a closed one has no back door."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import ALLOWED, Decision
from kumppani.moderation.gate import hidden_now, is_hidden
from kumppani.network.models import Membership
from kumppani.projects.models import Assignment, Comment, Participant, Role, Task, Topic, Workspace

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Anybody = Person | AnonymousUser

WORKS = (Role.COORDINATOR, Role.MEMBER)


def role_in(person: Anybody, workspace: Workspace) -> str:
    """The role in the workspace; empty for whoever takes no part."""
    if not person.is_authenticated:
        return ""
    found = Participant.objects.current().filter(person=person, workspace=workspace).values_list("role", flat=True)
    return found.first() or ""


def may_found(person: Anybody) -> Decision:
    return ALLOWED if person.is_authenticated else Decision(False, _("Sign in first."))


def may_read(person: Anybody, workspace: Workspace) -> Decision:
    """An open one is read by whoever has signed in; one that is deleted by its coordinators alone."""
    role = role_in(person, workspace)
    readable = role == Role.COORDINATOR or (workspace.ends_on is None and (role or workspace.is_open))
    if person.is_authenticated and readable:
        return ALLOWED
    return Decision(False, _("Only those who take part may do this."))


def may_work(person: Anybody, workspace: Workspace) -> Decision:
    """Write tasks and topics."""
    if role_in(person, workspace) not in WORKS:
        return Decision(False, _("Only a member of the workspace may do this."))
    return _while_it_can_change(workspace)


def may_coordinate(person: Anybody, workspace: Workspace) -> Decision:
    """Also of one in the archive: it has to be possible to bring it back."""
    if role_in(person, workspace) != Role.COORDINATOR:
        return Decision(False, _("Only a coordinator of the workspace may do this."))
    return ALLOWED


def may_take_over(person: Anybody, workspace: Workspace) -> Decision:
    """A member may, once no coordinator is left whose account is there."""
    if role_in(person, workspace) != Role.MEMBER:
        return Decision(False, _("Only a member of the workspace may do this."))
    coordinated = workspace.participants.current().filter(role=Role.COORDINATOR, person__is_active=True)
    return Decision(False, _("The workspace has a coordinator.")) if coordinated.exists() else ALLOWED


def may_change_task(person: Anybody, task: Task) -> Decision:
    """A task of an organisation is changed by its members; one of nobody by any member of the workspace."""
    role = role_in(person, task.workspace)
    if role not in WORKS:
        return Decision(False, _("Only a member of the workspace may do this."))
    if role == Role.MEMBER and task.organisation_id is not None and not _acts_for_owner(person, task):
        return Decision(False, _("This task belongs to an organisation. Its members change it."))
    return _while_shown(task) and _while_it_can_change(task.workspace)


def may_move_task(person: Anybody, task: Task) -> Decision:
    """Change its status and tick its checklist: also whoever has been given the task, a guest too."""
    changing = may_change_task(person, task)
    if changing or not role_in(person, task.workspace):
        return changing
    given = Assignment.objects.filter(task=task, person=person.pk).exists()
    return _while_shown(task) and _while_it_can_change(task.workspace) if given else changing


def movable_among(person: Anybody, workspace: Workspace, tasks: Iterable[Task]) -> set[int]:
    """The numbers of those that `may_move_task` lets this person move: of one workspace, their assignments fetched."""
    role = role_in(person, workspace)
    if not role or not workspace.can_change:
        return set()
    tasks = list(tasks)
    hidden = set(Task.objects.filter(hidden_now(Task), pk__in=[task.pk for task in tasks]).values_list("pk", flat=True))
    acts_for = set(Membership.objects.current().filter(person=person.pk).values_list("organisation", flat=True))

    def moves(task: Task) -> bool:
        if role == Role.COORDINATOR or any(one.person_id == person.pk for one in task.assignments.all()):
            return True
        return role == Role.MEMBER and (task.organisation_id is None or task.organisation_id in acts_for)

    return {task.pk for task in tasks if task.pk not in hidden and moves(task)}


def outsiders_known_among(person: Anybody, workspace: Workspace, tasks: Iterable[Task]) -> set[int]:
    """The numbers of those of whose outsiders, who hold a link, this person reads the names: who may change the task.

    Also once the workspace is in the archive.
    """
    role = role_in(person, workspace)
    if role not in WORKS:
        return set()
    acts_for = set(Membership.objects.current().filter(person=person.pk).values_list("organisation", flat=True))

    def knows(task: Task) -> bool:
        return role == Role.COORDINATOR or task.organisation_id is None or task.organisation_id in acts_for

    return {task.pk for task in tasks if knows(task)}


def may_comment(person: Anybody, thing: Task | Topic) -> Decision:
    """Whoever takes part; a guest on what she sees. Ask for a thing that this person was shown."""
    role = role_in(person, thing.workspace)
    if not role:
        return Decision(False, _("Only those who take part may do this."))
    if role == Role.GUEST and not (thing.shared_with_guests or _is_given(person, thing)):
        return Decision(False, _("Only a member of the workspace may do this."))
    return _while_shown(thing) and _while_it_can_change(thing.workspace)


def may_change_comment(person: Anybody, comment: Comment) -> Decision:
    """Only one's own words, as long as one takes part and neither they nor what they stand under is hidden."""
    if not person.is_authenticated or comment.by_id != person.pk or comment.deleted_at is not None:
        return Decision(False, _("Only who wrote it may change it."))
    if not role_in(person, comment.workspace):
        return Decision(False, _("Only those who take part may do this."))
    place = comment.topic or comment.task
    shown = _while_shown(comment) and (_while_shown(place) if place else ALLOWED)
    return shown and _while_it_can_change(comment.workspace)


def _acts_for_owner(person: Anybody, task: Task) -> bool:
    return Membership.objects.current().filter(person=person.pk, organisation=task.organisation_id).exists()


def _is_given(person: Anybody, thing: Task | Topic) -> bool:
    return isinstance(thing, Task) and Assignment.objects.filter(task=thing, person=person.pk).exists()


def _while_shown(thing: Task | Topic | Comment) -> Decision:
    if is_hidden(thing):
        return Decision(False, _("It is hidden by a decision, and cannot be changed now. You can appeal."))
    return ALLOWED


def _while_it_can_change(workspace: Workspace) -> Decision:
    if workspace.can_change:
        return ALLOWED
    return Decision(False, _("The workspace is in the archive. It can be read and not changed."))
