from __future__ import annotations

import re

import pytest

from barometer.report.words import FOLDER, words_in

LANGUAGES = ("fi", "sv", "en")


def places_in(sentence: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", sentence))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_exists_in_every_language_with_the_same_places(language: str) -> None:
    english = words_in("en").sentences

    there = words_in(language).sentences

    assert {key: places_in(sentence) for key, sentence in there.items()} == {
        key: places_in(sentence) for key, sentence in english.items()
    }
    assert all(sentence.strip() for sentence in there.values())


def test_a_language_without_sentences_borrows_them_and_says_whose_they_are() -> None:
    assert words_in("ar").language == "en"
    assert words_in("sv-FI") == words_in("sv")
    assert words_in("ar").say("report") == "\u2066Report\u2069"


def test_the_report_never_claims_more_than_an_audit() -> None:
    forbidden = re.compile(r"anonym|\bsafe|\bproved|\bproof|turvalli|todistett|bevisad|säker(t|a)?\b", re.IGNORECASE)

    for file in FOLDER.glob("*.toml"):
        assert not forbidden.findall(file.read_text("utf-8"))
