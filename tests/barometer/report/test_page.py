from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from barometer.report.building import build_report
from barometer.report.model import Report
from barometer.report.page import STYLE_SHEET, render_body, render_page
from barometer.texts import Text
from tests.barometer.report.factory import CERTIFICATE, CITED, TABLES, WAVE

VOID = {"meta", "br", "hr", "img", "input", "link", "rect", "line", "circle"}
LANGUAGES = ("fi", "sv", "en")


class Elements(HTMLParser):
    """Reads a page strictly: every element is closed in its order; keeps tags, attributes, headings and text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.tables: list[list[tuple[str, dict[str, str]]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found.append((tag, given))
        if tag == "table":
            self.tables.append([])
        elif "table" in self.open:
            self.tables[-1].append((tag, given))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def report_in(language: str) -> Report:
    return build_report(TABLES, certificate=CERTIFICATE, cited=CITED, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_well_formed_and_says_its_language(language: str) -> None:
    elements = Elements(render_page(report_in(language)))

    assert next(given for tag, given in elements.found if tag == "html") == {"lang": language, "dir": "ltr"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_start_with_one_first_and_skip_no_level(language: str) -> None:
    headings = Elements(render_page(report_in(language))).headings

    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(headings))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_a_caption_and_every_header_a_scope(language: str) -> None:
    tables = Elements(render_page(report_in(language))).tables

    assert len(tables) > 8
    for elements in tables:
        assert elements[0][0] == "caption"
        assert all(given.get("scope") in ("col", "row") for tag, given in elements if tag == "th")


def test_ids_are_unique_and_every_inner_link_arrives() -> None:
    found = Elements(render_page(report_in("en"))).found

    ids = [given["id"] for _, given in found if "id" in given]
    targets = {given["href"][1:] for _, given in found if given.get("href", "").startswith("#")}
    named = {name for _, given in found for name in given.get("aria-labelledby", "").split()}
    assert len(ids) == len(set(ids))
    assert targets | named <= set(ids)


def test_the_page_allows_its_own_style_sheet_and_nothing_else() -> None:
    page = render_page(report_in("en"))
    css = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    elements = Elements(page)

    assert css is not None
    digest = base64.b64encode(hashlib.sha256(css.group(1).encode()).digest()).decode()
    policy = next(given["content"] for _, given in elements.found if given.get("http-equiv"))
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not [tag for tag, given in elements.found if "style" in given or tag in ("script", "img", "link", "iframe")]


def test_the_fragment_brings_no_style_and_the_style_sheet_touches_nothing_outside_it() -> None:
    body = render_body(report_in("fi"))
    css = re.sub(r"/\*.*?\*/", "", STYLE_SHEET.read_text("utf-8"), flags=re.DOTALL)
    selectors = [part.strip() for part in re.findall(r"([^{};]+){", css) if not part.strip().startswith("@")]

    assert "<style" not in body
    assert body.startswith('<article class="report" lang="fi" dir="ltr">')
    assert selectors
    for selector in selectors:
        assert all(part.strip().startswith((".report", ".skip")) for part in re.split(r",(?![^(]*\))", selector)), (
            selector
        )


def test_a_site_says_where_the_files_of_the_release_are() -> None:
    assert '<a href="/releases/f00/tables.xlsx" class="file">tables.xlsx</a>' in render_body(
        report_in("fi"), files_at="/releases/f00/"
    )


def test_texts_of_people_never_become_markup() -> None:
    wave = replace(WAVE, title=Text.of({"en": "<script>alert('1')</script> & \"x\""}))
    page = render_page(build_report(replace(TABLES, wave=wave), certificate=CERTIFICATE, cited=CITED, language="en"))

    assert "<script" not in page
    assert "<script>alert('1')</script> & \"x\"" in Elements(page).text
    assert "=1+1 & <5 “other”" in Elements(page).text


@pytest.mark.parametrize(("language", "share"), [("fi", "60\u00a0%"), ("sv", "60\u00a0%"), ("en", "60%")])
def test_figures_stand_in_the_text_as_the_language_writes_them(language: str, share: str) -> None:
    text = Elements(render_page(report_in(language))).text

    assert share in text
    assert "375" in text


def test_every_page_says_what_kind_of_data_it_holds() -> None:
    page = Elements(render_page(report_in("sv")))

    assert (
        page.text.count("Demonstration. Detta är ingen officiell webbplats") == 2
    )  # on top, and on every printed page
    assert "Påhittade svar" in page.text
    assert ("meta", {"name": "demonstration", "content": "true"}) in page.found


def test_an_unsafe_page_says_so_in_its_title_too() -> None:
    report = build_report(
        replace(TABLES, unsafe=True), certificate=replace(CERTIFICATE, unsafe=True), cited=None, language="en"
    )
    page = render_page(report)

    assert "<title>[UNSAFE] – Partnership Barometer 2022 – Report</title>" in page
    assert '<p class="banner unsafe">UNSAFE. Made for tests' in page


def test_a_right_to_left_page_says_so_and_keeps_its_words() -> None:
    wave = replace(WAVE, title=Text.of({"ar": "مقياس الشراكة"}))
    elements = Elements(
        render_page(build_report(replace(TABLES, wave=wave), certificate=CERTIFICATE, cited=None, language="ar"))
    )

    assert next(given for tag, given in elements.found if tag == "html") == {"lang": "ar", "dir": "rtl"}
    assert "مقياس الشراكة" in elements.text


def test_the_same_report_gives_the_same_page() -> None:
    assert render_page(report_in("fi")) == render_page(report_in("fi"))


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_never_scrolls_sideways(
    browser: Browser,
    accessibility_violations: Callable[[Page], tuple[object, ...]],
    tmp_path: Path,
    width: int,
    scheme: str,
) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_page(report_in("fi")), encoding="utf-8")
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")

    assert accessibility_violations(page) == ()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert complaints == []
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_certificate_has_its_chapters_and_a_table_of_what_was_measured(language: str) -> None:
    page = render_page(report_in(language))
    chapters = ["attacker", "rules", "measures", "beyond", "check"]

    assert re.findall(r'<h3 id="protection-(\w+)">', page) == chapters
    assert re.search(r"<td>22\u202f500</td><td>22\u202f455</td><td>99[.,]8\u00a0?%</td>", page)


def test_the_certificate_of_an_unsafe_release_has_no_chapters() -> None:
    unsafe = build_report(
        replace(TABLES, unsafe=True), certificate=replace(CERTIFICATE, unsafe=True), cited=None, language="en"
    )

    assert 'id="protection-' not in render_page(unsafe)
