"""Runs of background work leave a row, so that those who look after the site see whether it was done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from kumppani.history.models import Run

KEPT = timedelta(days=90)


@contextmanager
def noted(name: str) -> Iterator[Run]:
    """Note that this work began and how it ended; set ``told`` to what it did. A failure goes on to who called."""
    Run.objects.filter(began_at__lt=timezone.now() - KEPT).delete()
    run = Run.objects.create(name=name, began_at=timezone.now())
    try:
        yield run
    except BaseException as failure:
        # The class alone: a message may hold an address.
        run.outcome, run.told = Run.Outcome.FAILED, type(failure).__name__
        raise
    else:
        run.outcome = Run.Outcome.DONE
    finally:
        run.ended_at = timezone.now()
        run.save()
