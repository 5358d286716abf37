"""Two presses of one button at the same moment."""

from __future__ import annotations

import pytest
from django.db import connection

from kumppani.following.actions import set_topics
from kumppani.following.models import Topic
from tests.kumppani.conftest import MakePerson
from tests.kumppani.moderation.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_interests_are_saved_as_often_as_somebody_presses(somebody: MakePerson):
    if connection.vendor != "postgresql":
        pytest.skip("not run: the tests' SQLite lies in memory and lets one thread write")
    person = somebody()

    went = at_once([lambda: set_topics(person=person, interests=["housing", "health"], skills=["health"])] * 6)

    assert went == ["done"] * 6
    assert Topic.objects.filter(person=person).count() == 3
