"""When a happening fits what somebody follows."""

from __future__ import annotations

import random
from datetime import date

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kumppani.following.actions import follow
from kumppani.following.choosing import fits, spread
from kumppani.following.models import Happening
from kumppani.following.queries import followed_by
from kumppani.following.telling import tell
from kumppani.regions.models import Area, Grouping
from tests.kumppani.conftest import MakePerson
from tests.kumppani.network.conftest import MakeOrganisation

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


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 7])
def test_the_database_chooses_by_the_same_rule(seed: int, confirmed: MakeOrganisation, somebody: MakePerson):
    chance, now, reader = random.Random(seed), timezone.now(), somebody()
    subject = confirmed()
    Happening.objects.all().delete()

    def some(facets: dict[str, list[str]]) -> dict[str, set[str]]:
        chosen = [facet for facet in facets if chance.random() < 0.6]
        return {facet: set(chance.sample(facets[facet], chance.randint(1, 2))) for facet in chosen}

    told = {"themes": ["education", "housing", "health"], "regions": ["kainuu", "uusimaa", "nationwide"]}
    kinds = ["network.organisation", "network.profile"]
    wanted = [codes for _ in range(2) if (codes := some({**told, "kinds": kinds}))]
    for codes in wanted:
        follow(person=reader, codes=codes, at=now)
    happened = {}
    for _ in range(30):
        kind, labels = chance.choice(kinds), some(told)
        tell(kind, subject=subject, by=None, at=now, labels={facet: sorted(codes) for facet, codes in labels.items()})
        happened[Happening.objects.latest("pk")] = (kind, labels)

    found = set(followed_by(reader, at=now, on=timezone.localdate(now)))

    assert found == {
        happening
        for happening, (kind, labels) in happened.items()
        if any(fits(codes, kind, labels) for codes in wanted)
    }
    assert 0 < len(found) < len(happened)
