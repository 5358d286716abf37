"""Answers whose withheld counts are unmistakable, and a search for them in whatever is written.

The wave has thousands of invented answers, so that the counts that protection keeps back have four digits. Whatever
the cube counts and the release does not publish is a canary: wherever it turns up, something went around the release.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from pypdf import PdfReader

from barometer.published import PublishedTables
from barometer.tabulation import Cube
from tests.barometer.cli.folders import write_wave_folder

QUESTIONNAIRE = """\
schema: kumppani/questionnaire/1
id: canary
version: "1"
source_language: en
languages: [en]
title: Survey with canaries
sections:
  - id: all
    title: All
    pages:
      - id: first
        title: First
        questions:
          - id: org
            kind: single
            role: background
            text: Who are you?
            options:
              - {code: city, label: City}
              - {code: ngo, label: NGO}
              - {code: school, label: School}
              - {code: parish, label: Parish}
              - {code: firm, label: Firm}
          - id: works
            kind: single
            text: Does it work?
            options: [{code: 'yes', label: "Yes", score: 2}, {code: 'no', label: "No", score: 1}]
          - id: themes
            kind: multiple
            text: Which themes?
            options: [{code: work, label: Work}, {code: home, label: Home}]
      - id: second
        title: Second
        questions:
          - id: deep
            kind: single
            text: Why does it work?
            show_if: "works = 'yes'"
            options: [{code: people, label: People}, {code: money, label: Money}]
"""
POLICY = """\
version: 1
k: 100
m: 1000
method: audited
backgrounds:
  - question: org
    groupings:
      - id: five
        groups:
          - {code: city, label: {en: cities}, of: [city]}
          - {code: ngo, label: {en: NGOs}, of: [ngo]}
          - {code: school, label: {en: schools}, of: [school]}
          - {code: parish, label: {en: parishes}, of: [parish]}
          - {code: firm, label: {en: firms}, of: [firm]}
      - id: all
        groups: [{code: all, label: {en: everybody}, of: [city, ngo, school, parish, firm]}]
crossings: all
rounding: {share_decimals: 0, mean_decimals: 1}
weights: none
"""
WAVE = """\
schema: kumppani/wave/1
id: canary-1
title: {en: Survey with canaries}
demonstration: true
opened: 2026-01-01
closed: 2026-01-31
"""
COUNTED = (
    (1409, "city,no,work,"),
    (2003, "city,yes,work,people"),
    (1201, "city,yes,home work,money"),
    (1013, "ngo,yes,home,money"),
    (97, "ngo,no,work,"),
    (53, "ngo,yes,work,people"),
    (1103, "school,no,home,"),
    (1303, "school,yes,work,people"),
    (61, "school,yes,work,money"),
    (1499, "parish,no,home,"),
    (89, "parish,yes,home,people"),
    (1511, "firm,yes,work,people"),
    (2129, "firm,no,home work,"),
)
LEAST = 1000
"""Shorter numbers stand in dates, sizes and addresses as well."""


def write_canary_wave(folder: Path) -> Path:
    answers = "org,works,themes,deep\n" + "".join(f"{row}\n" * count for count, row in COUNTED)
    return write_wave_folder(folder, questionnaire=QUESTIONNAIRE, policy=POLICY, wave=WAVE, answers=answers)


def counts_of(cube: Cube) -> frozenset[int]:
    """Give every count of the cube, whole and by background, and every number of rows that are wholly alike."""
    tables = [counts.total for counts in cube.items.values()] + [counts.tick_total for counts in cube.items.values()]
    tables += list(chain.from_iterable((*c.by.values(), *c.tick_by.values()) for c in cube.items.values()))
    return frozenset(int(count) for table in tables for count in table.ravel()) | {count for count, _ in COUNTED}


def published_numbers(tables: PublishedTables) -> frozenset[int]:
    counts = {cell.count for _, cell in tables.cells()}
    for table in tables.tables:
        counts |= {group.respondents for group in table.groups} | {group.base for group in table.groups}
    return frozenset(count for count in counts if count is not None)


def canaries_of(cube: Cube, tables: PublishedTables) -> frozenset[int]:
    """Give the counts that nobody outside may see and nobody could take for anything else."""
    return frozenset(count for count in counts_of(cube) - published_numbers(tables) if count >= LEAST)


# ---- searching

_DIGEST = re.compile(r"\b[0-9a-f]{16,}\b|sha256-[\w+/=]+")
_NUMBER = re.compile(r"\d+")
_GROUPED = re.compile(r"(?<!\d)\d{1,3}(?:[ ,.'\u00a0\u2009\u202f]\d{3})+(?!\d)")


def numbers_in(text: str) -> frozenset[int]:
    """Give every whole number of a text, plain or with any separator of thousands; digests hold none."""
    text = _DIGEST.sub(" ", text)
    plain = {int(number) for number in _NUMBER.findall(text) if len(number) <= 9}
    return frozenset(plain | {int(re.sub(r"\D", "", number)) for number in _GROUPED.findall(text)})


def found_in(written: Mapping[str, bytes | str], canaries: Iterable[int]) -> dict[str, frozenset[int]]:
    """Name everything in which a canary stands, and which."""
    wanted = frozenset(canaries)
    found = {name: numbers_of(content) & wanted for name, content in written.items()}
    return {name: numbers for name, numbers in found.items() if numbers}


@cache
def numbers_of(content: bytes | str) -> frozenset[int]:
    """Give every whole number of a file; many pages link to the same ones, so each content is read once."""
    if isinstance(content, bytes) and content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return frozenset().union(*(numbers_of(archive.read(part)) for part in archive.namelist()))
    return numbers_in(_text_of(content))


def _text_of(content: bytes | str) -> str:
    """Read a file as text: the pages and properties of a PDF, anything else as it stands."""
    if isinstance(content, str):
        return content
    if not content.startswith(b"%PDF"):
        return content.decode("utf-8", "replace")
    reader = PdfReader(io.BytesIO(content))
    return " ".join([*(page.extract_text() for page in reader.pages), str(reader.metadata)])
