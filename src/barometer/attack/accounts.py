"""Findings as sentences: what became known, and by which published numbers, in every language of the library."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from barometer.attack.findings import Cell, Finding, Step
from barometer.texts import Text

LANGUAGES = ("fi", "sv", "en")
MOST_STEPS = 8
"""Longer derivations are cut after this many steps; the rest is counted."""


def account(finding: Finding, language: str) -> str:
    """Say what was found, where, and how: a headline and the steps, as one paragraph."""
    places = {"place": place(finding.cell, language), "low": finding.low, "high": finding.high}
    said = [_words(language)["found"][finding.kind.value].format(**places)]
    steps = [say_step(step, language) for step in finding.steps[:MOST_STEPS]]
    if len(finding.steps) > MOST_STEPS:
        steps.append(_words(language)["how"]["more"].format(count=len(finding.steps) - MOST_STEPS))
    if steps:
        said.append(_words(language)["how"]["because"].format(steps="; ".join(steps)))
    return " ".join(said)


def say_step(step: Step, language: str) -> str:
    """Say one step: a published number, an equation, or something that was not tried."""
    facts = {name: fact.in_(language) if isinstance(fact, Text) else str(fact) for name, fact in step.facts.items()}
    return _words(language)["step"][step.rule].format(**facts)


def place(cell: Cell, language: str) -> str:
    """Name a cell by its labels, and by its codes where it has none."""
    words = _words(language)["place"]
    title = cell.title.in_(language)
    named = [words["table"].format(title=title, table=cell.table) if title and cell.table else title or cell.table]
    if cell.category:
        named.append(words["answer"].format(answer=cell.category_label.in_(language) or cell.category))
    if cell.group and cell.group != "-":
        named.append(words["group"].format(group=cell.group_label.in_(language) or cell.group))
    return ", ".join(part for part in named if part)


@cache
def _words(language: str) -> dict[str, dict[str, str]]:
    known = language if language in LANGUAGES else "en"
    read: dict[str, dict[str, str]] = tomllib.loads(
        (files("barometer.attack") / "messages" / f"{known}.toml").read_text("utf-8")
    )
    return read
