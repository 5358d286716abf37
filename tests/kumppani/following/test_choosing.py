"""When a happening fits what somebody follows."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppani.following.choosing import fits, spread
from kumppani.regions.models import Area, Grouping

FACETS = st.sampled_from(["regions", "themes", "languages"])
CODES = st.sets(st.sampled_from(["a", "b", "c"]), min_size=1)
TOLD = st.dictionaries(FACETS, CODES)


def test_all_facets_have_to_fit_and_of_one_facet_one_code():
    wanted = {"themes": {"housing", "education"}, "regions": {"kainuu"}}

    assert fits(wanted, "need", {"themes": {"education"}, "regions": {"kainuu", "lappi"}})
    assert not fits(wanted, "need", {"themes": {"education"}, "regions": {"lappi"}})
    assert not fits(wanted, "need", {"regions": {"kainuu"}})


def test_a_kind_is_chosen_like_any_other():
    assert fits({"kinds": {"need"}}, "need", {})
    assert not fits({"kinds": {"need"}, "regions": {"kainuu"}}, "offer", {"regions": {"kainuu"}})


def test_what_happens_in_the_whole_country_happens_in_every_region():
    assert fits({"regions": {"kainuu"}}, "need", {"regions": {"nationwide"}})
    assert not fits({"regions": {"nationwide"}}, "need", {"regions": {"kainuu"}})


@given(TOLD)
def test_nothing_wanted_fits_nothing(told: dict[str, set[str]]):
    assert not fits({}, "need", told)


@given(TOLD, TOLD)
def test_the_rule_is_every_facet_some_code(wanted: dict[str, set[str]], told: dict[str, set[str]]):
    expected = bool(wanted) and all(
        any(code in told.get(facet, ()) for code in codes) for facet, codes in wanted.items()
    )

    assert fits(wanted, "need", told) == expected


@pytest.mark.django_db
def test_an_area_of_the_old_division_means_its_regions_also_after_its_end():
    """The areas of 2025 ended with the year; who followed one goes on hearing of the same regions."""
    ended = Grouping.objects.filter(valid_to__lt=date(2026, 1, 1))
    area = next(each for each in Area.objects.filter(grouping__in=ended) if len(each.codes) > 1)
    [wanted] = spread([{"regions": {f"area:{area.pk}"}}])

    assert wanted["regions"] == area.codes
    assert all(fits(wanted, "need", {"regions": {leaf}}) for leaf in area.codes)


@pytest.mark.django_db
def test_an_area_that_is_not_there_means_no_region():
    [wanted] = spread([{"regions": {"area:99999", "area:x"}}])

    assert not fits(wanted, "need", {"regions": {"kainuu"}})
