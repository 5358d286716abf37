from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pdfua import validate
from pypdf import PdfReader

from barometer.report.building import build_report
from barometer.report.model import Report
from barometer.report.pdf import render_pdf
from barometer.texts import Text
from tests.barometer.report.factory import CERTIFICATE, CITED, TABLES, WAVE


def report_in(language: str) -> Report:
    return build_report(TABLES, certificate=CERTIFICATE, cited=CITED, language=language)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\u00a0", " ")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pdf_keeps_the_rules_of_accessible_pdf_that_a_machine_can_check(
    language: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("pdf") / "report.pdf"
    file.write_bytes(render_pdf(report_in(language)))

    assert [(finding.rule_id, finding.message) for finding in validate(str(file)).findings] == []


def test_the_pdf_is_tagged_named_dated_by_the_wave_and_says_its_language() -> None:
    reader = PdfReader(io.BytesIO(render_pdf(report_in("sv"))))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "sv"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Partnerskapsbarometern 2022 – Rapport"
    assert "demonstration: true" in reader.metadata["/Keywords"]
    assert "pdfuaid:part" in metadata
    assert "pdfaid:part" in metadata
    assert "2023-02-24" in metadata


def test_bookmarks_lead_to_the_questions() -> None:
    outline = PdfReader(io.BytesIO(render_pdf(report_in("en")))).outline

    chapters = [entry.title for entry in outline if not isinstance(entry, list)]
    assert chapters[:3] == ["Summary", "Results", "Results by background"]
    assert chapters[-1] == "Data files"


@pytest.mark.parametrize(
    ("language", "shares"), [("fi", ("60 %", "70 %", "68–70 %")), ("en", ("60%", "70%", "68–70%"))]
)
def test_numbers_and_awkward_texts_can_be_read_from_the_file(language: str, shares: tuple[str, ...]) -> None:
    text = text_of(render_pdf(report_in(language)))

    assert all(share in text for share in shares)
    assert "375" in text
    assert "=1+1 & <5" in text
    assert "[c]" in text


def test_every_page_says_what_kind_of_data_it_holds_and_its_number() -> None:
    unsafe = build_report(
        replace(TABLES, unsafe=True), certificate=replace(CERTIFICATE, unsafe=True), cited=CITED, language="en"
    )
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(render_pdf(unsafe))).pages]

    assert len(pages) > 4
    for number, page in enumerate(pages, 1):
        assert "UNSAFE. Made for tests" in page
        assert "Demonstration. Not an official site" in page
        assert "Invented answers" in page
        assert f"Page {number} of {len(pages)}" in page


def test_a_right_to_left_report_can_be_laid_out() -> None:
    wave = replace(WAVE, title=Text.of({"ar": "مقياس الشراكة"}))
    report = build_report(replace(TABLES, wave=wave), certificate=CERTIFICATE, cited=None, language="ar")

    assert PdfReader(io.BytesIO(render_pdf(report))).trailer["/Root"]["/Lang"] == "ar"


def test_the_same_report_gives_the_same_bytes() -> None:
    assert render_pdf(report_in("fi")) == render_pdf(report_in("fi"))


def test_the_certificate_is_in_the_file_with_its_rules_and_measures() -> None:
    text = " ".join(text_of(render_pdf(report_in("en"))).split())

    assert "Counts from 1 to 4 are withheld." in text
    assert "22 455 / 22 500 (99.8%), as a rate" in text
