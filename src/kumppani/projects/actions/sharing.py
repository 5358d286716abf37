"""One task for somebody without an account, by a secret link: read it, comment, tick, say that it is done.

The link is in one letter or on one page, once; the site keeps a hash of it. Who comes by it is nobody here: what she
does is told under the name she types, or the one she was given.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import require
from kumppani.mailing.sending import write_letter
from kumppani.moderation.gate import is_hidden
from kumppani.projects.actions.recording import told
from kumppani.projects.actions.tasks import move_task, tick
from kumppani.projects.faults import NotNow
from kumppani.projects.models import ChecklistItem, Comment, Share, Status, Task, Workspace
from kumppani.projects.permissions import may_change_task, may_move_task
from kumppani.projects.queries import visible_tasks

COMMENTS_A_DAY = 10
MOST_LINKS = 10
NOBODY = "0" * 10
"""Stands for the secret in an address that a view has made; it is put in its place here."""


class NoSuchLink(LookupError):
    """There is no such link, or it holds no more."""


@transaction.atomic
def share_task(
    *, task: Task, name: str, email: str, language: str, days: int, page: str, by: Person, at: datetime
) -> tuple[Share, str]:
    """Make a link that holds for so many days; give its secret, which is kept nowhere. With an address it is sent."""
    require(may_change_task(by, task))
    if task.shares.filter(is_light=False, revoked_at=None, expires_at__gt=at).count() >= MOST_LINKS:
        raise NotNow(_("There are ten links to this task. End one first."))
    share, secret = make_link(
        task=task, name=name, email=email, language=language, expires_at=at + timedelta(days=days), by=by, at=at
    )
    told(gettext_noop("shared by a link"), workspace=task.workspace, task=task, by=by, at=at, about=name)
    if email:
        with override(language):
            said = {"person": by.name, "task": task.title, "link": page.replace(NOBODY, secret), "days": days}
            subject = _("%(person)s shares a task with you: %(task)s") % said
            body = (
                _(
                    "%(person)s shares a task with you:\n\n%(task)s\n\n"
                    "On this page you read it and say when it is done. You need no account. "
                    "Keep the address to yourself.\n%(link)s"
                )
                % said
            )
        write_letter(to=email, subject=subject, body=body + "\n", language=language, at=at)
    return share, secret


def make_link(
    *,
    task: Task,
    name: str,
    email: str,
    language: str,
    expires_at: datetime,
    by: Person | None,
    at: datetime,
    source: Share | None = None,
    person: Person | None = None,
    is_light: bool = False,
) -> tuple[Share, str]:
    secret = secrets.token_urlsafe(24)
    share = Share.objects.create(
        task=task,
        token_hash=hash_of(secret),
        name=name,
        email=email,
        language=language,
        expires_at=expires_at,
        made_by=by,
        made_at=at,
        source=source,
        person=person,
        is_light=is_light,
    )
    return share, secret


@transaction.atomic
def revoke_share(*, share: Share, by: Person, at: datetime) -> None:
    """End a link at once, and those that its reminders brought."""
    require(may_change_task(by, share.task))
    Share.objects.filter(Q(pk=share.pk) | Q(source=share), revoked_at=None).update(revoked_at=at)
    told(gettext_noop("link ended"), workspace=share.task.workspace, task=share.task, by=by, at=at, about=share.name)


def end_links_of(person: Person, workspace: Workspace, *, by: Person | None, at: datetime) -> None:
    """End the links that somebody made in a workspace, and those of her own reminders: she takes part no more."""
    there = Share.objects.filter(task__workspace=workspace, revoked_at=None)
    made = there.filter(made_by=person, is_light=False, expires_at__gt=at).select_related("task")
    for share in made:
        told(gettext_noop("link ended"), workspace=workspace, task=share.task, by=by, at=at, about=share.name)
    there.filter(Q(made_by=person) | Q(source__made_by=person) | Q(person=person)).update(revoked_at=at)


def share_of(secret: str, *, at: datetime) -> Share:
    """The link behind a secret, if it holds and its task can still be changed.

    One that stands in for a guest shows her what she could open herself, as long as the task is given to her.
    """
    found = Share.objects.select_related("task__workspace", "task__organisation", "person")
    share = found.filter(token_hash=hash_of(secret)).first()
    if share is None or not share.holds(at) or not share.task.workspace.can_change or is_hidden(share.task):
        raise NoSuchLink
    if share.person is not None and not _is_still_hers(share.task, share.person):
        raise NoSuchLink
    return share


def _is_still_hers(task: Task, person: Person) -> bool:
    return bool(may_move_task(person, task)) and visible_tasks(person).filter(pk=task.pk).exists()


@transaction.atomic
def comment_by_link(*, share: Share, name: str, text: str, at: datetime) -> Comment:
    require_whole(share)
    Share.objects.select_for_update().get(pk=share.pk)
    told_today = share.task.comments.filter(by=None, written_at__gt=at - timedelta(days=1)).count()
    if told_today >= COMMENTS_A_DAY:
        raise NotNow(_("Ten comments have been written within a day. Go on tomorrow."))
    return Comment.objects.create(
        task=share.task, text=text, by=None, by_name=name.strip()[:100] or share.name, shared=True, written_at=at
    )


def tick_by_link(*, share: Share, item: ChecklistItem, done: bool, at: datetime) -> None:
    require_whole(share)
    tick(item=item, done=done, by=None, at=at, by_name=share.name)


def end_by_link(*, share: Share, at: datetime) -> None:
    """Say that the task is done. A guest is known by her reminder; everybody else is a name."""
    if not share.task.is_open:
        raise NotNow(_("Somebody has done this already."))
    by_name = "" if share.person else share.name
    move_task(task=share.task, status=Status.DONE, by=share.person, at=at, by_name=by_name)


def require_whole(share: Share) -> None:
    if share.is_light:
        raise NoSuchLink


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
