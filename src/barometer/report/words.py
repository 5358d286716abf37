"""The report's own sentences in each language: whole sentences with named places, one file a language.

A language without a file borrows the English sentences; renderers mark the difference with `Words.language`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from barometer.report.numbers import left_to_right
from barometer.texts import direction_of

FOLDER = Path(__file__).parent / "messages"
BORROWED = "en"


@dataclass(frozen=True)
class Words:
    """The sentences of one language."""

    language: str
    """The language the sentences are in, which is not the report's where it had to borrow."""
    sentences: Mapping[str, str]

    def say(self, key: str, /, **places: object) -> str:
        """Give the sentence with its places filled; KeyError where the key is unknown."""
        return self.sentences[key].format(**places) if places else self.sentences[key]

    def count(self, key: str, number: int, /, **places: object) -> str:
        """Give the sentence of one or of many, by the number it speaks of."""
        return self.say(f"{key}.{'one' if number == 1 else 'many'}", **places)

    def knows(self, key: str) -> bool:
        return key in self.sentences


@cache
def words_in(language: str) -> Words:
    """Load the sentences of a language, or the borrowed ones where it has no file."""
    for candidate in (language, language.split("-")[0], BORROWED):
        file = FOLDER / f"{candidate}.toml"
        if file.exists():
            sentences = _flat(tomllib.loads(file.read_text("utf-8")))
            if direction_of(candidate) != direction_of(language):
                sentences = {key: left_to_right(sentence) for key, sentence in sentences.items()}
            return Words(candidate, sentences)
    raise FileNotFoundError(FOLDER / f"{BORROWED}.toml")


def _flat(tree: Mapping[str, object], before: str = "") -> dict[str, str]:
    sentences: dict[str, str] = {}
    for key, value in tree.items():
        name = f"{before}.{key}" if before else key
        if isinstance(value, Mapping):
            sentences |= _flat(value, name)
        else:
            sentences[name] = str(value)
    return sentences
