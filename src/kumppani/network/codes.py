"""The code lists of `codes.yaml`: what an organisation is described with, in the reader's language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from kumppani.languages.names import in_reader_language

FILE = Path(__file__).with_name("codes.yaml")
Names = dict[str, str]


@cache
def code_lists() -> dict[str, dict[str, Names]]:
    """Every list by its name, every code with its names by language."""
    lists: dict[str, dict[str, Names]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return lists


def choices_of(name: str) -> list[tuple[str, str]]:
    """The codes of a list with their names in the reader's language, in the order of the file."""
    return [(code, in_reader_language(names)) for code, names in code_lists()[name].items()]


def name_of(name: str, code: str) -> str:
    """The name of a code in the reader's language; a code that has left the file stands for itself."""
    return in_reader_language(code_lists()[name].get(code) or {"fi": code})


def names_in_every_language(name: str, code: str) -> tuple[str, ...]:
    return tuple(code_lists()[name].get(code, {}).values())
