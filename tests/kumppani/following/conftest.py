"""What is followed in these tests: organisations, needs and offers, made by the site's own actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.following.actions import follow, set_reading
from kumppani.following.models import Follow
from tests.kumppani.network.conftest import confirmed, coordinator, noticed, regional, waiting  # noqa: F401

LONG_AGO = timedelta(days=50)
Following = Callable[..., Follow]


@pytest.fixture
def follows() -> Following:
    """Let a person follow what fits these codes, since long ago, with a letter as soon as something happens."""

    def make(person: Person, *, at: datetime | None = None, rhythm: str = "at_once", **codes: str) -> Follow:
        since = at or timezone.now() - LONG_AGO
        made = follow(person=person, codes={facet: set(said.split()) for facet, said in codes.items()}, at=since)
        set_reading(person=person, rhythm=rhythm, hour=8, weekday=0, at=since)
        return made

    return make
