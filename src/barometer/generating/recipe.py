"""recipe.yaml: the exact counts that an invented wave shall have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from barometer.checked_yaml import read_checked
from barometer.questionnaire.yaml_source import Located
from barometer.texts import Text

SKIPPED = "skipped"
"""The code under which a joint table counts those who left an item empty."""


@dataclass(frozen=True)
class Together:
    """Items whose joint counts are given: each combination of codes, and how many respondents have it.

    None of them may hang on another of them.
    """

    items: tuple[str, ...]
    counts: Mapping[tuple[str, ...], int]


@dataclass(frozen=True)
class Ticks:
    answered: int
    ticks: Mapping[str, int]


@dataclass(frozen=True)
class InventedTexts:
    answered: int
    by_language: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Figure:
    """A figure that the generated answers must give exactly: ``count`` of ``base`` chose one of ``options``."""

    item: str
    options: tuple[str, ...]
    count: int
    base: int
    percent: int


@dataclass(frozen=True)
class Recipe:
    label: Text
    seed: int
    respondents: int
    languages: Mapping[str, int]
    last_pages: Mapping[str, int]
    """How many left after each of these pages; the others went to the end."""
    together: tuple[Together, ...]
    single: Mapping[str, Mapping[str, int]]
    multiple: Mapping[str, Ticks]
    texts: Mapping[str, InventedTexts]
    figures: tuple[Figure, ...]
    leans: Mapping[str, Mapping[str, float]]
    """By background and answer: how far such respondents lean towards higher scores, in standard deviations."""
    scales: Mapping[str, Mapping[str, float]]
    """By scale: scores to deal by where its options carry none of their own."""
    mood: float = 0.0
    """How much of a person's general contentment shows in every scored answer, in standard deviations."""


def read_recipe(data: bytes, *, file: str = "recipe.yaml") -> Recipe:
    """Read a recipe. Raises UnusableInput where it does not fit its schema."""
    document = read_checked(data, "recipe", file=file)
    said = document.plain()
    return Recipe(
        label=Text.of(said["label"]),
        seed=said["seed"],
        respondents=said["respondents"],
        languages=said["languages"],
        last_pages=said.get("last_pages", {}),
        together=tuple(_together(each) for each in document.each("together")),
        single=said.get("single", {}),
        multiple={item: Ticks(each["answered"], each["ticks"]) for item, each in said.get("multiple", {}).items()},
        texts={item: _texts(each) for item, each in said.get("texts", {}).items()},
        figures=tuple(
            Figure(each["item"], tuple(each["options"]), each["count"], each["base"], each["percent"])
            for each in said.get("figures", ())
        ),
        leans=said.get("leans", {}),
        scales=said.get("scales", {}),
        mood=said.get("mood", 0.0),
    )


def _together(entry: Located) -> Together:
    return Together(tuple(entry.of("items")), dict(_flattened(entry.of("counts"))))


def _flattened(counts: Mapping[str, object]) -> list[tuple[tuple[str, ...], int]]:
    flat: list[tuple[tuple[str, ...], int]] = []
    for code, inner in counts.items():
        if isinstance(inner, Mapping):
            flat += [((code, *codes), count) for codes, count in _flattened(inner)]
        elif isinstance(inner, int):
            flat.append(((code,), inner))
    return flat


def _texts(entry: Mapping[str, object]) -> InventedTexts:
    written = entry["texts"]
    assert isinstance(written, Mapping) and isinstance(entry["answered"], int)
    return InventedTexts(entry["answered"], {language: tuple(each) for language, each in written.items()})
