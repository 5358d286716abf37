"""Counters go up by one and keep nothing else."""

import pytest

from kumppani.surveys.counting import count_one
from kumppani.surveys.models import PageViews

pytestmark = pytest.mark.django_db(databases=["default", "answers"])


def test_a_counter_begins_with_one_and_goes_up(open_wave):
    for _ in range(3):
        counter = PageViews.objects.filter(wave=open_wave, page="start")
        count_one(counter, "views", PageViews(wave=open_wave, page="start"))

    assert list(PageViews.objects.values_list("page", "views")) == [("start", 3)]
