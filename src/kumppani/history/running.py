"""Runs of background work leave a row, so that those who look after the site see whether it was done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kumppani.history.models import Run

KEPT = timedelta(days=90)

logger = logging.getLogger(__name__)


class SomeFailed(Exception):
    """Some of many failed and the others are done. The message holds numbers alone, for the page that shows it."""


def one_by_one(name: str, work: Callable[[int], int], keys: Iterable[int]) -> int:
    """Do the work of each row in its own transaction and give the sum; one that fails is logged and stops no other.

    Raises SomeFailed when all have been tried.
    """
    done = failed = 0
    for key in list(keys):
        try:
            with transaction.atomic():
                done += work(key)
        except Exception:
            failed += 1
            logger.exception("%s failed for number %s", name, key)
    if failed:
        raise SomeFailed(f"{failed} failed, {done} done")
    return done


def said_of(failure: BaseException) -> str:
    """What a row tells of it: the class alone, as a message may hold an address, or how many failed."""
    return str(failure) if isinstance(failure, SomeFailed) else type(failure).__name__


@contextmanager
def noted(name: str) -> Iterator[Run]:
    """Note that this work began and how it ended; set ``told`` to what it did. A failure goes on to who called."""
    Run.objects.filter(began_at__lt=timezone.now() - KEPT).delete()
    run = Run.objects.create(name=name, began_at=timezone.now())
    try:
        yield run
    except BaseException as failure:
        run.outcome, run.told = Run.Outcome.FAILED, said_of(failure)
        raise
    else:
        run.outcome = Run.Outcome.DONE
    finally:
        run.ended_at = timezone.now()
        run.save()
