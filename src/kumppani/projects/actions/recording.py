"""The workspace's own history, and letters to those who take part."""

from __future__ import annotations

from datetime import datetime

from kumppani.accounts.models import Person
from kumppani.mailing.sending import write_letter
from kumppani.projects.models import Change, Task, Topic, Workspace


def told(
    what: str,
    *,
    workspace: Workspace,
    by: Person | None,
    at: datetime,
    task: Task | None = None,
    about: str = "",
    concerns: Person | None = None,
    other: Task | None = None,
    topic: Topic | None = None,
    by_name: str = "",
) -> Change:
    """Write that something was done: a short English phrase marked with gettext_noop, as for the site's history."""
    return Change.objects.create(
        workspace=workspace,
        task=task,
        what=what,
        about=about[:200],
        concerns=concerns,
        other=other,
        topic=topic,
        by=by,
        by_name=by_name,
        at=at,
    )


def letter(person: Person, subject: str, body: str, at: datetime) -> None:
    """A letter in the reader's language, which the caller has made active."""
    write_letter(to=person.email, subject=subject, body=body + "\n", language=person.language, at=at)
