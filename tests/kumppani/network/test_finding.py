"""The directory: what a search finds, and in which order."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from kumppani.network import finding
from kumppani.network.finding import directory
from kumppani.network.models import Organisation, Word, WordKey
from kumppani.network.queries import Wanted, coverage, places
from kumppani.regions.models import Area
from tests.kumppani.network.conftest import MakeOrganisation, regions

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


def names(wanted: Wanted, *, on: date = TODAY) -> list[str]:
    return [organisation.name for organisation in directory(wanted, on=on)]


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("kotoutuminen", "Autamme kotoutumisen alussa"),
        ("kotoutuminen", "Tuemme kotoutumista"),
        ("kunta", "Kuntien yhteinen palvelu"),
        ("nainen", "Naisten vertaisryhmä"),
        ("kommun", "Vi stöder kommunerna"),
        ("bostad", "Bostäder för unga"),
        ("kieli", "Kielikahvila torstaisin"),
        ("KOTOUTUMINEN kunta", "Kuntien kotoutumista"),
    ],
)
def test_a_word_finds_its_forms(asked: str, written: str, confirmed: MakeOrganisation):
    confirmed(name="This one", text=written)
    elsewhere = {"themes": ("culture_sport",), "target_groups": ("men",), "languages": ()}
    confirmed(name="Another", text="Liikuntaa ja kuntosali", **elsewhere)

    assert names(Wanted(words=asked)) == ["This one"]


def test_names_of_codes_are_found_in_every_language(confirmed: MakeOrganisation):
    confirmed(name="One", text="x", themes=("housing",))
    confirmed(name="Two", text="x", themes=("employment",))

    found = [names(Wanted(words=asked)) for asked in ("asumisen", "boende", "housing", "السكن")]
    assert found == [["One"]] * 4


def test_every_word_has_to_be_there(confirmed: MakeOrganisation):
    confirmed(name="One", text="lasten kerho")
    confirmed(name="Two", text="lasten kuoro")

    assert names(Wanted(words="lasten kerhoja")) == ["One"]
    assert names(Wanted(words="xyzzy")) == []


def test_a_changed_profile_is_found_by_its_new_words_alone(confirmed: MakeOrganisation):
    organisation = confirmed(name="One", text="pyöräily")
    Organisation.objects.filter(pk=organisation.pk).update(text="uinti")
    organisation.refresh_from_db()
    from kumppani.network.index import index_organisation

    index_organisation(organisation)

    assert (names(Wanted(words="pyöräily")), names(Wanted(words="uinti"))) == ([], ["One"])


def test_a_word_is_kept_once_however_many_use_it(confirmed: MakeOrganisation):
    confirmed(text="kerho")
    keys = WordKey.objects.filter(word__text="kerho").count()
    confirmed(text="kerho")

    assert (Word.objects.filter(text="kerho").count(), WordKey.objects.filter(word__text="kerho").count()) == (1, keys)


def test_facets_narrow_together(confirmed: MakeOrganisation):
    confirmed(name="One", themes=("housing", "education"), target_groups=("women",), languages=("ar",), kind="ngo")
    confirmed(name="Two", themes=("housing",), target_groups=("men",), languages=("fi",), kind="company")

    asked = [
        Wanted(theme="housing"),
        Wanted(theme="housing", target_group="men"),
        Wanted(language="ar"),
        Wanted(kind="company"),
        Wanted(kind="company", theme="education"),
    ]
    assert [names(wanted) for wanted in asked] == [["One", "Two"], ["Two"], ["One"], ["Two"], []]


def test_a_place_is_a_region_or_an_area_in_force_and_who_works_everywhere_works_there(confirmed: MakeOrganisation):
    confirmed(name="North", regions=regions("kainuu"))
    confirmed(name="South", regions=regions("uusimaa"))
    confirmed(name="Everywhere", regions=regions("nationwide"))
    north = Area.objects.get(grouping="ten", code="pohjois_suomi")

    assert names(Wanted(place="kainuu")) == ["Everywhere", "North"]
    assert names(Wanted(place=f"area:{north.pk}")) == ["Everywhere", "North"]
    assert names(Wanted(place="area:x")) == ["Everywhere"]


def test_the_areas_to_choose_are_those_in_force():
    (_, leaves), (_, areas) = places(on=date(2026, 6, 1))
    (_, _), (_, earlier) = places(on=date(2025, 6, 1))

    assert len(leaves) == 20
    joined = ("Southwest Finland", "Southeast Finland", "Inland Finland", "Eastern Finland", "Ostrobothnia")
    assert [name for _, name in areas] == [*joined, "Northern Finland"]
    assert "Häme" in [name for _, name in earlier]


def test_faded_profiles_stand_below_the_others_and_unconfirmed_ones_nowhere(
    confirmed: MakeOrganisation, waiting: MakeOrganisation
):
    old, fresh = confirmed(name="A"), confirmed(name="B")
    waiting(name="C")
    at = datetime(2025, 1, 31, 12, tzinfo=timezone.get_current_timezone())
    Organisation.objects.filter(pk=old.pk).update(confirmed_at=at)
    Organisation.objects.filter(pk=fresh.pk).update(confirmed_at=at + timedelta(days=300))
    old.refresh_from_db()

    assert names(Wanted(), on=date(2026, 3, 31)) == ["A", "B"]
    assert names(Wanted(), on=date(2026, 4, 1)) == ["B", "A"]
    days = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 31), date(2026, 4, 1))
    assert [(old.is_due(day), old.is_faded(day)) for day in days] == [
        (False, False), (True, False), (True, False), (True, True)
    ]  # fmt: skip


def test_coverage_tells_which_theme_has_nobody_where(confirmed: MakeOrganisation):
    confirmed(regions=regions("uusimaa", "lappi"), themes=("housing", "education"))
    confirmed(regions=regions("uusimaa"), themes=("housing",))
    confirmed(regions=regions("nationwide"), themes=("housing",))

    found = coverage()

    assert len(found.tiles) == 19
    assert {tile.region.code: tile.number for tile in found.tiles if tile.number} == {"uusimaa": 2, "lappi": 1}
    assert found.everywhere is not None
    assert found.everywhere.number == 1
    gaps = {code: {region.code for region in missing} for code, _, missing in found.gaps}
    assert "uusimaa" not in gaps["education"]
    assert len(gaps["employment"]) == 19
    assert gaps["housing"] == gaps["education"]


@pytest.fixture
def few_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if seven were more than anybody reads."""
    monkeypatch.setattr(finding, "MOST_ORDERED", 6)


@pytest.mark.usefixtures("few_in_order")
def test_of_more_than_anybody_reads_nobody_counts_them_all_and_they_come_by_name(confirmed: MakeOrganisation):
    for letter in "gbdaecfh":
        confirmed(name=letter, text="kerho kerhot" if letter == "h" else "kerho")
    found = directory(Wanted(words="kerho"), on=TODAY)

    assert (found.is_cut, len(found)) == (True, 6)
    assert [each.name for each in found[0:4]] == ["a", "b", "c", "d"]
    assert [each.name for each in found[4:8]] == ["e", "f"]


@pytest.mark.usefixtures("few_in_order")
def test_faded_ones_follow_the_others_also_where_nobody_counts(confirmed: MakeOrganisation):
    for letter in "abcdefg":
        confirmed(name=letter)
    Organisation.objects.filter(name__in="bd").update(confirmed_at=timezone.now() - timedelta(days=900))
    found = directory(Wanted(), on=timezone.localdate())

    pages = [[each.name for each in found[start : start + 2]] for start in (0, 2, 4)]
    assert pages == [["a", "c"], ["e", "f"], ["g", "b"]]


@pytest.mark.usefixtures("few_in_order")
def test_as_many_as_are_put_in_order_are_counted_and_ordered_by_words(confirmed: MakeOrganisation):
    for letter in "bcdefa":
        confirmed(name=letter, text="kerho kerhojen" if letter == "e" else "kerho")
    found = directory(Wanted(words="kerho"), on=TODAY)

    assert (found.is_cut, len(found)) == (False, 6)
    assert [each.name for each in found] == ["e", "a", "b", "c", "d", "f"]
