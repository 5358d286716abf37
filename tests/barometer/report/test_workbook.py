from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from barometer.report.building import build_report
from barometer.report.workbook import render_workbook
from tests.barometer.report.factory import CERTIFICATE, CITED, TABLES


def written(*, unsafe: bool = False) -> bytes:
    tables, certificate = replace(TABLES, unsafe=unsafe), replace(CERTIFICATE, unsafe=unsafe)
    return render_workbook(
        [
            build_report(tables, certificate=certificate, cited=CITED, language=language)
            for language in ("fi", "sv", "en")
        ]
    )


@pytest.fixture(scope="module")
def book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(written()))


def test_contents_come_first_and_notes_last(book: Workbook) -> None:
    crossed = ["by org_type %", "by org_type n"]
    assert book.sheetnames == ["contents", "results", *crossed, "cited", "methods", "losses", "notes"]


def test_every_sheet_has_its_title_in_the_first_cell_and_nothing_merged(book: Workbook) -> None:
    for sheet in book:
        assert isinstance(sheet["A1"].value, str)
        assert not sheet.merged_cells.ranges
    assert all(sheet.freeze_panes for sheet in book.worksheets[1:])


def test_a_row_holds_every_language_beside_numbers_that_stay_numbers(book: Workbook) -> None:
    rows = {(row[0], row[6]): row for row in book["results"].iter_rows(values_only=True)}

    net = rows["benefit", "very or fairly useful"]
    assert net[:8] == (
        "benefit",
        "Onko kumppanuusohjelmasta ollut hyötyä työllesi?",
        "Har du haft nytta av partnerskapsprogrammet i ditt arbete?",
        "Has the programme been of benefit to your work?",
        "erittäin tai melko hyödyllinen",
        "mycket eller ganska nyttig",
        "very or fairly useful",
        "yhteen laskettu / räknat ihop / taken together",
    )
    assert net[8:11] == (300, 180, 0.6)
    assert rows["use_nat.newsletter", "not useful"][9:11] == ("[c]", "[c]")
    assert rows["use_nat.newsletter", "not useful"][13] == "[c]"


def test_a_text_that_looks_like_a_formula_stays_a_text(book: Workbook) -> None:
    cells = [cell for row in book["results"].iter_rows() for cell in row if str(cell.value).startswith("=1+1")]

    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("=1+1 & <5 ”muu”", "s"),
        ("=1+1 & <5 ”annat”", "s"),
        ("=1+1 & <5 “other”", "s"),
    ]


def test_a_crosstab_starts_with_the_base_and_the_column_of_all(book: Workbook) -> None:
    rows = list(book["by org_type n"].iter_rows(min_row=3, values_only=True))

    assert rows[0][-4:] == (
        "Kaikki / Alla / All",
        "julkinen sektori / offentlig sektor / public sector",
        "järjestöt / organisationer / NGOs",
        "muut / övriga / others",
    )
    assert rows[1][-4:] == (300, 165, "[c]", "[c]")


@pytest.mark.parametrize("unsafe", [True, False])
def test_every_sheet_says_what_kind_of_data_it_holds(unsafe: bool) -> None:
    for sheet in openpyxl.load_workbook(io.BytesIO(written(unsafe=unsafe))):
        top = "\n".join(str(sheet.cell(row, 1).value) for row in range(1, 8))
        assert "Demonstration. Not an official site" in top
        assert ("UNSAFE. Made for tests" in top) is unsafe


def test_the_properties_carry_the_label_and_no_date_of_making(book: Workbook) -> None:
    assert (
        book.properties.title == "Kumppanuusbarometri 2022 / Partnerskapsbarometern 2022 / Partnership Barometer 2022"
    )
    assert str(book.properties.created) == "2023-02-24 00:00:00"
    assert {prop.name: prop.value for prop in book.custom_doc_props.props} == {
        "demonstration": True,
        "unsafe": False,
        "release": "f" * 64,
    }


def test_the_same_reports_give_the_same_bytes() -> None:
    first, second = written(), written()

    assert first == second
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
