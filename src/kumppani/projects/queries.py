"""Reading workspaces. What a person may see is decided in the functions whose names begin with visible.

Whoever reads an open workspace reads all of it; a guest of a closed one what is given to her or shared with guests.
What a moderator has hidden is seen by its author alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When, prefetch_related_objects
from django.db.models.functions import TruncMonth

from kumppani.accounts.models import Person
from kumppani.design.numbers import row_number
from kumppani.moderation.gate import case_now, hidden_now, unhidden
from kumppani.network.models import Membership, Organisation
from kumppani.projects.models import (
    BESIDE_A_TASK,
    OPEN,
    Assignment,
    Attachment,
    Change,
    Comment,
    JoinWish,
    Participant,
    Role,
    SavedFilter,
    Stage,
    Status,
    Task,
    TaskLabel,
    TaskQuerySet,
    Topic,
    Workspace,
    WorkspaceInvitation,
    of_a_task,
)
from kumppani.projects.wanted import SORTS, Wanted

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Anybody = Person | AnonymousUser

TOLD_TO_COORDINATORS = ("turned down",)
"""Who was not let in is nobody else's business."""
A_WEEK, A_MONTH = timedelta(days=7), timedelta(days=31)


def visible_workspaces(person: Anybody) -> QuerySet[Workspace]:
    """Open ones and one's own; a deleted one to its coordinators, who can bring it back."""
    if not person.is_authenticated:
        return Workspace.objects.none()
    own = Participant.objects.current().filter(person=person, workspace=OuterRef("pk"))
    kept = Q(ends_on=None) & (Q(is_open=True) | Q(Exists(own)))
    return Workspace.objects.filter(kept | Q(Exists(own.filter(role=Role.COORDINATOR))))


def read_by_everybody(person: Anybody) -> QuerySet[Workspace]:
    """Of what this person sees, what whoever has signed in sees as well."""
    return Workspace.objects.filter(is_open=True, ends_on=None) if person.is_authenticated else Workspace.objects.none()


def topics_read_by_everybody(person: Anybody) -> QuerySet[Topic]:
    if not person.is_authenticated:
        return Topic.objects.none()
    return unhidden(Topic.objects.filter(workspace__is_open=True, workspace__ends_on=None))


def visible_participants(person: Anybody) -> QuerySet[Participant]:
    """Those who take part are seen by the others who do, but not by guests; of open ones, by whoever reads them."""
    return Participant.objects.filter(workspace__in=_read_whole(person)).select_related("person")


def visible_tasks(person: Anybody) -> TaskQuerySet:
    return Task.objects.filter(_task_in_reach(person), _unhidden_or_own(Task, "made_by", person))


def visible_topics(person: Anybody) -> QuerySet[Topic]:
    return Topic.objects.filter(_topic_in_reach(person), _unhidden_or_own(Topic, "made_by", person))


def visible_comments(person: Anybody) -> QuerySet[Comment]:
    seen = Q(topic__in=visible_topics(person).order_by()) | Q(task__in=visible_tasks(person).order_by())
    return Comment.objects.filter(seen, _unhidden_or_own(Comment, "by", person)).select_related("by")


def visible_attachments(person: Anybody) -> QuerySet[Attachment]:
    seen = Q(topic__in=visible_topics(person).order_by()) | Q(task__in=visible_tasks(person).order_by())
    return Attachment.objects.filter(seen).select_related("file")


def sees_apart_from_gate(person: Anybody, thing: Task | Topic) -> bool:
    """Whether this person would see it if no moderator hid anything."""
    if isinstance(thing, Task):
        return Task.objects.filter(_task_in_reach(person), pk=thing.pk).exists()
    return Topic.objects.filter(_topic_in_reach(person), pk=thing.pk).exists()


def _task_in_reach(person: Anybody) -> Q:
    given = Assignment.objects.filter(person=person.pk).values("task")
    as_guest = Q(workspace__in=_as_guest(person)) & (Q(shared_with_guests=True) | Q(pk__in=given))
    return Q(workspace__in=_read_whole(person)) | as_guest


def _topic_in_reach(person: Anybody) -> Q:
    return Q(workspace__in=_read_whole(person)) | Q(workspace__in=_as_guest(person), shared_with_guests=True)


def _unhidden_or_own(model: type[Task | Topic | Comment], author: str, person: Anybody) -> Q:
    return ~Q(hidden_now(model)) | Q(**{author: person.pk or 0})


def _read_whole(person: Anybody) -> QuerySet[Workspace]:
    """Workspaces of which this person reads everything."""
    if not person.is_authenticated:
        return Workspace.objects.none()
    own = Participant.objects.current().filter(person=person, workspace=OuterRef("pk"))
    working = Q(Exists(own.filter(role__in=(Role.COORDINATOR, Role.MEMBER))))
    kept = Q(ends_on=None) & (Q(is_open=True) | working)
    found = Workspace.objects.filter(kept | Q(Exists(own.filter(role=Role.COORDINATOR))))
    return found.order_by().values("pk")  # type: ignore[return-value]


def _as_guest(person: Anybody) -> QuerySet[Workspace]:
    if not person.is_authenticated:
        return Workspace.objects.none()
    own = Participant.objects.current().filter(person=person, role=Role.GUEST, workspace=OuterRef("pk"))
    return Workspace.objects.filter(Exists(own), ends_on=None).order_by().values("pk")  # type: ignore[return-value]


def own_workspaces(person: Person) -> QuerySet[Workspace]:
    """Where a person takes part, those in the archive last."""
    own = Participant.objects.current().filter(person=person, workspace=OuterRef("pk"))
    put_away = Case(When(stage=Stage.ARCHIVED, then=Value(1)), default=Value(0))
    found = visible_workspaces(person).filter(Exists(own)).annotate(put_away=put_away)
    return _for_lists(found.order_by("put_away", "name", "pk"))


def open_workspaces(person: Person, *, words: str = "", theme: str = "", region: str = "") -> QuerySet[Workspace]:
    """Open ones that are not in the archive and in which the person takes no part yet."""
    own = Participant.objects.current().filter(person=person, workspace=OuterRef("pk"))
    found = visible_workspaces(person).filter(~Exists(own), is_open=True).exclude(stage=Stage.ARCHIVED)
    for word in words.split()[:5]:
        found = found.filter(Q(name__icontains=word) | Q(summary__icontains=word))
    if theme:
        found = found.filter(labels__facet="themes", labels__code=theme)
    if region:
        through = Workspace.regions.through.objects.filter(workspace=OuterRef("pk"), region=region)
        found = found.filter(Exists(through))
    return _for_lists(found.order_by("name", "pk"))


def _for_lists(workspaces: QuerySet[Workspace]) -> QuerySet[Workspace]:
    return workspaces.prefetch_related(*of_a_workspace())


def of_a_workspace() -> tuple[str | Prefetch[str], ...]:
    """What is shown with a workspace, to be fetched with it: its organisations without those a moderator has hidden."""
    return ("labels", Prefetch("organisations", unhidden(Organisation.objects.all())), "regions")


def organisations_of(workspace: Workspace) -> QuerySet[Organisation]:
    """Those that take part and that no moderator has hidden."""
    return unhidden(workspace.organisations.all())


def invitations_to(person: Person) -> QuerySet[WorkspaceInvitation]:
    found = WorkspaceInvitation.objects.filter(email=person.email.lower(), workspace__ends_on=None)
    return found.select_related("workspace", "invited_by")


def workspaces_asked_for(person: Person) -> QuerySet[Workspace]:
    """Those a person coordinates in which somebody asks to take part, each with ``asking``, how many."""
    own = Participant.objects.current().filter(person=person, role=Role.COORDINATOR, workspace=OuterRef("pk"))
    living = Workspace.objects.filter(Exists(own), ends_on=None).exclude(stage=Stage.ARCHIVED)
    asking = Count("wishes", filter=Q(wishes__person__is_active=True))
    return living.annotate(asking=asking).filter(asking__gt=0).order_by("name", "pk")


def wishes_of(workspace: Workspace) -> QuerySet[JoinWish]:
    return workspace.wishes.select_related("person")


def organisations_to_bring(person: Person, workspace: Workspace) -> QuerySet[Organisation]:
    """Those a person acts for and that do not take part yet."""
    acts = Membership.objects.current().filter(person=person, organisation=OuterRef("pk"))
    return Organisation.objects.listed().filter(Exists(acts)).exclude(workspaces=workspace).order_by("name", "pk")


def people_to_assign(workspace: Workspace) -> QuerySet[Participant]:
    """Who can be given a task: whoever takes part and has an account."""
    return workspace.participants.current().filter(person__is_active=True).select_related("person")


def labels_used(workspace: Workspace) -> list[str]:
    shown = TaskLabel.objects.filter(~Q(hidden_now(Task, "task")), task__workspace=workspace)
    used = shown.order_by("text").values_list("text", flat=True)
    return list(used.distinct()[:100])


def tasks_that_fit(tasks: TaskQuerySet, wanted: Wanted, *, person: Person, on: date) -> TaskQuerySet:
    if wanted.status == "open":
        tasks = tasks.filter(status__in=OPEN)
    elif wanted.status != "all":
        tasks = tasks.filter(status=wanted.status)
    if wanted.words:
        tasks = tasks.filter(title__icontains=wanted.words)
    if wanted.assignee:
        given = Assignment.objects.filter(task=OuterRef("pk"))
        if wanted.assignee != "nobody":
            given = given.filter(person=person.pk if wanted.assignee == "me" else int(wanted.assignee))
        tasks = tasks.filter(~Exists(given) if wanted.assignee == "nobody" else Exists(given))
    if wanted.organisation:
        tasks = tasks.filter(organisation=int(wanted.organisation))
    if wanted.label:
        tasks = tasks.filter(Exists(TaskLabel.objects.filter(task=OuterRef("pk"), text=wanted.label)))
    tasks = tasks.filter(_due(wanted.due, on))
    missing = Case(When(due_on=None, then=Value(1)), default=Value(0))
    return tasks.annotate(due_missing=missing).order_by(*SORTS[wanted.sort]).for_lists()


def _due(asked: str, on: date) -> Q:
    if asked == "late":
        return Q(due_on__lt=on, status__in=OPEN)
    if asked in ("week", "month"):
        return Q(due_on__gte=on, due_on__lte=on + (A_WEEK if asked == "week" else A_MONTH))
    return Q(due_on=None) if asked == "none" else Q()


def my_tasks(person: Person) -> TaskQuerySet:
    """What has been given to a person, in all workspaces that have not been put away."""
    return visible_tasks(person).filter(assignments__person=person).exclude(workspace__stage=Stage.ARCHIVED)


def saved_filters(person: Person, workspace: Workspace | None) -> QuerySet[SavedFilter]:
    return SavedFilter.objects.filter(person=person, workspace=workspace)


@dataclass(frozen=True)
class Column:
    """One status on the board: the first tasks of it, and how many more there are."""

    status: Status
    tasks: Sequence[Task]
    more: int


CARDS = 12


def board(tasks: TaskQuerySet) -> list[Column]:
    counted = dict(tasks.order_by().values_list("status").annotate(number=Count("pk")))
    columns = []
    for status in (Status.TODO, Status.DOING, Status.WAITING, Status.DONE):
        missing = Case(When(due_on=None, then=Value(1)), default=Value(0))
        of_it = tasks.filter(status=status).annotate(due_missing=missing)
        order = ("-ended_at", "-pk") if status == Status.DONE else ("due_missing", "due_on", "pk")
        shown = list(of_it.order_by(*order).select_related(*BESIDE_A_TASK)[:CARDS])
        columns.append(Column(status, shown, counted.get(status, 0) - len(shown)))
    prefetch_related_objects([task for column in columns for task in column.tasks], *of_a_task())
    return columns


def tasks_between(tasks: TaskQuerySet, first: date, last: date) -> TaskQuerySet:
    """Those whose days touch these, the earliest first."""
    touching = Q(due_on__gte=first, due_on__lte=last) | Q(starts_on__lte=last, due_on__gt=last)
    touching |= Q(starts_on__gte=first, starts_on__lte=last)
    return tasks.filter(touching).order_by("due_on", "starts_on", "pk").for_lists()


def months_with_tasks(tasks: TaskQuerySet) -> list[date]:
    found = tasks.exclude(due_on=None).annotate(month=TruncMonth("due_on")).order_by("month")
    return list(found.values_list("month", flat=True).distinct()[:240])


def comments_on(thing: Task | Topic, person: Anybody) -> QuerySet[Comment]:
    """What was said, each with ``hiding``: the number of the case that hides it, which its author alone reads."""
    seen = thing.comments.filter(_unhidden_or_own(Comment, "by", person)).select_related("by")
    return seen.annotate(earlier=Count("versions"), hiding=case_now(Comment)).order_by("written_at", "pk")


def without_hidden_names(changes: QuerySet[Change]) -> QuerySet[Change]:
    """Without the lines that name an organisation which a moderator has hidden."""
    names = Organisation.objects.filter(hidden_now(Organisation)).order_by().values("name")
    named = Q(before__in=names) | Q(after__in=names)
    return changes.exclude(Q(what__startswith="organisation takes part", about__in=names)).exclude(
        Q(what="organisation", is_value=True) & named
    )


def changes_of(task: Task, *, whole: bool = True) -> QuerySet[Change]:
    """What was done to a task that the reader sees, newest first; unless ``whole``, nothing that tells of values."""
    found = without_hidden_names(task.changes.select_related("by", "concerns"))
    return found if whole else found.filter(is_value=False)


def changes_in(workspace: Workspace, person: Anybody) -> QuerySet[Change]:
    """What was done in a workspace, newest first; what was done to its tasks is left to the tasks."""
    found = without_hidden_names(workspace.changes.select_related("by", "concerns"))
    if not workspace.participants.current().filter(person=person.pk or 0, role=Role.COORDINATOR).exists():
        found = found.exclude(what__in=TOLD_TO_COORDINATORS)
    return found.filter(Q(topic=None) | Q(topic__in=visible_topics(person).order_by()), task=None)


def names_of(numbers: Iterable[str]) -> dict[str, str]:
    """People's names by their numbers, for values that name people."""
    wanted = {number for said in numbers if (number := row_number(said)) is not None}
    return {str(pk): name for pk, name in Person.objects.filter(pk__in=wanted).values_list("pk", "name")}
