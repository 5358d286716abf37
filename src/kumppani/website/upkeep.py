"""Letters that wait and work in the background: what an administrator sees of them, and starting them again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from kumppani.accounts.models import Person
from kumppani.accounts.permissions import holds, require
from kumppani.events.actions.looking_after import look_after_events
from kumppani.following.digests import write_digests
from kumppani.history.ending import end_what_is_over
from kumppani.history.models import Run
from kumppani.history.recording import record
from kumppani.history.running import noted
from kumppani.mailing.models import Letter
from kumppani.mailing.sending import send_letter, send_waiting_letters, waiting_letters
from kumppani.network.reminding import remind_organisations
from kumppani.projects.actions.reminders import send_reminders
from kumppani.publishing.asking import ask_about_practices
from kumppani.publishing.followed import tell_what_was_published
from kumppani.website.permissions import LOOK_AFTER

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """A command that somebody or a clock runs, and whether it may be started from a page."""

    name: str
    label: str | Promise
    start: Callable[[datetime], object] | None
    """None where it is not safe, or not quick, to start it from a page."""

    @property
    def may_be_started(self) -> bool:
        """For templates, which would call ``start`` by looking at it."""
        return self.start is not None


def _end(at: datetime) -> object:
    return end_what_is_over(at=at)


def _send(at: datetime) -> object:
    with noted("send_letters") as run:
        run.told = str(send_waiting_letters())
    return run


def _remind(at: datetime) -> object:
    with noted("remind_organisations") as run:
        run.told = str(remind_organisations(at=at))
    return run


def _write(at: datetime) -> object:
    with noted("send_digests") as run:
        run.told = str(write_digests(at=at))
    return run


def _tell(at: datetime) -> object:
    with noted("tell_what_was_published") as run:
        run.told = str(tell_what_was_published(at=at))
    return run


def _ask_about_practices(at: datetime) -> object:
    with noted("ask_about_practices") as run:
        run.told = str(ask_about_practices(at=at))
    return run


def _remind_of_tasks(at: datetime) -> object:
    with noted("send_reminders") as run:
        run.told = str(send_reminders(site=settings.SITE_ADDRESS, at=at))
    return run


def _look_after_events(at: datetime) -> object:
    with noted("look_after_events") as run:
        run.told = str(look_after_events(at=at))
    return run


WORK = (
    Work("send_letters", _("Send the letters that wait"), _send),
    Work("tell_what_was_published", _("Tell followers of the texts whose time has come"), _tell),
    Work("send_digests", _("Write to those who follow something what happened"), _write),
    Work("send_reminders", _("Remind of tasks"), _remind_of_tasks),
    Work("look_after_events", _("Give on places of events, and remind of them"), _look_after_events),
    Work("end_what_is_over", _("Delete what has been kept long enough, and write to idle accounts"), _end),
    Work("remind_organisations", _("Ask organisations whether their profile still holds"), _remind),
    Work("ask_about_practices", _("Ask whether good practices are still done so"), _ask_about_practices),
    Work("tidy_answers", _("Forget unfinished answers, and shuffle the sealed ones"), None),
)


def work_called(name: str) -> Work:
    return next(work for work in WORK if work.name == name)


@dataclass(frozen=True)
class WorkSeen:
    work: Work
    last: Run | None


def work_seen() -> list[WorkSeen]:
    """Every kind of work with its newest run; two questions."""
    newest = Run.objects.order_by().values("name").annotate(newest=Max("pk")).values("newest")
    runs = {run.name: run for run in Run.objects.filter(pk__in=newest)}
    return [WorkSeen(work, runs.get(work.name)) for work in WORK]


def letters_that_wait(*, at: datetime) -> QuerySet[Letter]:
    """Those that failed first, then the oldest; no words are read."""
    return waiting_letters(at=at).defer("body", "subject").order_by("-failures", "written_at", "pk")


def letters_that_failed(*, at: datetime) -> QuerySet[Letter]:
    return waiting_letters(at=at).filter(~Q(failures=0))


def try_letter_again(*, letter: Letter, by: Person, at: datetime) -> bool:
    """Send one letter now; say whether it left."""
    require(holds(by, LOOK_AFTER, on=timezone.localdate(at)))
    with noted("send_letters") as run:
        sent = send_letter(letter.pk)
        run.told = str(int(sent))
    record(gettext_noop("letter tried again"), about=run, by=by, at=at)
    return sent


def start_work(*, name: str, by: Person, at: datetime) -> bool:
    """Run a kind of work now; say whether it was done. Raises LookupError where none can be started from a page."""
    require(holds(by, LOOK_AFTER, on=timezone.localdate(at)))
    starts = {work.name: work.start for work in WORK if work.start is not None}
    start, done = starts[name], False
    try:
        start(at)
        done = True
    except Exception:  # its row says that it failed, and the log why
        logger.exception("%s failed", name)
    record(gettext_noop("background work started"), about=Run.objects.filter(name=name)[0], by=by, at=at)
    return done
