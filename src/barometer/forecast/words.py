"""The sentences of a forecast, in every language of the library."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from barometer.texts import Text

LANGUAGES = ("fi", "sv", "en")


def say(key: str, /, **places: object) -> Text:
    """Give the sentence ``section.name`` in every language. A Text among the places is said in the same language."""
    section, name = key.split(".")
    said = {}
    for language in LANGUAGES:
        filled = {place: value.in_(language) if isinstance(value, Text) else value for place, value in places.items()}
        said[language] = str(_sentences(language)[section][name]).format(**filled)
    return Text.of(said)


def listed(texts: list[Text]) -> Text:
    """Give labels one after the other, in every language of ours."""
    return Text.of({language: ", ".join(text.in_(language) for text in texts) for language in LANGUAGES})


@cache
def _sentences(language: str) -> dict[str, Any]:
    return tomllib.loads((files("barometer.forecast") / "messages" / f"{language}.toml").read_text("utf-8"))
