"""Topics, comments and files. One's own words can be changed, and what they were is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.files.storing import Refused, forget_file, keep_file
from kumppani.projects.actions.recording import letter, told
from kumppani.projects.faults import NotNow
from kumppani.projects.followed import tell_of_topic
from kumppani.projects.mentions import named_in
from kumppani.projects.models import Attachment, Comment, CommentVersion, Task, Topic, Workspace
from kumppani.projects.permissions import may_change_comment, may_comment, may_coordinate, may_work
from kumppani.projects.queries import visible_tasks, visible_topics

MOST_FILES = 20


@transaction.atomic
def write_topic(
    *, workspace: Workspace, title: str, text: str, shared_with_guests: bool, page: str, by: Person, at: datetime
) -> Topic:
    """Begin to talk about something. ``page`` is the address of a topic with number 0, for letters."""
    require(may_work(by, workspace))
    topic = Topic.objects.create(
        workspace=workspace, title=title, shared_with_guests=shared_with_guests, made_by=by, made_at=at, last_at=at
    )
    comment = Comment.objects.create(topic=topic, text=text, by=by, written_at=at)
    told(gettext_noop("topic begun"), workspace=workspace, topic=topic, by=by, at=at, about=title)
    tell_of_topic(topic, by=by, at=at)
    _tell_named(comment, "", page.replace("/0/", f"/{topic.pk}/"), by, at)
    return topic


@transaction.atomic
def write_comment(
    *, thing: Task | Topic, text: str, shared: bool = False, page: str = "", by: Person, at: datetime
) -> Comment:
    """Say something about a task or a topic. ``shared``: whoever has a link to the task reads it too."""
    require(may_comment(by, thing))
    about = {"task": thing} if isinstance(thing, Task) else {"topic": thing}
    comment = Comment.objects.create(**about, text=text, shared=shared, by=by, written_at=at)
    if isinstance(thing, Topic):
        Topic.objects.filter(pk=thing.pk).update(last_at=at)
    _tell_named(comment, "", page, by, at)
    return comment


@transaction.atomic
def edit_comment(*, comment: Comment, text: str, shared: bool, page: str = "", by: Person, at: datetime) -> None:
    """Change one's own words; what they were stays readable."""
    require(may_change_comment(by, comment))
    comment = Comment.objects.select_for_update().get(pk=comment.pk)
    before = comment.text
    if text != before:
        written_at = comment.edited_at or comment.written_at
        CommentVersion.objects.create(comment=comment, text=before, written_at=written_at)
        comment.edited_at = at
    comment.text, comment.shared = text, shared and comment.task_id is not None
    comment.save(update_fields=["text", "shared", "edited_at"])
    _tell_named(comment, before, page, by, at)


@transaction.atomic
def delete_comment(*, comment: Comment, by: Person, at: datetime) -> None:
    """Take one's own words away for good, with what they were earlier."""
    require(may_change_comment(by, comment))
    comment.versions.all().delete()
    Comment.objects.filter(pk=comment.pk).update(text="", deleted_at=at)


@transaction.atomic
def attach(*, thing: Task | Topic, upload: UploadedFile, by: Person, at: datetime) -> Attachment:
    require(may_comment(by, thing))
    if thing.attachments.count() >= MOST_FILES:
        raise NotNow(_("Twenty files are enough for one place."))
    try:
        file = keep_file(upload, by=by, at=at)
    except Refused as refusal:
        raise NotNow(str(refusal)) from refusal
    about: dict[str, Any] = {"task": thing} if isinstance(thing, Task) else {"topic": thing}
    told(gettext_noop("file added"), workspace=thing.workspace, **about, by=by, at=at, about=file.name)
    return Attachment.objects.create(file=file, **about)


@transaction.atomic
def take_file_away(*, attachment: Attachment, by: Person, at: datetime) -> None:
    """By whoever added it or a coordinator of the workspace."""
    workspace, file = attachment.workspace, attachment.file
    thing = attachment.task or attachment.topic
    assert thing is not None
    require(may_comment(by, thing))
    if file.added_by_id != by.pk:
        require(may_coordinate(by, workspace))
    about: dict[str, Any] = {"task": attachment.task, "topic": attachment.topic}
    told(gettext_noop("file removed"), workspace=workspace, **about, by=by, at=at, about=file.name)
    attachment.delete()
    forget_file(file)


def _tell_named(comment: Comment, before: str, page: str, by: Person, at: datetime) -> None:
    """A letter to those who are named now and were not before, if they may read it."""
    if "@" not in comment.text:
        return
    workspace = comment.workspace
    there = workspace.participants.current().filter(person__is_active=True).exclude(person=by).select_related("person")
    people = {participant.person_id: participant.person for participant in there}
    names = [(number, person.name) for number, person in people.items()]
    for number in sorted(named_in(comment.text, names) - named_in(before, names)):
        person = people[number]
        if _sees(person, comment):
            with override(person.language):
                said = {"person": by.name, "workspace": workspace.name, "words": comment.text, "page": page}
                subject = _("%(person)s mentions you in %(workspace)s") % said
                letter(person, subject, _("%(person)s writes:\n\n%(words)s\n\n%(page)s") % said, at)


def _sees(person: Person, comment: Comment) -> bool:
    if comment.task is not None:
        return visible_tasks(person).filter(pk=comment.task.pk).exists()
    return comment.topic is not None and visible_topics(person).filter(pk=comment.topic.pk).exists()
