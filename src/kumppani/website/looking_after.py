"""What a running site does by itself: letters within a minute, and once a day whatever is done once a day.

It runs in a process of its own beside the server. When a day's work was last done stands in the rows of its runs, so a
site that was restarted does it once, and one that was off does it when it is on again. Work of a day that failed is
tried again after an hour.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time as clock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from functools import partial

from django.db import close_old_connections
from django.utils import timezone

from kumppani.events.actions.looking_after import look_after_events
from kumppani.following.digests import write_digests
from kumppani.history.models import Run
from kumppani.history.running import said_of
from kumppani.mailing.sending import send_waiting_letters
from kumppani.publishing.followed import tell_what_was_published
from kumppani.website.upkeep import work_called

SECONDS_BETWEEN = 60
SECONDS_TO_STOP = 10
DAILY = {"end_what_is_over": 3, "remind_organisations": 4, "ask_about_practices": 5, "send_reminders": 6}
"""By name, the hour from which it is done."""
BETWEEN_TRIES = timedelta(hours=1)

logger = logging.getLogger(__name__)


def look_after(*, wait: Callable[[], bool]) -> None:
    """Look again and again, as long as ``wait`` comes back with a yes. Nothing that fails ends it."""
    while wait():
        try:
            close_old_connections()
            look(at=timezone.now())
        except Exception:  # a database that is away, most likely
            logger.exception("The site was not looked after; it is tried again in a minute")


def wait_a_minute(*, parent: int | None) -> bool:
    """Say yes after a minute, and no as soon as ``parent`` is named and is not the parent of this process any more."""
    for _second in range(SECONDS_BETWEEN):
        clock.sleep(1)
        if parent is not None and os.getppid() != parent:
            return False
    return True


def look(*, at: datetime) -> None:
    """Write and send what is due, and do the work of the day that has not been done. One failure stops nothing else."""
    _often("tell_what_was_published", partial(tell_what_was_published, at=at))
    _often("look_after_events", partial(look_after_events, at=at))
    _often("send_digests", partial(write_digests, at=at))
    _often("send_letters", send_waiting_letters)
    for name, hour in DAILY.items():
        start = work_called(name).start
        if start is not None and _is_due(name, hour, at):
            try:
                start(at)
            except Exception:  # its row says that it failed, and the log why
                logger.exception("%s failed", name)


def _often(name: str, work: Callable[[], int]) -> None:
    """Do what is done every minute; it leaves a row when there was something to do, or when it failed."""
    began, failure, done = timezone.now(), "", 0
    try:
        done = work()
    except Exception as fault:  # whatever it is, the other work goes on
        failure = said_of(fault)
    if done or failure:
        outcome = Run.Outcome.FAILED if failure else Run.Outcome.DONE
        told = failure or str(done)
        Run.objects.create(name=name, began_at=began, ended_at=timezone.now(), outcome=outcome, told=told)


def _is_due(name: str, hour: int, at: datetime) -> bool:
    """It has not been done since its hour, and what failed or was broken off has been left alone for a while."""
    due = datetime.combine(timezone.localdate(at), time(hour), tzinfo=timezone.get_default_timezone())
    if due > at:
        due -= timedelta(days=1)
    runs = Run.objects.filter(name=name)
    if runs.filter(began_at__gte=due, outcome=Run.Outcome.DONE).exists():
        return False
    return not runs.filter(began_at__gt=at - BETWEEN_TRIES).exclude(outcome=Run.Outcome.DONE).exists()


@contextmanager
def looked_after() -> Iterator[None]:
    """Have the site looked after while it is served."""
    # In a session of its own Ctrl+C does not reach it: it is ended below, and ends by itself if this process is killed.
    words = [sys.executable, "-m", "django", "look_after", "--with-parent", str(os.getpid())]
    looking = subprocess.Popen(words, start_new_session=True)
    try:
        yield
    finally:
        looking.terminate()
        try:
            looking.wait(timeout=SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            looking.kill()
            looking.wait()
