"""The protector's own sentences in each language: bases, merged categories and groups, losses."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from barometer.texts import Text

FOLDER = Path(__file__).parent / "messages"
LANGUAGES = ("fi", "sv", "en")


def say(key: str, /, **places: object) -> Text:
    """Give the sentence ``section.name`` in every language. A Text among the places is said in the same language."""
    return Text.of({language: _said(language, key, places) for language in LANGUAGES})


def joined(texts: Sequence[Text], *, by: str = " / ") -> Text:
    """Give the labels side by side, in every language that any of them is said in."""
    languages = dict.fromkeys(language for text in texts for language in text.languages)
    return Text.of({language: by.join(text.in_(language) for text in texts) for language in languages})


def ranged(first: Text, last: Text) -> Text:
    """Give a span of ordered answers: its first and its last."""
    return joined([first, last], by=" – ")


def in_place(key: str, place: str, label: Text) -> Text:
    """Give the sentence with a label in its place, also in languages the sentence has to be borrowed for."""
    languages = dict.fromkeys([*label.languages, *LANGUAGES])
    return Text.of({language: _said(language, key, {place: label}) for language in languages})


def _said(language: str, key: str, places: dict[str, object]) -> str:
    said = {name: value.in_(language) if isinstance(value, Text) else value for name, value in places.items()}
    section, name = key.split(".")
    return _sentences(language)[section][name].format(**said)


@cache
def _sentences(language: str) -> dict[str, dict[str, str]]:
    file = FOLDER / f"{language if language in LANGUAGES else 'en'}.toml"
    return tomllib.loads(file.read_text("utf-8"))
