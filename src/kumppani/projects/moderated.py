"""What can be reported in workspaces: a topic of the discussion, a comment, a task.

Who moderates reads the words that were reported, and nothing else of a closed workspace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import override, pgettext_lazy

from kumppani.accounts.models import Person
from kumppani.files.storing import forget_file
from kumppani.moderation.registry import Moderated, register_moderated
from kumppani.network.models import Membership
from kumppani.projects.models import Comment, Role, Status, Task, Topic, Workspace
from kumppani.projects.queries import sees_apart_from_gate, visible_comments, visible_tasks, visible_topics
from kumppani.regions.models import Region

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAME_OF_WHAT_IS_GONE = "–"
LENGTH_OF_TITLE = 80
A_TOPIC = pgettext_lazy("reported", "A topic in a workspace")
A_COMMENT = pgettext_lazy("reported", "A comment in a workspace")
A_TASK = pgettext_lazy("reported", "A task in a workspace")


def register() -> None:
    for kind in (TOPIC, COMMENT, TASK):
        register_moderated(kind)


def _region_of(workspace: Workspace) -> Region:
    """The first of its regions; of one without any, the home of an organisation there; else the whole country."""
    organisation = workspace.organisations.select_related("home").order_by("pk").first()
    region = workspace.regions.order_by("pk").first() or (organisation.home if organisation else None)
    return region or Region.objects.get(kind=Region.Kind.NATIONWIDE)


def _title(thing: Topic | Comment | Task, kind: StrOrPromise, title: str) -> str:
    """Titles of cases stand in the site's history, which tells nothing of closed workspaces."""
    workspace = thing.workspace
    if workspace.is_open:
        return Truncator(" ".join(title.split())).chars(LENGTH_OF_TITLE)
    with override(workspace.language):
        return f"{kind} ({thing.pk})"


def _authors(thing: Topic | Comment | Task, author: Person | None) -> list[Person]:
    """Who wrote it, while she sees the place where it stands: others may have written in it since she was there.

    For who sees it no more, has left or came by a link, those who coordinate the workspace answer.
    """
    place = (thing.topic or thing.task) if isinstance(thing, Comment) else thing
    if author is not None and author.is_active and place is not None and sees_apart_from_gate(author, place):
        return [author]
    found = thing.workspace.participants.current().filter(role=Role.COORDINATOR, person__is_active=True)
    return [participant.person for participant in found.select_related("person")]


def _concerned(thing: Topic | Comment | Task, author: Person | None) -> set[int]:
    return {person.pk for person in _authors(thing, author)} | ({author.pk} if author else set())


def _with_a_task(task: Task) -> set[int]:
    """Who wrote or changed it, to whom it was given, and the members of the organisation whose it is."""
    changed = task.changes.exclude(by=None).values_list("by", flat=True)
    given = task.assignments.values_list("person", flat=True)
    members = Membership.objects.current().filter(organisation=task.organisation_id).values_list("person", flat=True)
    return _concerned(task, task.made_by) | set(changed) | set(given) | set(members)


def _opening(topic: Topic) -> Comment | None:
    return topic.comments.order_by("written_at", "pk").first()


def _words_of_topic(topic: Topic) -> str:
    opening = _opening(topic)
    return f"{topic.title}\n\n{opening.text if opening else ''}".strip()


def _words_of_task(task: Task) -> str:
    points = "\n".join(task.checklist.values_list("text", flat=True))
    return "\n\n".join(said for said in (task.title, task.text, points) if said)


def _erase_comment(comment: Comment) -> None:
    """As when its author deletes it: its place stays, because others answered."""
    comment.versions.all().delete()
    Comment.objects.filter(pk=comment.pk).update(text="", deleted_at=timezone.now())


def _erase_topic(topic: Topic) -> None:
    """Its title, how it began and the files of who began it; what others said stays."""
    opening = _opening(topic)
    if opening is not None:
        _erase_comment(opening)
    _erase_files(topic, topic.made_by_id)
    topic.changes.update(about="")
    Topic.objects.filter(pk=topic.pk).update(title=NAME_OF_WHAT_IS_GONE)


def _erase_task(task: Task) -> None:
    """All its words, with what they were before. That there is a task, whose and by when, stays for those who do it."""
    task.checklist.all().delete()
    task.labels.all().delete()
    task.changes.update(about="", before="", after="")
    _erase_files(task, task.made_by_id)
    task.title, task.text = NAME_OF_WHAT_IS_GONE, ""
    task.dropped_because = NAME_OF_WHAT_IS_GONE if task.status == Status.DROPPED else ""
    task.version += 1
    task.save(update_fields=["title", "text", "dropped_because", "version"])


def _erase_files(thing: Task | Topic, author: int | None) -> None:
    for attachment in thing.attachments.filter(file__added_by=author).select_related("file"):
        attachment.delete()
        forget_file(attachment.file)


def _seen(visible: Callable[..., Any], **only: Any) -> Callable[..., Any]:
    return lambda person, *, on: visible(person).filter(**only)


def _place_of(comment: Comment) -> str:
    thing = "task" if comment.task_id else "topic"
    return f"{reverse(thing, args=[comment.task_id or comment.topic_id])}#comment-{comment.pk}"


TOPIC = Moderated(
    model=Topic,
    name="topic",
    label=A_TOPIC,
    visible=_seen(visible_topics),
    title_of=lambda topic: _title(topic, A_TOPIC, topic.title),
    words_of=_words_of_topic,
    language_of=lambda topic: topic.workspace.language,
    region_of=lambda topic: _region_of(topic.workspace),
    authors_of=lambda topic: _authors(topic, topic.made_by),
    concerned_with=lambda topic: _concerned(topic, topic.made_by),
    address_of=lambda topic: reverse("topic", args=[topic.pk]),
    erase=_erase_topic,
)
COMMENT = Moderated(
    model=Comment,
    name="comment",
    label=A_COMMENT,
    visible=_seen(visible_comments, deleted_at=None),
    title_of=lambda comment: _title(comment, A_COMMENT, comment.text),
    words_of=lambda comment: comment.text,
    language_of=lambda comment: comment.workspace.language,
    region_of=lambda comment: _region_of(comment.workspace),
    authors_of=lambda comment: _authors(comment, comment.by),
    concerned_with=lambda comment: _concerned(comment, comment.by),
    address_of=_place_of,
    erase=_erase_comment,
)
TASK = Moderated(
    model=Task,
    name="task",
    label=A_TASK,
    visible=_seen(visible_tasks),
    title_of=lambda task: _title(task, A_TASK, task.title),
    words_of=_words_of_task,
    language_of=lambda task: task.workspace.language,
    region_of=lambda task: _region_of(task.workspace),
    authors_of=lambda task: _authors(task, task.made_by),
    concerned_with=_with_a_task,
    address_of=lambda task: reverse("task", args=[task.pk]),
    erase=_erase_task,
)
