"""What is kept of workspaces and of who works in them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kumppani.files.storing import sweep
from kumppani.history.retention import keep
from kumppani.projects.actions.workspaces import end_deleted_workspaces


def end_deleted(at: datetime) -> int:
    """Take deleted workspaces away for good, and the files that nothing names any more."""
    return end_deleted_workspaces(at=at) + sweep(at=at)


keep(
    "projects.workspace",
    "projects.workspacelabel",
    "projects.topic",
    "projects.task",
    "projects.tasklabel",
    "projects.relation",
    "projects.checklistitem",
    "projects.attachment",
    "projects.comment",
    "projects.commentversion",
    "projects.change",
    "projects.participant",
    "projects.assignment",
    "projects.reminder",
    "projects.sentreminder",
    "files.storedfile",
    what=_("Workspaces: who takes part, tasks, discussion, files, and who changed what"),
    why=_("So that people of several organisations can work together."),
    until=_(
        "As long as the workspace is kept, and 30 days after it was deleted. Your name is taken out when you delete "
        "your account."
    ),
    end=end_deleted,
)
keep(
    "projects.workspaceinvitation",
    "projects.joinwish",
    what=_("That you were invited to a workspace, or asked to take part"),
    why=_("So that it can be answered."),
    until=_("Until it is answered or withdrawn."),
)
keep(
    "projects.share",
    what=_("To whom a task was shown by a secret link: a name and, where it was sent, the address"),
    why=_("So that somebody without an account can help with one task."),
    until=_("As long as the workspace is kept. The link itself works for a limited time."),
)
keep(
    "projects.savedfilter",
    "projects.template",
    "projects.calendarfeed",
    what=_("Searches and templates you saved, and whether you have a calendar address"),
    why=_("So that you find them again."),
    until=_("Until you delete them or your account."),
)
