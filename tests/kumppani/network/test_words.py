"""Which words count as forms of one word, in Finnish and Swedish."""

from __future__ import annotations

import pytest

from kumppani.network.words import are_forms_of_one, stems_of, trigrams_of, words_of

FORMS = [
    ("kotoutuminen", "kotoutumisen"),
    ("kotoutuminen", "kotoutumista"),
    ("asuminen", "asumista"),
    ("nainen", "naisten"),
    ("nainen", "naiset"),
    ("nuori", "nuorten"),
    ("kunta", "kuntien"),
    ("kunta", "kunnat"),
    ("kunta", "kunnassa"),
    ("asunto", "asunnot"),
    ("kaupunki", "kaupungin"),
    ("lapsi", "lapset"),
    ("yhdistys", "yhdistyksen"),
    ("maahanmuuttaja", "maahanmuuttajien"),
    ("terveys", "terveyden"),
    ("kommun", "kommunerna"),
    ("bostad", "bostäder"),
    ("barn", "barnen"),
    ("kvinna", "kvinnor"),
    ("förening", "föreningarna"),
    ("integration", "integrationen"),
    ("language", "languages"),
]
OTHERS = [
    ("kunta", "kuntoutus"),
    ("kunta", "kuntosali"),
    ("nainen", "naimisiin"),
    ("nuori", "nuoli"),
    ("koulu", "kuolla"),
    ("työ", "terveys"),
    ("bostad", "bokstav"),
    ("kommun", "konst"),
]
CHOSEN_BEFORE_TRYING = {
    "fi": """
    koulutus koulutuksen, opettaja opettajat, työpaikka työpaikkoja, työtön työttömien, perhe perheiden, koti
    kodin, vanhempi vanhemmat, kieli kielten, suomi suomea, palvelu palveluita, hanke hankkeen, järjestö
    järjestöjen, viranomainen viranomaisten, ohjaus ohjauksen, neuvonta neuvonnan, tulkkaus tulkkausta, osaaminen
    osaamisen, yrittäjä yrittäjien, harrastus harrastuksia, liikunta liikunnan, kulttuuri kulttuurin, syrjintä
    syrjinnän, rasismi rasismia, pakolainen pakolaisten, turvapaikka turvapaikan, opiskelija opiskelijoille,
    vapaaehtoinen vapaaehtoisia, kuntoutus kuntoutuksen, alue alueet, työ töitä
    """,
    "sv": """
    utbildning utbildningen, lärare lärarna, arbete arbetet, arbetslös arbetslösa, familj familjer, hem hemmet,
    förälder föräldrar, språk språket, svenska svenskan, tjänst tjänster, projekt projektet, organisation
    organisationer, myndighet myndigheterna, rådgivning rådgivningen, tolk tolkar, kunskap kunskaper, företagare
    företagaren, hobby hobbyer, idrott idrotten, kultur kulturen, diskriminering diskrimineringen, rasism
    rasismen, flykting flyktingar, asylsökande asylsökanden, studerande studerandena, frivillig frivilliga, ungdom
    ungdomar, kvinna kvinnorna, man män, stad städer
    """,
}
"""Sixty words of the field with another form of each, written down before the rules had seen them."""
KNOWN_MISSES = {("työtön", "työttömien"), ("koti", "kodin"), ("työ", "töitä")}


def test_of_sixty_pairs_chosen_beforehand_fifty_seven_find_each_other():
    pairs = [tuple(pair.split()) for said in CHOSEN_BEFORE_TRYING.values() for pair in said.split(",")]
    missed = {(one, other) for one, other in pairs if not are_forms_of_one(one, other)}
    print(f"{len(pairs) - len(missed)} of {len(pairs)} pairs find each other; not {sorted(missed)}")

    assert len(pairs) == 60
    assert missed == KNOWN_MISSES


@pytest.mark.parametrize(("one", "other"), FORMS)
def test_forms_of_one_word_find_each_other(one: str, other: str):
    assert (are_forms_of_one(one, other), are_forms_of_one(other, one)) == (True, True)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_words_do_not(one: str, other: str):
    assert not are_forms_of_one(one, other)


def test_words_are_small_letters_and_stand_once():
    assert words_of("Äidit ja äidit, 2-vuotiaat: ÄIDIT!") == ["äidit", "ja", "vuotiaat"]


def test_a_decomposed_letter_is_the_same_letter():
    assert words_of("A\u0308idit") == words_of("Äidit")


def test_trigrams_are_those_of_pg_trgm_without_dots():
    assert trigrams_of("työ") == {"  t", " ty", "tyo", "yo "}


def test_a_word_in_nen_has_its_stem_in_every_case():
    assert {"nais"} == set.intersection(*(set(stems_of(form)) for form in ("nainen", "naisia", "naisten", "naiset")))
