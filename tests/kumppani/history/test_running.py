"""Work on many rows: one that fails stops no other, and the page of the background work tells how many failed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from kumppani.history.models import Line, Run
from kumppani.history.recording import record
from kumppani.history.running import SomeFailed, noted, one_by_one


@pytest.mark.django_db
def test_what_fails_is_undone_and_counted_and_the_others_are_done(caplog: pytest.LogCaptureFixture):
    run = Run.objects.create(name="kept", began_at=timezone.now())

    def work(number: int) -> int:
        record(f"number {number}", about=run, by=None, at=run.began_at)
        return 1 // (number - 2) ** 2  # the second fails

    with pytest.raises(SomeFailed), noted("counting") as noting:
        noting.told = str(one_by_one("counting", work, [1, 2, 3]))

    assert list(Line.objects.order_by("pk").values_list("what", flat=True)) == ["number 1", "number 3"]
    shown = Run.objects.get(name="counting")
    assert (shown.outcome, shown.told) == (Run.Outcome.FAILED, "1 failed, 2 done")
    assert "counting failed for number 2" in caplog.text
