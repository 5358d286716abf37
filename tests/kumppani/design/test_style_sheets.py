from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

import kumppani.design

SHEETS = sorted((Path(kumppani.design.__file__).parent / "static" / "design").glob("*.css"))
PHYSICAL = re.compile(
    r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b|(?:^|[\s;{])(?:left|right|top|bottom):"
)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_uses_logical_properties_only(sheet: Path):
    assert not PHYSICAL.findall(sheet.read_text())


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_style_sheet_loads_nothing_from_elsewhere(sheet: Path):
    addresses = re.findall(r"url\(([^)]*)\)|@import", sheet.read_text())

    assert all("//" not in address for address in addresses)


def test_the_respondents_style_sheet_stays_within_its_few_kilobytes():
    sheet = next(sheet for sheet in SHEETS if sheet.name == "respond.css").read_bytes()

    assert len(gzip.compress(sheet)) <= 4_000
