"""Every defect that was seen on published pages is planted here and found; what is right is left in peace."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from kumppani.publishing.lint import Known, Written, findings


def codes(body: str, language: str = "en", *, title: str = "", known: Known | None = None) -> list[str]:
    return [found.code for found in findings(Written(language, title, "", body), known)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "Kysely päättyi 24.2.023."),
        ("fi", "Kysely päättyi 31.2.2023."),
        ("sv", "Enkäten stängdes den 30 februari 2023."),
        ("en", "It closed on 30 February 2023."),
        ("en", "It closed on February 30, 2023."),
        ("fi", "Kysely päättyi 31. marraskuuta 2023."),
        ("ar", "أغلق في 31 أبريل 2023."),
    ],
)
def test_a_day_that_does_not_exist(language: str, words: str):
    assert codes(words, language) == ["no-such-day"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "We meet on Thursday 19 May 2021."),
        ("en", "We meet on Thursday, May 19, 2021."),
        ("fi", "Tapaamme torstaina 19.5.2021."),
        ("fi", "Tapaamme to 19.5.2021."),
        ("fi", "Tapaamme torstaina 19. toukokuuta 2021."),
        ("sv", "Vi träffas torsdag 19.5.2021."),
        ("sv", "Vi träffas torsdagen den 19 maj 2021."),
        ("ar", "نلتقي يوم الخميس 19 مايو 2021."),
    ],
)
def test_a_weekday_that_does_not_fit_its_date(language: str, words: str):
    assert codes(words, language) == ["weekday"]
    assert codes(words.replace("19", "20"), language) == []


def test_the_weekday_it_is_stands_in_the_sentence():
    (found,) = findings(Written("en", "", "", "On Thursday 19 May 2021."))

    with override("fi"):
        assert "keskiviikko" in found.sentence or "Wednesday" in found.sentence


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "Vahvistamme kumppa-nuuksia alueilla."),
        ("fi", "Kotoutu\u00admisen tuki"),
        ("sv", "Integration lyckas när integra-tion är gemensam."),
        ("en", "Partnership works where partner-ship is shared."),
    ],
)
def test_a_hyphen_left_inside_a_word(language: str, words: str):
    assert codes(words, language) == ["hyphen"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "Etelä-Savon linja-autot, lapsi- ja nuorisotyö, vapaa-aika, EU-rahoitus, e-lomake, Uusimaa-päivä"),
        ("sv", "E-post och små- och medelstora företag i Egentliga Finland"),
        ("en", "A follow-up of well-being in non-profit, two-way work"),
    ],
)
def test_a_hyphen_where_it_belongs(language: str, words: str):
    assert codes(words, language) == []


def test_a_link_that_hides_its_language():
    report = "https://example.org/report.pdf"
    swedish = Written("sv", "", "", f"Läs [rapporten på finska]({report}).")

    assert codes(f"Read [the report]({report}).", known=Known(siblings=[swedish])) == ["link-hides"]
    assert codes("Read [the report](https://example.org/fi/report).") == ["link-hides"]
    assert codes("Read [the news](/fi/news/).") == ["link-hides"]
    assert codes(f"Read [the report]({report}).") == ["link-language"]
    assert codes("Read <https://example.org/>.") == ["link-language"]
    assert codes(f'Read [the report]({report} "fi").') == []
    assert codes(f"Read [the report in Finnish]({report}).") == []
    assert codes("Write to [us](mailto:us@example.org) or see [below](#below).") == []


def test_a_link_that_leads_nowhere():
    known = Known(leads_somewhere=lambda address: address == "/en/news/")

    assert codes("See [the news](/en/news/) and [the old ones](/en/olds/).", known=known) == ["dead-link"]


def test_a_picture_without_words():
    assert codes("![](picture:1) and ![Two women drink coffee.](picture:2)") == ["no-words"]


def test_a_last_paragraph_that_is_missing():
    finnish = Written("fi", "", "", "Ensin.\n\nSitten.\n\nLopuksi.")

    assert codes("First.\n\nThen.", known=Known(siblings=[finnish])) == ["paragraphs"]
    assert codes("First.\n\nThen.\n\nLast.", known=Known(siblings=[finnish])) == []
    assert codes("Ihan lyhyesti.", "fi-plain", known=Known(siblings=[finnish])) == []


def test_other_dates_than_the_original():
    finnish = Written("fi", "", "", "Avoinna 4.11.2022–24.2.2023.")

    assert codes("Open from 4 November 2022 to 24 February 2022.", known=Known(siblings=[finnish])) == ["dates-differ"]
    assert codes("Open from 4 November 2022 to 24 February 2023.", known=Known(siblings=[finnish])) == []


@pytest.mark.parametrize(
    "words",
    [
        "The barometer was collected in late 2022.",
        "The first event of the programme was held in 2022.",
    ],
)
def test_years_that_contradict_what_is_known(words: str):
    assert codes(words) == ["fact"]


def test_years_that_agree_with_what_is_known():
    assert codes("The barometer was collected from November 2022 to February 2023. The first event was in 2018.") == []
    assert codes("Ensimmäinen tapahtuma pidettiin vuonna 2022.", "fi") == ["fact"]


def test_a_list_of_principles_in_other_words():
    assert codes("The principles are openness, participation, knowledge and effectiveness.") == ["terms"]
    assert codes("The principles are openness, inclusion, knowledge and impactfulness.") == []
    assert codes("Our principles matter, always, everywhere.") == []
    assert codes("We keep to our principles.") == []


def test_one_figure_for_two_levels():
    assert codes("53 % of 351 had enough information, nationally and regionally.") == ["two-levels"]
    assert codes("60 % of 300 nationally and 55 % of 300 regionally.") == []


@pytest.mark.parametrize(
    ("language", "without", "beside"),
    [
        ("en", "60 % found it useful.", "60 % of 300 found it useful."),
        ("fi", "60 % hyötyi.", "60 % hyötyi (n = 300)."),
        ("sv", "60 procent hade nytta.", "60 procent av 300 hade nytta."),
        ("ar", "استفاد 60 ٪ منهم.", "استفاد 60 ٪ من 300."),
    ],
)
def test_a_percentage_without_its_base(language: str, without: str, beside: str):
    assert codes(without, language) == ["no-base"]
    assert codes(beside, language) == []


def test_two_things_of_one_name():
    assert codes("The Partnership Barometer of Southwest Finland was answered.") == ["clash"]
    assert codes("The Partnership Barometer, the region's own, is answered in Southwest Finland.") == []


def test_a_quoted_cell_that_does_not_hold_any_more():
    assert codes("See.", known=Known(cells={"wave/item": "It was corrected.", "wave/other": ""})) == ["cell"]


def test_languages_that_come_late_and_unannounced():
    (found,) = findings(Written("fi", "", "", "Tervetuloa."), Known(not_planned=["sv", "en"]))

    assert (found.code, found.said) == ("late", {"languages": "Swedish, English"})
