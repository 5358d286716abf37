"""No page breaks at a month or a day that lies beyond every calendar."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from kumppani.events.forms import Moment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("month", ["0001-01", "1999-12", "2000-01", "2100-12", "2101-01", "9999-12", "x", "2027-13"])
def test_the_calendar_takes_any_month(month: str, client: Client):
    assert client.get("/en/events/", {"month": month}).status_code == 200


@pytest.mark.parametrize("typed", ["0001-01-01T12:00", "1999-12-31T12:00", "2101-01-01T12:00", "9999-12-31T23:59"])
def test_a_moment_beyond_every_calendar_is_refused(typed: str):
    with pytest.raises(ValidationError, match="from the year 2000 to the year 2100"):
        Moment().clean(typed)
    assert Moment().clean("2027-05-31T13:00").year == 2027
