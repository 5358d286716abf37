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
