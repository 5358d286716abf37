"""The sentences of a comparison, in every language of the library."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from barometer.texts import Text

LANGUAGES = ("fi", "sv", "en")


def say(key: str, /, **places: str | Text) -> Text:
    """Give the sentence ``section.name`` in every language, with its places filled in the same language."""
    section, name = key.split(".")
    said = {}
    for language in LANGUAGES:
        filled = {place: value.in_(language) if isinstance(value, Text) else value for place, value in places.items()}
        said[language] = str(_sentences(language)[section][name]).format(**filled)
    return Text.of(said)


@cache
def _sentences(language: str) -> dict[str, Any]:
    return tomllib.loads((files("barometer.comparison") / "messages" / f"{language}.toml").read_text("utf-8"))
