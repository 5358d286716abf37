"""When two words are forms of one word: stems, Finnish consonant gradation, trigrams. No database, no language asked.

Nobody says in which language she searches, so a word is stemmed in each language of its script. Snowball misses what a
Finnish stem itself undergoes (kunta, kuntien; kotoutuminen, kotoutumisen); two rules of ours and trigrams find those.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import snowballstemmer

LATIN = ("finnish", "swedish", "english")
OTHER_SCRIPTS = (("\u0400", "\u04ff", "russian"), ("\u0600", "\u06ff", "arabic"))
"""First and last letter of a script, and the language its words are stemmed in."""
SHORTEST_STEM = 3
LONGEST_WORD = 60
ALIKE_FROM = 0.4
"""From this share of common trigrams on two words are forms of one: nuori and nuorten, but not kunta and kuntoutus."""

WORD = re.compile(r"[^\W_]+")
NEN = re.compile(
    r"(.+[aeiouyäö])"
    r"(?:nen|s(?:t?[aä]|t?en|et|i?in|een|e?n[aä]|e?ksi|i?[aä]|[ei]?(?:ss|st|ll|lt)[aä]|[ei]?lle))"
)
"""A word in -nen in any case: nainen, naisen, naisia, naisten; asuminen, asumista."""
GRADES = (("nt", "nn"), ("lt", "ll"), ("rt", "rr"), ("nk", "ng"), ("mp", "mm"))
DOUBLED = re.compile(r"(.)\1")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, each once, in the order of the text."""
    found = WORD.findall(unicodedata.normalize("NFC", text).lower())
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in found if len(word) > 1))


def stems_of(word: str) -> frozenset[str]:
    """What a word has in common with its other forms; words that share one of these are forms of one word."""
    stems = {word, *(_stemmer(language).stemWord(word) for language in _languages_of(word))}
    stems.add(_in_weak_grade(_stemmer("finnish").stemWord(word)))
    if nen := NEN.fullmatch(word):
        stems.add(nen[1] + "s")
    return frozenset(stem for stem in stems if len(stem) >= SHORTEST_STEM) or frozenset({word})


def trigrams_of(word: str) -> frozenset[str]:
    """Its runs of three letters without dots and accents, two spaces before it and one behind, as pg_trgm has them."""
    plain = "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
    padded = f"  {plain} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


def alike(shared: int, one: int, other: int) -> float:
    """The share of trigrams that two words have in common (Jaccard), from how many each has."""
    return shared / (one + other - shared)


def are_forms_of_one(one: str, other: str) -> bool:
    """The rule that `index` puts to the database, for two words."""
    first, second = trigrams_of(one), trigrams_of(other)
    return not stems_of(one).isdisjoint(stems_of(other)) or (
        alike(len(first & second), len(first), len(second)) >= ALIKE_FROM
    )


def _in_weak_grade(stem: str) -> str:
    for strong, weak in GRADES:
        stem = stem.replace(strong, weak)
    return DOUBLED.sub(r"\1", stem)


def _languages_of(word: str) -> tuple[str, ...]:
    other = [language for first, last, language in OTHER_SCRIPTS if first <= word[0] <= last]
    return tuple(other) or LATIN


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(language)
