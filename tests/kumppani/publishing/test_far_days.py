"""A day or moment beyond every calendar is refused where a text is described or published."""

from __future__ import annotations

import pytest

from kumppani.publishing.forms import PublishForm

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["0001-01-01 12:00", "9999-12-31 23:59"])
def test_no_text_is_published_beyond_every_calendar(typed: str):
    assert PublishForm({"number": 1, "from_": typed, "until": typed}).errors.keys() == {"from_", "until"}
    assert PublishForm({"number": 1, "from_": "2027-05-31 09:00"}).is_valid()
