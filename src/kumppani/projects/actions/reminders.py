"""Letters before a task is due, each once. A volunteer finds a link in hers that marks the task as done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urljoin

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from kumppani.accounts.models import Person
from kumppani.history.running import one_by_one
from kumppani.mailing.sending import write_letter
from kumppani.moderation.gate import unhidden
from kumppani.projects.actions.sharing import make_link
from kumppani.projects.models import OPEN, Reminder, Role, SentReminder, Share, Stage, Task

LINK_HOLDS = timedelta(days=30)
LONGEST_NAME_OF_SHARE = 100
"""A person's own name may be longer; the link is found by the person, not by it."""


@dataclass(frozen=True)
class Reader:
    """Who is to be reminded: a person who takes part, or somebody with a link and an address."""

    name: str
    email: str
    language: str
    person: Person | None
    share: Share | None
    is_volunteer: bool


def send_reminders(*, site: str, at: datetime) -> int:
    """Write every reminder whose day has come and that is not written yet; give how many letters that made.

    Raises SomeFailed at the end where a task could not be told of.
    """
    today = timezone.localdate(at)
    longest = Reminder.objects.aggregate(longest=Max("days_before"))["longest"]
    if longest is None:
        return 0
    due = Task.objects.filter(status__in=OPEN, due_on__gte=today, due_on__lte=today + timedelta(days=longest))
    due = (
        unhidden(due).exclude(workspace__stage=Stage.ARCHIVED).filter(workspace__ends_on=None, reminders__isnull=False)
    )
    found = due.order_by("due_on", "pk").values_list("pk", flat=True).distinct()
    return one_by_one("send_reminders", lambda pk: _remind_of(pk, site, at), found)


def _remind_of(pk: int, site: str, at: datetime) -> int:
    """Hold the task's row, so that a second sender waits and then finds that it is told."""
    Task.objects.select_for_update().get(pk=pk)
    task = Task.objects.select_related("workspace").get(pk=pk)
    today = timezone.localdate(at)
    if not task.is_open or task.due_on is None:
        return 0
    come = [one for one in task.reminders.all() if task.due_on - timedelta(days=one.days_before) <= today]
    return sum(_remind(reader, task, task.due_on, come, site, at) for reader in _readers(task, at)) if come else 0


def _remind(reader: Reader, task: Task, due_on: date, come: list[Reminder], site: str, at: datetime) -> int:
    """One letter, also where several reminders have come at once because nobody asked on the day of the first."""
    who = {"person": reader.person} if reader.person else {"share": reader.share}
    told = set(SentReminder.objects.filter(reminder__in=come, due_on=due_on, **who).values_list("reminder", flat=True))
    new = [reminder for reminder in come if reminder.pk not in told]
    SentReminder.objects.bulk_create(SentReminder(reminder=reminder, due_on=due_on, **who) for reminder in new)
    if not new or min(come, key=lambda one: one.days_before) not in new:
        return 0
    _write(reader, task, due_on, site, at)
    return 1


def _readers(task: Task, at: datetime) -> Iterator[Reader]:
    roles = dict(task.workspace.participants.current().values_list("person", "role"))
    for assignment in task.assignments.select_related("person"):
        person = assignment.person
        if person.is_active and person.pk in roles:
            volunteer = roles[person.pk] == Role.GUEST
            yield Reader(person.name, person.email, person.language, person, None, volunteer)
    for share in task.shares.filter(is_light=False, revoked_at=None, expires_at__gt=at).exclude(email=""):
        yield Reader(share.name, share.email, share.language, None, share, True)


def _write(reader: Reader, task: Task, due_on: date, site: str, at: datetime) -> None:
    with override(reader.language):
        address = reverse("task", args=[task.pk])
        if reader.is_volunteer:
            expires_at = min(at + LINK_HOLDS, reader.share.expires_at) if reader.share else at + LINK_HOLDS
            _share, secret = make_link(
                task=task,
                name=reader.name[:LONGEST_NAME_OF_SHARE],
                email="",
                language=reader.language,
                expires_at=expires_at,
                by=None,
                at=at,
                source=reader.share,
                person=reader.person,
                is_light=True,
            )
            address = reverse("finish-task", args=[secret])
        said = {"task": task.title, "day": date_format(due_on, "SHORT_DATE_FORMAT"), "link": urljoin(site, address)}
        subject = _("Due %(day)s: %(task)s") % said
        if reader.is_volunteer:
            body = _("This is due on %(day)s:\n\n%(task)s\n\nIs it done? Say so with one button:\n%(link)s") % said
        else:
            body = _("This is due on %(day)s:\n\n%(task)s\n\n%(link)s") % said
    write_letter(to=reader.email, subject=subject, body=body + "\n", language=reader.language, at=at, of_use_until=None)
